/**
 * Hot operations on contiguous buffers: they check shapes, write into what the caller hands in, allocate nothing and
 * leave the arithmetic to the backend. Importing this file also gives mathjs its fast paths.
 */

import type { Effort } from './backend.js';
import { type Bounds, clipEach, isBox, projectEach } from './bounds.js';
import { backend } from './current-backend.js';
import { extendMathjs, Matrix, requireSameShape } from './matrix.js';
import { COUNTS, type Mixing } from './mixing.js';
import type { Numbers } from './numbers.js';

/**
 * C = α·op(A)·op(B) + start, where op transposes if asked. `start` 0: C is overwritten; C itself: it accumulates; one
 * row: a bias for every row; else of C's shape. Every entry is its start plus (α a_ik) b_kj in ascending k.
 * @throws RangeError naming both shapes where they do not fit.
 */
export function gemm(
  ta: boolean,
  tb: boolean,
  alpha: number,
  a: Matrix,
  b: Matrix,
  start: 0 | Matrix,
  c: Matrix,
  sparse = false,
): void {
  const m = ta ? a.cols : a.rows;
  const k = ta ? a.rows : a.cols;
  const n = tb ? b.rows : b.cols;
  if ((tb ? b.cols : b.rows) !== k || c.rows !== m || c.cols !== n) throw gemmShapes(ta, tb, a, b, c);
  if (start !== 0 && start !== c && (start.cols !== n || (start.rows !== m && start.rows !== 1))) {
    throw new RangeError(`gemm: a start of ${start.rows} × ${start.cols} for a result of ${m} × ${n} does not match`);
  }
  const first = start === 0 ? undefined : start.data;
  // an input is multiplied once
  const panels = sparse ? undefined : b.panels?.of(tb);
  backend().product({ ta, tb, m, n, k, alpha, a: a.data, b: b.data, c: c.data, start: first, sparse, panels });
}

/**
 * The same, faster where most of A is zero, as inputs are. Bits do not depend on whether it is, as long as B is finite: a 0
 * that is passed over would make NaN of what is not.
 */
export function gemmOfInput(ta: boolean, alpha: number, a: Matrix, b: Matrix, start: 0 | Matrix, c: Matrix): void {
  gemm(ta, false, alpha, a, b, start, c, true);
}

function gemmShapes(ta: boolean, tb: boolean, a: Matrix, b: Matrix, c: Matrix): RangeError {
  const shape = (x: Matrix, t: boolean) => `${x.rows} × ${x.cols}${t ? ' (transposed)' : ''}`;
  return new RangeError(`gemm: ${shape(a, ta)} times ${shape(b, tb)} into ${shape(c, false)} do not match`);
}

/** A kernel that runs past the end of a buffer would read or write a neighbour's numbers. */
export function requireLengths(operation: string, expected: number, ...arrays: readonly Numbers[]): void {
  for (let i = 0; i < arrays.length; i++) {
    if (arrays[i].length !== expected) {
      throw new RangeError(`${operation}: lengths ${expected} and ${arrays[i].length} do not match`);
    }
  }
}

/**
 * What `body` asks of the kernels, on some matrices with a row (or several) for each of `rows` examples: threads share the
 * examples, not every call. See Backend.
 */
export function byExample(
  effort: Effort,
  rows: number,
  body: (apart: boolean) => number | undefined,
): number | undefined {
  const by = backend();
  return by.together ? by.together(effort, rows, body) : body(false);
}

/** out = x, of whatever precision each is. */
export function copy(x: Numbers, out: Numbers): void {
  requireLengths('copy', out.length, x);
  backend().copy(x, out);
}

/** x_i = value */
export function fill(value: number, x: Numbers): void {
  backend().fill(value, x);
}

/** y += α x */
export function axpy(alpha: number, x: Numbers, y: Numbers): void {
  addScaled(y, alpha, x, y);
}

/** out = a + α b */
export function addScaled(a: Numbers, alpha: number, b: Numbers, out: Numbers): void {
  requireLengths('addScaled', out.length, a, b);
  backend().addScaled(a, alpha, b, out);
}

/** x *= α */
export function scale(alpha: number, x: Numbers): void {
  backend().scale(alpha, x);
}

/** out = a ∘ b */
export function hadamard(a: Numbers, b: Numbers, out: Numbers): void {
  requireLengths('hadamard', out.length, a, b);
  backend().hadamard(a, b, out);
}

