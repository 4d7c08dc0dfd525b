const [LN2_HIGH, LN2_LOW] = [0.6931471803691238, 1.9082149292705877e-10];
const TERMS = 14;
const BEYOND = 750;

/**
 * eˣ within a few units in the last place. By Taylor series, of operations that IEEE 754 fixes: the last bit of Math.exp is
 * the engine's affair.
 */
export function exponential(x: number): number {
  if (!(Math.abs(x) < BEYOND)) return x > 0 ? Number.POSITIVE_INFINITY : x < 0 ? 0 : Number.NaN;
  const halves = Math.round(x / LN2_HIGH);
  const rest = x - halves * LN2_HIGH - halves * LN2_LOW;
  let power = 1;
  for (let j = TERMS; j > 0; j--) power = 1 + (rest / j) * power;
  const factor = halves < 0 ? 0.5 : 2;
  for (let i = Math.abs(halves); i > 0; i--) power *= factor;
  return power;
}
