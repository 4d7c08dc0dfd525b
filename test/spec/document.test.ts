/** YAML as people write it: what is read of it, and what is said where it is none. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parseParameters, parseSource, readSpec } from '../../src/spec/document.js';
import type { Path } from '../../src/spec/source-document.js';
import { complaint } from '../_support/data.js';

const read = (text: string) => parseSource(text, 'f.yaml').data;

test('merge keys take in maps, in the order that YAML gives them, and each part keeps its place', (t) => {
  const text =
    'x: &x {a: 1, b: 2}\ny: &y\n  b: 3\n  c: 4\none: {<<: *x, b: 9}\nall: {a: 0, <<: [*y, *x]}\n"<<": {z: 1}\n';
  const { data, locate, locateKey } = parseSource(text, 'f.yaml');
  t.deepEqual(data, {
    x: { a: 1, b: 2 },
    y: { b: 3, c: 4 },
    one: { a: 1, b: 9 },
    all: { a: 0, b: 3, c: 4 },
    '<<': { z: 1 },
  });
  const at = (path: Path) => {
    const { line, column } = locate(path) as { line: number; column: number };
    return `${line}:${column}`;
  };
  t.deepEqual([['one', 'a'], ['one', 'b'], ['all', 'c'], ['all', 'a'], ['all', 'nothing'], []].map(at), [
    '1:11',
    '5:18',
    '4:6',
    '6:10',
    '6:6',
    '1:1',
  ]);
  t.deepEqual(locateKey(['all'], 'c'), { file: 'f.yaml', line: 4, column: 3 });
});

test('an alias is a copy of what had its name when it was written', (t) => {
  const data = read('a: &x 1\nb: &y [*x, {k: *x}]\nc: &x 2\nd: *y\ne: *x\n') as Record<string, unknown[]>;
  t.deepEqual(data, { a: 1, b: [1, { k: 1 }], c: 2, d: [1, { k: 1 }], e: 2 } as never);
  t.not(data['b'], data['d']);
  t.not(data['b'][1], data['d'][1]);
});

test('keys x-… at the top are there for anchors only, in a spec', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'eprbp-document-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'f.yaml');
  writeFileSync(file, 'x-ep: &ep {name: ep, beta: 1}\nengines: [{<<: *ep, id: a}]\nfree: {x-step: 1}\n');
  const { data, locate } = readSpec(file);
  t.deepEqual(data, { engines: [{ name: 'ep', beta: 1, id: 'a' }], free: { 'x-step': 1 } });
  t.deepEqual(locate(['engines', 0, 'beta']), { file, line: 1, column: 28 });
});

const NBSP = '\u00a0';

/** What stands there, and what is said of it; place and all. */
const wrong: Record<string, [text: string, said: RegExp]> = {
  'two documents': ['a: 1\n---\nb: 2\n', /^f\.yaml:3:1: a second document begins here, and a file holds one; put it/],
  'another version': [
    '%YAML 1.1\n---\na: yes\n',
    /^f\.yaml:1:1: this is YAML 1\.2, got %YAML 1\.1; leave this line out$/,
  ],
  'an unknown directive': ['%FOO bar\n---\na: 1\n', /^f\.yaml:1:1: a line that begins with % says nothing here/],
  'a tag of bytes': ['a: !!binary aGVsbG8=\n', /^f\.yaml:1:13: the tag !!binary means nothing here; leave it out$/],
  'a tag of somebody': ['a: [1, !mine 2]\n', /^f\.yaml:1:14: the tag !mine means nothing here/],
  'a tag that lies': ['a: !!int abc\n', /^f\.yaml:1:10: this is not what its tag !!int says/],
  'a tag on a key': ['!mine a: 1\n', /the tag !mine means nothing here/],
  'a merge of a number': ['a: {<<: 3}\n', /^f\.yaml:1:9: '<<' takes in maps/],
  'a merge given twice': [
    'x: &x {a: 1}\nb: {a: 1, <<: *x, a: 2}\n',
    /^f\.yaml:2:19: key 'a' is given twice, in line 2 too$/,
  ],
  'a key given twice': ['a: 1\nb: 2\na: 3\n', /^f\.yaml:3:1: key 'a' is given twice, in line 1 too$/],
  'an alias of nothing': ['a: *b\n', /^f\.yaml:1:4: nothing before this is named &b$/],
  'an alias inside itself': ['a: &a [1, *a]\n', /^f\.yaml:1:11: \*a stands inside what it repeats$/],
  'a list as key': ['? [1]\n: 2\n', /^f\.yaml:1:3: a key must be text$/],
  'a no-break space behind a colon': [
    `a: 1\nseed:${NBSP}1\n`,
    /^f\.yaml:2:1: a key needs ':' and a space behind it; this line has a no-break space \(U\+00A0\)$/,
  ],
  'a full-width colon': ['a: 1\nb：2\n', /this line has a full-width character \(U\+FF1A\)$/],
  'curly quotes': ['a: 1\n“b”: c: 2\n', /this line has a typographic quote \(U\+201C\)$/],
  'a tab': ['a:\n\tb: 1\n', /^f\.yaml:2:1: there is a tab where spaces are expected/],
  'a colon in text': ['title: EP: the rule\n', /^f\.yaml:1:8: there are two ': ' in one line; put text that holds/],
  'a quote left open': ['a: "b\n', /^f\.yaml:\d:\d: a quote is opened here or before, and never closed$/],
  'a bracket left open': ['a: {b: [1, 2\nc: 1\n', /^f\.yaml:2:1: a bracket is opened and never closed/],
  'a comma too many': ['a: [1,,2]\n', /^f\.yaml:1:7: there is a comma too many$/],
  'a comma too few': ['a: [[1] [2]]\n', /^f\.yaml:1:9: this is not expected here; is a ',' or a bracket missing\?/],
  'a key without a value': ['a: 1\nb\nc: 2\n', /^f\.yaml:2:1: a key needs ':' and a space behind it$/],
  'a column of its own': ['a:\n  b: 1\n c: 2\n', /^f\.yaml:3:1: this does not stand in the column of its neighbours/],
  'a list that becomes a map': ['- 1\nb: 2\n', /^f\.yaml:2:1: this is not expected here/],
  'an at sign': ['a: @b\n', /^f\.yaml:1:4: a value cannot begin with @; put it in quotes$/],
  'an escape that is none': ['a: "\\q"\n', /^f\.yaml:1:5: a backslash in double quotes begins an escape/],
  'text behind a bar': ['a: |x\n b\n', /^f\.yaml:1:5: '\|' or '>' begins text on the lines below/],
  'a hash without a space': ['a: "b"#c\n', /^f\.yaml:1:7: '#' needs a space before it/],
};

