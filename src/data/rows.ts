import type { Numbers } from '../numerics/numbers.js';

const CHUNK_BYTES = 1 << 20;

/** Single precision where numbers came so. */
export type Values = Uint8Array | Float64Array | Float32Array;

/**
 * Rows of one width, kept as bytes as long as every number is a whole one of 0 … 255. They grow chunk by chunk: nothing
 * is copied but where the first other number makes float64 of what is there.
 */
export class Rows {
  private chunks: Values[];
  private readonly rowsPerChunk: number;
  private filled: number;

  private constructor(
    readonly width: number,
    chunks: Values[],
    rowsPerChunk: number,
    filled: number,
  ) {
    this.chunks = chunks;
    this.rowsPerChunk = rowsPerChunk;
    this.filled = filled;
  }

  static empty(width: number): Rows {
    return new Rows(width, [], Math.max(1, Math.floor(CHUNK_BYTES / width)), 0);
  }

  /** Over numbers that are at hand, without a copy. */
  static of(values: Values, width: number): Rows {
    const count = values.length / width;
    return new Rows(width, [values], Math.max(1, count), count);
  }

  get count(): number {
    return this.filled;
  }

  /** A view of row i. */
  row(i: number): Values {
    const from = (i % this.rowsPerChunk) * this.width;
    return this.chunks[Math.floor(i / this.rowsPerChunk)].subarray(from, from + this.width);
  }

  /** Writes row i, divided, into `into` from `at` on: a view of it would cost as much as its numbers. */
  divide(i: number, by: number, into: Numbers, at: number): void {
    const chunk = this.chunks[Math.floor(i / this.rowsPerChunk)];
    const from = (i % this.rowsPerChunk) * this.width;
    for (let j = 0; j < this.width; j++) into[at + j] = chunk[from + j] / by;
  }

  append(row: readonly number[]): void {
    const last = this.chunks.at(-1);
    if (!(last instanceof Float64Array) && !row.every(isByte))
      this.chunks = this.chunks.map((c) => Float64Array.from(c));
    if (this.filled % this.rowsPerChunk === 0) this.grow(row);
    this.filled++;
    this.row(this.filled - 1).set(row);
  }

  private grow(row: readonly number[]): void {
    const wide = this.chunks.length > 0 ? this.chunks[0] instanceof Float64Array : !row.every(isByte);
    const length = this.rowsPerChunk * this.width;
    this.chunks.push(wide ? new Float64Array(length) : new Uint8Array(length));
  }
}

function isByte(value: number): boolean {
  return value >= 0 && value <= 255 && Number.isInteger(value) && !Object.is(value, -0);
}
