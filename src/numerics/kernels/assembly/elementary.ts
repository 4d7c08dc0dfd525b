/**
 * Elementary functions of a vector of either precision, within 2 ulp for every number: infinities, NaN, signed zeros and
 * denormals too. Only operations that IEEE 754 fixes to the last bit (no fused or relaxed ones), so the bits are those of
 * every machine; and no lane looks at another.
 *
 * The chain of operations from x to the result is long, and what waits for it fills a processor's queues: loops over many
 * numbers go it in three passes (activation.ts), of which the parts are here: k and r of x = k·ln2 + r; one or two vectors
 * that depend on them alone; the result.
 */
import * as single from './elementary32';
import * as double from './elementary64';

/** k of e^−|x|, in the low bits. */
// @ts-ignore: decorator
@inline
export function turnsOfDecay<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? double.turnsOfDecay(x) : single.turnsOfDecay(x);
}

// @ts-ignore: decorator
@inline
export function restOfDecay<T>(x: v128, k: v128): v128 {
  return sizeof<T>() == 8 ? double.restOfDecay(x, k) : single.restOfDecay(x, k);
}

/** e^−|x|; in single precision B of A and B, whose ratio it is. */
// @ts-ignore: decorator
@inline
export function decayOf<T>(k: v128, r: v128): v128 {
  return sizeof<T>() == 8 ? double.decayOf(k, r) : single.overDecay(k, r);
}

/** A; nothing for doubles. */
// @ts-ignore: decorator
@inline
export function underDecay<T>(r: v128): v128 {
  return sizeof<T>() == 8 ? r : single.underDecay(r);
}

/** Both, nearer: a logarithm leaves less room. */
// @ts-ignore: decorator
@inline
export function nearerDecayOf<T>(k: v128, r: v128): v128 {
  return sizeof<T>() == 8 ? double.decayOf(k, r) : single.nearerOver(k, r);
}

// @ts-ignore: decorator
@inline
export function nearerUnderDecay<T>(r: v128): v128 {
  return sizeof<T>() == 8 ? r : single.nearerUnder(r);
}

/** 1/(1 + e^−x) */
// @ts-ignore: decorator
@inline
export function sigmoidOf<T>(x: v128, e: v128, under: v128): v128 {
  return sizeof<T>() == 8 ? double.sigmoidOf(x, e) : single.sigmoidOf(x, under, e);
}

// @ts-ignore: decorator
@inline
export function sigmoid<T>(x: v128): v128 {
  const k = turnsOfDecay<T>(x);
  const r = restOfDecay<T>(x, k);
  return sigmoidOf<T>(x, decayOf<T>(k, r), underDecay<T>(r));
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^−|x|) */
// @ts-ignore: decorator
@inline
export function softplusOf<T>(x: v128, e: v128, under: v128): v128 {
  if (sizeof<T>() == 4) return single.softplusOf(x, under, e);
  return f64x2.add(f64x2.pmax(x, f64x2.splat(0)), double.log1p(e));
}

// @ts-ignore: decorator
@inline
export function softplus<T>(x: v128): v128 {
  const k = turnsOfDecay<T>(x);
  const r = restOfDecay<T>(x, k);
  return softplusOf<T>(x, nearerDecayOf<T>(k, r), nearerUnderDecay<T>(r));
}

/** k of e^−2|x|, in the low bits. */
// @ts-ignore: decorator
@inline
export function turnsOfTanh<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? double.turnsOfTanh(x) : single.turnsOfTanh(x);
}

// @ts-ignore: decorator
@inline
export function restOfTanh<T>(x: v128, k: v128): v128 {
  return sizeof<T>() == 8 ? double.restOfTanh(x, k) : single.restOfTanh(x, k);
}

/** e^(−2|x|) − 1; in single precision the quotient that tanh |x| is. */
// @ts-ignore: decorator
@inline
export function mainOfTanh<T>(k: v128, r: v128): v128 {
  return sizeof<T>() == 8 ? double.lessOne(k, r) : single.quotientOfTanh(k, r);
}

/** What rounding took from the quotient; nothing for doubles. */
// @ts-ignore: decorator
@inline
export function lostOfTanh<T>(k: v128, r: v128): v128 {
  return sizeof<T>() == 8 ? r : single.lostOfTanh(k, r);
}

// @ts-ignore: decorator
@inline
export function tanhOf<T>(x: v128, main: v128, lost: v128): v128 {
  return sizeof<T>() == 8 ? double.tanhOf(x, main) : single.tanhOf(x, main, lost);
}

// @ts-ignore: decorator
@inline
export function hyperbolicTangent<T>(x: v128): v128 {
  const k = turnsOfTanh<T>(x);
  const r = restOfTanh<T>(x, k);
  return tanhOf<T>(x, mainOfTanh<T>(k, r), lostOfTanh<T>(k, r));
}
