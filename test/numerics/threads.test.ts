/** Calls that threads share: the same bytes for any number of threads, and an end whatever becomes of them. */

import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { fc } from '@fast-check/ava';
import test from 'ava';
import { blas } from '../../src/backend/blas.js';
import { RunError } from '../../src/errors.js';
import { activationNames } from '../../src/numerics/activation-formulas.js';
import type { Backend, Product } from '../../src/numerics/backend.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { randomStream } from '../../src/numerics/random.js';
import { Sparse } from '../../src/numerics/sparse.js';
import { house, useThreads, wasm } from '../../src/numerics/wasm.js';

const { pool } = house();
let on: Backend = wasm();

/** Some numbers, in the kernels' memory. */
type Make = (length: number) => Numbers;
/** A call on m rows of n numbers; what `out` gave is compared, and the result. */
type Call = (v: Make, out: Make, m: number, n: number) => unknown;

const box = { lower: -1, upper: 1 };
const ring = (n: number) =>
  Sparse.of(
    n + 1,
    n,
    [...Array(n).keys()].flatMap((i) => [[i, i, 2] as const, [i + 1, i, -0.7] as const]),
  );

const calls: Record<string, Call> = {
  addScaled: (v, out, m, n) => on.addScaled(v(m * n), 0.3, v(m * n), out(m * n)),
  copy: (v, out, m, n) => on.copy(v(m * n), out(m * n)),
  fill: (_, out, m, n) => on.fill(-0.3, out(m * n)),
  scale: (_, out, m, n) => on.scale(-0.3, out(m * n)),
  hadamard: (v, out, m, n) => on.hadamard(v(m * n), v(m * n), out(m * n)),
  hadamardSum: (v, out, m, n) => on.hadamardSum(v(m * n), v(m * n), v(m * n), v(m * n), out(m * n)),
  hadamardMinus: (v, out, m, n) => on.hadamardMinus(v(m * n), v(m * n), v(m * n), out(m * n)),
  hadamardComplex: (v, out, m, n) => on.hadamardComplex(v(m * n), v(m * n), v(m * n), v(m * n), out(m * n), out(m * n)),
  addRow: (v, out, m, n) => on.addRow(v(n), out(m * n)),
  addColumnSums: (v, out, m, n) => on.addColumnSums(0.3, v(m * n), out(n)),
  addColumnDots: (v, out, m, n) => on.addColumnDots(0.3, v(m * n), v(m * n), out(n)),
  maxAbs: (v, _, m, n) => on.maxAbs(v(m * n)),
  dot: (v, _, m, n) => on.dot(v(m * n), v(m * n)),
  addRowDots: (v, out, m, n) => on.addRowDots(v(m * n), v(m * n), out(m)),
  rowAxpy: (v, out, m, n) => on.rowAxpy(v(m), v(m * n), out(m * n)),
  hadamardRow: (v, out, m, n) => on.hadamardRow(v(m * n), v(n), out(m * n)),
  projectForce: (v, out, m, n) => on.projectForce(box, v(m * n), out(m * n)),
  projectForceComplex: (v, out, m, n) => on.projectForceComplex(box, v(m * n), out(m * n), out(m * n)),
  clip: (_, out, m, n) => on.clip(box, out(m * n), undefined),
  clipComplex: (_, out, m, n) => on.clip(box, out(m * n), out(m * n)),
  sparseProduct: (v, out, m, n) => on.sparseProduct(ring(n), 0.3, v(m * n), undefined, out(m * (n + 1))),
  'sparseProduct onto': (v, out, m, n) => on.sparseProduct(ring(n), 0.3, v(m * n), v(m * (n + 1)), out(m * (n + 1))),
  springForce: (v, out, m, n) => on.springForce(v(2 * m * n), v(n), v(n), out(2 * m * n)),
  springForceComplex: (v, out, m, n) =>
    on.springForceComplex([v(2 * m * n), v(2 * m * n)], v(n), v(n), [out(2 * m * n), out(2 * m * n)]),
  springStretch: (v, out, m, n) => on.springStretch(v(2 * m * n), v(n), out(m * n)),
  springTangent: (v, out, m, n) => on.springTangent(v(2 * m * n), v(n), v(n), out(3 * m * n)),
  symmetricPairs: (v, out, m, n) => on.symmetricPairs(v(3 * m * n), v(2 * m * n), out(2 * m * n)),
  springAlong: (v, out, m, n) => on.springAlong(v(2 * m * n), v(2 * m * n), out(m * n)),
  springChange: (v, out, m, n) => on.springChange(v(2 * m * n), v(2 * m * n), out(m * n)),
  springChangeComplex: (v, out, m, n) =>
    on.springChangeComplex(v(2 * m * n), [v(2 * m * n), v(2 * m * n)], [out(m * n), out(m * n)]),
  ...Object.fromEntries(
    activationNames.flatMap((rho): [string, Call][] => [
      [`value of ${rho}`, (v, out, m, n) => on.value(rho, v(m * n), out(m * n))],
      [`evaluate ${rho}`, (v, out, m, n) => on.evaluate(rho, v(m * n), out(m * n), out(m * n))],
      [`curvature of ${rho}`, (v, out, m, n) => on.curvature(rho, v(m * n), out(m * n))],
      [`valueMinus of ${rho}`, (v, out, m, n) => on.valueMinus(rho, v(m * n), v(m * n), out(m * n))],
      [`valueStep of ${rho}`, (v, out, m, n) => on.valueStep(rho, v(m * n), v(m * n), 0.3, out(m * n), out(m * n))],
      [
        `complex ${rho}`,
        (v, out, m, n) =>
          on.evaluateComplex(rho, [v(m * n), v(m * n)], [out(m * n), out(m * n)], [out(m * n), out(m * n)]),
      ],
      [
        `value of complex ${rho}`,
        (v, out, m, n) => on.evaluateComplex(rho, [v(m * n), v(m * n)], [out(m * n), out(m * n)], undefined),
      ],
    ]),
  ),
};

