import { type Matrix, touch } from '../numerics/matrix.js';
import type { ExampleSet } from './source.js';

/** Examples that are numbers already: x (examples × inputs), y (examples × outputs). */
export function numberSet(x: Matrix, y: Matrix): ExampleSet {
  return {
    count: x.rows,
    inputs: x.cols,
    outputs: y.cols,
    labels: undefined,
    fill(at, intoX, intoY) {
      requireRows(at, intoX, intoY);
      for (let i = 0; i < at.length; i++) {
        intoX.row(i).set(x.row(at[i]));
        intoY.row(i).set(y.row(at[i]));
      }
      touch();
    },
  };
}

/** 0, 1, …: what to fill with for all examples of a set. */
export function everyIndex({ count }: ExampleSet): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

function requireRows(at: ArrayLike<number>, x: Matrix, y: Matrix): void {
  if (x.rows !== at.length || y.rows !== at.length) {
    throw new RangeError(`fill: ${at.length} examples for ${x.rows} rows of x and ${y.rows} of y`);
  }
}
