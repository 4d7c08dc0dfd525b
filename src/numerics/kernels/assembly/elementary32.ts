/**
 * What elementary.ts takes for single precision, without tables: four lanes would look up one by one.
 *
 * x = k·ln2 + r (Cody & Waite), and e^x = 2^k (V + r)/(V − r) with V = r coth(r/2) = 2 + r²Q(r²). V is even, which takes
 * half the terms of a polynomial for e^r; and the functions here divide anyway, so that the one division is theirs.
 */
const LOG2E: f32 = 1.4426950408889634;

/** 1.5·2^23: adding it rounds to an integer, which then stands in the low bits. */
const SHIFT: f32 = 12582912;
/** Rounds like SHIFT and adds 64 to k, which LOWER = 2^−64 at the end takes back: so e^−100 needs no care. */
const RAISED: f32 = SHIFT + 64;
const LOWER: f32 = 5.421010862427522e-20;

/** r of x, given k; k times the first part of ln2 is exact. */
// @ts-ignore: decorator
@inline
function rest(x: v128, k: v128): v128 {
  const high = f32x4.splat(0.693359375);
  const low = f32x4.splat(-2.1219444005469057e-4);
  return f32x4.sub(f32x4.sub(x, f32x4.mul(k, high)), f32x4.mul(k, low));
}

/** 2^k of the k in the low bits. */
// @ts-ignore: decorator
@inline
function power(turned: v128): v128 {
  return i32x4.add(i32x4.shl(turned, 23), i32x4.splat(127 << 23));
}

// @ts-ignore: decorator
@inline
function horner(sum: v128, z: v128, next: f32): v128 {
  return f32x4.add(f32x4.mul(sum, z), f32x4.splat(next));
}

/** V of z = r², |r| ≤ ln2/2; minimax, relative error of e^r below 10^−18 or 10^−9. */
// @ts-ignore: decorator
@inline
function evenPart(z: v128): v128 {
  return horner(horner(f32x4.splat(-0.002765973797068), z, 0.166666179895401), z, 2);
}

/** V − 2 of z = r² for |r| ≤ ln2. */
// @ts-ignore: decorator
@inline
function bend(z: v128): v128 {
  const low = horner(f32x4.splat(-0.0027772891335189342), z, 0.16666662693023682);
  return f32x4.mul(f32x4.add(low, f32x4.mul(f32x4.mul(z, z), f32x4.splat(6.453449896071106e-5))), z);
}

/** −|x|, where it is so large that e^x is 0 no more than that. */
// @ts-ignore: decorator
@inline
function bounded(x: v128): v128 {
  return f32x4.pmax(v128.or(x, f32x4.splat(-0.0)), f32x4.splat(-105));
}

/** k of e^−|x|, in the low bits, raised. */
// @ts-ignore: decorator
@inline
export function turnsOfDecay(x: v128): v128 {
  return f32x4.add(f32x4.mul(bounded(x), f32x4.splat(LOG2E)), f32x4.splat(RAISED));
}

/** And r. */
// @ts-ignore: decorator
@inline
export function restOfDecay(x: v128, turned: v128): v128 {
  return rest(bounded(x), f32x4.sub(turned, f32x4.splat(RAISED)));
}

/** A of e^−|x| = B/A. */
// @ts-ignore: decorator
@inline
export function underDecay(r: v128): v128 {
  return f32x4.sub(evenPart(f32x4.mul(r, r)), r);
}

/** B of e^−|x| = B/A. */
// @ts-ignore: decorator
@inline
export function overDecay(turned: v128, r: v128): v128 {
  const over = f32x4.add(evenPart(f32x4.mul(r, r)), r);
  return f32x4.mul(f32x4.mul(over, power(turned)), f32x4.splat(LOWER));
}

/**
 * The same A and B for a logarithm, which leaves less room: that of them below 2 makes up for what the other, of coarser
 * last places, lost in rounding. Their ratio is what counts.
 */
// @ts-ignore: decorator
@inline
export function nearerUnder(r: v128): v128 {
  const v = evenPart(f32x4.mul(r, r));
  const lost = f32x4.sub(r, f32x4.sub(f32x4.add(v, r), v));
  return f32x4.sub(v, f32x4.add(r, v128.and(lost, f32x4.gt(r, f32x4.splat(0)))));
}

// @ts-ignore: decorator
@inline
export function nearerOver(turned: v128, r: v128): v128 {
  const v = evenPart(f32x4.mul(r, r));
  const lost = f32x4.sub(f32x4.sub(v, f32x4.sub(v, r)), r);
  const over = f32x4.add(v, f32x4.sub(r, v128.and(lost, f32x4.lt(r, f32x4.splat(0)))));
  return f32x4.mul(f32x4.mul(over, power(turned)), f32x4.splat(LOWER));
}

/** 1/(1 + e^−x) = A/(A + B), and B/(A + B) where x is negative. */
// @ts-ignore: decorator
@inline
export function sigmoidOf(x: v128, a: v128, b: v128): v128 {
  const sum = f32x4.add(a, b);
  const q = f32x4.div(v128.bitselect(a, b, f32x4.ge(x, f32x4.splat(0))), sum);
  // less what the rounding of the sum lost, to first order; 3/8 for 1/(A + B) is near enough
  const lost = f32x4.sub(b, f32x4.sub(sum, a));
  return f32x4.sub(q, f32x4.mul(q, f32x4.mul(lost, f32x4.splat(0.375))));
}

