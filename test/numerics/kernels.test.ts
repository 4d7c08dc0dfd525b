/** The kernels against plain loops of the formulas in their docs: to the last bit, at edge sizes of every kind. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { Arena, within } from '../../src/numerics/arena.js';
import { Blocks, Recycling } from '../../src/numerics/blocks.js';
import { backend } from '../../src/numerics/current-backend.js';
import { Heap } from '../../src/numerics/kernels/heap.js';
import {
  addColumnSums,
  addRow,
  addRowDots,
  addScaled,
  clip,
  dot,
  gemm,
  gemmOfInput,
  hadamardMinus,
  hadamardSum,
  maxAbs,
  projectForce,
} from '../../src/numerics/kernels.js';
import { Matrix } from '../../src/numerics/matrix.js';
import { Panels } from '../../src/numerics/panels.js';
import { randomStream } from '../../src/numerics/random.js';
import { house } from '../../src/numerics/wasm.js';

/** Numbers of very different size, many of them zero if asked. */
function numbers(length: number, purpose: string, zeros = 0): Float64Array {
  const random = randomStream(3, purpose);
  return Float64Array.from({ length }, () =>
    random.uniform() < zeros ? 0 : random.normal() * 10 ** Math.floor(6 * random.uniform()),
  );
}

const filled = (rows: number, cols: number, purpose: string, zeros = 0) =>
  new Matrix(rows, cols, numbers(rows * cols, purpose, zeros));

/** In the kernels' memory, where nothing has to be copied. */
function resident(m: Matrix): Matrix {
  const block = Blocks.real([{ name: 'm', rows: m.rows, cols: m.cols }]).parts[0][0];
  block.data.set(m.data);
  return block;
}

const small = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(12, 31, 66));

type Start = 'zero' | 'accumulate' | 'bias' | 'matrix';

/** c_ij = start + Σ_k (α a_ik) b_kj, one k after the other. */
function plainProduct(ta: boolean, tb: boolean, alpha: number, a: Matrix, b: Matrix, start: 0 | Matrix, c: Matrix) {
  const inner = ta ? a.rows : a.cols;
  return Float64Array.from({ length: c.rows * c.cols }, (_, at) => {
    const [i, j] = [Math.floor(at / c.cols), at % c.cols];
    let sum = start === 0 ? 0 : start.row(start.rows === 1 ? 0 : i)[j];
    for (let k = 0; k < inner; k++) sum += alpha * (ta ? a.row(k)[i] : a.row(i)[k]) * (tb ? b.row(j)[k] : b.row(k)[j]);
    return sum;
  });
}

const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(12, 13, 16, 31, 64, 66, 257));

testProp(
  'gemm has the bits of three plain loops, whatever the sizes, the transposes, the start and the place of the numbers',
  [
    size,
    size,
    fc.oneof(size, fc.constantFrom(255, 256, 512, 700)),
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom<Start>('zero', 'accumulate', 'bias', 'matrix'),
    fc.constantFrom(1, -0.3),
    fc.boolean(),
  ],
  (t, m, n, k, ta, tb, how, alpha, inside) => {
    const place = inside ? resident : (x: Matrix) => x;
    const a = place(ta ? filled(k, m, 'a') : filled(m, k, 'a'));
    const b = place(tb ? filled(n, k, 'b') : filled(k, n, 'b'));
    const c = place(filled(m, n, 'c'));
    const starts = {
      zero: 0 as const,
      accumulate: c,
      bias: place(filled(1, n, 's')),
      matrix: place(filled(m, n, 's')),
    };
    const expected = plainProduct(ta, tb, alpha, a, b, starts[how], c);
    gemm(ta, tb, alpha, a, b, starts[how], c);
    t.deepEqual(c.data.slice(), expected);
  },
  { numRuns: 150 },
);

testProp(
  'a product with a steady matrix has the same bits, and those of the numbers that it has after renew',
  [small, small, fc.oneof(small, fc.constantFrom(257, 513)), fc.boolean(), fc.boolean(), fc.constantFrom(1, -0.3)],
  (t, m, n, k, ta, tb, alpha) => {
    const a = resident(ta ? filled(k, m, 'a') : filled(m, k, 'a'));
    const [start, c] = [resident(filled(1, n, 's')), resident(new Matrix(m, n))];
    const [rows, cols] = tb ? [n, k] : [k, n];
    const weights = Blocks.real([{ name: 'W', rows, cols }]);
    const steady = weights.steady();
    for (const seed of ['b', 'another']) {
      weights.data.set(filled(rows, cols, seed).data);
      steady.renew();
      const expected = plainProduct(ta, tb, alpha, a, weights.parts[0][0], start, c);
      // the second product finds what the first one made
      for (let i = 0; i < 2; i++) {
        gemm(ta, tb, alpha, a, steady.parts[0][0], start, c);
        t.deepEqual(c.data.slice(), expected);
      }
    }
  },
  { numRuns: 50 },
);

