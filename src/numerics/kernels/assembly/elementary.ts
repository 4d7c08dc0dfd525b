/**
 * Elementary functions of a vector of either precision, within 2 ulp for every number: infinities, NaN, signed zeros and
 * denormals too. Only operations that IEEE 754 fixes to the last bit (no fused or relaxed ones), so the bits are those of
 * every machine; and no lane looks at another.
 */
import { decayQuad, expQuad, log1pQuad, tanhQuad } from './elementary32';
import { decayPair, expPair, log1pPair, tanhPair } from './elementary64';
import { splat } from './lanes';

/** e^x */
// @ts-ignore: decorator
@inline
export function exponential<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? expPair(x) : expQuad(x);
}

/** e^−|x| */
// @ts-ignore: decorator
@inline
export function decay<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? decayPair(x) : decayQuad(x);
}

// @ts-ignore: decorator
@inline
export function hyperbolicTangent<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? tanhPair(x) : tanhQuad(x);
}

/** log(1 + w), 0 ≤ w ≤ 1 */
// @ts-ignore: decorator
@inline
export function log1p<T>(w: v128): v128 {
  return sizeof<T>() == 8 ? log1pPair(w) : log1pQuad(w);
}

/** 1/(1 + e^−x) */
// @ts-ignore: decorator
@inline
export function sigmoid<T>(x: v128): v128 {
  return sigmoidOfDecay<T>(x, decay<T>(x));
}

/** 1/(1 + e^−x), given e = e^−|x|. */
// @ts-ignore: decorator
@inline
export function sigmoidOfDecay<T>(x: v128, e: v128): v128 {
  const one = splat<T>(1);
  const numerator = v128.pmax<T>(e, v128.and(one, v128.ge<T>(x, splat<T>(0))));
  const d = v128.add<T>(one, e);
  const q = v128.div<T>(numerator, d);
  // less what the rounding of 1 + e lost, to first order; 1/d = 1 is near enough
  return v128.sub<T>(q, v128.mul<T>(q, v128.sub<T>(e, v128.sub<T>(d, one))));
}

/** log(1 + e^x) */
// @ts-ignore: decorator
@inline
export function softplus<T>(x: v128): v128 {
  return v128.add<T>(v128.pmax<T>(x, splat<T>(0)), log1p<T>(decay<T>(x)));
}
