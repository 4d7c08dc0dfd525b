/** A complex scalar. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const real = (re: number): Complex => ({ re, im: 0 });

/**
 * e^{2πi·part/whole} for 0 ≤ part < whole, within a unit in the last place and exact at the quarters. By Taylor series:
 * Math.cos and Math.sin differ in the last bit between versions of V8.
 */
export function onUnitCircle(part: number, whole: number): Complex {
  const quarter = Math.floor((4 * part) / whole);
  const rest = 4 * part - quarter * whole;
  const beyondEighth = 2 * rest > whole;
  const angle = ((beyondEighth ? whole - rest : rest) / whole) * (Math.PI / 2);
  const [near, far] = [seriesFrom(0, angle), angle * seriesFrom(1, angle)];
  const [cos, sin] = beyondEighth ? [far, near] : [near, far];
  return [
    { re: cos, im: sin },
    { re: 0 - sin, im: cos },
    { re: -cos, im: 0 - sin },
    { re: sin, im: -cos },
  ][quarter];
}

const TERMS = 10;

/** 1 − x²/((d + 1)(d + 2)) (1 − x²/((d + 3)(d + 4)) (1 − …)): cos x for d = 0, sin x / x for d = 1; x ≤ π/4. */
function seriesFrom(d: 0 | 1, x: number): number {
  let sum = 1;
  for (let j = 2 * TERMS + d; j > d; j -= 2) sum = 1 - ((x * x) / (j * (j - 1))) * sum;
  return sum;
}
