/** States confined to [lower, upper]: projected dynamics, real and complex. */

/** Sets the force to 0 where a state is at a bound and the force points outwards; gives max |force|, NaN where any is. */
export function projectForce(s: usize, force: usize, lower: f64, upper: f64, n: i32): f64 {
  const low = f64x2.splat(lower), high = f64x2.splat(upper), zero = f64x2.splat(0);
  let most = zero;
  const end = s + ((n & ~1) << 3);
  for (; s < end; s += 16, force += 16) {
    const x = v128.load(s), f = v128.load(force);
    const below = v128.and(f64x2.le(x, low), f64x2.lt(f, zero));
    const above = v128.and(f64x2.ge(x, high), f64x2.gt(f, zero));
    const kept = v128.andnot(f, v128.or(below, above));
    v128.store(force, kept);
    most = f64x2.max(most, f64x2.abs(kept));
  }
  let largest = max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
  if (n & 1) {
    const x = load<f64>(s), f = load<f64>(force);
    const kept = (x <= lower && f < 0) || (x >= upper && f > 0) ? 0 : f;
    store<f64>(force, kept);
    largest = max<f64>(largest, abs<f64>(kept));
  }
  return largest;
}

/** The same for a complex force; the real parts decide. */
export function projectForceComplex(s: usize, re: usize, im: usize, lower: f64, upper: f64, n: i32): void {
  for (let i = 0; i < n; i++, s += 8, re += 8, im += 8) {
    const x = load<f64>(s), f = load<f64>(re);
    if ((x <= lower && f < 0) || (x >= upper && f > 0)) {
      store<f64>(re, 0);
      store<f64>(im, 0);
    }
  }
}

/** s = clip(s, lower, upper); NaN stays NaN, and −0 stays as it is. */
export function clip(s: usize, lower: f64, upper: f64, n: i32): void {
  const low = f64x2.splat(lower), high = f64x2.splat(upper);
  const end = s + ((n & ~1) << 3);
  for (; s < end; s += 16) {
    const x = v128.load(s);
    v128.store(s, v128.bitselect(low, v128.bitselect(high, x, f64x2.gt(x, high)), f64x2.lt(x, low)));
  }
  if (n & 1) {
    const x = load<f64>(s);
    store<f64>(s, x < lower ? lower : x > upper ? upper : x);
  }
}

/** The same for a complex state; a clipped one loses its imaginary part (the derivative of the clip). */
export function clipComplex(s: usize, im: usize, lower: f64, upper: f64, n: i32): void {
  for (let i = 0; i < n; i++, s += 8, im += 8) {
    const x = load<f64>(s);
    if (x >= lower && x <= upper) continue;
    if (x < lower) store<f64>(s, lower);
    else if (x > upper) store<f64>(s, upper);
    store<f64>(im, 0);
  }
}