const image = { channels: 3, height: 6, width: 5, kernel: 2, stride: 1, padding: 0, pool: 1, rows: 5, cols: 4 };
const [pixels, cells] = [3 * 6 * 5, 5 * 4 * 3 * 2 * 2];
calls['patches'] = (v, out, m) => on.patches({ ...image, examples: m }, v(m * pixels), out(m * cells));
calls['addPatches'] = (v, out, m) => on.addPatches({ ...image, examples: m }, v(m * cells), out(m * pixels));

const windows = { channels: 3, rows: 3, cols: 2, size: 2 };
const [entries, maxima] = [3 * 3 * 2 * 4, 3 * 3 * 2];
calls['pool, and back'] = (v, out, m) => {
  const routes = on.allocate(m * maxima);
  on.pool({ ...windows, examples: m }, v(m * entries), routes, false, v(m * maxima), out(m * maxima));
  on.unpool({ ...windows, examples: m }, 0.3, v(m * maxima), routes, out(m * entries));
  on.free?.(routes);
};

/** Rows of two matrices, one call after the other: some can wait for each other, one adds up rows and cannot. */
calls['together'] = (v, out, m, n) => {
  const [a, w, wide] = [v(m * n), v(n * 5), v(5 * n)];
  const [five, back, rho, to, sums] = [out(m * 5), out(m * n), out(m * n), out(m * n), out(n)];
  const plain = { ta: false, tb: false, alpha: 1, sparse: false };
  return on.together!({ work: Number.POSITIVE_INFINITY }, m, () => {
    on.product({ ...plain, m, n: 5, k: n, a, b: w, c: five, start: undefined });
    on.product({ ...plain, tb: true, m, n, k: 5, a: five, b: w, c: back, start: back });
    on.value('sigmoid', back, rho);
    on.addColumnSums(0.3, rho, sums);
    on.hadamardRow(rho, sums, to);
    const panels = on.panels!({ tb: false, n, k: 5, b: wide }, v, undefined);
    on.product({ ...plain, m, n, k: 5, alpha: 0.5, a: five, b: wide, c: to, start: to, panels });
    // rows of examples for every thread, through panels of any size
    const [square, next] = [v(n * n), out(m * n)];
    const own = on.panels!({ tb: true, n, k: n, b: square }, v, undefined);
    on.product({ ...plain, tb: true, m, n, k: n, a: to, b: square, c: next, start: v(n), panels: own });
    const most = on.valueMinus('tanh', next, a, rho);
    return Math.max(most, on.valueStep('tanh', rho, a, 0.3, back, to));
  });
};

