/** What elementary.ts takes for single precision: four lanes, without tables, since four lanes would look up one by one. */

/*
 * x = k·ln2 + r, |r| ≤ ln2/2: e^x = 2^k · e^r (Cody & Waite), e^r = 1 + r + r²P(r), P minimax in relative error (3·10^-9).
 */
const TURNS: f32 = 1.4426950408889634;
/** 9 bits: k·LN2_HIGH is exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444005469057e-4;
/** 1.5·2^23: adding it rounds to an integer, which then stands in the low bits. */
const SHIFT: f32 = 12582912;
const P0: f32 = 0.4999999403953552;
const P1: f32 = 0.1666651964187622;
const P2: f32 = 0.041668400168418884;
const P3: f32 = 0.00836885068565607;
const P4: f32 = 0.0013814318226650357;
/** Rounds like SHIFT and adds 64 to k, which a factor 2^−64 at the end takes back: so e^−100 needs no care. */
const RAISED: f32 = SHIFT + 64;
const LOWER: f32 = 5.421010862427522e-20;
const RAISE: f32 = 1.8446744073709552e19;

/** k in the low bits; `shift` is SHIFT or RAISED. */
// @ts-ignore: decorator
@inline
function turns(x: v128, shift: f32): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(TURNS)), f32x4.splat(shift));
}

/** 2^k */
// @ts-ignore: decorator
@inline
function power(turned: v128): v128 {
  return i32x4.add(i32x4.shl(turned, 23), i32x4.splat(127 << 23));
}

/** r */
// @ts-ignore: decorator
@inline
function rest(x: v128, turned: v128, shift: f32): v128 {
  const k = f32x4.sub(turned, f32x4.splat(shift));
  const high = f32x4.sub(x, f32x4.mul(k, f32x4.splat(LN2_HIGH)));
  return f32x4.sub(high, f32x4.mul(k, f32x4.splat(LN2_LOW)));
}

/** r²P(r) = e^r − 1 − r */
// @ts-ignore: decorator
@inline
function bend(r: v128): v128 {
  const rr = f32x4.mul(r, r);
  const low = f32x4.add(f32x4.splat(P0), f32x4.mul(r, f32x4.splat(P1)));
  const middle = f32x4.add(f32x4.splat(P2), f32x4.mul(r, f32x4.splat(P3)));
  return f32x4.mul(rr, f32x4.add(low, f32x4.mul(rr, f32x4.add(middle, f32x4.mul(rr, f32x4.splat(P4))))));
}

/** h·e^r */
// @ts-ignore: decorator
@inline
function times(h: v128, r: v128): v128 {
  return f32x4.add(h, f32x4.mul(h, f32x4.add(r, bend(r))));
}

/** e^x */
// @ts-ignore: decorator
@inline
export function expQuad(x: v128): v128 {
  const negative = f32x4.lt(x, f32x4.splat(0));
  const factor = v128.bitselect(f32x4.splat(LOWER), f32x4.splat(RAISE), negative);
  const lift = v128.bitselect(i32x4.splat(64 << 23), i32x4.splat(-64 << 23), negative);
  const bounded = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-105));
  const k = turns(bounded, SHIFT);
  const h = i32x4.add(power(k), lift);
  return f32x4.mul(times(h, rest(bounded, k, SHIFT)), factor);
}

/** e^−|x| */
// @ts-ignore: decorator
@inline
export function decayQuad(x: v128): v128 {
  const u = f32x4.pmax(v128.or(x, f32x4.splat(-0.0)), f32x4.splat(-105));
  const k = turns(u, RAISED);
  return f32x4.mul(times(power(k), rest(u, k, RAISED)), f32x4.splat(LOWER));
}

/** tanh x = −E/(2 + E), E = e^(−2|x|) − 1 = (h − 1) + hr + h·r²P(r), added up from the largest without loss. */
// @ts-ignore: decorator
@inline
export function tanhQuad(x: v128): v128 {
  const u = f32x4.pmax(f32x4.mul(f32x4.abs(x), f32x4.splat(-2)), f32x4.splat(-24));
  const k = turns(u, SHIFT);
  const h = power(k);
  const r = rest(u, k, SHIFT);
  const t = f32x4.sub(h, f32x4.splat(1));
  const hr = f32x4.mul(h, r);
  const sum = f32x4.add(t, hr);
  const lost = f32x4.add(f32x4.sub(t, sum), hr);
  const E = f32x4.add(sum, f32x4.add(lost, f32x4.mul(h, bend(r))));
  return v128.bitselect(x, mended(E, f32x4.add(f32x4.splat(2), E)), f32x4.splat(-0.0));
}

/** E/d, d = 2 + E, with what the rounding of d lost, to first order: −1/d = (E/d − 1)/2. */
// @ts-ignore: decorator
@inline
function mended(E: v128, d: v128): v128 {
  const q = f32x4.div(E, d);
  const lost = f32x4.sub(E, f32x4.sub(d, f32x4.splat(2)));
  return f32x4.add(q, f32x4.mul(f32x4.mul(q, lost), f32x4.mul(f32x4.sub(q, f32x4.splat(1)), f32x4.splat(0.5))));
}

/* log(1 + w) = w − (w²/2 − s(w²/2 + R(s²))), s = w/(2 + w), as for doubles, R minimax (below 10^-8). */
// @ts-ignore: decorator
@inline
export function log1pQuad(w: v128): v128 {
  const half = f32x4.mul(f32x4.mul(w, w), f32x4.splat(0.5));
  const s = f32x4.div(w, f32x4.add(w, f32x4.splat(2)));
  const z = f32x4.mul(s, s);
  const zz = f32x4.mul(z, z);
  const even = f32x4.add(f32x4.splat(0.6666641235351562), f32x4.mul(zz, f32x4.splat(0.2799915075302124)));
  const odd = f32x4.add(f32x4.splat(0.4002169966697693), f32x4.mul(zz, f32x4.splat(0.28024420142173767)));
  const R = f32x4.mul(z, f32x4.add(even, f32x4.mul(z, odd)));
  return f32x4.sub(w, f32x4.sub(half, f32x4.mul(s, f32x4.add(half, R))));
}
