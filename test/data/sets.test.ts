import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { classSet, first, numberSet, subset } from '../../src/data/example-set.js';
import { Rows } from '../../src/data/rows.js';
import { chosen, permutation, splitSet } from '../../src/data/split.js';
import { Matrix } from '../../src/numerics/matrix.js';
import { randomStream } from '../../src/numerics/random.js';
import { numbersOf } from '../_support/data.js';

/** Examples that tell which they are. */
const numbered = (count: number) =>
  classSet({
    rows: Rows.of(
      Uint8Array.from({ length: 2 * count }, (_, i) => Math.floor(i / 2)),
      2,
    ),
    scale: 1,
    labels: Uint16Array.from({ length: count }, (_, i) => i % 3),
    classes: ['a', 'b', 'c'],
  });
const whichOf = (set: Parameters<typeof numbersOf>[0]) => numbersOf(set).x.map(([i]) => i);

const split = fc
  .integer({ min: 2, max: 200 })
  .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 1, max: count - 1 }), fc.nat()));

testProp(
  'a split is a partition that keeps the order, and the same for the same seed',
  [split],
  (t, [count, test, seed]) => {
    const set = numbered(count);
    const parts = splitSet(set, { test, seed });
    const [kept, given] = [whichOf(parts.train), whichOf(parts.test!)];
    t.is(given.length, test);
    t.deepEqual(
      [...kept, ...given].sort((a, b) => a - b),
      whichOf(set),
    );
    for (const part of [kept, given]) t.true(part.every((which, i) => i === 0 || part[i - 1] < which));
    t.deepEqual(whichOf(splitSet(set, { test, seed }).test!), given);
    t.deepEqual(
      [...parts.train.labels!],
      kept.map((which) => which % 3),
    );
  },
  { seed: 1987 },
);

testProp(
  'validation, test and what is left are a partition, and the test is the same whatever the validation',
  [fc.integer({ min: 3, max: 60 }), fc.nat(), fc.nat(), fc.nat()],
  (t, count, a, b, seed) => {
    const set = numbered(count);
    const validation = 1 + (a % (count - 2));
    const test = 1 + (b % (count - validation - 1 || 1));
    if (validation + test >= count) return;
    const parts = splitSet(set, { validation, test, seed });
    t.deepEqual([parts.validation!.count, parts.test!.count], [validation, test]);
    const all = [parts.train, parts.validation!, parts.test!].flatMap(whichOf);
    t.deepEqual(
      all.sort((one, other) => one - other),
      whichOf(set),
    );
    t.deepEqual(whichOf(parts.test!), whichOf(splitSet(set, { test, seed }).test!));
  },
  { seed: 1987 },
);

testProp(
  'by: class keeps the shares of the classes to within one example, the first of each; by: random draws; by: order the first',
  [fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 60 }), fc.nat(), fc.nat(5)],
  (t, labels, n, seed) => {
    const rows = Rows.of(
      Uint8Array.from(labels, (_, i) => i),
      1,
    );
    const set = classSet({ rows, scale: 1, labels: Uint16Array.from(labels), classes: ['a', 'b', 'c', 'd'] });
    const count = 1 + (n % labels.length);
    const kept = chosen(set, { count, by: 'class' });
    t.is(kept.count, count);
    for (const label of [0, 1, 2, 3]) {
      const own = labels.flatMap((other, i) => (other === label ? [i] : []));
      const found = whichOf(kept).filter((i) => labels[i] === label);
      t.true(Math.abs(found.length - (own.length * count) / labels.length) < 1);
      t.deepEqual(found, own.slice(0, found.length));
    }
    const random = whichOf(chosen(set, { count, by: 'random', seed }));
    t.is(new Set(random).size, count);
    t.deepEqual(whichOf(chosen(set, { count, by: 'random', seed })), random);
    t.deepEqual(whichOf(chosen(set, { count, by: 'order' })), whichOf(chosen(set, count)));
  },
  { seed: 1987 },
);

test('a split takes from everywhere, and differently for another seed', (t) => {
  const set = numbered(200);
  const parts = [1, 2, 3, 4].map((seed) => whichOf(splitSet(set, { test: 100, seed }).test!));
  t.is(new Set(parts.map(String)).size, 4);
  // 100 of 200: 50 ± 5 in the first half
  for (const part of parts) t.true(Math.abs(part.filter((which) => which < 100).length - 50) < 20);
});

testProp(
  'a permutation has every index once',
  [fc.integer({ min: 0, max: 300 }), fc.nat()],
  (t, count, seed) => {
    const order = permutation(count, randomStream(seed, 'test'));
    t.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: count }, (_, i) => i),
    );
  },
  { seed: 1987 },
);

test('every permutation of three is as frequent as any other', (t) => {
  const random = randomStream(1, 'test');
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = permutation(3, random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  t.is(counts.size, 6);
  // 1000 ± 29
  for (const count of counts.values()) t.true(Math.abs(count - 1000) < 150);
});

testProp(
  'rows are what was appended: bytes until the first other number, and float64 from then on',
  [
    fc.integer({ min: 1, max: 5 }),
    fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.double({ noNaN: true })), { maxLength: 60 }),
  ],
  (t, width, numbers) => {
    const rows = Rows.empty(width);
    const count = Math.floor(numbers.length / width);
    for (let i = 0; i < count; i++) rows.append(numbers.slice(i * width, (i + 1) * width));
    t.is(rows.count, count);
    const used = numbers.slice(0, count * width);
    const bytes = used.every((value) => Number.isInteger(value) && value >= 0 && value <= 255 && !Object.is(value, -0));
    for (let i = 0; i < count; i++) {
      t.deepEqual([...rows.row(i)], used.slice(i * width, (i + 1) * width));
      t.is(rows.row(i).BYTES_PER_ELEMENT, bytes ? 1 : 8);
    }
  },
  { seed: 1987 },
);

test('rows grow over many chunks, and stay what they were where a late one is no byte', (t) => {
  const rows = Rows.empty(1 << 19);
  const row = (value: number) => new Array<number>(1 << 19).fill(value);
  for (let i = 0; i < 5; i++) rows.append(row(i));
  rows.append(row(0.5));
  rows.append(row(6));
  t.deepEqual(
    Array.from({ length: 7 }, (_, i) => rows.row(i).at(-1)),
    [0, 1, 2, 3, 4, 0.5, 6],
  );
});

test('fill writes the examples asked for, in their order, over whatever was there', (t) => {
  const set = numbered(9);
  const [x, y] = [new Matrix(3, 2), new Matrix(3, 3)];
  x.data.fill(9);
  y.data.fill(9);
  set.fill([7, 0, 7], x, y);
  t.deepEqual([...x.data], [7, 7, 0, 0, 7, 7]);
  t.deepEqual([...y.data], [0, 1, 0, 1, 0, 0, 0, 1, 0]);
  t.throws(() => set.fill([1, 2], x, y), { message: 'fill: 2 examples for 3 rows of x and 3 of y' });
});

test('subsets of subsets, and the first of a set', (t) => {
  const set = subset(subset(numbered(9), Uint32Array.of(8, 6, 4, 2)), Uint32Array.of(3, 1));
  t.deepEqual(whichOf(set), [2, 6]);
  t.deepEqual([...set.labels!], [2, 0]);
  t.deepEqual(whichOf(first(4, numbered(9))), [0, 1, 2, 3]);
  const numbers = numberSet(Matrix.from([[1], [2]]), Matrix.from([[3], [4]]));
  t.deepEqual(numbersOf(subset(numbers, Uint32Array.of(1))), { x: [[2]], y: [[4]] });
});
