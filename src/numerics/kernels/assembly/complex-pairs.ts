/**
 * ρ and ρ' of two complex lanes x + iy, by the formulas of numerics/activation.ts: with vanishing y the real part has
 * the bits of the real ρ(x). Where ρ is piecewise linear, of dual numbers. For a small y (see circular.ts) the squares of
 * imaginary parts are below half a last place of what they are added to: left out there, since they may underflow, which
 * is slow, and the bits are the same.
 */
import { atan2Lanes, cosines, log1pLanes, rotate, sines, small, tanLanes } from './circular';
import { decayOf, hyperbolicTangent, restOfDecay, sigmoid, turnsOfDecay } from './elementary';
import { log1p } from './elementary64';
import { complement, inside, slopeOf, valueOf } from './functions';
import { is, Linear, ShiftedSigmoid, Sigmoid, Softplus, Tanh } from './kinds';

/** Results of `valueParts`. */
export let valueRe: v128 = i64x2(0, 0);
export let valueIm: v128 = i64x2(0, 0);
/** Results of `slopeParts`. */
export let slopeRe: v128 = i64x2(0, 0);
export let slopeIm: v128 = i64x2(0, 0);

// @ts-ignore: decorator
@inline
export function valueParts<K>(x: v128, y: v128): void {
  if (is<K, Sigmoid>()) {
    rotate(y);
    logistic(sigmoid<f64>(x), y);
  } else if (is<K, ShiftedSigmoid>()) {
    const b = f64x2.mul(f64x2.splat(4), y);
    rotate(b);
    logistic(valueOf<f64, K>(x), b);
  } else if (is<K, Tanh>()) {
    const t = hyperbolicTangent<f64>(x);
    const tt = f64x2.mul(t, t);
    if (i64x2.all_true(small(y))) {
      valueRe = t;
      valueIm = f64x2.mul(y, complement<f64>(tt));
      return;
    }
    const T = tanLanes(y);
    const TT = f64x2.mul(T, T);
    const size = f64x2.add(f64x2.splat(1), f64x2.mul(tt, TT));
    valueRe = f64x2.div(f64x2.mul(t, f64x2.add(f64x2.splat(1), TT)), size);
    valueIm = f64x2.div(f64x2.mul(T, complement<f64>(tt)), size);
  } else if (is<K, Softplus>()) {
    softplus(x, y);
  } else if (is<K, Linear>()) {
    valueRe = x;
    valueIm = y;
  } else {
    valueRe = valueOf<f64, K>(x);
    valueIm = v128.and(y, inside<f64, K>(x));
  }
}

/** After `valueParts` of the same. */
// @ts-ignore: decorator
@inline
export function slopeParts<K>(x: v128, y: v128): void {
  if (is<K, Sigmoid>()) {
    logisticSlope(1, y);
  } else if (is<K, ShiftedSigmoid>()) {
    logisticSlope(4, f64x2.mul(f64x2.splat(4), y));
  } else if (is<K, Tanh>()) {
    const u = valueRe;
    const v = valueIm;
    slopeRe = complement<f64>(f64x2.mul(u, u));
    if (!i64x2.all_true(small(y))) slopeRe = f64x2.add(slopeRe, f64x2.mul(v, v));
    slopeIm = f64x2.mul(f64x2.mul(f64x2.splat(-2), u), v);
  } else if (is<K, Softplus>()) {
    const re = valueRe;
    const im = valueIm;
    logistic(sigmoid<f64>(x), y);
    slopeRe = valueRe;
    slopeIm = valueIm;
    valueRe = re;
    valueIm = im;
  } else {
    slopeRe = slopeOf<f64, K>(x, x);
    slopeIm = f64x2.splat(0);
  }
}

/**
 * After these: the real parts of single precision, where y² vanishes in it, are those of the real functions in single
 * precision, so that they have their bits.
 */
// @ts-ignore: decorator
@inline
export function realParts<K>(x: v128, y: v128): void {
  const near = f64x2.lt(f64x2.abs(y), f64x2.splat(SMALL_SINGLE));
  const s = f32x4.demote_f64x2_zero(x);
  const rho = valueOf<f32, K>(s);
  valueRe = v128.bitselect(f64x2.promote_low_f32x4(rho), valueRe, near);
  slopeRe = v128.bitselect(f64x2.promote_low_f32x4(slopeOf<f32, K>(s, rho)), slopeRe, near);
}

/** 2^−13 */
const SMALL_SINGLE: f64 = 1.220703125e-4;

/** σ(a + ib) = r/(r + (1 − r)e^(−ib)), given r = σ(a), after rotate(b). */
// @ts-ignore: decorator
@inline
function logistic(r: v128, b: v128): void {
  const p = complement<f64>(r);
  if (i64x2.all_true(small(b))) {
    valueRe = r;
    valueIm = f64x2.mul(r, f64x2.mul(p, b));
    return;
  }
  const re = f64x2.add(r, f64x2.mul(p, cosines));
  const im = f64x2.neg(f64x2.mul(p, sines));
  const size = f64x2.add(f64x2.mul(re, re), f64x2.mul(im, im));
  valueRe = f64x2.div(f64x2.mul(r, re), size);
  valueIm = f64x2.div(f64x2.mul(f64x2.neg(r), im), size);
}

/** σ' = gain·σ(1 − σ) */
// @ts-ignore: decorator
@inline
function logisticSlope(gain: f64, b: v128): void {
  const u = valueRe;
  const v = valueIm;
  const p = complement<f64>(u);
  let re = f64x2.mul(u, p);
  if (!i64x2.all_true(small(b))) re = f64x2.add(re, f64x2.mul(v, v));
  slopeRe = f64x2.mul(f64x2.splat(gain), re);
  slopeIm = f64x2.mul(f64x2.splat(gain), f64x2.sub(f64x2.mul(v, p), f64x2.mul(u, v)));
}

/** log(1 + e^z) = max(z, 0) + log(1 + w), w = e^(∓z) inside the unit disc. */
// @ts-ignore: decorator
@inline
function softplus(x: v128, y: v128): void {
  rotate(y);
  const zero = f64x2.splat(0);
  const k = turnsOfDecay<f64>(x);
  const w = decayOf<f64>(k, restOfDecay<f64>(x, k));
  const right = f64x2.ge(x, zero);
  const re = f64x2.mul(w, cosines);
  const im = v128.xor(f64x2.mul(w, sines), v128.and(right, f64x2.splat(-0.0)));
  const width = f64x2.add(f64x2.splat(1), re);
  let log = log1p(w);
  let angle = f64x2.div(im, width);
  const near = small(y);
  if (!i64x2.all_true(near)) {
    const square = f64x2.add(f64x2.mul(f64x2.splat(2), re), f64x2.mul(w, w));
    log = v128.bitselect(log, f64x2.mul(f64x2.splat(0.5), log1pLanes(square)), near);
    angle = v128.bitselect(angle, atan2Lanes(im, width), near);
  }
  valueRe = f64x2.add(f64x2.pmax(x, zero), log);
  valueIm = f64x2.add(v128.and(y, right), angle);
}
