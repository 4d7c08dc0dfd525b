/**
 * Activations over contiguous arrays of n numbers, aligned as a number is. Outputs may be the input. A number gives the
 * same bits wherever it stands: those beyond the last whole vector go one by one through all lanes of the same code.
 */
import { curvatureOf, first, inPasses, reduced, second, slopeOf, turned, valueFrom, valueOf } from './functions';
import { HardSigmoid, is, Linear, Relu, ShiftedSigmoid, Sigmoid, Softplus, Tanh } from './kinds';
import { bytes, largestOf, splat, vectors } from './lanes';

type Map = (s: usize, out: usize, n: i32) => void;
type Two = (s: usize, rho: usize, slope: usize, n: i32) => void;
type Difference = (a: usize, s: usize, dt: f64, out: usize, to: usize, n: i32) => f64;

/** What of a difference: itself alone, or a step by it, too. */
class Stay {}
class Step {}

/** Two vectors each of what waits for the next pass. */
export const SCRATCH_BYTES: usize = 2048;
const PASS: usize = SCRATCH_BYTES / 2;
let scratch: usize = 0;

/** Says where this instance may keep SCRATCH_BYTES bytes: others work on the same memory. */
export function useScratch(at: usize): void {
  scratch = at;
}

// One function for each kind: in one large function the registers of all loops would be allotted together, badly.
function valuesOf<T>(kind: i32): Map {
  switch (kind) {
    case 0: return (s, out, n) => values<T, Sigmoid>(s, out, n);
    case 1: return (s, out, n) => values<T, Tanh>(s, out, n);
    case 2: return (s, out, n) => values<T, ShiftedSigmoid>(s, out, n);
    case 3: return (s, out, n) => values<T, HardSigmoid>(s, out, n);
    case 4: return (s, out, n) => values<T, Linear>(s, out, n);
    case 5: return (s, out, n) => values<T, Relu>(s, out, n);
    default: return (s, out, n) => values<T, Softplus>(s, out, n);
  }
}

function evaluationsOf<T>(kind: i32): Two {
  switch (kind) {
    case 0: return (s, rho, slope, n) => evaluations<T, Sigmoid>(s, rho, slope, n);
    case 1: return (s, rho, slope, n) => evaluations<T, Tanh>(s, rho, slope, n);
    case 2: return (s, rho, slope, n) => evaluations<T, ShiftedSigmoid>(s, rho, slope, n);
    case 3: return (s, rho, slope, n) => evaluations<T, HardSigmoid>(s, rho, slope, n);
    case 4: return (s, rho, slope, n) => evaluations<T, Linear>(s, rho, slope, n);
    case 5: return (s, rho, slope, n) => evaluations<T, Relu>(s, rho, slope, n);
    default: return (s, rho, slope, n) => evaluations<T, Softplus>(s, rho, slope, n);
  }
}

function curvaturesOf<T>(kind: i32): Map {
  switch (kind) {
    case 0: return (s, out, n) => curvatures<T, Sigmoid>(s, out, n);
    case 1: return (s, out, n) => curvatures<T, Tanh>(s, out, n);
    case 2: return (s, out, n) => curvatures<T, ShiftedSigmoid>(s, out, n);
    case 6: return (s, out, n) => curvatures<T, Softplus>(s, out, n);
    default: return (s, out, n) => curvatures<T, Linear>(s, out, n);
  }
}

function differencesOf<T, S>(kind: i32): Difference {
  switch (kind) {
    case 0: return (a, s, dt, out, to, n) => differences<T, Sigmoid, S>(a, s, dt, out, to, n);
    case 1: return (a, s, dt, out, to, n) => differences<T, Tanh, S>(a, s, dt, out, to, n);
    case 2: return (a, s, dt, out, to, n) => differences<T, ShiftedSigmoid, S>(a, s, dt, out, to, n);
    case 3: return (a, s, dt, out, to, n) => differences<T, HardSigmoid, S>(a, s, dt, out, to, n);
    case 4: return (a, s, dt, out, to, n) => differences<T, Linear, S>(a, s, dt, out, to, n);
    case 5: return (a, s, dt, out, to, n) => differences<T, Relu, S>(a, s, dt, out, to, n);
    default: return (a, s, dt, out, to, n) => differences<T, Softplus, S>(a, s, dt, out, to, n);
  }
}

/** out = ρ(s) */
export function value<T>(kind: i32, s: usize, out: usize, n: i32): void {
  valuesOf<T>(kind)(s, out, n);
}

/** rho = ρ(s), slope = ρ'(s) */
export function evaluate<T>(kind: i32, s: usize, rho: usize, slope: usize, n: i32): void {
  evaluationsOf<T>(kind)(s, rho, slope, n);
}

/** out = ρ''(s) */
export function curvature<T>(kind: i32, s: usize, out: usize, n: i32): void {
  curvaturesOf<T>(kind)(s, out, n);
}

/** out = ρ(a) − s; returns max |out|, NaN if any is NaN. */
export function valueMinus<T>(kind: i32, a: usize, s: usize, out: usize, n: i32): f64 {
  return differencesOf<T, Stay>(kind)(a, s, 0, out, 0, n);
}

