/** What elementary.ts takes for doubles: two lanes, by tables. */
import { POWERS } from './powers';

/*
 * x = k·ln2/128 + r, |r| ≤ ln2/256, k = 128e + j: e^x = 2^e · 2^(j/128) · e^r, with 2^(j/128) from a table.
 * Scheme and polynomial as in Arm's optimized-routines (exp.c; polynomial error below 2^-65).
 */
const TURNS: f64 = 184.6649652337873;
const LN2_HIGH: f64 = 0.005415212348111709;
const LN2_LOW: f64 = 1.2864023111638346e-14;
/** 1.5·2^52: adding it rounds to an integer, which then stands in the low bits. */
const SHIFT: f64 = 6755399441055744;
const C2: f64 = 0.49999999999996786;
const C3: f64 = 0.16666666666665886;
const C4: f64 = 0.0416666808410674;
const C5: f64 = 0.008333335853059549;
/** Rounds like SHIFT and adds 512 to e, which a factor 2^−512 at the end takes back: so e^−700 needs no care. */
const RAISED: f64 = SHIFT + 512 * 128;
const LOWER: f64 = 7.458340731200207e-155;

/** k in the low bits; `shift` is SHIFT or RAISED. */
// @ts-ignore: decorator
@inline
function turns(x: v128, shift: f64): v128 {
  return f64x2.add(f64x2.mul(x, f64x2.splat(TURNS)), f64x2.splat(shift));
}

/** r */
// @ts-ignore: decorator
@inline
function rest(x: v128, turned: v128, shift: f64): v128 {
  const k = f64x2.sub(turned, f64x2.splat(shift));
  const high = f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HIGH)));
  return f64x2.sub(high, f64x2.mul(k, f64x2.splat(LN2_LOW)));
}

/** Where row j of the table is. */
// @ts-ignore: decorator
@inline
function place(turned: v128): v128 {
  return i64x2.shl(v128.and(turned, i64x2.splat(127)), 4);
}

/** The row of the table for one lane. */
// @ts-ignore: decorator
@inline
function row(place: i32): v128 {
  return v128.load(place, POWERS);
}

/** 2^(k/128), rounded, as far as its exponent goes. */
// @ts-ignore: decorator
@inline
function power(k: v128, first: v128, second: v128): v128 {
  return i64x2.add(v128.shuffle<i64>(first, second, 1, 3), i64x2.shl(k, 45));
}

/** e^x divided by the rounded 2^(k/128), less 1. */
// @ts-ignore: decorator
@inline
function excess(r: v128, first: v128, second: v128): v128 {
  const tail = v128.shuffle<i64>(first, second, 0, 2);
  const low = f64x2.add(f64x2.splat(C2), f64x2.mul(r, f64x2.splat(C3)));
  const high = f64x2.add(f64x2.splat(C4), f64x2.mul(r, f64x2.splat(C5)));
  const rr = f64x2.mul(r, r);
  return f64x2.add(f64x2.add(tail, r), f64x2.mul(rr, f64x2.add(low, f64x2.mul(rr, high))));
}

// @ts-ignore: decorator
@inline
function bounded(x: v128): v128 {
  return f64x2.pmax(v128.or(x, f64x2.splat(-0.0)), f64x2.splat(-747));
}

/** k of e^−|x|, raised. */
// @ts-ignore: decorator
@inline
export function turnsOfDecay(x: v128): v128 {
  return turns(bounded(x), RAISED);
}

/** And r. */
// @ts-ignore: decorator
@inline
export function restOfDecay(x: v128, turned: v128): v128 {
  return rest(bounded(x), turned, RAISED);
}

/** e^−|x| */
// @ts-ignore: decorator
@inline
export function decayOf(turned: v128, r: v128): v128 {
  const at = place(turned);
  const first = row(i32x4.extract_lane(at, 0));
  const second = row(i32x4.extract_lane(at, 2));
  const h = power(turned, first, second);
  return f64x2.mul(f64x2.add(h, f64x2.mul(h, excess(r, first, second))), f64x2.splat(LOWER));
}