/** out = a ∘ b + c ∘ d */
export function hadamardSum(a: Numbers, b: Numbers, c: Numbers, d: Numbers, out: Numbers): void {
  requireLengths('hadamardSum', out.length, a, b, c, d);
  backend().hadamardSum(a, b, c, d, out);
}

/** out = a ∘ b − c; gives max |out|, NaN where any entry is. */
export function hadamardMinus(a: Numbers, b: Numbers, c: Numbers, out: Numbers): number {
  requireLengths('hadamardMinus', out.length, a, b, c);
  return backend().hadamardMinus(a, b, c, out);
}

/** Row i of m += row, for every i: adds a bias (1 × cols) to a batch. */
export function addRow(row: Matrix, m: Matrix): void {
  requireLengths('addRow', m.cols, row.data);
  backend().addRow(row.data, m.data);
}

/** out += α · (column sums of m), out of shape 1 × cols. */
export function addColumnSums(alpha: number, m: Matrix, out: Matrix): void {
  requireLengths('addColumnSums', m.cols, out.data);
  backend().addColumnSums(alpha, m.data, out.data);
}

/** max |x_i|; NaN where any entry is NaN. */
export function maxAbs(x: Numbers): number {
  return backend().maxAbs(x);
}

/** Σ a_i b_i, in an order that is the same everywhere. */
export function dot(a: Numbers, b: Numbers): number {
  requireLengths('dot', a.length, b);
  return backend().dot(a, b);
}

/** ‖x‖₂ */
export function norm2(x: Numbers): number {
  return Math.sqrt(dot(x, x));
}

/** out_i += Σ_j a_ij b_ij: one number a row. */
export function addRowDots(a: Matrix, b: Matrix, out: Numbers): void {
  requireSameShape('addRowDots', a, b);
  requireLengths('addRowDots', a.rows, out);
  backend().addRowDots(a.data, b.data, out);
}

/** y_ij += α_i x_ij; rows with α_i = 0 are left as they are, whatever x holds. */
export function rowAxpy(alpha: Numbers, x: Matrix, y: Matrix): void {
  requireSameShape('rowAxpy', x, y);
  requireLengths('rowAxpy', x.rows, alpha);
  backend().rowAxpy(alpha, x.data, y.data);
}

/** A step of Anderson's acceleration of every example, from s, whose image is given: see mixing.ts. */
export function mix(step: Mixing, s: Numbers, image: Numbers): void {
  const { blocks, rows, memory, newest, lastF, lastImage, ring, gram, counts } = step;
  requireLengths('mix', s.length, image);
  requireLengths('mix', lastF.length, lastImage);
  requireLengths('mix', rows * memory * memory, gram);
  requireLengths('mix', rows * COUNTS, counts);
  if (ring.length < 2 * (newest + 1) * lastF.length) throw new RangeError(`mix: no room for column ${newest}`);
  if (endOf(blocks, rows) > s.length) throw new RangeError('mix: the blocks are not in the state');
  backend().mix(step, s, image);
}

/** The place behind the last block. */
function endOf(blocks: Int32Array, rows: number): number {
  let end = 0;
  for (let k = 0; k < blocks.length; k += 2) end = Math.max(end, blocks[k] + rows * blocks[k + 1]);
  return end;
}

/**
 * Sets the force to 0 where a state is at a bound and the force points outwards; gives max |force|, NaN where any entry
 * is. With imaginary parts, which the real ones take along, it gives nothing.
 */
export function projectForce(bounds: Bounds, s: Numbers, force: Numbers, imaginary?: Numbers): number | undefined {
  requireLengths('projectForce', s.length, force, imaginary ?? force);
  if (!isBox(bounds)) return projectEach(bounds, s, force, imaginary);
  if (imaginary === undefined) return backend().projectForce(bounds, s, force);
  backend().projectForceComplex(bounds, s, force, imaginary);
  return undefined;
}

/** Clips states to their bounds; a clipped complex state loses its imaginary part (the derivative of the clip). */
export function clip(bounds: Bounds, s: Numbers, imaginary?: Numbers): void {
  requireLengths('clip', s.length, imaginary ?? s);
  if (isBox(bounds)) backend().clip(bounds, s, imaginary);
  else clipEach(bounds, s, imaginary);
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
