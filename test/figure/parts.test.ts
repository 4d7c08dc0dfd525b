import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { logAxis, logTicks } from '../../src/figure/axis.js';
import { formatNumber, powerOfTen, quantityLabel } from '../../src/figure/labels.js';
import { eachRow } from '../../src/figure/rows.js';
import { fitSlope } from '../../src/figure/slope.js';
import { openSource } from '../../src/figure/source.js';
import { textWidth, wrap } from '../../src/figure/text-width.js';
import { Thinner } from '../../src/figure/thin.js';
import { csv, scratch, writeRun } from './fixture.js';

testProp(
  'a fit recovers the exponent and the factor of a power law',
  [fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: 1e-3, max: 1e3, noNaN: true })],
  (t, exponent, factor) => {
    const points = [1e-4, 1e-3, 3e-2, 0.1].map((x) => ({ x, y: factor * x ** exponent }));
    const fit = fitSlope(points)!;
    t.true(Math.abs(fit.slope - exponent) < 1e-9);
    for (const { x, y } of points) t.true(Math.abs(fit.at(x) / y - 1) < 1e-9);
  },
);

test('no line through fewer than two distinct points', (t) => {
  t.is(fitSlope([]), undefined);
  t.is(
    fitSlope([
      { x: 1, y: 2 },
      { x: 1, y: 3 },
    ]),
    undefined,
  );
});

testProp(
  'thinning keeps the first and the last, in order, evenly, and never more than asked for',
  [fc.nat(5000), fc.integer({ min: 2, max: 400 })],
  (t, count, most) => {
    const thinner = new Thinner<number>(most);
    for (let i = 0; i < count; i++) thinner.push(i);
    const kept = thinner.items();
    t.true(kept.length <= most);
    t.is(kept.at(0), count === 0 ? undefined : 0);
    t.is(kept.at(-1), count === 0 ? undefined : count - 1);
    const gaps = new Set(kept.slice(1, -1).map((item, i) => item - (kept[i] ?? Number.NaN)));
    t.true(gaps.size <= 1);
    if (count < most) t.is(kept.length, count);
  },
);

testProp(
  'a log axis of whole decades holds its values and has at most 7 labels',
  [fc.array(fc.double({ min: 1e-17, max: 1e5, noNaN: true }), { minLength: 1 })],
  (t, values) => {
    const { domain } = logAxis('', values).scale as { domain: [number, number] };
    for (const value of values) t.true(value * 1.002 >= domain[0] && value <= domain[1] * 1.002);
    t.true(logTicks(...domain).length <= 7);
    t.true(logTicks(...domain).length >= 2);
  },
);

test('numbers read as in a paper', (t) => {
  t.is(powerOfTen(-12), '10⁻¹²');
  t.is(formatNumber(0.01), '0.01');
  t.is(formatNumber(-0.5), '−0.5');
  t.is(formatNumber(1e-8), '10⁻⁸');
  t.is(formatNumber(-1e-8), '−10⁻⁸');
  t.is(formatNumber(3.16e-7), '3.16×10⁻⁷');
  t.is(quantityLabel('params.W12'), 'parameters W₁₂');
});

test('text is as wide as its glyphs, and combining marks take no room', (t) => {
  t.is(textWidth('S̄', 11), textWidth('S', 11));
  t.is(textWidth('ab', 20), 2 * textWidth('ab', 10));
  // DejaVu Sans: a space is 651 of 2048 units, an M 1767
  t.is(textWidth(' ', 2048), 651);
  t.is(textWidth('M', 2048), 1767);
});

testProp('wrapped text loses no word while it has room', [fc.array(fc.stringMatching(/^[a-z]{1,9}$/))], (t, words) => {
  t.deepEqual(wrap(words.join(' '), 100, 11, false, 1000).join(' ').split(' ').filter(Boolean), words);
});

test('rows come through chunks of any cut, quoted or not', async (t) => {
  const rows = Array.from({ length: 40000 }, (_, i) => ['ep', i % 5 === 0 ? 'a, "b"' : 'W1', i, 0, i / 7]);
  const directory = writeRun(scratch(), 'run', { files: { 'gradients.csv': csv('gradients', rows) } });
  const seen: unknown[] = [];
  const { runs } = openSource([directory]);
  await eachRow(runs[0], 'gradients.csv', ['value', 'tensor'], ([value, tensor]) => seen.push([tensor, Number(value)]));
  t.deepEqual(
    seen,
    rows.map(([, tensor, , , value]) => [tensor, value]),
  );
});

test('an empty file has no rows', async (t) => {
  const directory = writeRun(scratch(), 'run', { files: { 'metrics.csv': '' } });
  await t.notThrowsAsync(eachRow(openSource([directory]).runs[0], 'metrics.csv', ['x'], () => t.fail()));
});
