/**
 * The kernels of single precision: products have the bits of plain loops that round every step, elementary functions are
 * within 2 ulp, and everything else is what the kernels of doubles give of the same numbers, but for the rounding.
 */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { activationNames } from '../../src/numerics/activation-formulas.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { randomStream } from '../../src/numerics/random.js';
import { BASE, instantiate } from '../_support/kernels.js';

const { kernels, memory } = await instantiate(256);
const constant = (name: string) => (kernels(name) as unknown as { value: number }).value;
const workBytes = constant('GEMM_WORKSPACE');
/** Behind the arrays. */
const WORK = memory.buffer.byteLength - workBytes;

type Singles = Float32Array<ArrayBuffer>;

/** Normal numbers of size one, or of very different size. */
function numbers(length: number, purpose: string, decades = 0, zeros = 0): Singles {
  const random = randomStream(3, purpose);
  return Float32Array.from({ length }, () =>
    random.uniform() < zeros ? 0 : random.normal() * 10 ** Math.floor(decades * random.uniform()),
  );
}

/** Places arrays one after the other in the kernels' memory, as doubles or singles. */
function place(arrays: readonly Singles[], single: boolean) {
  let at = BASE;
  return arrays.map((array) => {
    const view = single
      ? new Float32Array(memory.buffer, at, array.length)
      : new Float64Array(memory.buffer, at, array.length);
    view.set(array);
    at += 8 * Math.ceil(view.byteLength / 8) + 8;
    return view;
  });
}

const size = fc.oneof(fc.integer({ min: 1, max: 18 }), fc.constantFrom(24, 25, 31, 64, 66, 257));

interface Shape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly ta: boolean;
  readonly tb: boolean;
  readonly alpha: number;
}

/** c_ij = start + Σ_k (α a_ik) b_kj, one k after the other, every step rounded. */
function plainProduct({ m, n, k, ta, tb, alpha }: Shape, a: Singles, b: Singles, start: Singles | undefined): Singles {
  const c = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = start?.[i * n + j] ?? 0;
      for (let p = 0; p < k; p++) {
        const scaled = Math.fround(Math.fround(alpha) * (ta ? a[p * m + i] : a[i * k + p]));
        sum = Math.fround(sum + Math.fround(scaled * (tb ? b[j * k + p] : b[p * n + j])));
      }
      c[i * n + j] = sum;
    }
  }
  return c;
}

testProp(
  'gemm32 and gemmSparse32 have the bits of three plain loops in single precision',
  [
    fc.record({
      ...{ m: size, n: size, k: fc.oneof(size, fc.constantFrom(255, 256, 512, 700)) },
      ...{ ta: fc.boolean(), tb: fc.boolean(), alpha: fc.constantFrom(1, -0.3) },
    }),
    fc.boolean(),
    fc.constantFrom(0, 0.6),
  ],
  (t, shape, started, zeros) => {
    const { m, n, k, ta, tb, alpha } = shape;
    const [a, b, start] = [numbers(m * k, 'a', 6, zeros), numbers(k * n, 'b', 6), numbers(m * n, 's', 6)];
    const expected = plainProduct(shape, a, b, started ? start : undefined);
    const [A, B, S, C] = place([a, b, start, new Float32Array(m * n)], true);
    const from = started ? S.byteOffset : 0;
    const head = [m, n, k, alpha, A.byteOffset];
    const tail = [from, n, C.byteOffset, n, WORK];
    kernels('gemm32')(Number(ta), Number(tb), ...head, ta ? m : k, B.byteOffset, tb ? k : n, ...tail);
    t.deepEqual(C.slice(), expected);
    if (tb) return;
    C.fill(0);
    kernels('gemmSparse32')(...head, ta ? 1 : k, ta ? m : 1, B.byteOffset, n, ...tail, workBytes);
    t.deepEqual(C.slice(), expected);
  },
  { numRuns: 60 },
);

/** What a kernel does: arrays of these lengths, their places where the kernel takes them; those it may write. */
type Call = [lengths: (n: number) => number[], args: (at: number[], n: number) => number[]];
const vectors = (count: number) => (n: number) => Array.from({ length: count }, () => n);
const rows = 3;

