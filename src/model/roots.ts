/** Roots of s = ρ'(s) a, unit by unit: where a unit of a Hopfield network goes that receives a. */
import type { Activation } from '../numerics/activation.js';
import type { Blocks } from '../numerics/blocks.js';
import type { Box } from '../numerics/bounds.js';
import { type ByPrecision, infinitesimal, type Numbers } from '../numerics/numbers.js';
import { fillOutputs } from './outputs.js';
import type { Nudge, OutputSlice } from './types.js';

interface Where {
  readonly rho: Activation;
  /** A state like those that are moved. */
  readonly like: Blocks;
  /** Units that respond to a without the factor ρ'. */
  readonly slopeless: OutputSlice | undefined;
}

/** Newton steps of a unit at most; the next sweep goes on from there. */
const MOST_INNER = 40;
/** No single step of a unit is larger than this, or twice its force: it shall not leap over a root. */
const LEAP = 0.25;

/** Newton's method squares its error: what remains after so small a step is round-off. */
const SETTLED: ByPrecision = { float64: 1e-8, float32: 1e-4 };

/** Where each root lies between: where the force has pointed up, and down. */
interface Brackets {
  readonly low: Numbers;
  readonly high: Numbers;
  /** A step that is no longer than this is the last. */
  readonly settled: number;
}

/** Writes where the units of a block go from `s` under `received` into `out`, which may be s; with the nudge on that block. */
type Mover<N extends unknown[]> = (s: Numbers, received: Numbers, out: Numbers, ...nudge: N) => void;

/** Of block k, smooth ρ: units that have come to rest are done, the others move up in the lists, in order. */
export function freeBlock(k: number, { rho, like, slopeless }: Where): Mover<[]> {
  const shape = like.shapes[k];
  const own = rho.of(shape.name);
  const [u, a, r, slope, bend, low, high] = Array.from({ length: 7 }, () => like.of([shape]).data);
  const index = new Int32Array(u.length);
  const settled = SETTLED[like.precision];
  const brackets = { low, high, settled };

  /** A step of the first `count` units; gives how many go on. */
  function step(count: number, out: Numbers): number {
    const first = (list: Numbers) => ({ re: count === list.length ? list : list.subarray(0, count) });
    const at = first(u);
    own.evaluate(at, first(r), first(slope));
    own.curvature(at, first(bend));
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const from = u[i];
      const next = newton(from, slope[i] * a[i] - from, bend[i] * a[i] - 1, i, brackets);
      if (Math.abs(next - from) <= settled) {
        out[index[i]] = next;
        continue;
      }
      u[kept] = next;
      a[kept] = a[i];
      low[kept] = low[i];
      high[kept] = high[i];
      index[kept] = index[i];
      kept++;
    }
    return kept;
  }

  return (s, received, out) => {
    u.set(s);
    a.set(received);
    low.fill(Number.NEGATIVE_INFINITY);
    high.fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < index.length; i++) index[i] = i;
    let count = index.length;
    for (let inner = 0; inner < MOST_INNER && count > 0; inner++) count = step(count, out);
    for (let i = 0; i < count; i++) out[index[i]] = u[i];
    if (slopeless?.block === shape.name) copyColumns(slopeless, shape.cols, received, out);
  };
}

/** s = a */
function copyColumns({ from, to }: OutputSlice, cols: number, a: Numbers, out: Numbers): void {
  for (let at = 0; at < out.length; at += cols) for (let j = from; j < to; j++) out[at + j] = a[at + j];
}

/** Of the block k of the outputs while they are nudged, which may couple them: an example is done when all of them are. */
export function pulledBlock(k: number, { rho, like, slopeless }: Where): Mover<[Nudge]> {
  const shape = like.shapes[k];
  const own = rho.of(shape.name);
  const u = like.of([shape]);
  const [r, slope, bend, force] = [u, u, u, u].map((one) => one.like());
  const [low, high] = [u.like().data, u.like().data];
  const stiffen = nudgeStiffness(u);
  const going = new Uint8Array(shape.rows);
  const settled = SETTLED[like.precision];
  const brackets = { low, high, settled };

  /** Force on every unit, and its derivative by that unit alone. */
  function evaluate(a: Numbers, nudge: Nudge): void {
    own.evaluate(u, r, slope);
    own.curvature(u, bend);
    if (slopeless) {
      fillOutputs(slope, slopeless, 1);
      fillOutputs(bend, slopeless, 0);
    }
    for (let i = 0; i < a.length; i++) {
      bend.data[i] = bend.data[i] * a[i] - 1;
      force.data[i] = slope.data[i] * a[i] - u.data[i];
    }
    nudge(u, force);
    stiffen(u, nudge, bend.data);
  }

  /** A step of the examples that go on; gives how many still do. */
  function step(): number {
    let left = 0;
    for (let row = 0; row < shape.rows; row++) {
      if (going[row] === 0) continue;
      let largest = 0;
      for (let i = row * shape.cols, end = i + shape.cols; i < end; i++) {
        const from = u.data[i];
        u.data[i] = within(rho.box, newton(from, force.data[i], bend.data[i], i, brackets));
        largest = Math.max(largest, Math.abs(u.data[i] - from));
      }
      if (largest <= settled) going[row] = 0;
      else left++;
    }
    return left;
  }

  return (s, received, out, nudge) => {
    u.data.set(s);
    low.fill(Number.NEGATIVE_INFINITY);
    high.fill(Number.POSITIVE_INFINITY);
    going.fill(1);
    for (let inner = 0, left = shape.rows; inner < MOST_INNER && left > 0; inner++) {
      evaluate(received, nudge);
      left = step();
    }
    out.set(u.data);
  };
}

/** Newton's step of unit i from s towards the root that its force f points to; d is the derivative of f. */
function newton(s: number, f: number, d: number, i: number, { low, high, settled }: Brackets): number {
  if (f > 0) low[i] = s;
  else high[i] = s;
  const most = Math.max(LEAP, 2 * Math.abs(f));
  // where the force grows with s, Newton's step would turn back: go with the force
  const move = d < 0 ? Math.min(Math.max(-f / d, -most), most) : f;
  const next = s + move;
  // past a place where the force pointed back: halve the bracket (never open on a side that has been passed)
  const isPast = Math.abs(move) > settled && (next <= low[i] || next >= high[i]);
  return isPast ? (low[i] + high[i]) / 2 : next;
}

const within = (box: Box | undefined, s: number): number =>
  box === undefined ? s : Math.min(Math.max(s, box.lower), box.upper);

/**
 * Adds to `derivative` how the nudge changes with the units, −β ∂²C/∂s², from its complex form; where a cost couples
 * the outputs, the sum over them. It only speeds the iteration: the root is where the force vanishes.
 */
function nudgeStiffness(like: Blocks): (s: Blocks, nudge: Nudge, derivative: Numbers) => void {
  const [at, out] = [like.of(like.shapes, true), like.of(like.shapes, true)];
  const h = infinitesimal[like.precision];
  return (s, nudge, derivative) => {
    at.copy(s).im!.fill(h);
    nudge(at, out.fill(0));
    for (let i = 0; i < derivative.length; i++) derivative[i] += out.im![i] / h;
  };
}
