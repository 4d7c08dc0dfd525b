/** Sparse products and springs against what they say they are. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { Blocks } from '../../src/numerics/blocks.js';
import { gemm } from '../../src/numerics/kernels.js';
import { Matrix } from '../../src/numerics/matrix.js';
import { randomStream } from '../../src/numerics/random.js';
import { Sparse, type SparseEntry, sparseProduct } from '../../src/numerics/sparse.js';
import { springChange, springForce, springStretch, springTangent, symmetricPairs } from '../../src/numerics/springs.js';
import { distance } from '../_support/numbers.js';

const filled = (rows: number, cols: number, purpose: string) => {
  const random = randomStream(11, purpose);
  return new Matrix(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, () => random.normal()),
  );
};

const entriesOf = (rows: number, cols: number) =>
  fc.array(fc.tuple(fc.nat(rows - 1), fc.nat(cols - 1), fc.constantFrom(1, -1, 0.5)) as fc.Arbitrary<SparseEntry>, {
    maxLength: 30,
  });
const sparseOf = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
  .chain(([rows, cols]) =>
    fc.record({ rows: fc.constant(rows), cols: fc.constant(cols), entries: entriesOf(rows, cols) }),
  );

testProp(
  'a sparse product is the dense one, from nothing, from a start and onto itself; so is that of the transpose',
  [sparseOf, fc.integer({ min: 1, max: 4 })],
  (t, { rows, cols, entries }, examples) => {
    const sparse = Sparse.of(rows, cols, entries);
    const dense = new Matrix(rows, cols);
    for (const [row, column, value] of entries) dense.row(row)[column] += value;
    for (const [a, transposed, ins, outs] of [
      [sparse, true, cols, rows],
      [sparse.transposed, false, rows, cols],
    ] as const) {
      const [x, start] = [filled(examples, ins, 'x'), filled(examples, outs, 'start')];
      for (const from of [0, start, 'itself'] as const) {
        const [got, expected] = [filled(examples, outs, 'out'), filled(examples, outs, 'out')];
        sparseProduct(a, -0.7, x, from === 'itself' ? got : from, got);
        gemm(false, transposed, -0.7, x, dense, from === 'itself' ? expected : from, expected);
        // sums of at most 30 numbers of size 1, which may cancel
        t.true(got.data.every((value, i) => Math.abs(value - expected.data[i]) <= 5e-14));
      }
    }
    t.is(sparse.transposed.transposed, sparse);
  },
);

test('places outside a sparse matrix, and shapes that do not fit, are refused', (t) => {
  t.throws(() => Sparse.of(2, 3, [[2, 0, 1]]), { message: 'a sparse 2 × 3 matrix has no place (2, 0)' });
  const a = Sparse.of(2, 3, [[1, 1, 1]]);
  t.throws(() => sparseProduct(a, 1, filled(2, 2, 'x'), 0, filled(2, 2, 'out')), { instanceOf: RangeError });
});

test('the memory of a sparse matrix stays its own while it lives, whatever is collected', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const a = Sparse.of(
    40,
    40,
    Array.from({ length: 40 }, (_, i): SparseEntry => [i, 39 - i, i + 1]),
  );
  const lists = () => [a, a.transposed].map(({ starts, columns, values }) => [[...starts], [...columns], [...values]]);
  const before = lists();
  for (let turn = 0; turn < 5; turn++) {
    collect();
    await new Promise(setImmediate);
  }
  const others = [1, 20, 21, 40].flatMap((cols) =>
    Array.from({ length: 8 }, () => Blocks.real([{ name: 'other', rows: 1, cols }]).fill(7)),
  );
  t.deepEqual(lists(), before);
  t.is(others.length, 32);
});

const SPRINGS = 5;
const extents = (examples: number, purpose: string) => filled(examples, 2 * SPRINGS, purpose);
const asBlocks = (m: Matrix, im?: Matrix): Blocks => {
  const blocks = (im ? Blocks.complex : Blocks.real)([{ name: 'd', rows: m.rows, cols: m.cols }]);
  blocks.re.set(m.data);
  if (im) blocks.im!.set(im.data);
  return blocks;
};
const [d, v, k, l] = [extents(3, 'd'), extents(3, 'v'), filled(1, SPRINGS, 'k'), filled(1, SPRINGS, 'l')];
l.data.set(l.data.map(Math.abs));

test('the tangent of a spring is the derivative of its force, taken in the complex plane', (t) => {
  const h = 2 ** -600;
  const force = asBlocks(d, d).like();
  springForce(
    asBlocks(
      d,
      new Matrix(
        3,
        2 * SPRINGS,
        v.data.map((x) => h * x),
      ),
    ),
    k,
    l,
    force,
  );
  const [tangent, product, real] = [new Matrix(3, 3 * SPRINGS), extents(3, 'out'), asBlocks(d).like()];
  springTangent(d, k, l, tangent);
  symmetricPairs(tangent, v, product);
  t.true(
    distance(
      force.im!.map((x) => x / h),
      product.data,
    ) <= 1e-14,
  );
  springForce(asBlocks(d), k, l, real);
  t.true(distance(force.re, real.re) <= 1e-15);
});

test('the change of length is the difference of lengths, keeps its digits where they nearly cancel, and is analytic', (t) => {
  const zero = new Matrix(1, SPRINGS);
  const lengths = (m: Matrix) => {
    const out = new Matrix(3, SPRINGS);
    springStretch(m, zero, out);
    return out.data;
  };
  const changeBy = (delta: Blocks) => {
    const out = delta.of([{ name: 'r', rows: 3, cols: SPRINGS }], delta.im !== undefined);
    springChange(d, delta, out);
    return out;
  };
  const moved = new Matrix(
    3,
    2 * SPRINGS,
    d.data.map((x, i) => x + v.data[i]),
  );
  const [before, after] = [lengths(d), lengths(moved)];
  t.true(
    distance(
      changeBy(asBlocks(v)).re,
      after.map((r, i) => r - before[i]),
    ) <= 1e-14,
  );
  const tiny = (h: number) =>
    new Matrix(
      3,
      2 * SPRINGS,
      v.data.map((x) => h * x),
    );
  // to first order (d·δ)/r, whichever way δ points in the complex plane
  const slope = Float64Array.from({ length: 3 * SPRINGS }, (_, i) => {
    return (d.data[2 * i] * v.data[2 * i] + d.data[2 * i + 1] * v.data[2 * i + 1]) / before[i];
  });
  t.true(
    distance(
      changeBy(asBlocks(tiny(1e-30))).re.map((x) => x / 1e-30),
      slope,
    ) <= 1e-14,
  );
  const along = changeBy(asBlocks(tiny(0), tiny(2 ** -600)));
  t.true(
    distance(
      along.im!.map((x) => x / 2 ** -600),
      slope,
    ) <= 1e-14,
  );
});
