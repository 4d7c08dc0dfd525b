/** Small dense products over plain arrays, matrices row by row; zeros of the left side, which observations are full of, cost nothing. */
import type { Numbers } from '../numerics/numbers.js';

/** out += row · w. */
export function addProduct(row: Float64Array, w: Numbers, out: Float64Array, columns: number): void {
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (value === 0) continue;
    const at = i * columns;
    for (let j = 0; j < columns; j++) out[j] += value * w[at + j];
  }
}

/** The matrix that starts at `from` += column ⊗ row. */
export function addOuter(column: Float64Array, row: Float64Array, into: Float64Array, from: number): void {
  const columns = row.length;
  for (let i = 0; i < column.length; i++) {
    const value = column[i];
    if (value === 0) continue;
    const at = from + i * columns;
    for (let j = 0; j < columns; j++) into[at + j] += value * row[j];
  }
}