/** The same, and to = s + dt out, which is neither s nor out. */
export function valueStep<T>(kind: i32, a: usize, s: usize, dt: f64, out: usize, to: usize, n: i32): f64 {
  return differencesOf<T, Step>(kind)(a, s, dt, out, to, n);
}

/**
 * The first two passes over the next vectors: what the last one needs of each stands in scratch, PASS apart. A number's
 * chain of operations is long: in short ones a processor has more numbers under way at a time. Returns where it stopped.
 */
// @ts-ignore: decorator
@inline
function prepare<T, K>(s: usize, whole: usize): usize {
  const stop = min(whole, s + PASS);
  const end = scratch + (stop - s);
  for (let at = scratch; at < end; at += 16, s += 16) {
    const x = v128.load(s);
    const k = turned<T, K>(x);
    v128.store(at, k);
    v128.store(at, reduced<T, K>(x, k), PASS);
  }
  for (let at = scratch; at < end; at += 16) {
    const k = v128.load(at), r = v128.load(at, PASS);
    v128.store(at, first<T, K>(k, r));
    if (sizeof<T>() == 4) v128.store(at, second<T, K>(k, r), PASS);
  }
  return stop;
}

function values<T, K>(s: usize, out: usize, n: i32): void {
  const end = s + bytes<T>(n), whole = s + vectors<T>(n);
  while (s < whole) {
    const stop = inPasses<K>() ? prepare<T, K>(s, whole) : whole;
    for (let at = scratch; s < stop; s += 16, out += 16, at += 16) v128.store(out, prepared<T, K>(v128.load(s), at));
  }
  for (; s < end; s += sizeof<T>(), out += sizeof<T>()) {
    v128.store_lane<T>(out, valueOf<T, K>(v128.load_splat<T>(s)), 0);
  }
}

// @ts-ignore: decorator
@inline
function prepared<T, K>(x: v128, at: usize): v128 {
  return inPasses<K>() ? valueFrom<T, K>(x, v128.load(at), v128.load(at, PASS)) : valueOf<T, K>(x);
}

function evaluations<T, K>(s: usize, rho: usize, slope: usize, n: i32): void {
  const end = s + bytes<T>(n), whole = s + vectors<T>(n);
  while (s < whole) {
    const stop = inPasses<K>() ? prepare<T, K>(s, whole) : whole;
    for (let at = scratch; s < stop; s += 16, rho += 16, slope += 16, at += 16) {
      const x = v128.load(s);
      const r = prepared<T, K>(x, at);
      v128.store(rho, r);
      v128.store(slope, slopeOf<T, K>(x, r));
    }
  }
  for (; s < end; s += sizeof<T>(), rho += sizeof<T>(), slope += sizeof<T>()) {
    const x = v128.load_splat<T>(s);
    const r = valueOf<T, K>(x);
    v128.store_lane<T>(rho, r, 0);
    v128.store_lane<T>(slope, slopeOf<T, K>(x, r), 0);
  }
}

function curvatures<T, K>(s: usize, out: usize, n: i32): void {
  const end = s + bytes<T>(n), whole = s + vectors<T>(n);
  for (; s < whole; s += 16, out += 16) v128.store(out, curvatureOf<T, K>(v128.load(s)));
  for (; s < end; s += sizeof<T>(), out += sizeof<T>()) {
    v128.store_lane<T>(out, curvatureOf<T, K>(v128.load_splat<T>(s)), 0);
  }
}

function differences<T, K, S>(a: usize, s: usize, dt: f64, out: usize, to: usize, n: i32): f64 {
  const step = splat<T>(dt);
  const end = a + bytes<T>(n), whole = a + vectors<T>(n);
  let largest = splat<T>(0), broken = largest;
  while (a < whole) {
    const stop = inPasses<K>() ? prepare<T, K>(a, whole) : whole;
    for (let at = scratch; a < stop; a += 16, s += 16, out += 16, at += 16) {
      const x = v128.load(s);
      const d = v128.sub<T>(prepared<T, K>(v128.load(a), at), x);
      v128.store(out, d);
      if (is<S, Step>()) {
        v128.store(to, v128.add<T>(x, v128.mul<T>(step, d)));
        to += 16;
      }
      largest = v128.pmax<T>(largest, v128.abs<T>(d));
      broken = v128.or(broken, v128.ne<T>(d, d));
    }
  }
  for (; a < end; a += sizeof<T>(), s += sizeof<T>(), out += sizeof<T>()) {
    const x = v128.load_splat<T>(s);
    const d = v128.sub<T>(valueOf<T, K>(v128.load_splat<T>(a)), x);
    v128.store_lane<T>(out, d, 0);
    if (is<S, Step>()) {
      v128.store_lane<T>(to, v128.add<T>(x, v128.mul<T>(step, d)), 0);
      to += sizeof<T>();
    }
    largest = v128.pmax<T>(largest, v128.abs<T>(d));
    broken = v128.or(broken, v128.ne<T>(d, d));
  }
  return largestOf<T>(largest, broken);
}
