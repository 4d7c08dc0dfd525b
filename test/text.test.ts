/** Nothing of a stranger's text acts where it is shown: on a terminal, in a build log, in JSON. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { parse } from 'yaml';
import { flowText, inert, inertJson, inertLines, meant, quoted, shortened, shortId } from '../src/text.js';

/** What would act, in every kind of place: around letters, at the start, at the end, many together. */
const acting = [
  ...Array.from({ length: 0xa0 }, (_, i) => String.fromCharCode(i)).filter((c) => /\p{Cc}/u.test(c)),
  ...['\u00ad', '\u061c', '\u200b', '\u200d', '\u200e', '\u2028', '\u2029', '\u202a', '\u202e', '\u2066', '\u2069'],
  ...['\ufeff', '\ufffe', '\uffff', '\ud800', '\udfff', '\u{e0041}', '\u{1fffe}'],
  ...[
    '\x1b]52;c;cHduZWQ=\x07',
    '\x1b[2J\x1b[H',
    '\x1bP+q\x1b\\',
    '\x9b31m',
    '\r\x1b[K✓ all well',
    '\x1b]8;;http://x\x07y',
  ],
];
const orders = [
  '::error::x',
  '  ::set-output name=a::b',
  '\u00a0::stop-commands::t',
  '##[error]x',
  'x ##vso[task.setvariable]y',
  '##teamcity[x]',
];
const nasty = [...acting, ...orders].flatMap((text) => [
  text,
  `a${text}b`,
  `${text}${text}`,
  `title\n${text}`,
  `${text}\n::warning::z`,
]);

const ACTS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u;
const isOrder = (line: string) => /^\s*::[a-z]/i.test(line) || /##\w*\[/.test(line);

const acts = (text: string) => ACTS.test(text) || text.split('\n').some(isOrder);

test('a line of anybody is one line that does nothing, and the same when it is made so again', (t) => {
  t.true(nasty.length > 400);
  t.deepEqual(
    nasty.map(inert).filter((line) => acts(line) || inert(line) !== line),
    [],
  );
  const harmless = 'β → 0: ½‖o − y‖² ≤ 10⁻¹⁴, "a::b" C:\\d # [x] ✓ 数 é😀';
  t.is(inert(harmless), harmless);
});

test('of several lines none does anything; their ends and tabs stay', (t) => {
  const bad = nasty.filter((text) => {
    const lines = inertLines(`one\t${text}\r\ntwo`).split('\n');
    return lines.length !== text.split('\n').length + 1 || lines.some((line) => acts(line.replaceAll('\t', '')));
  });
  t.deepEqual(bad, []);
});

test('JSON does nothing either, and means the same', (t) => {
  for (const indent of [undefined, 2]) {
    const json = nasty.map((text) => inertJson({ [text]: [text, 1] }, indent));
    t.deepEqual(
      json.filter((text) => acts(text.replaceAll('\n ', '  ').replaceAll('\n}', ' }'))),
      [],
    );
    t.deepEqual(
      json.map((text) => JSON.parse(text) as object),
      nasty.map((text) => ({ [text]: [text, 1] })),
    );
  }
});

test('a quoted value shows odd spaces, and no more of itself than helps', (t) => {
  t.is(quoted('\u00a03'), "'\\xa03'");
  t.is(quoted('a b'), "'a b'");
  t.is(quoted('x'.repeat(80_000)).length, 102);
  t.is(shortened('ab😀c', 4), 'ab…', 'half a pair is none');
});

test('characters that look like others are named, with what is meant', (t) => {
  t.deepEqual(meant('\u22121'), { plain: '-1', odd: 'a minus sign (U+2212)' });
  t.deepEqual(meant('\u00a03'), { plain: '3', odd: 'a no-break space (U+00A0)' });
  t.deepEqual(meant('\u2013out'), { plain: '-out', odd: 'a dash (U+2013)' });
  t.is(meant('-1 "x"'), undefined);
});

test('the id of a run is shortened in its middle: its hash tells it from others', (t) => {
  t.is(shortId('run-0123abcd', 20), 'run-0123abcd');
  t.is(shortId('rates-0.01384_gain-1.77_seed-1-2a45713b', 24), 'rates-0.01384_…-2a45713b');
  t.is(shortId('rates-0.01384_gain-1.77_seed-1-2a45713b', 24).length, 24);
});

const marks = fc.constantFrom(...Array.from(':-#,[]{}&*!|>%@`"\' .~'));
const odd = fc.constantFrom('', '1e-3', '.5', 'yes', 'null', 'a: b', '- a', '2026-01-01', 'a\nb', '\u202e');

testProp(
  'a value within a line is the value that YAML reads there',
  [fc.jsonValue({ stringUnit: 'grapheme' }), fc.oneof(odd, fc.string({ unit: fc.oneof(marks, fc.constant('a')) }))],
  (t, value, text) => {
    for (const given of [JSON.parse(JSON.stringify(value)), [text], { [text]: text }])
      t.deepEqual(parse(flowText(given)), given);
  },
);
