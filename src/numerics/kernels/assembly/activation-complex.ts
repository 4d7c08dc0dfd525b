/**
 * Complex activations over contiguous arrays of n real and n imaginary parts; else as in activation.ts. In single precision
 * computed in doubles, two numbers at a time, and rounded.
 */
import { realParts, slopeIm, slopeParts, slopeRe, valueIm, valueParts, valueRe } from './complex-pairs';
import { HardSigmoid, Linear, Relu, ShiftedSigmoid, Sigmoid, Softplus, Tanh } from './kinds';
import { loadPair, number, put, storePair } from './lanes';

type Map = (re: usize, im: usize, rhoRe: usize, rhoIm: usize, n: i32) => void;
type Two = (re: usize, im: usize, rhoRe: usize, rhoIm: usize, slopeRe: usize, slopeIm: usize, n: i32) => void;

function valuesOf<T>(kind: i32): Map {
  switch (kind) {
    case 0: return (re, im, rhoRe, rhoIm, n) => values<T, Sigmoid>(re, im, rhoRe, rhoIm, n);
    case 1: return (re, im, rhoRe, rhoIm, n) => values<T, Tanh>(re, im, rhoRe, rhoIm, n);
    case 2: return (re, im, rhoRe, rhoIm, n) => values<T, ShiftedSigmoid>(re, im, rhoRe, rhoIm, n);
    case 3: return (re, im, rhoRe, rhoIm, n) => values<T, HardSigmoid>(re, im, rhoRe, rhoIm, n);
    case 4: return (re, im, rhoRe, rhoIm, n) => values<T, Linear>(re, im, rhoRe, rhoIm, n);
    case 5: return (re, im, rhoRe, rhoIm, n) => values<T, Relu>(re, im, rhoRe, rhoIm, n);
    default: return (re, im, rhoRe, rhoIm, n) => values<T, Softplus>(re, im, rhoRe, rhoIm, n);
  }
}

function evaluationsOf<T>(kind: i32): Two {
  switch (kind) {
    case 0: return (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<T, Sigmoid>(re, im, rhoRe, rhoIm, dRe, dIm, n);
    case 1: return (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<T, Tanh>(re, im, rhoRe, rhoIm, dRe, dIm, n);
    case 2: return (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<T, ShiftedSigmoid>(re, im, rhoRe, rhoIm, dRe, dIm, n);
    case 3: return (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<T, HardSigmoid>(re, im, rhoRe, rhoIm, dRe, dIm, n);
    case 4: return (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<T, Linear>(re, im, rhoRe, rhoIm, dRe, dIm, n);
    case 5: return (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<T, Relu>(re, im, rhoRe, rhoIm, dRe, dIm, n);
    default: return (re, im, rhoRe, rhoIm, dRe, dIm, n) => evaluations<T, Softplus>(re, im, rhoRe, rhoIm, dRe, dIm, n);
  }
}

/** rhoRe + i·rhoIm = ρ(re + i·im) */
export function valueComplex<T>(kind: i32, re: usize, im: usize, rhoRe: usize, rhoIm: usize, n: i32): void {
  valuesOf<T>(kind)(re, im, rhoRe, rhoIm, n);
}

/** The same, and slopeRe + i·slopeIm = ρ'. */
export function evaluateComplex<T>(
  kind: i32,
  re: usize,
  im: usize,
  rhoRe: usize,
  rhoIm: usize,
  slopeRe: usize,
  slopeIm: usize,
  n: i32,
): void {
  evaluationsOf<T>(kind)(re, im, rhoRe, rhoIm, slopeRe, slopeIm, n);
}

function values<T, K>(re: usize, im: usize, rhoRe: usize, rhoIm: usize, n: i32): void {
  const step: usize = 2 * sizeof<T>();
  for (; n > 0; n -= 2, re += step, im += step, rhoRe += step, rhoIm += step) {
    const x = loadUpTo<T>(n, re), y = loadUpTo<T>(n, im);
    valueParts<K>(x, y);
    if (sizeof<T>() == 4) realParts<K>(x, y);
    storeUpTo<T>(n, rhoRe, valueRe);
    storeUpTo<T>(n, rhoIm, valueIm);
  }
}

function evaluations<T, K>(re: usize, im: usize, rhoRe: usize, rhoIm: usize, outRe: usize, outIm: usize, n: i32): void {
  const step: usize = 2 * sizeof<T>();
  for (; n > 0; n -= 2, re += step, im += step, rhoRe += step, rhoIm += step, outRe += step, outIm += step) {
    const x = loadUpTo<T>(n, re), y = loadUpTo<T>(n, im);
    valueParts<K>(x, y);
    slopeParts<K>(x, y);
    if (sizeof<T>() == 4) realParts<K>(x, y);
    storeUpTo<T>(n, rhoRe, valueRe);
    storeUpTo<T>(n, rhoIm, valueIm);
    storeUpTo<T>(n, outRe, slopeRe);
    storeUpTo<T>(n, outIm, slopeIm);
  }
}

/** The next pair, or twice the last number. */
// @ts-ignore: decorator
@inline
function loadUpTo<T>(n: i32, at: usize): v128 {
  return n > 1 ? loadPair<T>(at) : f64x2.splat(number<T>(at));
}

// @ts-ignore: decorator
@inline
function storeUpTo<T>(n: i32, at: usize, x: v128): void {
  if (n > 1) storePair<T>(at, x);
  else put<T>(at, f64x2.extract_lane(x, 0));
}
