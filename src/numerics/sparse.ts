/** Sparse matrices, for who is joined to whom in a graph: index lists in place of an incidence matrix full of zeros. */

import { integersIn } from './arena.js';
import { backend } from './backend.js';
import { type Allocator, Blocks } from './blocks.js';
import { requireLengths } from './kernels.js';
import type { Matrix } from './matrix.js';

/** One entry of a sparse matrix. */
export type SparseEntry = readonly [row: number, column: number, value: number];

/** Rows of a sparse matrix one after the other: row i has the entries starts[i] … starts[i + 1]. */
export interface SparseRows {
  readonly rows: number;
  readonly cols: number;
  readonly starts: Int32Array;
  /** Ascending in a row. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** A sparse matrix and its transpose, in the memory of the backend. Entries of one place add up. */
export class Sparse implements SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  private turned: Sparse | undefined;

  private constructor(
    readonly rows: number,
    readonly cols: number,
    private readonly entries: readonly SparseEntry[],
    private readonly arena: Allocator | undefined,
  ) {
    const sorted = merged(entries, rows, cols);
    this.starts = integers(rows + 1, arena);
    this.columns = integers(sorted.length, arena);
    this.values = numbers(sorted.length, arena);
    for (const [i, [row, column, value]] of sorted.entries()) {
      this.starts[row + 1]++;
      this.columns[i] = column;
      this.values[i] = value;
    }
    for (let i = 0; i < rows; i++) this.starts[i + 1] += this.starts[i];
  }

  /** @throws RangeError for an entry outside. */
  static of(rows: number, cols: number, entries: readonly SparseEntry[], arena?: Allocator): Sparse {
    return new Sparse(rows, cols, entries, arena);
  }

  get transposed(): Sparse {
    if (this.turned === undefined) {
      this.turned = new Sparse(
        this.cols,
        this.rows,
        this.entries.map(([row, column, value]) => [column, row, value]),
        this.arena,
      );
      this.turned.turned = this;
    }
    return this.turned;
  }
}

function merged(entries: readonly SparseEntry[], rows: number, cols: number): SparseEntry[] {
  const outside = entries.find(([row, column]) => !(row >= 0 && row < rows && column >= 0 && column < cols));
  if (outside) throw new RangeError(`a sparse ${rows} × ${cols} matrix has no place (${outside[0]}, ${outside[1]})`);
  const sums = new Map<number, number>();
  for (const [row, column, value] of entries)
    sums.set(row * cols + column, (sums.get(row * cols + column) ?? 0) + value);
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([place, value]) => [Math.floor(place / cols), place % cols, value] as const);
}

function numbers(length: number, arena: Allocator | undefined): Float64Array<ArrayBuffer> {
  return Blocks.real([{ name: 'sparse', rows: 1, cols: length }], arena).data;
}

function integers(length: number, arena: Allocator | undefined): Int32Array {
  return integersIn(numbers(Math.ceil(length / 2), arena), length);
}

/**
 * out = start + α·(A x) for every row of x, an example: x is m × A.cols, out m × A.rows. `start` 0: out is overwritten;
 * out itself: it accumulates. Every entry is the sum over a row of A in ascending columns, times α, added to its start.
 * @throws RangeError where shapes do not fit.
 */
export function sparseProduct(a: SparseRows, alpha: number, x: Matrix, start: 0 | Matrix, out: Matrix): void {
  requireLengths('sparseProduct', x.rows * a.cols, x.data);
  requireLengths('sparseProduct', x.rows * a.rows, out.data, start === 0 ? out.data : start.data);
  backend().sparseProduct(a, alpha, x.data, start === 0 ? undefined : start.data, out.data);
}

/** out_ij = x_ij row_j */
export function hadamardRow(x: Matrix, row: Matrix, out: Matrix): void {
  requireLengths('hadamardRow', x.cols, row.data);
  requireLengths('hadamardRow', x.data.length, out.data);
  backend().hadamardRow(x.data, row.data, out.data);
}

/** out_j += α Σ_i a_ij b_ij: one number a column. */
export function addColumnDots(alpha: number, a: Matrix, b: Matrix, out: Matrix): void {
  requireLengths('addColumnDots', a.data.length, b.data);
  requireLengths('addColumnDots', a.cols, out.data);
  backend().addColumnDots(alpha, a.data, b.data, out.data);
}