test('columns beyond a packed block: 513 and 1,030 of them, 260 deep', (t) => {
  for (const n of [513, 1030]) {
    const [a, b, c] = [filled(5, 260, 'a'), filled(260, n, 'b'), new Matrix(5, n)];
    const steady = new Matrix(260, n, b.data, new Panels(260, n, b.data, backend().allocate));
    for (const B of [b, steady]) {
      gemm(false, false, 1, a, B, 0, c);
      t.deepEqual(c.data, plainProduct(false, false, 1, a, b, 0, c));
    }
  }
});

testProp(
  'a product of inputs has the same bits, however many of them are zero',
  [size, size, size, fc.boolean(), fc.constantFrom(0, 0.4, 0.8, 1), fc.boolean(), fc.constantFrom(1, 0.5)],
  (t, m, n, k, ta, zeros, accumulate, alpha) => {
    const a = ta ? filled(k, m, 'a', zeros) : filled(m, k, 'a', zeros);
    const [b, c] = [filled(k, n, 'b'), filled(m, n, 'c')];
    const expected = plainProduct(ta, false, alpha, a, b, accumulate ? c : 0, c);
    gemmOfInput(ta, alpha, a, b, accumulate ? c : 0, c);
    t.deepEqual(c.data, expected);
  },
  { numRuns: 100 },
);

test('inputs of many examples, more entries than fit the workspace at a time', (t) => {
  const [a, b, c] = [filled(400, 784, 'a', 0.8), filled(784, 14, 'b'), new Matrix(400, 14)];
  gemmOfInput(false, 1, a, b, 0, c);
  t.deepEqual(c.data, plainProduct(false, false, 1, a, b, 0, c));
});

test('inputs too many for the workspace go the way of dense ones', (t) => {
  const [a, b, c] = [filled(2, 12_000, 'a', 0.9), filled(12_000, 3, 'b'), new Matrix(2, 3)];
  gemmOfInput(false, 1, a, b, 0, c);
  t.deepEqual(c.data, plainProduct(false, false, 1, a, b, 0, c));
});

test('elementwise kernels are their formulas, at odd lengths, and may write over an input', (t) => {
  for (const n of [1, 2, 3, 8, 17, 101]) {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => numbers(n, name));
    const out = new Float64Array(n);
    addScaled(a, -0.7, b, out);
    t.deepEqual(
      out,
      a.map((v, i) => v + -0.7 * b[i]),
    );
    hadamardSum(a, b, c, d, out);
    t.deepEqual(
      out,
      a.map((v, i) => v * b[i] + c[i] * d[i]),
    );
    hadamardMinus(a, b, out, out);
    t.deepEqual(
      out,
      a.map((v, i) => v * b[i] - (v * b[i] + c[i] * d[i])),
    );
  }
});

test('rows and columns: bias, column sums, one dot product a row', (t) => {
  const [m, row] = [filled(5, 7, 'm'), filled(1, 7, 'row')];
  const shifted = new Matrix(5, 7, m.data.slice());
  addRow(row, shifted);
  t.deepEqual(
    shifted.data,
    m.data.map((v, at) => v + row.data[at % 7]),
  );
  const sums = filled(1, 7, 'sums');
  const expected = sums.data.slice();
  for (let i = 0; i < 5; i++) for (let j = 0; j < 7; j++) expected[j] += 0.2 * m.row(i)[j];
  addColumnSums(0.2, m, sums);
  t.deepEqual(sums.data, expected);
  const dots = new Float64Array(5);
  addRowDots(m, shifted, dots);
  t.deepEqual(
    dots,
    Float64Array.from({ length: 5 }, (_, i) => dot(m.row(i), shifted.row(i))),
  );
});

test('dot is summed in the order that its doc states; maxAbs finds the largest, and NaN', (t) => {
  for (const n of [0, 1, 7, 8, 9, 64, 1003]) {
    const [a, b] = [numbers(n, 'a'), numbers(n, 'b')];
    const partial = new Float64Array(8);
    const whole = n - (n % 8);
    for (let i = 0; i < whole; i++) partial[i % 8] += a[i] * b[i];
    const pairs = (j: number) => partial[j] + partial[j + 2] + (partial[j + 4] + partial[j + 6]);
    let sum = pairs(0) + pairs(1);
    for (let i = whole; i < n; i++) sum += a[i] * b[i];
    t.is(dot(a, b), sum);
    t.is(
      maxAbs(a),
      a.reduce((most, v) => Math.max(most, Math.abs(v)), 0),
    );
    for (const at of [0, n - 1, n >> 1].filter((i) => i >= 0 && i < n)) {
      t.is(maxAbs(a.with(at, Number.NaN)), Number.NaN);
    }
  }
});

