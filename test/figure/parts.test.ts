import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { logAxis, logTicks } from '../../src/figure/axis.js';
import { apart } from '../../src/figure/ends.js';
import { formatNumber, formatValue, partsOf, powerOfTen, quantityLabel } from '../../src/figure/labels.js';
import { namesOf } from '../../src/figure/names.js';
import { eachRow } from '../../src/figure/rows.js';
import { fitSlope } from '../../src/figure/slope.js';
import { openSource } from '../../src/figure/source.js';
import { spreadOf } from '../../src/figure/spread.js';
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
  'thinning keeps the first, the last, the lowest and the highest, in order, and at most twice as many as stretches',
  [fc.array(fc.integer({ min: -999, max: 999 }), { maxLength: 5000 }), fc.integer({ min: 2, max: 400 })],
  (t, values, most) => {
    const thinner = new Thinner<readonly [number, number]>(most, ([, value]) => value);
    for (const [i, value] of values.entries()) thinner.push([i, value]);
    const kept = thinner.items();
    t.true(kept.length <= 2 * most + 2);
    t.deepEqual(kept.at(0), values.length === 0 ? undefined : [0, values[0]]);
    t.deepEqual(kept.at(-1)?.[0], values.length === 0 ? undefined : values.length - 1);
    t.true(kept.every(([at], i) => i === 0 || at > kept[i - 1][0]));
    const drawn = kept.map(([, value]) => value);
    t.is(Math.max(...drawn), Math.max(...values));
    t.is(Math.min(...drawn), Math.min(...values));
    if (values.length <= most) t.is(kept.length, values.length);
  },
);

testProp(
  'names at the ends of curves do not lie on each other, keep their order and stay beside the panel while there is room',
  [
    fc.array(
      fc.record({ wanted: fc.double({ min: 0, max: 100, noNaN: true }), size: fc.integer({ min: 5, max: 15 }) }),
      { maxLength: 6 },
    ),
  ],
  (t, boxes) => {
    const middles = apart(boxes, 100);
    const order = boxes.map((_, i) => i).sort((a, b) => middles[a] - middles[b]);
    t.is(middles.length, boxes.length);
    for (const [n, i] of order.entries()) {
      const before = order[n - 1];
      t.true(middles[i] + boxes[i].size / 2 <= 100 + boxes[i].size / 2 + 1e-9);
      if (before === undefined) continue;
      t.true(middles[i] - middles[before] >= (boxes[i].size + boxes[before].size) / 2 - 1e-9);
      t.true(boxes[i].wanted >= boxes[before].wanted);
    }
  },
);

testProp(
  'a band holds the mean of its seeds, and the whole range of up to four',
  [fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 9 }), fc.boolean()],
  (t, values, log) => {
    const { mean, low, high, seeds } = spreadOf(values, 'range', log);
    t.is(seeds, values.length);
    t.true(low <= high && low >= Math.min(...values) * 0.99999 && high <= Math.max(...values) * 1.00001);
    if (seeds < 5) {
      t.true(Math.abs(low / Math.min(...values) - 1) < 1e-5 && Math.abs(high / Math.max(...values) - 1) < 1e-5);
      t.true(mean >= low * 0.99999 && mean <= high * 1.00001);
    }
    const sd = spreadOf(values, 'sd', log);
    t.true(sd.low <= sd.mean && sd.mean <= sd.high);
    const none = spreadOf(values, 'none', log);
    t.deepEqual([none.low, none.high], [none.mean, none.mean]);
  },
);

test('a deviation of seeds is that of a sample', (t) => {
  const { mean, low, high } = spreadOf([2, 4, 4, 4, 5, 5, 7, 9], 'sd');
  t.is(mean, 5);
  t.true(Math.abs(high - mean - Math.sqrt(32 / 7)) < 1e-12 && Math.abs(mean - low - Math.sqrt(32 / 7)) < 1e-12);
});

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
  const convolution = { channels: 8, kernel: 5, pool: { kind: 'max', size: 2 } };
  t.is(formatValue([[1, 14, 14], convolution, 10]), '1×14×14-8c5-10');
});

test('a value that is neither number nor name reads as a spec has it; of a long list, what repeats is counted', (t) => {
  t.is(formatValue({ every: 2 }), '{every: 2}');
  t.is(formatValue([{ from: 1, to: 3 }]), '[{from: 1, to: 3}]');
  t.is(formatValue({ name: 'adam' }), 'adam');
  t.is(formatValue({ name: 'adam', rates: [0.1, 1e-8] }), '{name: adam, rates: [0.1, 10⁻⁸]}');
  t.is(formatValue([8, 16, 16, 4]), '[8, 16, 16, 4]');
  t.is(formatValue([8, 16, 16, 16, 16, 4]), '[8, 16×4, 4]');
  t.deepEqual(partsOf('RBP, skips = {every: 2, from: 1}, K = 2'), ['RBP', 'skips = {every: 2, from: 1}', 'K = 2']);
});

test('lists along an axis are told by what they do not share', (t) => {
  const depths = [2, 4].map((depth) => [8, ...Array<number>(depth).fill(16), 4]);
  const { title, of } = namesOf('network.layers', depths);
  t.deepEqual(depths.map(of), ['16×2', '16×4']);
  t.is(title.replaceAll('\u00a0', ' '), 'layers [8, …, 4] (16×2: 2 of 16)');
  const convolution = (channels: number) => ({ channels, kernel: 3 });
  const images = [[8], [8, 16]].map((channels) => [[1, 14, 14], ...channels.map(convolution), 10]);
  const named = namesOf('network.layers', images);
  t.deepEqual([named.title, ...images.map(named.of)], ['layers 1×14×14-8c3-…-10', 'none', '16c3']);
});

const item = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.record({ channels: fc.constant(2), pool: fc.boolean() }));

testProp(
  'no two values of a key have one name',
  [fc.array(fc.oneof(item, fc.array(item, { maxLength: 6 })), { minLength: 1, maxLength: 6 })],
  (t, values) => {
    const { of } = namesOf('network.layers', values);
    const count = (texts: readonly string[]) => new Set(texts).size;
    t.is(count(values.map(of)), count(values.map((value) => JSON.stringify(value))));
  },
);

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

test('a number stays with its unit, a letter with its value, where a line has room for both', (t) => {
  const text = 'follows at every step, to 0.33 % of it at g = 0.7, over 5 seeds, seed 1, 7 % ± 3 %';
  for (let limit = 60; limit < 300; limit += 7)
    for (const line of wrap(text, limit, 8, false, 100)) {
      t.notRegex(line, /^[%=±]|^seeds|[=±]$|\bg$|\bseed$/, `${limit}: ${line}`);
      t.true(textWidth(line, 8) <= limit);
    }
});