const normals = Array.from(
  { length: 4099 },
  (
    (random) => () =>
      2 * random.normal()
  )(randomStream(7, 'threads')),
);

/** All numbers that a call writes and gives, of the same inputs every time; `worth` Infinity: by this thread alone. */
function outcome(call: Call, m: number, n: number, worth: number, hole = -1): string[] {
  const all: Numbers[] = [];
  const make: Make = (length) => {
    const array = on.allocate(length);
    for (let i = 0; i < length; i++) array[i] = normals[(i + 97 * all.length) % normals.length];
    if (hole >= 0) array[hole % length] = Number.NaN;
    all.push(array);
    return array;
  };
  const outs: Numbers[] = [];
  const out: Make = (length) => {
    outs.push(make(length));
    return outs.at(-1)!;
  };
  pool.worth = worth;
  const result = call(make, out, m, n);
  const written = [...outs.map((out) => sha256(new Uint8Array(out.slice().buffer))), String(result ?? 0)];
  for (const array of all) on.free?.(array);
  return written;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const ALONE = Number.POSITIVE_INFINITY;
const side = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(127, 300));

const product =
  (
    how: Pick<Product, 'ta' | 'tb' | 'alpha' | 'sparse'>,
    k: number,
    start: 'none' | 'c' | 'row' | 'all',
    packed = false,
  ): Call =>
  (v, out, m, n) => {
    const [a, b, c] = [v(m * k), v(k * n), out(m * n)];
    const panels = packed ? on.panels?.({ ...how, n, k, b }, v, undefined) : undefined;
    if (how.sparse) for (let i = 0; i < a.length; i++) if (i % 5 > 0) a[i] = 0;
    const starts = { none: () => undefined, c: () => c, row: () => v(n), all: () => v(m * n) };
    on.product({ ...how, m, n, k, a, b, c, start: starts[start](), panels });
  };

/** Starts so many, and waits until all of them are there. */
async function begin(threads: number): Promise<void> {
  useThreads(threads);
  pool.worth = 1;
  outcome(calls['scale'], 30, 30, 1);
  while (pool.present < threads) await setTimeout(5);
}

for (const [threads, precision] of [
  [2, 'float64'],
  [3, 'float32'],
  [7, 'float64'],
] as const) {
  test.serial(
    `${precision}: every call has the same bytes with ${threads} threads as with one, and NaN stays`,
    async (t) => {
      on = wasm(precision);
      await begin(threads);
      for (const [name, call] of Object.entries(calls)) {
        const shapes = fc.tuple(side, side, fc.constantFrom(-1, 0, 77));
        fc.assert(
          fc.property(shapes, ([m, n, hole]) => {
            t.deepEqual(outcome(call, m, n, 1, hole), outcome(call, m, n, ALONE, hole), `${name} of ${m} × ${n}`);
          }),
          { numRuns: 2 },
        );
      }
      t.is(pool.present, threads);
    },
  );

  test.serial(`so have products with ${threads}, sparse ones too, however they are cut`, async (t) => {
    await begin(threads);
    const how = fc.record({
      ta: fc.boolean(),
      tb: fc.boolean(),
      alpha: fc.constantFrom(1, -0.3),
      sparse: fc.boolean(),
    });
    const depth = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(300));
    const start = fc.constantFrom('none' as const, 'c' as const, 'row' as const, 'all' as const);
    fc.assert(
      fc.property(how, side, side, depth, start, fc.boolean(), (how, m, n, k, start, packed) => {
        const call = product(how, k, start, packed && !how.sparse);
        t.deepEqual(outcome(call, m, n, 1), outcome(call, m, n, ALONE), JSON.stringify({ ...how, m, n, k, start }));
      }),
      { numRuns: 30 },
    );
  });
}