const calls: Record<string, Call> = {
  addScaled: [vectors(3), ([a, b, out], n) => [a, -0.75, b, out, n]],
  scale: [vectors(1), ([x], n) => [1.5, x, n]],
  hadamard: [vectors(3), (at, n) => [...at, n]],
  hadamardSum: [vectors(5), (at, n) => [...at, n]],
  hadamardMinus: [vectors(4), (at, n) => [...at, n]],
  hadamardComplex: [vectors(6), (at, n) => [...at, n]],
  addRow: [(n) => [n, rows * n], ([row, out], n) => [row, out, rows, n]],
  addColumnSums: [(n) => [rows * n, n], ([x, out], n) => [0.25, x, rows, n, n, out]],
  maxAbs: [vectors(1), ([x], n) => [x, n]],
  dot: [vectors(2), (at, n) => [...at, n]],
  addRowDots: [(n) => [rows * n, rows * n, rows], ([a, b, out], n) => [a, b, rows, n, out]],
  rowAxpy: [(n) => [rows, rows * n, rows * n], (at, n) => [...at, rows, n]],
  projectForce: [vectors(2), (at, n) => [...at, -0.5, 0.5, n]],
  projectForceComplex: [vectors(3), (at, n) => [...at, -0.5, 0.5, n]],
  clip: [vectors(1), ([s], n) => [s, -0.5, 0.5, n]],
  clipComplex: [vectors(2), (at, n) => [...at, -0.5, 0.5, n]],
  countNonzero: [vectors(1), ([x], n) => [x, n]],
  hadamardRow: [(n) => [rows * n, n, rows * n], (at, n) => [...at, rows, n]],
  addColumnDots: [(n) => [rows * n, rows * n, n], ([a, b, out], n) => [0.25, a, b, rows, n, n, out]],
  springForce: [(n) => [2 * rows * n, n, n, 2 * rows * n], (at, n) => [...at, rows, n]],
  springForceComplex: [
    (n) => [2 * rows * n, 2 * rows * n, n, n, 2 * rows * n, 2 * rows * n],
    (at, n) => [...at, rows, n],
  ],
  springStretch: [(n) => [2 * rows * n, n, rows * n], (at, n) => [...at, rows, n]],
  springTangent: [(n) => [2 * rows * n, n, n, 3 * rows * n], (at, n) => [...at, rows, n]],
  symmetricPairs: [(n) => [3 * n, 2 * n, 2 * n], (at, n) => [...at, n]],
  springAlong: [(n) => [2 * n, 2 * n, n], (at, n) => [...at, n]],
  springChange: [(n) => [2 * n, 2 * n, n], (at, n) => [...at, n]],
  springChangeComplex: [(n) => [2 * n, 2 * n, 2 * n, n, n], (at, n) => [...at, n]],
  ...Object.fromEntries(
    activationNames.flatMap((name, kind): [string, Call][] => [
      [`value ${name}`, [vectors(2), (at, n) => [kind, ...at, n]]],
      [`evaluate ${name}`, [vectors(3), (at, n) => [kind, ...at, n]]],
      [`curvature ${name}`, [vectors(2), (at, n) => [kind, ...at, n]]],
      [`valueMinus ${name}`, [vectors(3), (at, n) => [kind, ...at, n]]],
      [`valueStep ${name}`, [vectors(4), ([a, s, out, to], n) => [kind, a, s, 0.3, out, to, n]]],
      [`valueComplex ${name}`, [vectors(4), (at, n) => [kind, ...at, n]]],
      [`evaluateComplex ${name}`, [vectors(6), (at, n) => [kind, ...at, n]]],
    ]),
  ),
};

for (const [title, [lengths, args]] of Object.entries(calls)) {
  test(`${title} in single precision is that of doubles, rounded, at every length`, (t) => {
    const name = title.split(' ')[0];
    for (const n of [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 101, 1003]) {
      const inputs = lengths(n).map((length, i) => numbers(length, `${i}`, 0, name === 'countNonzero' ? 0.5 : 0));
      const [double, single] = [false, true].map((is32) => {
        const arrays = place(inputs, is32);
        const given = kernels(is32 ? `${name}32` : name)(
          ...args(
            arrays.map((array) => array.byteOffset),
            n,
          ),
        );
        return [...arrays.flatMap((array) => [...array]), given ?? 0];
      });
      const [apart, where] = farthest(single, double);
      // a few roundings of numbers of size one; where the denominators of springs are small, of larger ones
      t.true(apart <= 16 * 2 ** -24, `${n}: ${single[where]} for ${double[where]}`);
    }
  });
}

