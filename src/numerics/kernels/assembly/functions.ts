/**
 * ρ, ρ' and ρ'' of a vector, by the formulas of numerics/activation.ts. The kind is a type, so that the compiler
 * leaves one branch of each.
 */
import {
  decayOf, hyperbolicTangent, lostOfTanh, mainOfTanh, nearerDecayOf, nearerUnderDecay, restOfDecay, restOfTanh, sigmoid,
  sigmoidOf, softplus, softplusOf, tanhOf, turnsOfDecay, turnsOfTanh, underDecay,
} from './elementary';
import { HardSigmoid, is, Linear, ShiftedSigmoid, Sigmoid, Softplus, Tanh } from './kinds';
import { splat } from './lanes';

// @ts-ignore: decorator
@inline
export function upper<T, K>(): v128 {
  return splat<T>(is<K, HardSigmoid>() ? 1 : Infinity);
}

/** 1 − r */
// @ts-ignore: decorator
@inline
export function complement<T>(r: v128): v128 {
  return v128.sub<T>(splat<T>(1), r);
}

/** 4(s − 1/2) */
// @ts-ignore: decorator
@inline
export function shifted<T>(s: v128): v128 {
  return v128.mul<T>(splat<T>(4), v128.sub<T>(s, splat<T>(0.5)));
}

/** Lanes on the closed interval of a piecewise linear ρ. */
// @ts-ignore: decorator
@inline
export function inside<T, K>(s: v128): v128 {
  return v128.and(v128.ge<T>(s, splat<T>(0)), v128.le<T>(s, upper<T, K>()));
}

/** ρ(s); NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function valueOf<T, K>(s: v128): v128 {
  if (is<K, Sigmoid>()) return sigmoid<T>(s);
  if (is<K, Tanh>()) return hyperbolicTangent<T>(s);
  if (is<K, ShiftedSigmoid>()) return sigmoid<T>(shifted<T>(s));
  if (is<K, Softplus>()) return softplus<T>(s);
  if (is<K, Linear>()) return s;
  return v128.pmin<T>(v128.pmax<T>(s, splat<T>(0)), upper<T, K>());
}

/** Whether ρ is worth passes of its parts: `turned` and `reduced`, then `first` and `second`, then `valueFrom`. */
// @ts-ignore: decorator
@inline
export function inPasses<K>(): bool {
  return is<K, Sigmoid>() || is<K, ShiftedSigmoid>() || is<K, Tanh>() || is<K, Softplus>();
}

// @ts-ignore: decorator
@inline
function argument<T, K>(s: v128): v128 {
  return is<K, ShiftedSigmoid>() ? shifted<T>(s) : s;
}

// @ts-ignore: decorator
@inline
export function turned<T, K>(s: v128): v128 {
  return is<K, Tanh>() ? turnsOfTanh<T>(s) : turnsOfDecay<T>(argument<T, K>(s));
}

// @ts-ignore: decorator
@inline
export function reduced<T, K>(s: v128, k: v128): v128 {
  return is<K, Tanh>() ? restOfTanh<T>(s, k) : restOfDecay<T>(argument<T, K>(s), k);
}

// @ts-ignore: decorator
@inline
export function first<T, K>(k: v128, r: v128): v128 {
  if (is<K, Tanh>()) return mainOfTanh<T>(k, r);
  return is<K, Softplus>() ? nearerDecayOf<T>(k, r) : decayOf<T>(k, r);
}

// @ts-ignore: decorator
@inline
export function second<T, K>(k: v128, r: v128): v128 {
  if (is<K, Tanh>()) return lostOfTanh<T>(k, r);
  return is<K, Softplus>() ? nearerUnderDecay<T>(r) : underDecay<T>(r);
}

// @ts-ignore: decorator
@inline
export function valueFrom<T, K>(s: v128, one: v128, two: v128): v128 {
  if (is<K, Tanh>()) return tanhOf<T>(s, one, two);
  if (is<K, Softplus>()) return softplusOf<T>(s, one, two);
  return sigmoidOf<T>(argument<T, K>(s), one, two);
}

/** ρ'(s), given r = ρ(s). */
// @ts-ignore: decorator
@inline
export function slopeOf<T, K>(s: v128, r: v128): v128 {
  if (is<K, Sigmoid>()) return v128.mul<T>(r, complement<T>(r));
  if (is<K, Tanh>()) return complement<T>(v128.mul<T>(r, r));
  if (is<K, ShiftedSigmoid>()) return v128.mul<T>(v128.mul<T>(splat<T>(4), r), complement<T>(r));
  if (is<K, Softplus>()) return sigmoid<T>(s);
  if (is<K, Linear>()) return splat<T>(1);
  return v128.and(splat<T>(1), inside<T, K>(s));
}

/** ρ''(s) */
// @ts-ignore: decorator
@inline
export function curvatureOf<T, K>(s: v128): v128 {
  if (is<K, Tanh>()) {
    const r = hyperbolicTangent<T>(s);
    return v128.mul<T>(v128.mul<T>(splat<T>(-2), r), complement<T>(v128.mul<T>(r, r)));
  }
  if (is<K, Softplus>()) {
    const r = sigmoid<T>(s);
    return v128.mul<T>(r, complement<T>(r));
  }
  if (is<K, Sigmoid>()) {
    const r = sigmoid<T>(s);
    return v128.mul<T>(v128.mul<T>(r, complement<T>(r)), complement<T>(v128.add<T>(r, r)));
  }
  if (is<K, ShiftedSigmoid>()) {
    const r = sigmoid<T>(shifted<T>(s));
    return v128.mul<T>(v128.mul<T>(v128.mul<T>(splat<T>(16), r), complement<T>(r)), complement<T>(v128.add<T>(r, r)));
  }
  return splat<T>(0);
}
