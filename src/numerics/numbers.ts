/** The numbers of a computation: of which precision, and what holds them. */

/** IEEE 754's binary64 and binary32. */
export const precisions = ['float64', 'float32'] as const;
export type Precision = (typeof precisions)[number];

/** A buffer of either precision; its memory may be the kernels', which threads share. */
export type Numbers = Float64Array<ArrayBufferLike> | Float32Array<ArrayBufferLike>;

export const precisionOf = (numbers: Numbers): Precision => (numbers instanceof Float32Array ? 'float32' : 'float64');

/** A constant that stands for round-off, or for what can be had above it: one value for each precision. */
export type ByPrecision = Readonly<Record<Precision, number>>;

/** Spacing of the numbers at 1. */
export const ulp: ByPrecision = { float64: 2 ** -52, float32: 2 ** -23 };

/**
 * The step of a complex-step derivative: a power of two, so that dividing by it is exact, and so small that its square
 * underflows to 0, whatever ordinary numbers it comes with. Complex arithmetic is then that of dual numbers, and no result
 * depends on the value. Times a number above 2^−41 the smaller one is still normal (2^−126).
 */
export const infinitesimal: ByPrecision = { float64: 2 ** -600, float32: 2 ** -85 };

/** What is made once for the numbers of each precision, when they first ask for it. */
export function once<T>(make: () => T): (precision: Precision) => T {
  const made = new Map<Precision, T>();
  return (precision) => {
    const known = made.get(precision) ?? make();
    made.set(precision, known);
    return known;
  };
}

/** One after the other, in double precision. */
export function sum(values: Numbers): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
