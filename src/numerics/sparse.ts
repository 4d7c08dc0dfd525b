/** Sparse matrices, for who is joined to whom in a graph: index lists in place of an incidence matrix full of zeros. */

import { integersIn } from './arena.js';
import type { SparseRows } from './backend.js';
import { type Allocator, Blocks } from './blocks.js';
import { backend } from './current-backend.js';
import { requireLengths } from './kernels.js';
import type { Matrix } from './matrix.js';
import type { Numbers } from './numbers.js';

/** One entry of a sparse matrix. */
export type SparseEntry = readonly [row: number, column: number, value: number];

/** A sparse matrix and its transpose, in the memory of the backend. Entries of one place add up. */
export class Sparse implements SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Numbers;
  private turned: Sparse | undefined;

  private constructor(
    readonly rows: number,
    readonly cols: number,
    { starts, columns, values }: Lists,
    private readonly arena: Allocator | undefined,
  ) {
    this.starts = integers(starts, arena);
    this.columns = integers(columns, arena);
    this.values = numbers(values.length, arena);
    this.values.set(values);
  }

  /** @throws RangeError for an entry outside. */
  static of(rows: number, cols: number, entries: readonly SparseEntry[], arena?: Allocator): Sparse {
    const outside = entries.find(([row, column]) => !(row >= 0 && row < rows && column >= 0 && column < cols));
    if (outside) throw new RangeError(`a sparse ${rows} × ${cols} matrix has no place (${outside[0]}, ${outside[1]})`);
    // by columns first: turned, columns ascend in every row
    return new Sparse(rows, cols, merged(turn(byColumn(cols, entries), rows)), arena);
  }

  get transposed(): Sparse {
    if (this.turned === undefined) {
      this.turned = new Sparse(this.cols, this.rows, turn(this, this.cols), this.arena);
      this.turned.turned = this;
    }
    return this.turned;
  }
}

type Lists = Pick<SparseRows, 'starts' | 'columns' | 'values'>;

const lists = (rows: number, entries: number): Lists => ({
  starts: new Int32Array(rows + 1),
  columns: new Int32Array(entries),
  values: new Float64Array(entries),
});

/** Where each row starts, from how many entries it has (of row i in starts[i + 1]); gives where the next one goes. */
function cumulate(starts: Int32Array): Int32Array {
  for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
  return starts.slice(0, -1);
}

/** The transpose of what `entries` say, entries of one place apart and in their order. */
function byColumn(cols: number, entries: readonly SparseEntry[]): Lists {
  const out = lists(cols, entries.length);
  for (const [, column] of entries) out.starts[column + 1]++;
  const next = cumulate(out.starts);
  for (const [row, column, value] of entries) {
    const at = next[column]++;
    out.columns[at] = row;
    out.values[at] = value;
  }
  return out;
}

/** The transpose, of so many rows: in the order of the columns here, and of what is in one place. */
function turn({ starts, columns, values }: Lists, rows: number): Lists {
  const out = lists(rows, columns.length);
  for (const column of columns) out.starts[column + 1]++;
  const next = cumulate(out.starts);
  for (let row = 0, i = 0; row + 1 < starts.length; row++) {
    for (; i < starts[row + 1]; i++) {
      const at = next[columns[i]]++;
      out.columns[at] = row;
      out.values[at] = values[i];
    }
  }
  return out;
}

/** Entries of one place, neighbours in a row, added up. */
function merged({ starts, columns, values }: Lists): Lists {
  const to = starts.slice();
  let count = 0;
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      if (count > to[row] && columns[count - 1] === columns[i]) {
        values[count - 1] += values[i];
        continue;
      }
      columns[count] = columns[i];
      values[count] = values[i];
      count++;
    }
    to[row + 1] = count;
  }
  return { starts: to, columns: columns.subarray(0, count), values: values.subarray(0, count) };
}

function numbers(length: number, arena: Allocator | undefined): Numbers {
  return Blocks.real([{ name: 'sparse', rows: 1, cols: length }], arena).data;
}

function integers(list: Int32Array, arena: Allocator | undefined): Int32Array {
  const ofANumber = backend().precision === 'float64' ? 2 : 1;
  const view = integersIn(numbers(Math.ceil(list.length / ofANumber), arena), list.length);
  view.set(list);
  return view;
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
