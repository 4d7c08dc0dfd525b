/**
 * Hot operations on contiguous buffers. They write into what the caller hands in, allocate nothing and sum in a fixed
 * order, so a result has the same bits on every machine. Importing this file also gives mathjs its fast paths.
 */
import { extendMathjs, Matrix, requireSameShape, touch } from './matrix.js';

/**
 * C = α·op(A)·op(B) + β·C, where op transposes if asked. β is 0 (C is overwritten) or 1 (accumulate).
 * @throws RangeError naming both shapes where they do not fit.
 */
export function gemm(ta: boolean, tb: boolean, alpha: number, a: Matrix, b: Matrix, beta: 0 | 1, c: Matrix): void {
  const m = ta ? a.cols : a.rows;
  const k = ta ? a.rows : a.cols;
  const n = tb ? b.rows : b.cols;
  if ((tb ? b.cols : b.rows) !== k || c.rows !== m || c.cols !== n) throw gemmShapes(ta, tb, a, b, c);
  touch();
  if (beta === 0) c.data.fill(0);
  if (tb) gemmByDots(ta, alpha, a, b, c, m, k, n);
  else gemmByRows(ta, alpha, a, b, c, m, k, n);
}

/** Rows of C gather multiples of rows of B: every access is contiguous when B is not transposed. */
function gemmByRows(ta: boolean, alpha: number, a: Matrix, b: Matrix, c: Matrix, m: number, k: number, n: number) {
  const [A, B, C] = [a.data, b.data, c.data];
  const [rowStep, innerStep] = ta ? [1, a.cols] : [a.cols, 1];
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const scale = alpha * A[i * rowStep + p * innerStep];
      for (let j = 0, out = i * n, row = p * n; j < n; j++) C[out + j] += scale * B[row + j];
    }
  }
}

/** Entries of C are dot products with rows of B, for a transposed B. */
function gemmByDots(ta: boolean, alpha: number, a: Matrix, b: Matrix, c: Matrix, m: number, k: number, n: number) {
  const [A, B, C] = [a.data, b.data, c.data];
  const [rowStep, innerStep] = ta ? [1, a.cols] : [a.cols, 1];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0, left = i * rowStep; p < k; p++) sum += A[left + p * innerStep] * B[j * k + p];
      C[i * n + j] += alpha * sum;
    }
  }
}

function gemmShapes(ta: boolean, tb: boolean, a: Matrix, b: Matrix, c: Matrix): RangeError {
  const shape = (x: Matrix, t: boolean) => `${x.rows} × ${x.cols}${t ? ' (transposed)' : ''}`;
  return new RangeError(`gemm: ${shape(a, ta)} times ${shape(b, tb)} into ${shape(c, false)} do not match`);
}

/** y += α x */
export function axpy(alpha: number, x: Float64Array, y: Float64Array): void {
  touch();
  for (let i = 0; i < y.length; i++) y[i] += alpha * x[i];
}

/** out = a + α b */
export function addScaled(a: Float64Array, alpha: number, b: Float64Array, out: Float64Array): void {
  touch();
  for (let i = 0; i < out.length; i++) out[i] = a[i] + alpha * b[i];
}

/** x *= α */
export function scale(alpha: number, x: Float64Array): void {
  touch();
  for (let i = 0; i < x.length; i++) x[i] *= alpha;
}

/** out = a ∘ b */
export function hadamard(a: Float64Array, b: Float64Array, out: Float64Array): void {
  touch();
  for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
}

/** Row i of m += row, for every i: adds a bias (1 × cols) to a batch. */
export function addRow(row: Matrix, m: Matrix): void {
  touch();
  const r = row.data;
  for (let i = 0, at = 0; i < m.rows; i++) for (let j = 0; j < m.cols; j++) m.data[at++] += r[j];
}

/** out += α · (column sums of m), out of shape 1 × cols. */
export function addColumnSums(alpha: number, m: Matrix, out: Matrix): void {
  touch();
  for (let i = 0, at = 0; i < m.rows; i++) for (let j = 0; j < m.cols; j++) out.data[j] += alpha * m.data[at++];
}

/** max |x_i|; NaN where any entry is NaN. */
export function maxAbs(x: Float64Array): number {
  let max = 0;
  for (let i = 0; i < x.length; i++) {
    const v = Math.abs(x[i]);
    if (!(v <= max)) max = v;
    if (Number.isNaN(v)) return v;
  }
  return max;
}

/** Σ a_i b_i, summed from the first entry to the last. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** ‖x‖₂ */
export function norm2(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

function product(a: Matrix, b: Matrix): Matrix {
  const out = new Matrix(a.rows, b.cols);
  gemm(false, false, 1, a, b, 0, out);
  return out;
}

function combined(operation: string, sign: 1 | -1) {
  return (a: Matrix, b: Matrix): Matrix => {
    requireSameShape(operation, a, b);
    const out = new Matrix(a.rows, a.cols);
    addScaled(a.data, sign, b.data, out.data);
    return out;
  };
}

function transposed(a: Matrix): Matrix {
  const out = new Matrix(a.cols, a.rows);
  for (let i = 0; i < a.rows; i++) for (let j = 0; j < a.cols; j++) out.data[j * a.rows + i] = a.data[i * a.cols + j];
  return out;
}

extendMathjs((math) => {
  // Registered before `number`, dispatch costs some 10 ns; as the last type, some 600 ns.
  math.typed.addTypes([{ name: 'ContiguousMatrix', test: (x: unknown) => x instanceof Matrix }], 'number');
  math.import({
    multiply: math.typed('multiply', { 'ContiguousMatrix, ContiguousMatrix': product }),
    add: math.typed('add', { 'ContiguousMatrix, ContiguousMatrix': combined('add', 1) }),
    subtract: math.typed('subtract', { 'ContiguousMatrix, ContiguousMatrix': combined('subtract', -1) }),
    transpose: math.typed('transpose', { ContiguousMatrix: transposed }),
    ctranspose: math.typed('ctranspose', { ContiguousMatrix: transposed }),
  });
});
