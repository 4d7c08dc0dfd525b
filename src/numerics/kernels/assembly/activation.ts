/**
 * Activations over contiguous arrays of n doubles, 8-byte aligned, n even or odd. Outputs may be the input. A number
 * gives the same bits wherever it stands: an odd last one goes through both lanes of the same code.
 */
import { decayPair, expPair, sigmoidOfDecay } from './elementary';
import { HardSigmoid, is, Linear, Relu, ShiftedSigmoid, Sigmoid, Softplus, Tanh } from './kinds';
import { curvaturePair, shifted, slopePair, valuePair } from './pairs';

type Map = (s: usize, out: usize, n: i32) => void;
type Two = (s: usize, rho: usize, slope: usize, n: i32) => void;
type Difference = (a: usize, s: usize, out: usize, n: i32) => f64;

/** Numbers whose e^−|x| waits for the second pass. */
const CHUNK: usize = 256;
const DECAYS: usize = memory.data(2048, 16);

// One function for each kind: in one large function the registers of all loops would be allotted together, badly.
const VALUES: StaticArray<Map> = [
  (s, out, n) => values<Sigmoid>(s, out, n),
  (s, out, n) => values<Tanh>(s, out, n),
  (s, out, n) => values<ShiftedSigmoid>(s, out, n),
  (s, out, n) => values<HardSigmoid>(s, out, n),
  (s, out, n) => values<Linear>(s, out, n),
  (s, out, n) => values<Relu>(s, out, n),
  (s, out, n) => values<Softplus>(s, out, n),
];
const EVALUATIONS: StaticArray<Two> = [
  (s, rho, slope, n) => evaluations<Sigmoid>(s, rho, slope, n),
  (s, rho, slope, n) => evaluations<Tanh>(s, rho, slope, n),
  (s, rho, slope, n) => evaluations<ShiftedSigmoid>(s, rho, slope, n),
  (s, rho, slope, n) => evaluations<HardSigmoid>(s, rho, slope, n),
  (s, rho, slope, n) => evaluations<Linear>(s, rho, slope, n),
  (s, rho, slope, n) => evaluations<Relu>(s, rho, slope, n),
  (s, rho, slope, n) => evaluations<Softplus>(s, rho, slope, n),
];
const CURVATURES: StaticArray<Map> = [
  (s, out, n) => curvatures<Sigmoid>(s, out, n),
  (s, out, n) => curvatures<Tanh>(s, out, n),
  (s, out, n) => curvatures<ShiftedSigmoid>(s, out, n),
  (s, out, n) => curvatures<Linear>(s, out, n),
  (s, out, n) => curvatures<Linear>(s, out, n),
  (s, out, n) => curvatures<Linear>(s, out, n),
  (s, out, n) => curvatures<Softplus>(s, out, n),
];
const DIFFERENCES: StaticArray<Difference> = [
  (a, s, out, n) => differences<Sigmoid>(a, s, out, n),
  (a, s, out, n) => differences<Tanh>(a, s, out, n),
  (a, s, out, n) => differences<ShiftedSigmoid>(a, s, out, n),
  (a, s, out, n) => differences<HardSigmoid>(a, s, out, n),
  (a, s, out, n) => differences<Linear>(a, s, out, n),
  (a, s, out, n) => differences<Relu>(a, s, out, n),
  (a, s, out, n) => differences<Softplus>(a, s, out, n),
];

/** out = ρ(s) */
export function value(kind: i32, s: usize, out: usize, n: i32): void {
  unchecked(VALUES[kind])(s, out, n);
}

/** rho = ρ(s), slope = ρ'(s) */
export function evaluate(kind: i32, s: usize, rho: usize, slope: usize, n: i32): void {
  unchecked(EVALUATIONS[kind])(s, rho, slope, n);
}

/** out = ρ''(s) */
export function curvature(kind: i32, s: usize, out: usize, n: i32): void {
  unchecked(CURVATURES[kind])(s, out, n);
}

/** out = ρ(a) − s; returns max |out|, NaN if any is NaN. */
export function valueMinus(kind: i32, a: usize, s: usize, out: usize, n: i32): f64 {
  return unchecked(DIFFERENCES[kind])(a, s, out, n);
}

/** out = e^s */
export function exp(s: usize, out: usize, n: i32): void {
  const end = s + ((<usize>n) << 3);
  for (; s + 8 < end; s += 16, out += 16) v128.store(out, expPair(v128.load(s)));
  if (s < end) v128.store64_lane(out, expPair(v128.load64_splat(s)), 0);
}

