/** States confined to [lower, upper]: projected dynamics, real and complex. */
import { bytes, largestOf, splat, vectors } from './lanes';

/** Sets the force to 0 where a state is at a bound and the force points outwards; gives max |force|, NaN where any is. */
export function projectForce<T>(s: usize, force: usize, lower: f64, upper: f64, n: i32): f64 {
  const low = splat<T>(lower), high = splat<T>(upper), zero = splat<T>(0);
  let most = zero, broken = zero;
  const end = s + bytes<T>(n), whole = s + vectors<T>(n);
  for (; s < whole; s += 16, force += 16) {
    const x = v128.load(s), f = v128.load(force);
    const below = v128.and(v128.le<T>(x, low), v128.lt<T>(f, zero));
    const above = v128.and(v128.ge<T>(x, high), v128.gt<T>(f, zero));
    const kept = v128.andnot(f, v128.or(below, above));
    v128.store(force, kept);
    most = v128.pmax<T>(most, v128.abs<T>(kept));
    broken = v128.or(broken, v128.ne<T>(kept, kept));
  }
  let largest = largestOf<T>(most, broken);
  for (; s < end; s += sizeof<T>(), force += sizeof<T>()) {
    if (pointsOut<T>(load<T>(s), load<T>(force), <T>lower, <T>upper)) store<T>(force, 0);
    largest = max<f64>(largest, abs<f64>(<f64>load<T>(force)));
  }
  return largest;
}

// @ts-ignore: decorator
@inline
function pointsOut<T>(x: T, f: T, lower: T, upper: T): bool {
  return (x <= lower && f < 0) || (x >= upper && f > 0);
}

/** The same for a complex force; the real parts decide. */
export function projectForceComplex<T>(s: usize, re: usize, im: usize, lower: f64, upper: f64, n: i32): void {
  for (const end = s + bytes<T>(n); s < end; s += sizeof<T>(), re += sizeof<T>(), im += sizeof<T>()) {
    if (pointsOut<T>(load<T>(s), load<T>(re), <T>lower, <T>upper)) {
      store<T>(re, 0);
      store<T>(im, 0);
    }
  }
}

/** s = clip(s, lower, upper); NaN stays NaN, and −0 stays as it is. */
export function clip<T>(s: usize, lower: f64, upper: f64, n: i32): void {
  const low = splat<T>(lower), high = splat<T>(upper);
  const end = s + bytes<T>(n), whole = s + vectors<T>(n);
  for (; s < whole; s += 16) {
    const x = v128.load(s);
    v128.store(s, v128.bitselect(low, v128.bitselect(high, x, v128.gt<T>(x, high)), v128.lt<T>(x, low)));
  }
  for (; s < end; s += sizeof<T>()) {
    const x = load<T>(s);
    store<T>(s, x < <T>lower ? <T>lower : x > <T>upper ? <T>upper : x);
  }
}

/** The same for a complex state; a clipped one loses its imaginary part (the derivative of the clip). */
export function clipComplex<T>(s: usize, im: usize, lower: f64, upper: f64, n: i32): void {
  for (const end = s + bytes<T>(n); s < end; s += sizeof<T>(), im += sizeof<T>()) {
    const x = load<T>(s);
    if (x >= <T>lower && x <= <T>upper) continue;
    if (x < <T>lower) store<T>(s, <T>lower);
    else if (x > <T>upper) store<T>(s, <T>upper);
    store<T>(im, 0);
  }
}
