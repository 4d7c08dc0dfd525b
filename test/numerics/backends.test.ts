/** Every backend computes the same: kernels and BLAS are held against mathjs's own expressions of the formulas. */
import test, { type ExecutionContext } from 'ava';
import { blas } from '../../src/backend/blas.js';
import { UserError } from '../../src/errors.js';
import { activationNames } from '../../src/numerics/activation-formulas.js';
import type { Backend, Product } from '../../src/numerics/backend.js';
import { useBackend } from '../../src/numerics/current-backend.js';
import { mathjs } from '../../src/numerics/mathjs.js';
import type { Precision } from '../../src/numerics/numbers.js';
import { randomStream } from '../../src/numerics/random.js';
import { Sparse } from '../../src/numerics/sparse.js';
import { wasm } from '../../src/numerics/wasm.js';
import { everyNetwork, title } from '../_support/networks.js';
import { distance } from '../_support/numbers.js';
import { numbersOfShortRun } from '../_support/short-run.js';

/** undefined where this machine has none: the tests then say so. */
function blasIfThere(t: ExecutionContext, precision?: Precision): Backend | undefined {
  try {
    return blas(precision);
  } catch (error) {
    t.true(error instanceof UserError);
    t.regex((error as Error).message, /--backend blas/);
    t.log(`not tested here: ${(error as Error).message}`);
    return undefined;
  }
}

const reference = mathjs();

/** Bounds and kinks of activations and boxes, next to them, and beyond where exponentials overflow. */
const CORNERS = [0, -0, 1e-17, -1e-17, 0.5, 1, 1 + 1e-13, -1, 400, -400];

/** Normal ones, and about as many corners, so that there are ties. */
function numbers(length: number, purpose: string): Float64Array {
  const random = randomStream(5, purpose);
  return Float64Array.from({ length }, () =>
    random.uniform() < 0.5 ? 2 * random.normal() : CORNERS[Math.floor(random.uniform() * CORNERS.length)],
  );
}

/** Normal ones alone. */
function normal(length: number, purpose: string): Float64Array {
  const random = randomStream(5, purpose);
  return Float64Array.from({ length }, () => 2 * random.normal());
}

/** Largest distance, relative to the largest number, of what an operation writes and gives, on both backends. */
function apart(own: Backend, work: (on: Backend, out: Float64Array[]) => unknown, lengths: number[]): number {
  const [a, b] = [own, reference].map((backend) => {
    const out = lengths.map((length, i) => numbers(length, `out${i}`));
    const given = work(backend, out);
    return [...out.flatMap((array) => [...array]), ...(typeof given === 'number' ? [given] : [])];
  });
  return distance(a, b);
}

/** 24 rows of 5, or 40 of 3. */
const N = 120;
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => numbers(N, name));
/** Imaginary parts: from ±π/2 on there are poles, from ±π on choices of a branch. */
const angles = b.map((y) => (Math.abs(y) > 1.5 ? 0 : y));
const box = { lower: -1, upper: 1 };
const sparse = Sparse.of(4, 3, [
  [0, 1, 2],
  [2, 0, -1],
  [2, 2, 0.5],
  [3, 1, 1],
  [3, 1, 1],
]);
const [extents, small, k, l] = [normal(12, 'd'), normal(12, 'u'), normal(3, 'k'), normal(3, 'l').map(Math.abs)];

/** Two images of 2 × 5 × 4; two maps of three channels, in windows of 2 × 2. */
const seen = {
  examples: 2,
  channels: 2,
  height: 5,
  width: 4,
  kernel: 3,
  stride: 1,
  padding: 1,
  pool: 1,
  rows: 5,
  cols: 4,
};
const means = { ...seen, kernel: 2, stride: 2, pool: 2, rows: 1, cols: 1 };
const windows = { examples: 2, channels: 3, rows: 2, cols: 3, size: 2 };
const [imagesOf2, map, chosen] = [
  numbers(80, 'image'),
  numbers(144, 'map'),
  numbers(36, 'r').map((r) => Math.abs(Math.round(10 * r)) % 4),
];

