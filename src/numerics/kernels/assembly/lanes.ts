/**
 * Vectors of either precision: T is f64 (two lanes) or f32 (four). A kernel's scalars are doubles whatever T is, and are
 * rounded to T once.
 */

/** n numbers in bytes. */
// @ts-ignore: decorator
@inline
export function bytes<T>(n: i32): usize {
  return <usize>n << alignof<T>();
}

/** Those of them that fill vectors. */
// @ts-ignore: decorator
@inline
export function vectors<T>(n: i32): usize {
  return bytes<T>(n) & ~15;
}

// @ts-ignore: decorator
@inline
export function splat<T>(x: f64): v128 {
  return v128.splat<T>(<T>x);
}

/**
 * Largest lane of what is not negative; NaN where any lane of `broken` is set. Together they follow a maximum in two
 * instructions: pmax overlooks NaN, and max, which does not, takes ten.
 */
// @ts-ignore: decorator
@inline
export function largestOf<T>(x: v128, broken: v128): f64 {
  if (v128.any_true(broken)) return NaN;
  if (sizeof<T>() == 8) return max<f64>(f64x2.extract_lane(x, 0), f64x2.extract_lane(x, 1));
  const halves = f32x4.max(x, v128.shuffle<i64>(x, x, 1, 0));
  return <f64>max<f32>(f32x4.extract_lane(halves, 0), f32x4.extract_lane(halves, 1));
}

/** Two numbers as doubles. */
// @ts-ignore: decorator
@inline
export function loadPair<T>(at: usize): v128 {
  return sizeof<T>() == 8 ? v128.load(at) : f64x2.promote_low_f32x4(v128.load64_zero(at));
}

/** Two doubles as numbers. */
// @ts-ignore: decorator
@inline
export function storePair<T>(at: usize, x: v128): void {
  if (sizeof<T>() == 8) v128.store(at, x);
  else v128.store64_lane(at, f32x4.demote_f64x2_zero(x), 0);
}

/** One number as a double. */
// @ts-ignore: decorator
@inline
export function number<T>(at: usize): f64 {
  return <f64>load<T>(at);
}

/** A double as a number. */
// @ts-ignore: decorator
@inline
export function put<T>(at: usize, x: f64): void {
  store<T>(at, <T>x);
}