/** Largest distance, relative to numbers larger than one, and where. */
function farthest(a: readonly number[], b: readonly number[]): [apart: number, at: number] {
  let [worst, at] = [0, 0];
  for (const [i, value] of a.entries()) {
    const apart = Object.is(value, b[i]) ? 0 : Math.abs(value - b[i]) / Math.max(1, Math.abs(b[i]));
    if (!(apart <= worst)) [worst, at] = [apart, i];
  }
  return [worst, at];
}

for (const name of ['maxAbs', 'hadamardMinus', 'projectForce', 'valueMinus linear']) {
  test(`${name} gives the largest of what it leaves, and NaN where one is, at any place, in either precision`, (t) => {
    const [lengths, args] = calls[name];
    for (const [n, is32] of [1, 2, 3, 4, 7, 8, 9, 16, 31].flatMap((n) => [[n, false] as const, [n, true] as const])) {
      const inputs = lengths(n).map((length, i) => numbers(length, `${i}`));
      const largest = (holed: readonly Singles[]): [given: number | undefined, left: Numbers] => {
        const arrays = place(holed, is32);
        const at = arrays.map((array) => array.byteOffset);
        const given = kernels(`${name.split(' ')[0]}${is32 ? '32' : ''}`)(...args(at, n));
        return [given, arrays.at(-1)!.slice()];
      };
      const [given, left] = largest(inputs);
      t.is(given, Math.max(...left.map(Math.abs)));
      for (let at = 0; at < n; at++) {
        const holed = inputs.map((input, i) =>
          i === inputs.length - 1 - Number(inputs.length > 2) ? input.with(at, Number.NaN) : input,
        );
        t.is(largest(holed)[0], Number.NaN, `${at} of ${n}`);
      }
    }
  });
}

test('a dot product of singles is summed in doubles: the bits of the doubles of the same numbers', (t) => {
  for (const n of [0, 1, 7, 8, 9, 64, 1003]) {
    const inputs = [numbers(n, 'a', 6), numbers(n, 'b', 6)];
    const [double, single] = [false, true].map((is32) => {
      const [a, b] = place(inputs, is32);
      return kernels(is32 ? 'dot32' : 'dot')(a.byteOffset, b.byteOffset, n);
    });
    t.is(single, double);
  }
});

test('sparseProduct32 reads singles and is summed in doubles', (t) => {
  const [rows, cols] = [3, 4];
  const [values, x] = [numbers(5, 'v'), numbers(2 * cols, 'x')];
  const [V, X, out] = place([values, x, new Float32Array(2 * rows)], true);
  const [starts, columns] = [new Int32Array(memory.buffer, WORK, 4), new Int32Array(memory.buffer, WORK + 64, 5)];
  starts.set([0, 2, 2, 5]);
  columns.set([0, 3, 0, 1, 2]);
  const sizes = [2, rows, cols, starts.byteOffset, columns.byteOffset];
  kernels('sparseProduct32')(...sizes, V.byteOffset, 0.5, X.byteOffset, 0, out.byteOffset);
  const expected = [0, 1].flatMap((b) =>
    [0, 1, 2].map((i) => {
      let sum = 0;
      for (let at = starts[i]; at < starts[i + 1]; at++) sum += values[at] * x[b * cols + columns[at]];
      return 0.5 * sum;
    }),
  );
  t.deepEqual(out.slice(), Float32Array.from(expected));
});

/** Every 4,099th single there is, denormals, infinities and NaN among them; and many near one. */
const everywhere = (() => {
  const all = new Float32Array(Uint32Array.from({ length: Math.floor(2 ** 32 / 4099) }, (_, i) => 4099 * i).buffer);
  const near = Float32Array.from({ length: 200_000 }, (_, i) => (i % 2 ? 20 : -20) * 1.0001 ** -i);
  const [x, y] = [BASE, BASE + 8 * (all.length + near.length)].map(
    (at) => new Float32Array(memory.buffer, at, all.length + near.length),
  );
  x.set(all);
  x.set(near, all.length);
  return { x, y };
})();

