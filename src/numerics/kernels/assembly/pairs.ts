/**
 * ρ, ρ' and ρ'' of two lanes, by the formulas of numerics/activation.ts. The kind is a type, so that the compiler
 * leaves one branch of each.
 */
import { sigmoidPair, softplusPair, tanhPair } from './elementary';
import { HardSigmoid, is, Linear, ShiftedSigmoid, Sigmoid, Softplus, Tanh } from './kinds';

// @ts-ignore: decorator
@inline
export function upper<K>(): v128 {
  return f64x2.splat(is<K, HardSigmoid>() ? 1 : Infinity);
}

/** 1 − r */
// @ts-ignore: decorator
@inline
export function complement(r: v128): v128 {
  return f64x2.sub(f64x2.splat(1), r);
}

/** 4(s − 1/2) */
// @ts-ignore: decorator
@inline
export function shifted(s: v128): v128 {
  return f64x2.mul(f64x2.splat(4), f64x2.sub(s, f64x2.splat(0.5)));
}

/** Lanes on the closed interval of a piecewise linear ρ. */
// @ts-ignore: decorator
@inline
export function inside<K>(s: v128): v128 {
  return v128.and(f64x2.ge(s, f64x2.splat(0)), f64x2.le(s, upper<K>()));
}

/** ρ(s); NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function valuePair<K>(s: v128): v128 {
  if (is<K, Sigmoid>()) return sigmoidPair(s);
  if (is<K, Tanh>()) return tanhPair(s);
  if (is<K, ShiftedSigmoid>()) return sigmoidPair(shifted(s));
  if (is<K, Softplus>()) return softplusPair(s);
  if (is<K, Linear>()) return s;
  return f64x2.pmin(f64x2.pmax(s, f64x2.splat(0)), upper<K>());
}

/** ρ'(s), given r = ρ(s). */
// @ts-ignore: decorator
@inline
export function slopePair<K>(s: v128, r: v128): v128 {
  if (is<K, Sigmoid>()) return f64x2.mul(r, complement(r));
  if (is<K, Tanh>()) return complement(f64x2.mul(r, r));
  if (is<K, ShiftedSigmoid>()) return f64x2.mul(f64x2.mul(f64x2.splat(4), r), complement(r));
  if (is<K, Softplus>()) return sigmoidPair(s);
  if (is<K, Linear>()) return f64x2.splat(1);
  return v128.and(f64x2.splat(1), inside<K>(s));
}

/** ρ''(s) */
// @ts-ignore: decorator
@inline
export function curvaturePair<K>(s: v128): v128 {
  if (is<K, Tanh>()) {
    const r = tanhPair(s);
    return f64x2.mul(f64x2.mul(f64x2.splat(-2), r), complement(f64x2.mul(r, r)));
  }
  if (is<K, Softplus>()) {
    const r = sigmoidPair(s);
    return f64x2.mul(r, complement(r));
  }
  if (is<K, Sigmoid>()) {
    const r = sigmoidPair(s);
    return f64x2.mul(f64x2.mul(r, complement(r)), complement(f64x2.add(r, r)));
  }
  if (is<K, ShiftedSigmoid>()) {
    const r = sigmoidPair(shifted(s));
    return f64x2.mul(f64x2.mul(f64x2.mul(f64x2.splat(16), r), complement(r)), complement(f64x2.add(r, r)));
  }
  return f64x2.splat(0);
}