for (const [what, [text, said]] of Object.entries(wrong)) {
  test(`${what}: told with its place, in plain words`, (t) => {
    t.regex(
      complaint(() => parseSource(text, 'f.yaml')),
      said,
    );
  });
}

const unfolding = `a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${'bcdefghi'
  .split('')
  .map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(', ')}]\n`)
  .join('')}`;
const bombs: Record<string, [text: string, said: RegExp]> = {
  'brackets nested without end': ['['.repeat(500_000), /^f\.yaml:1:\d+: is nested more than 100 deep$/],
  'maps nested without end': ['{a: '.repeat(100_000), /nested more than 100 deep/],
  'lists nested without end': ['- '.repeat(100_000), /nested more than 100 deep/],
  'lines nested without end': [
    Array.from({ length: 1500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    /nested more than 100 deep/,
  ],
  'aliases nested without end': [
    `${Array.from({ length: 300 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 1 : `*a${i - 1}`}]`).join('\n')}`,
    /nested more than 100 deep/,
  ],
  'aliases that unfold without end': [unfolding, /^f\.yaml:\d:\d+: aliases repeat more than 100000 values$/],
};

for (const [what, [text, said]] of Object.entries(bombs)) {
  test(`${what} are refused`, (t) =>
    t.regex(
      complaint(() => parseSource(text, 'f.yaml')),
      said,
    ));
}

test('a large file of JSON is read, its keys have their places, and what is wrong with it is told', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'eprbp-document-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'p.json');
  const rows = `[${Array(600_000).fill(0).join()}]`;
  const said = (text: string) => {
    writeFileSync(file, text);
    return complaint(() => parseParameters(readFileSync(file, 'utf8'), file));
  };
  t.is(said(`{"W1": [${rows}],\n "b\\"1": [1]}`), 'no complaint');
  const { data, locate } = parseParameters(readFileSync(file, 'utf8'), file);
  t.deepEqual(Object.keys(data as object), ['W1', 'b"1']);
  t.deepEqual(locate(['b"1', 0]), { file, line: 2, column: 2 });
  t.regex(said(`{"W1": [${rows}],\n "W1": 1}`), /p\.json:2:2: key 'W1' is given twice$/);
  t.regex(said(`{"W1": ${rows}, "a": ${'['.repeat(200)}${']'.repeat(200)}}`), /nested more than 100 deep/);
});
