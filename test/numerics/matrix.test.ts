import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { axpy, gemm } from '../../src/numerics/kernels.js';
import { type DenseMatrix, Matrix, math } from '../../src/numerics/matrix.js';

const plain = (m: Matrix): DenseMatrix => new math.DenseMatrix(Array.from({ length: m.rows }, (_, i) => [...m.row(i)]));
const numbers = (m: unknown): number[][] => (m as { toArray(): number[][] }).toArray();
const entry = fc.double({ min: -10, max: 10, noNaN: true });
const matrix = (rows: number, cols: number) =>
  fc
    .array(entry, { minLength: rows * cols, maxLength: rows * cols })
    .map((data) => new Matrix(rows, cols, Float64Array.from(data)));
const size = fc.integer({ min: 1, max: 6 });

/** op(A)·op(B) in plain mathjs. */
function expression(ta: boolean, tb: boolean, a: Matrix, b: Matrix): number[][] {
  return numbers(math.evaluate(`${ta ? "A'" : 'A'} * ${tb ? "B'" : 'B'}`, { A: plain(a), B: plain(b) }));
}

testProp(
  'gemm is α op(A) op(B) + β C, for every transpose',
  [
    fc
      .record({
        m: size,
        k: size,
        n: size,
        ta: fc.boolean(),
        tb: fc.boolean(),
        alpha: entry,
        beta: fc.constantFrom(0 as const, 1 as const),
      })
      .chain((d) =>
        fc.record({
          d: fc.constant(d),
          a: d.ta ? matrix(d.k, d.m) : matrix(d.m, d.k),
          b: d.tb ? matrix(d.n, d.k) : matrix(d.k, d.n),
          c: matrix(d.m, d.n),
        }),
      ),
  ],
  (t, { d, a, b, c }) => {
    const expected = expression(d.ta, d.tb, a, b).flatMap((row, i) =>
      row.map((v, j) => d.alpha * v + d.beta * c.row(i)[j]),
    );
    gemm(d.ta, d.tb, d.alpha, a, b, d.beta === 1 ? c : 0, c);
    t.true(expected.every((value, i) => Math.abs(value - c.data[i]) <= 1e-10));
  },
);

testProp('NaN and Infinity in a factor are not lost to a zero', [matrix(2, 3)], (t, a) => {
  const b = new Matrix(3, 2);
  a.data[0] = Number.NaN;
  const out = new Matrix(2, 2);
  gemm(false, false, 1, a, b, 0, out);
  t.true(Number.isNaN(out.data[0]));
});

test('shapes that do not match name both', (t) => {
  const [a, b] = [new Matrix(2, 3), new Matrix(2, 4)];
  t.throws(() => gemm(false, true, 1, a, b, 0, new Matrix(2, 2)), {
    message: 'gemm: 2 × 3 times 2 × 4 (transposed) into 2 × 2 do not match',
  });
  t.throws(() => math.add(a as never, b as never), { message: /2 × 3 and 2 × 4/ });
  t.throws(() => new Matrix(2, 2, new Float64Array(3)), { message: /needs 4 numbers, got 3/ });
  t.throws(() => Matrix.from([[1, 2], [3]]), { message: /row 1 has 1 numbers/ });
});

const A = Matrix.from([
  [4, 1, 0.5],
  [1, 3, -1],
  [0.5, -1, 5],
]);
const B = Matrix.from([
  [1, -2, 3],
  [0.25, 5, 7],
  [2, 2, -1],
]);
const v = Matrix.from([[1], [2], [3]]);