test('a box: forces outwards at a bound vanish, states are clipped, NaN stays', (t) => {
  const s = Float64Array.of(0, 0, 1, 1, 0.5, Number.NaN, 1);
  const force = Float64Array.of(-1, 1, -1, 1, -1, 1, Number.NaN);
  const imaginary = Float64Array.from(force, () => 3);
  const [plain, dual] = [force.slice(), force.slice()];
  projectForce({ lower: 0, upper: 1 }, s, plain);
  projectForce({ lower: 0, upper: 1 }, s, dual, imaginary);
  t.deepEqual(plain, Float64Array.of(0, 1, -1, 0, -1, 1, Number.NaN));
  t.deepEqual(dual, plain);
  t.deepEqual(imaginary, Float64Array.of(0, 3, 3, 0, 3, 3, 3));
  const [x, y] = [Float64Array.of(-1, 0, 0.3, 1, 2, Number.NaN, -0.1), Float64Array.of(5, 5, 5, 5, 5, 5, 5)];
  const real = x.slice();
  clip({ lower: 0, upper: 1 }, real);
  clip({ lower: 0, upper: 1 }, x, y);
  t.deepEqual(real, Float64Array.of(0, 0, 0.3, 1, 1, Number.NaN, 0));
  t.deepEqual(x, real);
  t.deepEqual(y, Float64Array.of(0, 5, 5, 5, 0, 0, 0));
});

test('lengths and shapes that do not match are refused before a kernel runs', (t) => {
  t.throws(() => addScaled(new Float64Array(3), 1, new Float64Array(2), new Float64Array(3)), {
    message: 'addScaled: lengths 3 and 2 do not match',
  });
  t.throws(() => addRow(new Matrix(1, 2), new Matrix(2, 3)), { message: 'addRow: lengths 3 and 2 do not match' });
  t.throws(() => gemm(false, false, 1, new Matrix(2, 3), new Matrix(3, 4), new Matrix(3, 4), new Matrix(2, 4)), {
    message: 'gemm: a start of 3 × 4 for a result of 2 × 4 does not match',
  });
});

test('the heap gives zeros, takes back, merges neighbours, and says when it is full', (t) => {
  const heap = new Heap(new ArrayBuffer(10_000), 100);
  const [a, b, c] = [heap.allocate(100), heap.allocate(100), heap.allocate(100)];
  t.is(heap.inUse, 3 * 832);
  t.true(a.every((v) => v === 0));
  // more than what is left beside them
  const [from, length] = [b.byteOffset, 1100];
  heap.free(a);
  heap.free(c);
  heap.free(b);
  heap.free(b);
  t.is(heap.inUse, 0);
  t.true(b.every(Number.isNaN), 'a use after the end shows');
  const again = heap.allocate(100);
  t.is(again, b, 'a small one is kept for the next');
  t.true(again.every((v) => v === 0));
  heap.free(again);
  const large = heap.allocate(length);
  t.true(large.byteOffset <= from, 'one gap again');
  const error = t.throws(() => heap.allocate(2000));
  t.regex(error?.message ?? '', /kernels' memory is full: .* asked for, .* in use; use fewer examples/);
  heap.free(large);
  for (let i = 0; i < length; i += 64)
    t.true(large.subarray(i, i + 64).some(Number.isNaN), 'and so does one of a large one');
});

test('an arena gives everything back, what was derived from its blocks too', (t) => {
  const arena = new Arena();
  const first = Blocks.real([{ name: 's', rows: 2, cols: 3 }], arena);
  const derived = [first.like(), first.clone(), first.of([{ name: 'z', rows: 1, cols: 9 }], true)];
  first.fill(1);
  arena.release();
  for (const { data } of [first, ...derived]) t.true(data.every(Number.isNaN));
  const inside = within((own) => Blocks.real(first.shapes, own).fill(2));
  t.true(inside.data.every(Number.isNaN));
});

test('an arena that recycles: the same blocks for the same shapes, of zeros, and no more than two computations use', (t) => {
  const taken: number[] = [];
  const buffers = new Set<unknown>();
  const arena = new Recycling();
  const [large, small] = [1000, 10].map((cols) => [{ name: 's', rows: 3, cols }]);
  const compute = (shapes: typeof large) =>
    arena.within((home) => {
      const s = Blocks.real(shapes, home);
      const [copy, own] = [s.clone(), s.of([{ name: 'once', rows: 1, cols: 5 }])];
      for (const blocks of [s, copy, own]) {
        t.true(blocks.data.every((value) => value === 0));
        blocks.fill(7);
      }
      taken.push(house().heap.inUse);
      return [s, copy];
    });
  const before = house().heap.inUse;
  const first = compute(large);
  const again = compute(large);
  compute(large);
  t.deepEqual(new Set(again), new Set(first));
  t.not(again[0], again[1]);
  for (const blocks of [...compute(small), ...compute(small)]) buffers.add(blocks);
  t.is(buffers.size, 2);
  // what is asked for in new shapes stays for one time more
  t.is(taken[2], taken[1]);
  t.true(taken[1] - taken[0] < 100);
  // of the large ones nothing is left when the next computation has gone without
  t.true(taken[4] - before < 1000);
  arena.release();
  t.is(house().heap.inUse, before);
});