/** 1/(1 + e^−x), given e = e^−|x|. */
// @ts-ignore: decorator
@inline
export function sigmoidOf(x: v128, e: v128): v128 {
  const one = f64x2.splat(1);
  const numerator = f64x2.pmax(e, v128.and(one, f64x2.ge(x, f64x2.splat(0))));
  const d = f64x2.add(one, e);
  const q = f64x2.div(numerator, d);
  // less what the rounding of 1 + e lost, to first order; 1/d = 1 is near enough
  return f64x2.sub(q, f64x2.mul(q, f64x2.sub(e, f64x2.sub(d, one))));
}

// @ts-ignore: decorator
@inline
function twice(x: v128): v128 {
  return f64x2.pmax(f64x2.mul(f64x2.abs(x), f64x2.splat(-2)), f64x2.splat(-64));
}

/** k of e^−2|x| */
// @ts-ignore: decorator
@inline
export function turnsOfTanh(x: v128): v128 {
  return turns(twice(x), SHIFT);
}

/** And r. */
// @ts-ignore: decorator
@inline
export function restOfTanh(x: v128, turned: v128): v128 {
  return rest(twice(x), turned, SHIFT);
}

/** E = e^(−2|x|) − 1, which the table gives without cancellation. */
// @ts-ignore: decorator
@inline
export function lessOne(turned: v128, r: v128): v128 {
  const one = f64x2.splat(1);
  const at = place(turned);
  const first = row(i32x4.extract_lane(at, 0));
  const second = row(i32x4.extract_lane(at, 2));
  const h = power(turned, first, second);
  const t = f64x2.sub(h, one);
  return f64x2.add(t, f64x2.add(f64x2.mul(h, excess(r, first, second)), f64x2.sub(h, f64x2.add(t, one))));
}

/** tanh x = −E/(2 + E) */
// @ts-ignore: decorator
@inline
export function tanhOf(x: v128, E: v128): v128 {
  const one = f64x2.splat(1);
  const two = f64x2.splat(2);
  const d = f64x2.add(two, E);
  const lost = f64x2.sub(E, f64x2.sub(d, two));
  const q = f64x2.div(E, d);
  // −1/d = (q − 1)/2
  const mended = f64x2.add(q, f64x2.mul(f64x2.mul(q, lost), f64x2.mul(f64x2.sub(q, one), f64x2.splat(0.5))));
  return v128.bitselect(x, mended, f64x2.splat(-0.0));
}

/*
 * log(1 + w) = w − (w²/2 − s(w²/2 + R(s²))), s = w/(2 + w), as in fdlibm (e_log.c), R interpolated at the Chebyshev
 * points of 0 ≤ s² ≤ 1/9 (error below 2^-57), so that 0 ≤ w ≤ 1 needs no reduction.
 */
// @ts-ignore: decorator
@inline
export function log1p(w: v128): v128 {
  const half = f64x2.mul(f64x2.mul(w, w), f64x2.splat(0.5));
  const s = f64x2.div(w, f64x2.add(w, f64x2.splat(2)));
  const z = f64x2.mul(s, s);
  const zz = f64x2.mul(z, z);
  let even = horner(f64x2.splat(0.08800738486144674), zz, 0.13314144209654935);
  even = horner(horner(horner(even, zz, 0.18181789436132859), zz, 0.2857142856710876), zz, 0.6666666666666666);
  let odd = horner(f64x2.splat(0.1616404561194353), zz, 0.12001072809590713);
  odd = horner(horner(horner(odd, zz, 0.15385570064958623), zz, 0.22222222717427864), zz, 0.40000000000014585);
  const R = f64x2.mul(z, f64x2.add(even, f64x2.mul(z, odd)));
  return f64x2.sub(w, f64x2.sub(half, f64x2.mul(s, f64x2.add(half, R))));
}

// @ts-ignore: decorator
@inline
function horner(sum: v128, z: v128, next: f64): v128 {
  return f64x2.add(f64x2.mul(sum, z), f64x2.splat(next));
}
