import type { Activation } from '../numerics/activation.js';
import type { Blocks } from '../numerics/blocks.js';
import type { Box } from '../numerics/bounds.js';
import { clip } from '../numerics/kernels.js';
import { type ByPrecision, infinitesimal, type Numbers } from '../numerics/numbers.js';
import { fillOutputs } from './outputs.js';
import type { Couplings } from './topology.js';
import type { Groups, Nudge, Params, Response, State } from './types.js';

/** What the units of a Hopfield network respond to whose blocks do not see themselves. */
interface Parts {
  readonly topology: Couplings;
  readonly groups: Groups;
  readonly rho: Activation;
  readonly theta: Params;
  /** xU + b */
  readonly drive: Blocks;
  /** The outputs respond to a without the factor ρ'. */
  readonly dropped: boolean;
}

/**
 * System.response for ds/dt = −s + ρ'(s) ∘ a: with the neighbouring layers held, a is fixed and the units of a layer do
 * not see each other. Each goes to the root of s = ρ'(s) a that ds/dt would lead it to, by a safeguarded Newton
 * iteration; under a piecewise linear ρ that is s = clip(a) at once. The couplings are multiplied once.
 */
export function unitResponse(parts: Parts): Response {
  const { topology, groups, rho, theta, drive } = parts;
  const [r, a] = [drive.like(), drive.like()];
  const movers = groups.map((blocks) => mover(parts, blocks));
  const { box } = rho;
  const outputs = drive.shapes.findIndex(({ name }) => name === topology.outputs.block);
  return {
    groups,
    move(s, group, nudge) {
      const blocks = groups[group];
      rho.value(s, r);
      topology.couple(theta, r, drive, a, blocks);
      if (box && (nudge === undefined || !blocks.includes(outputs))) settleInBox(box, s, a, blocks);
      else movers[group](s, a, nudge);
    },
  };
}

/** s = clip(a): in the box ρ' = 1. */
function settleInBox(box: Box, s: State, a: Blocks, blocks: readonly number[]): void {
  for (const k of blocks) {
    const block = s.parts[0][k].data;
    block.set(a.parts[0][k].data);
    clip(box, block);
  }
}

/** Newton steps of a unit at most; the next sweep goes on from there. */
const MOST_INNER = 40;
/** Newton's method squares its error: what remains after so small a step is round-off. */
const SETTLED: ByPrecision = { float64: 1e-8, float32: 1e-4 };
/** No single step of a unit is larger than this, or twice its force: it shall not leap over a root. */
const LEAP = 0.25;

/** Moves the blocks of one set, given what the others send them. */
function mover({ drive, rho, topology: { outputs }, dropped }: Parts, blocks: readonly number[]) {
  const u = drive.of(blocks.map((k) => drive.shapes[k]));
  const [r, slope, bend, a, force, low, high] = [u, u, u, u, u, u, u].map((like) => like.like());
  const places = { s: u.data, force: force.data, derivative: bend.data, low: low.data, high: high.data };
  const settled = SETTLED[u.precision];
  const hasOutputs = u.shapes.some(({ name }) => name === outputs.block);
  const stiffen = hasOutputs ? nudgeStiffness(u) : undefined;

  /** Force on every unit, and its derivative by that unit alone. */
  function evaluate(nudge: Nudge | undefined): void {
    rho.evaluate(u, r, slope);
    rho.curvature(u, bend);
    if (dropped && hasOutputs) {
      fillOutputs(slope, outputs, 1);
      fillOutputs(bend, outputs, 0);
    }
    force.fill(0);
    for (let i = 0; i < u.data.length; i++) bend.data[i] = bend.data[i] * a.data[i] - 1;
    if (nudge && stiffen) {
      nudge(u, force);
      stiffen(u, nudge, bend.data);
    }
    for (let i = 0; i < u.data.length; i++) force.data[i] += slope.data[i] * a.data[i] - u.data[i];
  }

  return (s: State, received: Blocks, nudge: Nudge | undefined): void => {
    u.parts[0].forEach((block, i) => {
      block.data.set(s.parts[0][blocks[i]].data);
      a.parts[0][i].data.set(received.parts[0][blocks[i]].data);
    });
    low.fill(Number.NEGATIVE_INFINITY);
    high.fill(Number.POSITIVE_INFINITY);
    for (let inner = 0; inner < MOST_INNER; inner++) {
      evaluate(nudge);
      if (moveUnits(places, rho.box, settled) <= settled) break;
    }
    u.parts[0].forEach((block, i) => {
      s.parts[0][blocks[i]].data.set(block.data);
    });
  };
}

interface Places {
  readonly s: Numbers;
  readonly force: Numbers;
  readonly derivative: Numbers;
  /** Where the force has pointed up, and down: the root lies between. */
  readonly low: Numbers;
  readonly high: Numbers;
}

/** One Newton step of each unit towards the root that its force points to; returns the largest step. */
function moveUnits({ s, force, derivative, low, high }: Places, box: Activation['box'], settled: number): number {
  let largest = 0;
  for (let i = 0; i < s.length; i++) {
    const f = force[i];
    if (f > 0) low[i] = s[i];
    else high[i] = s[i];
    const most = Math.max(LEAP, 2 * Math.abs(f));
    // where the force grows with s, Newton's step would turn back: go with the force
    const step = derivative[i] < 0 ? Math.min(Math.max(-f / derivative[i], -most), most) : f;
    let next = s[i] + step;
    // past a place where the force pointed back: halve the bracket (never open on a side that has been passed)
    if (Math.abs(step) > settled && (next <= low[i] || next >= high[i])) next = (low[i] + high[i]) / 2;
    if (box) next = Math.min(Math.max(next, box.lower), box.upper);
    const moved = Math.abs(next - s[i]);
    if (moved > largest) largest = moved;
    s[i] = next;
  }
  return largest;
}

/**
 * Adds to `derivative` how the nudge changes with the units, −β ∂²C/∂s², from its complex form; where a cost couples
 * the outputs, the sum over them. It only speeds the iteration: the root is where the force vanishes.
 */
function nudgeStiffness(like: Blocks): (s: State, nudge: Nudge, derivative: Numbers) => void {
  const [at, out] = [like.of(like.shapes, true), like.of(like.shapes, true)];
  const h = infinitesimal[like.precision];
  return (s, nudge, derivative) => {
    at.copy(s).im!.fill(h);
    nudge(at, out.fill(0));
    for (let i = 0; i < derivative.length; i++) derivative[i] += out.im![i] / h;
  };
}
