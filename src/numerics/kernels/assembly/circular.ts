/**
 * Circular functions of two lanes: the musl ports of AssemblyScript lane by lane, not needed where both angles are so
 * small that sin y = tan y = y and cos y = 1 to the last bit. A small lane next to a large one has the same bits.
 */

/** 2^−27 */
const SMALL: f64 = 7.450580596923828e-9;

/** Results of `rotate`. */
export let cosines: v128 = i64x2(0, 0);
export let sines: v128 = i64x2(0, 0);

// @ts-ignore: decorator
@inline
export function small(y: v128): v128 {
  return f64x2.lt(f64x2.abs(y), f64x2.splat(SMALL));
}

/** Puts cos y and sin y into `cosines` and `sines`. */
// @ts-ignore: decorator
@inline
export function rotate(y: v128): void {
  if (i64x2.all_true(small(y))) {
    cosines = f64x2.splat(1);
    sines = y;
  } else rotateLanes(y);
}

function rotateLanes(y: v128): void {
  NativeMath.sincos(f64x2.extract_lane(y, 0));
  cosines = f64x2.splat(NativeMath.sincos_cos);
  sines = f64x2.splat(NativeMath.sincos_sin);
  NativeMath.sincos(f64x2.extract_lane(y, 1));
  cosines = f64x2.replace_lane(cosines, 1, NativeMath.sincos_cos);
  sines = f64x2.replace_lane(sines, 1, NativeMath.sincos_sin);
}

// @ts-ignore: decorator
@inline
export function tanLanes(y: v128): v128 {
  return f64x2(NativeMath.tan(f64x2.extract_lane(y, 0)), NativeMath.tan(f64x2.extract_lane(y, 1)));
}

// @ts-ignore: decorator
@inline
export function log1pLanes(x: v128): v128 {
  return f64x2(NativeMath.log1p(f64x2.extract_lane(x, 0)), NativeMath.log1p(f64x2.extract_lane(x, 1)));
}

// @ts-ignore: decorator
@inline
export function atan2Lanes(y: v128, x: v128): v128 {
  return f64x2(
    NativeMath.atan2(f64x2.extract_lane(y, 0), f64x2.extract_lane(x, 0)),
    NativeMath.atan2(f64x2.extract_lane(y, 1), f64x2.extract_lane(x, 1)),
  );
}
