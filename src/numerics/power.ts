/** Powers that are the same in every V8: `**` has other last bits from one version to the next, but for squares and roots. */

/** Beyond so many factors, logarithms are nearer. */
const MOST_FACTORS = 64;

/** xⁿ; for whole n of at most 64 by products, else exp(n log x), which is off by n log x units of the last place. */
export function power(x: number, n: number): number {
  if (!Number.isInteger(n) || Math.abs(n) > MOST_FACTORS) return n === 0.5 ? Math.sqrt(x) : throughLogarithm(x, n);
  let product = 1;
  for (let factors = Math.abs(n); factors > 0; factors--) product *= x;
  return n < 0 ? 1 / product : product;
}

/** A negative x has whole powers only: a large even n forgets its sign, an odd one keeps it. */
function throughLogarithm(x: number, n: number): number {
  if (x < 0 && Number.isInteger(n)) return (n % 2 === 0 ? 1 : -1) * throughLogarithm(-x, n);
  return Math.exp(n * Math.log(x));
}