const expressions = [
  'A * B',
  "A'",
  'A + B',
  'A - B',
  'A .* B',
  'A ./ B',
  'A * 2',
  '2 * A',
  'A + 1',
  'A * v',
  "v' * A",
  'A ^ 2',
  'inv(A)',
  'det(A)',
  'trace(A)',
  'transpose(B)',
  'lusolve(A, v)',
  'norm(A)',
  'norm(flatten(v))',
  'sum(A)',
  'max(B)',
  'min(B)',
  'mean(B)',
  'diag(A)',
  'dot(v, v)',
  'A[2, 3]',
  'A[1:2, 2:3]',
  'concat(A, B)',
  'kron(A, v)',
  'abs(B)',
  'map(A, exp)',
  'map(B, tanh)',
  'map(B, sqrt)',
  'A * (1 + 2i)',
  'size(A)',
  'reshape(A, [1, 9])',
  'resize(A, [2, 2])',
  'sort(flatten(v))',
  'map(B, f)',
  'A == A',
  'lup(A).U',
  'qr(B).R',
  'expm(A / 10)',
  '-A',
  'A .^ 2',
  'row(A, 2)',
  'column(B, 1)',
  'flatten(B)',
  'cross(v, [1, 0, 2])',
  'squeeze(v)',
  'B + (A * B)',
];

for (const text of expressions) {
  test(`mathjs: ${text} is what it is on a plain matrix`, (t) => {
    const f = (x: number) => x * x;
    const contiguous = math.evaluate(text, { A, B, v, f });
    const expected = math.evaluate(text, { A: plain(A), B: plain(B), v: plain(v), f });
    t.is(math.format(contiguous, 14), math.format(expected, 14));
  });
}

test('products and sums of contiguous matrices stay contiguous', (t) => {
  for (const text of ['A * B', 'A + B', 'A - B', "A'"]) t.true(math.evaluate(text, { A, B }) instanceof Matrix, text);
});

test('mathjs sees what a kernel has written since it last looked', (t) => {
  const m = new Matrix(1, 2, Float64Array.of(1, 2));
  t.is(Number(math.sum(m as never)), 3);
  axpy(1, Float64Array.of(10, 10), m.data);
  t.is(Number(math.sum(m as never)), 23);
});

test('mathjs sees what anybody has written to the numbers, however it looks', (t) => {
  const looks: Record<string, (m: Matrix) => unknown> = {
    get: (m) => (m as DenseMatrix).get([0, 0]),
    sum: (m) => math.sum(m as never),
    index: (m) => math.evaluate('m[1, 1]', { m }),
    toArray: (m) => numbers(m)[0][0],
    valueOf: (m: Matrix) => (m.valueOf() as unknown as number[][])[0][0],
    iterate: (m) => [...(m as DenseMatrix)][0].value,
    map: (m) => numbers(math.evaluate('map(m, abs)', { m }))[0][0],
    format: (m) => m.toString(),
    clone: (m) => m.clone().get([0, 0]),
  };
  for (const [name, look] of Object.entries(looks)) {
    const m = new Matrix(1, 2, Float64Array.of(1, 2));
    const before = look(m);
    m.data[0] = 5;
    t.deepEqual(look(m), look(new Matrix(1, 2, Float64Array.of(5, 2))), name);
    t.notDeepEqual(look(m), before, name);
  }
});

test('an element that is not there is told, and those that are come with their index', (t) => {
  for (const index of [[3, 0], [0, 3], [-1, 0], [0], [0, 0, 0], [0.5, 0]])
    t.throws(() => (A as DenseMatrix).get(index), { any: true }, String(index));
  t.deepEqual(
    [...(v as DenseMatrix)],
    [1, 2, 3].map((value, i) => ({ value, index: [i, 0] })),
  );
});

test('a clone is a plain matrix of its own, and elements are not set one by one', (t) => {
  const m = Matrix.from([[1, 2]]);
  const clone = m.clone();
  clone.set([0, 0], 7);
  t.false(clone instanceof Matrix);
  t.is(m.data[0], 1);
  t.throws(() => (m as DenseMatrix).set([0, 0], 7), { instanceOf: TypeError });
});

test('a private instance: the global mathjs is left as it was', async (t) => {
  const { default: global } = (await import('mathjs/lib/browser/math.js' as string)) as {
    default: { multiply: unknown };
  };
  t.not(global.multiply, math.multiply);
});