// @ts-ignore: decorator
@inline
function twice(x: v128): v128 {
  return f32x4.pmax(f32x4.mul(f32x4.abs(x), f32x4.splat(-2)), f32x4.splat(-64));
}

/** k of e^−2|x|, in the low bits, rounded upwards. */
// @ts-ignore: decorator
@inline
export function turnsOfTanh(x: v128): v128 {
  const k = f32x4.add(f32x4.mul(twice(x), f32x4.splat(LOG2E)), f32x4.splat(0.49999));
  return f32x4.add(k, f32x4.splat(SHIFT));
}

/** And r, −ln2 ≤ r ≤ 0. */
// @ts-ignore: decorator
@inline
export function restOfTanh(x: v128, turned: v128): v128 {
  return rest(twice(x), f32x4.sub(turned, f32x4.splat(SHIFT)));
}

/**
 * tanh |x| = (A − B)/(A + B), e^−2|x| = B/A, as N/D with N = V(1 − h) − r(1 + h), D = V(1 + h) − r(1 − h), h = 2^k: nothing
 * cancels, and N is −2r for small x, where h = 1.
 */
// @ts-ignore: decorator
@inline
export function quotientOfTanh(turned: v128, r: v128): v128 {
  const h = power(turned), w = bend(f32x4.mul(r, r)), one = f32x4.splat(1);
  const less = f32x4.sub(one, h), more = f32x4.add(one, h);
  return f32x4.div(combined(less, more, r, w), combined(more, less, r, w));
}

/** What the roundings of N and D took from it, to first order; 3/8 for 1/D is near enough. */
// @ts-ignore: decorator
@inline
export function lostOfTanh(turned: v128, r: v128): v128 {
  const h = power(turned), w = bend(f32x4.mul(r, r)), one = f32x4.splat(1);
  const less = f32x4.sub(one, h), more = f32x4.add(one, h);
  const ofD = f32x4.mul(quotientOfTanh(turned, r), lost(more, less, r, w));
  return f32x4.mul(f32x4.sub(lost(less, more, r, w), ofD), f32x4.splat(0.375));
}

/** (2a − rb) + wa */
// @ts-ignore: decorator
@inline
function combined(a: v128, b: v128, r: v128, w: v128): v128 {
  return f32x4.add(f32x4.sub(f32x4.add(a, a), f32x4.mul(r, b)), f32x4.mul(w, a));
}

/** What the two additions of it lost: each first operand is the larger, or the difference is exact. */
// @ts-ignore: decorator
@inline
function lost(a: v128, b: v128, r: v128, w: v128): v128 {
  const large = f32x4.add(a, a), small = f32x4.mul(r, b), rest = f32x4.mul(w, a);
  const sum = f32x4.sub(large, small), all = f32x4.add(sum, rest);
  const ofFirst = f32x4.sub(f32x4.sub(large, sum), small);
  return f32x4.add(f32x4.add(f32x4.sub(sum, all), rest), ofFirst);
}

/** With the sign of x. */
// @ts-ignore: decorator
@inline
export function tanhOf(x: v128, quotient: v128, lost: v128): v128 {
  return v128.bitselect(x, f32x4.add(quotient, lost), f32x4.splat(-0.0));
}

/**
 * log(1 + e^x) = max(x, 0) + log(1 + e^−|x|), and that 2 artanh s = 2s + sR(s²), s = w/(2 + w) = B/(2A + B), w = e^−|x|; R
 * minimax (10^−8). What the larger terms lose is added to the small one.
 */
// @ts-ignore: decorator
@inline
export function softplusOf(x: v128, a: v128, b: v128): v128 {
  const aa = f32x4.add(a, a), sum = f32x4.add(aa, b);
  const s = f32x4.div(b, sum);
  // to first order; 1/4 for 1/(2A + B) is near enough
  const lost = f32x4.mul(f32x4.sub(b, f32x4.sub(sum, aa)), f32x4.splat(0.5));
  const small = f32x4.mul(s, f32x4.sub(logarithmicPart(f32x4.mul(s, s)), lost));
  const ss = f32x4.add(s, s), right = f32x4.pmax(x, f32x4.splat(0));
  const large = f32x4.pmax(ss, right), all = f32x4.add(ss, right);
  const left = f32x4.sub(f32x4.pmin(ss, right), f32x4.sub(all, large));
  return v128.bitselect(x, f32x4.add(all, f32x4.add(small, left)), f32x4.gt(x, f32x4.splat(64)));
}

/** R(z) = z(2/3 + 2/5 z + 2/7 z² + …) */
// @ts-ignore: decorator
@inline
function logarithmicPart(z: v128): v128 {
  const zz = f32x4.mul(z, z);
  const even = horner(f32x4.splat(0.2799915075302124), zz, 0.6666641235351562);
  const odd = horner(f32x4.splat(0.28024420142173767), zz, 0.4002169966697693);
  return f32x4.mul(z, f32x4.add(even, f32x4.mul(z, odd)));
}