const operations: Record<string, [work: (on: Backend, out: Float64Array[]) => unknown, lengths: number[]]> = {
  addScaled: [(on, [out]) => on.addScaled(a, 0.3, b, out), [N]],
  copy: [(on, [out]) => on.copy(a, out), [N]],
  fill: [(on, [out]) => on.fill(-0.3, out), [N]],
  scale: [(on, [out]) => on.scale(-2, out), [N]],
  hadamard: [(on, [out]) => on.hadamard(a, b, out), [N]],
  hadamardSum: [(on, [out]) => on.hadamardSum(a, b, c, d, out), [N]],
  hadamardMinus: [(on, [out]) => on.hadamardMinus(a, b, c, out), [N]],
  hadamardComplex: [(on, [re, im]) => on.hadamardComplex(a, b, c, d, re, im), [N, N]],
  addRow: [(on, [out]) => on.addRow(a.subarray(0, 5), out), [N]],
  addColumnSums: [(on, [out]) => on.addColumnSums(0.5, a, out), [5]],
  maxAbs: [(on) => on.maxAbs(a), []],
  'maxAbs of what is all but equal': [(on) => on.maxAbs(Float64Array.of(1e-17, 1, 1 + 1e-13)), []],
  dot: [(on) => on.dot(a, b), []],
  addRowDots: [(on, [out]) => on.addRowDots(a, b, out), [3]],
  projectForce: [(on, [force]) => on.projectForce(box, a, force), [N]],
  projectForceComplex: [(on, [force, imaginary]) => on.projectForceComplex(box, a, force, imaginary), [N, N]],
  'rowAxpy by 0 of what is not finite': [
    (on, [out]) => on.rowAxpy(Float64Array.of(0, 1), Float64Array.of(Number.NaN, 0.5), out),
    [2],
  ],
  rowAxpy: [(on, [out]) => on.rowAxpy(numbers(3, 'alpha'), a, out), [N]],
  sparseProduct: [(on, [out]) => on.sparseProduct(sparse, 0.5, a, undefined, out), [(N / 3) * 4]],
  'sparseProduct, accumulated': [(on, [out]) => on.sparseProduct(sparse, 0.5, a, out, out), [(N / 3) * 4]],
  hadamardRow: [(on, [out]) => on.hadamardRow(a, b.subarray(0, 5), out), [N]],
  addColumnDots: [(on, [out]) => on.addColumnDots(0.5, a, b, out), [5]],
  springForce: [(on, [f]) => on.springForce(extents, k, l, f), [12]],
  springForceComplex: [(on, [re, im]) => on.springForceComplex([extents, small], k, l, [re, im]), [12, 12]],
  springStretch: [(on, [out]) => on.springStretch(extents, l, out), [6]],
  springTangent: [(on, [out]) => on.springTangent(extents, k, l, out), [18]],
  symmetricPairs: [(on, [out]) => on.symmetricPairs(numbers(18, 'T'), extents, out), [12]],
  springAlong: [(on, [out]) => on.springAlong(extents, small, out), [6]],
  springChange: [(on, [out]) => on.springChange(extents, small, out), [6]],
  springChangeComplex: [(on, [re, im]) => on.springChangeComplex(extents, [small, normal(12, 'v')], [re, im]), [6, 6]],
  patches: [(on, [out]) => on.patches(seen, imagesOf2, out), [720]],
  'patches, means of windows': [(on, [out]) => on.patches(means, imagesOf2, out), [16]],
  addPatches: [(on, [image]) => on.addPatches(seen, numbers(720, 'p'), image), [80]],
  'addPatches, means of windows': [(on, [image]) => on.addPatches(means, numbers(16, 'p'), image), [80]],
  pool: [(on, [out, routes]) => on.pool(windows, map, routes, false, undefined, out), [36, 36]],
  'pool by given routes, from a start': [
    (on, [out]) => on.pool(windows, map, chosen, true, numbers(36, 's'), out),
    [36],
  ],
  'pool of single entries': [
    (on, [out]) => on.pool({ ...windows, size: 1 }, numbers(36, 'm'), undefined, false, out, out),
    [36],
  ],
  unpool: [(on, [out]) => on.unpool(windows, 0.3, numbers(36, 'v'), chosen, out), [144]],
  clip: [(on, [s, imaginary]) => on.clip(box, s, imaginary), [N, N]],
  ...Object.fromEntries(
    activationNames.flatMap((rho) => [
      [`value of ${rho}`, [(on: Backend, [out]: Float64Array[]) => on.value(rho, a, out), [N]]],
      [`evaluate ${rho}`, [(on: Backend, [r, slope]: Float64Array[]) => on.evaluate(rho, a, r, slope), [N, N]]],
      [`curvature of ${rho}`, [(on: Backend, [out]: Float64Array[]) => on.curvature(rho, a, out), [N]]],
      [`valueMinus of ${rho}`, [(on: Backend, [out]: Float64Array[]) => on.valueMinus(rho, a, b, out), [N]]],
      [
        `valueStep of ${rho}`,
        [(on: Backend, [out, to]: Float64Array[]) => on.valueStep(rho, a, b, 0.3, out, to), [N, N]],
      ],
      [
        `complex ${rho}`,
        [
          (on: Backend, [r, i, u, v]: Float64Array[]) => on.evaluateComplex(rho, [a, angles], [r, i], [u, v]),
          [N, N, N, N],
        ],
      ],
    ]),
  ),
};