const decay = (x: number) => Math.exp(-Math.abs(x));
const elementary: [name: string, kind: number, truth: (x: number) => number, range: [number, number]][] = [
  ['sigmoid', 0, (x) => (x > 0 ? 1 : decay(x)) / (1 + decay(x)), [0, 1]],
  ['tanh', 1, Math.tanh, [-1, 1]],
  ['softplus', 6, (x) => Math.max(x, 0) + Math.log1p(decay(x)), [0, Number.POSITIVE_INFINITY]],
];

for (const [name, kind, truth, [least, most]] of elementary) {
  test.serial(`${name} in single precision is within 2 ulp, for singles of every size, and within its range`, (t) => {
    const { x, y } = everywhere;
    kernels('value32')(kind, x.byteOffset, y.byteOffset, x.length);
    let [worst, where] = [0, 0];
    for (let i = 0; i < x.length; i++) {
      const expected = truth(x[i]);
      const error = singleUlps(y[i], expected);
      if (!(error <= worst)) [worst, where] = [error, i];
      if (y[i] < least || y[i] > most) t.fail(`${y[i]} at ${x[i]}`);
    }
    t.log(`at most ${worst.toFixed(3)} ulp, at ${x[where]}`);
    t.true(worst <= 2, `${y[where]} at ${x[where]}`);
  });
}

const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);

/** |y − truth| in units of the last place that a single of the size of truth has. */
function singleUlps(y: number, truth: number): number {
  if (Object.is(y, Math.fround(truth))) return 0;
  single[0] = Math.abs(truth);
  const last = 2 ** (Math.max(word[0] >>> 23, 1) - 150);
  return Number.isFinite(y) || Number.isFinite(single[0]) ? Math.abs(y - truth) / last : Number.POSITIVE_INFINITY;
}

test('special values are exact', (t) => {
  const inf = Number.POSITIVE_INFINITY;
  const tiny = 2 ** -149;
  const nan = Number.NaN;
  const given = [0, -0, inf, -inf, nan, tiny, -tiny, 800, -800];
  const [x, y] = place([Float32Array.from(given), new Float32Array(9)], true);
  const of = (kind: number) => {
    kernels('value32')(kind, x.byteOffset, y.byteOffset, 9);
    return [...y];
  };
  const ln2 = Math.fround(Math.LN2);
  t.deepEqual(of(0), [0.5, 0.5, 1, 0, nan, 0.5, 0.5, 1, 0]);
  t.deepEqual(of(1), [0, -0, 1, -1, nan, tiny, -tiny, 1, -1]);
  t.deepEqual(of(3), [0, -0, 1, 0, nan, tiny, 0, 1, 0]);
  t.deepEqual(of(4), given);
  t.deepEqual(of(5), [0, -0, inf, 0, nan, tiny, 0, 800, 0]);
  t.deepEqual(of(6), [ln2, ln2, inf, 0, nan, ln2, ln2, 800, 0]);
});

for (const [kind, name] of activationNames.entries()) {
  test(`${name}: a single has the same bits at every place, and with vanishing y those of the real function`, (t) => {
    const s = numbers(1001, 's').map((v) => 4 * v);
    const y = s.map((_, i) => (i % 2 ? 1 : -1) * 2 ** -40);
    const evaluate = (from: number, to: number) => {
      const out = new Float32Array(to - from);
      const arrays = place([s.slice(from, to), y.slice(from, to), out, out, out, out, out, out], true);
      const [S, Y, r, d, ...complex] = arrays.map((array) => array.byteOffset);
      kernels('evaluate32')(kind, S, r, d, out.length);
      kernels('evaluateComplex32')(kind, S, Y, ...complex, out.length);
      return arrays.slice(2).map((array) => array.slice());
    };
    const all = evaluate(0, s.length);
    t.deepEqual([all[2], all[4]], [all[0], all[1]]);
    for (const [from, to] of [
      [1, 2],
      [3, 5],
      [2, 9],
      [5, 1000],
      [0, 0],
    ]) {
      t.deepEqual(
        evaluate(from, to),
        all.map((part) => part.slice(from, to)),
      );
    }
  });
}
