/**
 * Operations on states example by example: every row of the batch is a system of its own, with coefficients of its own.
 * A layout names the blocks that take part.
 */
import type { State } from '../model/types.js';
import type { BlockShape } from '../numerics/blocks.js';
import { touch } from '../numerics/matrix.js';

export interface Layout {
  readonly rows: number;
  readonly blocks: readonly { readonly start: number; readonly cols: number }[];
}

export function layoutOf(shapes: readonly BlockShape[], takesPart: (block: number) => boolean = () => true): Layout {
  let start = 0;
  const blocks = shapes.map(({ rows, cols }) => {
    const block = { start, cols };
    start += rows * cols;
    return block;
  });
  return { rows: shapes[0].rows, blocks: blocks.filter((_, k) => takesPart(k)) };
}

/** out[row] = Σ over the units of the row of a ∘ b. */
export function rowDot({ rows, blocks }: Layout, a: State, b: State, out: Float64Array): void {
  const [x, y] = [a.data, b.data];
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (const { start, cols } of blocks) {
      for (let at = start + row * cols, end = at + cols; at < end; at++) sum += x[at] * y[at];
    }
    out[row] = sum;
  }
}

/** y += α[row] x in every row; rows with α = 0 are left as they are, whatever x holds. */
export function rowAxpy({ rows, blocks }: Layout, alpha: Float64Array, x: State, y: State): void {
  touch();
  const [from, to] = [x.data, y.data];
  for (let row = 0; row < rows; row++) {
    const factor = alpha[row];
    if (factor === 0) continue;
    for (const { start, cols } of blocks) {
      for (let at = start + row * cols, end = at + cols; at < end; at++) to[at] += factor * from[at];
    }
  }
}

/** y = x + α[row] y in every row where α is not 0, and y = x in the others. */
export function rowAypx({ rows, blocks }: Layout, alpha: Float64Array, x: State, y: State): void {
  touch();
  const [from, to] = [x.data, y.data];
  for (let row = 0; row < rows; row++) {
    const factor = alpha[row];
    for (const { start, cols } of blocks) {
      for (let at = start + row * cols, end = at + cols; at < end; at++) {
        to[at] = factor === 0 ? from[at] : from[at] + factor * to[at];
      }
    }
  }
}

/** Row `row` of `to` = that of `from`. */
export function copyRow({ blocks }: Layout, row: number, from: State, to: State): void {
  for (const { start, cols } of blocks) {
    for (let at = start + row * cols, end = at + cols; at < end; at++) to.data[at] = from.data[at];
  }
}
