const TERMS = 9;

/**
 * cos and sin of 2π · `turns`, to about 10⁻¹⁶ for a few turns. By + − × ÷ alone: Math.cos and Math.sin differ in the last
 * bit between versions of V8.
 */
export function turn(turns: number): [cos: number, sin: number] {
  const quarter = Math.round(4 * turns);
  const [cos, sin] = small((turns - quarter / 4) * 2 * Math.PI);
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return [cos, sin];
    case 1:
      return [-sin, cos];
    case 2:
      return [-cos, -sin];
    default:
      return [sin, -cos];
  }
}

/** Taylor's series, for |x| ≤ π/4. */
function small(x: number): [cos: number, sin: number] {
  const square = x * x;
  let [cos, sin] = [1, 1];
  for (let k = TERMS; k > 0; k--) {
    cos = 1 - (square / ((2 * k - 1) * 2 * k)) * cos;
    sin = 1 - (square / (2 * k * (2 * k + 1))) * sin;
  }
  return [cos, x * sin];
}
