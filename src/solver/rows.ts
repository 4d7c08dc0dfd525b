/**
 * Operations on states example by example: every row of the batch is a system of its own, with coefficients of its own.
 * A layout names the blocks that take part.
 */

import type { State } from '../model/types.js';
import { type BlockShape, derived } from '../numerics/blocks.js';
import * as kernels from '../numerics/kernels.js';
import type { Numbers } from '../numerics/numbers.js';

export interface Layout {
  readonly rows: number;
  /** Places among the blocks of the state. */
  readonly blocks: readonly number[];
}

export function layoutOf(shapes: readonly BlockShape[], takesPart: (block: number) => boolean = () => true): Layout {
  return { rows: shapes[0].rows, blocks: shapes.map((_, k) => k).filter(takesPart) };
}

/** `count` lists of one number a row, where the kernels have them at hand. */
export function numbers(like: State, count: number): Numbers[] {
  const shapes = derived(like.shapes, `${count} numbers a row`, () =>
    new Array<BlockShape>(count).fill({ name: 'number', rows: like.shapes[0].rows, cols: 1 }),
  );
  return like.of(shapes).parts[0].map(({ data }) => data);
}

/** out[row] = Σ over the units of the row of a ∘ b. */
export function rowDot({ blocks }: Layout, a: State, b: State, out: Numbers): void {
  out.fill(0);
  for (const k of blocks) kernels.addRowDots(a.parts[0][k], b.parts[0][k], out);
}

/** y += α[row] x in every row; rows with α = 0 are left as they are, whatever x holds. */
export function rowAxpy({ blocks }: Layout, alpha: Numbers, x: State, y: State): void {
  for (const k of blocks) kernels.rowAxpy(alpha, x.parts[0][k], y.parts[0][k]);
}

/** ‖a‖_∞; NaN where any entry is. */
export function largest({ blocks }: Layout, a: State): number {
  let most = 0;
  for (let i = 0; i < blocks.length; i++) most = Math.max(most, kernels.maxAbs(a.parts[0][blocks[i]].data));
  return most;
}

/** y = x + α[row] y in every row where α is not 0, and y = x in the others. */
export function rowAypx({ blocks }: Layout, alpha: Numbers, x: State, y: State): void {
  for (const k of blocks) {
    const [from, to, { cols }] = [x.parts[0][k].data, y.parts[0][k].data, x.parts[0][k]];
    for (let row = 0; row < alpha.length; row++) {
      const factor = alpha[row];
      for (let at = row * cols, end = at + cols; at < end; at++) {
        to[at] = factor === 0 ? from[at] : from[at] + factor * to[at];
      }
    }
  }
}

/** Row `row` of `to` = that of `from`. */
export function copyRow({ blocks }: Layout, row: number, from: State, to: State): void {
  for (const k of blocks) to.parts[0][k].row(row).set(from.parts[0][k].row(row));
}

/** Of every row: the largest |a|, NaN where any is, into `largest`, and Σa² into `squares`. */
export function rowSizes({ rows, blocks }: Layout, a: State, largest: Numbers, squares: Numbers): void {
  largest.fill(0);
  squares.fill(0);
  for (const k of blocks) {
    const { data, cols } = a.parts[0][k];
    for (let row = 0, at = 0; row < rows; row++) {
      let [most, sum] = [largest[row], squares[row]];
      for (const end = at + cols; at < end; at++) {
        const size = Math.abs(data[at]);
        if (!(size <= most)) most = Number.isNaN(most) ? most : size;
        sum += size * size;
      }
      largest[row] = most;
      squares[row] = sum;
    }
  }
}