/** A sigmoid is one long chain of operations: in two short ones a processor has more numbers under way at a time. */
// @ts-ignore: decorator
@inline
function inTwoPasses<K>(): bool {
  return is<K, Sigmoid>() || is<K, ShiftedSigmoid>();
}

// @ts-ignore: decorator
@inline
function argument<K>(s: v128): v128 {
  return is<K, ShiftedSigmoid>() ? shifted(s) : s;
}

/** The first pass over the next pairs; returns where it stopped. */
// @ts-ignore: decorator
@inline
function decays<K>(s: usize, end: usize): usize {
  const stop = s + min(CHUNK << 3, (end - s) & ~15);
  for (let e = DECAYS; s < stop; s += 16, e += 16) v128.store(e, decayPair(argument<K>(v128.load(s))));
  return stop;
}

function values<K>(s: usize, out: usize, n: i32): void {
  const end = s + ((<usize>n) << 3);
  if (inTwoPasses<K>()) {
    while (s + 8 < end) {
      const stop = decays<K>(s, end);
      for (let e = DECAYS; s < stop; s += 16, out += 16, e += 16) {
        v128.store(out, sigmoidOfDecay(argument<K>(v128.load(s)), v128.load(e)));
      }
    }
  }
  for (; s + 8 < end; s += 16, out += 16) v128.store(out, valuePair<K>(v128.load(s)));
  if (s < end) v128.store64_lane(out, valuePair<K>(v128.load64_splat(s)), 0);
}

function evaluations<K>(s: usize, rho: usize, slope: usize, n: i32): void {
  const end = s + ((<usize>n) << 3);
  if (inTwoPasses<K>()) {
    while (s + 8 < end) {
      const stop = decays<K>(s, end);
      for (let e = DECAYS; s < stop; s += 16, rho += 16, slope += 16, e += 16) {
        const x = v128.load(s);
        const r = sigmoidOfDecay(argument<K>(x), v128.load(e));
        v128.store(rho, r);
        v128.store(slope, slopePair<K>(x, r));
      }
    }
  }
  for (; s + 8 < end; s += 16, rho += 16, slope += 16) {
    const x = v128.load(s);
    const r = valuePair<K>(x);
    v128.store(rho, r);
    v128.store(slope, slopePair<K>(x, r));
  }
  if (s < end) {
    const x = v128.load64_splat(s);
    const r = valuePair<K>(x);
    v128.store64_lane(rho, r, 0);
    v128.store64_lane(slope, slopePair<K>(x, r), 0);
  }
}

function curvatures<K>(s: usize, out: usize, n: i32): void {
  const end = s + ((<usize>n) << 3);
  for (; s + 8 < end; s += 16, out += 16) v128.store(out, curvaturePair<K>(v128.load(s)));
  if (s < end) v128.store64_lane(out, curvaturePair<K>(v128.load64_splat(s)), 0);
}

function differences<K>(a: usize, s: usize, out: usize, n: i32): f64 {
  const end = a + ((<usize>n) << 3);
  let largest = f64x2.splat(0);
  let broken = f64x2.splat(0);
  if (inTwoPasses<K>()) {
    while (a + 8 < end) {
      const stop = decays<K>(a, end);
      for (let e = DECAYS; a < stop; a += 16, s += 16, out += 16, e += 16) {
        const d = f64x2.sub(sigmoidOfDecay(argument<K>(v128.load(a)), v128.load(e)), v128.load(s));
        v128.store(out, d);
        largest = f64x2.pmax(largest, f64x2.abs(d));
        broken = v128.or(broken, f64x2.ne(d, d));
      }
    }
  }
  for (; a + 8 < end; a += 16, s += 16, out += 16) {
    const d = f64x2.sub(valuePair<K>(v128.load(a)), v128.load(s));
    v128.store(out, d);
    largest = f64x2.pmax(largest, f64x2.abs(d));
    broken = v128.or(broken, f64x2.ne(d, d));
  }
  if (a < end) {
    const d = f64x2.sub(valuePair<K>(v128.load64_splat(a)), v128.load64_splat(s));
    v128.store64_lane(out, d, 0);
    largest = f64x2.pmax(largest, f64x2.abs(d));
    broken = v128.or(broken, f64x2.ne(d, d));
  }
  if (v128.any_true(broken)) return NaN;
  return max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
}
