/** Li₂(z) = Σ zᵏ/k² for 0 ≤ z ≤ 1, to round-off; NaN outside. */
export function dilogarithm(z: number): number {
  if (!(z >= 0 && z <= 1)) return Number.NaN;
  if (z <= 0.5) return series(z);
  // Euler's reflection; 1 − z is exact here, and ln z · ln(1 − z) → 0 at z = 1
  const rest = 1 - z;
  return (Math.PI * Math.PI) / 6 - (rest === 0 ? 0 : Math.log(z) * Math.log(rest)) - series(rest);
}

/** At z = ½, where it converges slowest, the terms are below round-off after about 45. */
function series(z: number): number {
  let sum = 0;
  for (let k = 1, power = z; power > 0; k++, power *= z) {
    const next = sum + power / (k * k);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}