/** A function of the test's own, in all threads; this one waits in it until another has begun a piece. */
function own(body: string): () => void {
  const place = on.allocate(8);
  const begun = new Int32Array(place.buffer, place.byteOffset, 1);
  const text = `export const functions = (buffer, at) => [(number) => {
    const begun = new Int32Array(buffer, at, 1);
    Atomics.store(begun, 0, 1);
    Atomics.notify(begun, 0);
    ${body}
  }];`;
  const url = `data:text/javascript,${encodeURIComponent(text)}`;
  const number = pool.add({ url, data: place.byteOffset }, [
    (number) => {
      Atomics.wait(begun, 0, 0, 60_000);
      return 2 * number;
    },
  ]);
  const part = { kernel: number, args: [5, 6], moves: [1, 0], sizeAt: 1, each: 1, workAt: -1 };
  return () => pool.fork([part], { size: 6, grain: 1, pieces: 6 });
}

test.serial('who comes late to a piece, and later than all others, has not spoiled the next call', async (t) => {
  const slow = own('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40); return 2 * number;');
  await begin(3);
  for (let i = 0; i < 5; i++) {
    slow();
    t.deepEqual(
      [0, 1, 2, 3, 4, 5].map((piece) => pool.result(piece)),
      [10, 12, 14, 16, 18, 20],
    );
    t.deepEqual(outcome(calls['dot'], 40, 40, 1), outcome(calls['dot'], 40, 40, ALONE));
  }
});

test.serial('a piece that throws costs the call, in words; the next one has new threads', async (t) => {
  const faulty = own('throw new Error("the reason");');
  await begin(3);
  const error = t.throws(faulty, { instanceOf: RunError });
  t.regex(error?.message ?? '', /a thread could not do its part \(the reason\)/);
  await begin(3);
  t.deepEqual(outcome(calls['dot'], 40, 40, 1), outcome(calls['dot'], 40, 40, ALONE));
});

test.serial('a thread that ends in the middle of a piece costs the call, too', async (t) => {
  const fatal = own('process.exit();');
  await begin(2);
  const error = t.throws(fatal, { instanceOf: RunError });
  t.regex(error?.message ?? '', /a thread could not do its part \(it ended in the middle of its work\)/);
});

test.serial('products of a BLAS have the same bits for any number of threads, in either precision', async (t) => {
  const how = { ta: false, tb: false, alpha: 1, sparse: false };
  const cases: [call: Call, m: number, n: number][] = [
    [product(how, 410, 'row'), 130, 300],
    ...(['none', 'row', 'all', 'c'] as const).map((start): [Call, number, number] => [
      product(how, 512, start, true),
      51,
      500,
    ]),
    [product(how, 900, 'all', true), 20, 700],
  ];
  for (const precision of ['float64', 'float32'] as const) {
    try {
      on = blas(precision);
    } catch (error) {
      t.regex((error as Error).message, /--backend blas/);
      return t.log('no BLAS here');
    }
    await begin(1);
    const all = () => cases.map(([call, m, n]) => outcome(call, m, n, 1));
    const alone = all();
    await begin(3);
    t.deepEqual(all(), alone, precision);
  }
});
