/** The numbers of a computation: of which precision, and what holds them. */

/** IEEE 754's binary64 or binary32. */
export type Precision = 'float64' | 'float32';

/** A buffer of either precision; its memory may be the kernels', which threads share. */
export type Numbers = Float64Array<ArrayBufferLike> | Float32Array<ArrayBufferLike>;

/** One after the other, in double precision. */
export function sum(values: Numbers): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