for (const [name, [work, lengths]] of Object.entries(operations)) {
  test(`${name}: kernels and mathjs agree`, (t) => {
    const gap = apart(wasm(), work, lengths);
    t.true(gap <= 1e-14, String(gap));
  });
}

for (const rho of activationNames) {
  test(`${rho} of what is not a number is none`, (t) => {
    const [x, y] = [Float64Array.of(Number.NaN, 0.5), Float64Array.of(0.1, 0.1)];
    for (const on of [wasm(), reference]) {
      const [real, re, im] = [0, 0, 0].map(() => new Float64Array(2));
      on.value(rho, x, real);
      on.evaluateComplex(rho, [x, y], [re, im], undefined);
      for (const value of [real, re]) t.deepEqual([...value].map(Number.isNaN), [true, false], on.name);
    }
  });
}

const products: Omit<Product, 'a' | 'b' | 'c' | 'start'>[] = [false, true].flatMap((ta) =>
  [false, true].map((tb) => ({ ta, tb, m: 18, n: 19, k: 20, alpha: -0.7, sparse: false })),
);

test('products: kernels, BLAS and mathjs agree, for every transpose and start', (t) => {
  for (const own of [wasm(), blasIfThere(t)]) {
    for (const shape of products) {
      for (const start of [undefined, 'out', numbers(19, 'bias'), numbers(18 * 19, 'start')]) {
        const gap = apart(
          own ?? wasm(),
          (on, [out]) =>
            on.product({
              ...shape,
              a: numbers(360, 'A'),
              b: numbers(380, 'B'),
              c: out,
              start: start === 'out' ? out : (start as Float64Array | undefined),
            }),
          [18 * 19],
        );
        t.true(gap <= 1e-14, `${own?.name} ${JSON.stringify(shape)}: ${gap}`);
      }
    }
  }
});

test('products of a BLAS by weights that it has put in an order of its own are the same', (t) => {
  for (const precision of ['float64', 'float32'] as const) {
    const own = blasIfThere(t, precision);
    if (own?.panels === undefined) {
      t.log(`${own?.name ?? 'no BLAS'} has no such order here`);
      t.pass();
      continue;
    }
    const cast = (x: Float64Array) => (precision === 'float64' ? x : Float32Array.from(x));
    // deep, high, both with a rest; the last strip is narrower
    for (const [m, n, k] of [
      [130, 70, 530],
      [70, 100, 64],
      [9, 1000, 700],
    ] as const) {
      for (const tb of [false, true]) {
        const [a, b, from] = [numbers(m * k, 'A'), numbers(k * n, 'B'), numbers(m * n, 'start')].map(cast);
        const known = own.allocate(k * 32 * Math.ceil(n / 32));
        const panels = own.panels({ tb, n, k, b }, () => known, undefined);
        t.is(panels, known);
        for (const start of [undefined, from, from.subarray(0, n)]) {
          const shape = { ta: false, tb, m, n, k, alpha: -0.7, a, b, start, sparse: false };
          const [c, plain] = [own.allocate(m * n), own.allocate(m * n)];
          own.product({ ...shape, c, panels });
          own.product({ ...shape, c: plain });
          const most = Array.from(plain).reduce((size, x) => Math.max(size, Math.abs(x)), 0);
          const gap = distance(c, plain) / most;
          t.true(gap <= (precision === 'float64' ? 1e-15 : 1e-6), `${precision} ${[m, n, k, tb]}: ${gap}`);
          for (const part of [c, plain]) own.free?.(part);
        }
        own.free?.(known);
      }
    }
  }
});

/** Every number that a short run of EP and RBP writes, on a backend. */
function rowsOn(on: Backend, network: object): number[] {
  useBackend(on);
  try {
    return numbersOfShortRun({ network }, 200);
  } finally {
    useBackend(undefined);
  }
}

// useBackend is of the whole thread: one after the other
for (const network of everyNetwork) {
  test.serial(`${title(network)}: a run on kernels, BLAS and mathjs gives the same numbers to 1e-13`, (t) => {
    const expected = rowsOn(reference, network);
    t.true(distance(rowsOn(wasm(), network), expected) <= 1e-13);
    const own = blasIfThere(t);
    if (own) t.true(distance(rowsOn(own, network), expected) <= 1e-12);
  });
}
