/** Complex activations over contiguous arrays of n real and n imaginary parts; else as in activation.ts. */
import { slopeIm, slopeParts, slopeRe, valueIm, valueParts, valueRe } from './complex-pairs';
import { HardSigmoid, Linear, Relu, ShiftedSigmoid, Sigmoid, Softplus, Tanh } from './kinds';

type Map = (re: usize, im: usize, rhoRe: usize, rhoIm: usize, n: i32) => void;
type Two = (re: usize, im: usize, rhoRe: usize, rhoIm: usize, slopeRe: usize, slopeIm: usize, n: i32) => void;

const VALUES: StaticArray<Map> = [
  (re, im, rhoRe, rhoIm, n) => values<Sigmoid>(re, im, rhoRe, rhoIm, n),
  (re, im, rhoRe, rhoIm, n) => values<Tanh>(re, im, rhoRe, rhoIm, n),
  (re, im, rhoRe, rhoIm, n) => values<ShiftedSigmoid>(re, im, rhoRe, rhoIm, n),
  (re, im, rhoRe, rhoIm, n) => values<HardSigmoid>(re, im, rhoRe, rhoIm, n),
  (re, im, rhoRe, rhoIm, n) => values<Linear>(re, im, rhoRe, rhoIm, n),
  (re, im, rhoRe, rhoIm, n) => values<Relu>(re, im, rhoRe, rhoIm, n),
  (re, im, rhoRe, rhoIm, n) => values<Softplus>(re, im, rhoRe, rhoIm, n),
];
const EVALUATIONS: StaticArray<Two> = [
  (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<Sigmoid>(re, im, rhoRe, rhoIm, dRe, dIm, n),
  (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<Tanh>(re, im, rhoRe, rhoIm, dRe, dIm, n),
  (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<ShiftedSigmoid>(re, im, rhoRe, rhoIm, dRe, dIm, n),
  (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<HardSigmoid>(re, im, rhoRe, rhoIm, dRe, dIm, n),
  (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<Linear>(re, im, rhoRe, rhoIm, dRe, dIm, n),
  (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<Relu>(re, im, rhoRe, rhoIm, dRe, dIm, n),
  (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<Softplus>(re, im, rhoRe, rhoIm, dRe, dIm, n),
];

/** rhoRe + i·rhoIm = ρ(re + i·im) */
export function valueComplex(kind: i32, re: usize, im: usize, rhoRe: usize, rhoIm: usize, n: i32): void {
  unchecked(VALUES[kind])(re, im, rhoRe, rhoIm, n);
}

/** The same, and slopeRe + i·slopeIm = ρ'. */
export function evaluateComplex(
  kind: i32,
  re: usize,
  im: usize,
  rhoRe: usize,
  rhoIm: usize,
  slopeRe: usize,
  slopeIm: usize,
  n: i32,
): void {
  unchecked(EVALUATIONS[kind])(re, im, rhoRe, rhoIm, slopeRe, slopeIm, n);
}

function values<K>(re: usize, im: usize, rhoRe: usize, rhoIm: usize, n: i32): void {
  const pairs = (<usize>(n & ~1)) << 3;
  let at: usize = 0;
  for (; at < pairs; at += 16) {
    valueParts<K>(v128.load(re + at), v128.load(im + at));
    v128.store(rhoRe + at, valueRe);
    v128.store(rhoIm + at, valueIm);
  }
  if (n & 1) {
    valueParts<K>(v128.load64_splat(re + at), v128.load64_splat(im + at));
    v128.store64_lane(rhoRe + at, valueRe, 0);
    v128.store64_lane(rhoIm + at, valueIm, 0);
  }
}

function evaluations<K>(re: usize, im: usize, rhoRe: usize, rhoIm: usize, outRe: usize, outIm: usize, n: i32): void {
  const pairs = (<usize>(n & ~1)) << 3;
  let at: usize = 0;
  for (; at < pairs; at += 16) {
    const x = v128.load(re + at);
    const y = v128.load(im + at);
    valueParts<K>(x, y);
    slopeParts<K>(x, y);
    v128.store(rhoRe + at, valueRe);
    v128.store(rhoIm + at, valueIm);
    v128.store(outRe + at, slopeRe);
    v128.store(outIm + at, slopeIm);
  }
  if (n & 1) {
    const x = v128.load64_splat(re + at);
    const y = v128.load64_splat(im + at);
    valueParts<K>(x, y);
    slopeParts<K>(x, y);
    v128.store64_lane(rhoRe + at, valueRe, 0);
    v128.store64_lane(rhoIm + at, valueIm, 0);
    v128.store64_lane(outRe + at, slopeRe, 0);
    v128.store64_lane(outIm + at, slopeIm, 0);
  }
}
