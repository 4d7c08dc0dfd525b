/** Ideal diodes: current passes from → to without a drop, and not back, so that p_from ≤ p_to at all times. */
import * as z from 'zod';
import { RunError } from '../../errors.js';
import type { EachBounds } from '../../numerics/bounds.js';
import type { Matrix } from '../../numerics/matrix.js';
import type { NetworkProblem } from '../topology.js';
import type { State } from '../types.js';
import type { Edge } from './generators.js';
import type { Graph } from './graph.js';

const node = () => z.int().nonnegative();

export const diodesOption = () =>
  z
    .array(z.tuple([node(), node()]))
    .optional()
    .describe('ideal diodes, [from, to] each, between a free node and a source or a fixed node: p_from ≤ p_to always');

/** All that is wrong with diodes on a sound graph. */
export function diodeProblems(diodes: readonly Edge[], { nodes, free }: Graph): NetworkProblem[] {
  const isFree = new Set(free);
  const first = new Map<string, number>();
  return diodes.flatMap((ends, i): NetworkProblem[] => {
    const problem = (message: string): NetworkProblem[] => [[['diodes', i], message]];
    const [from, to] = ends;
    const outside = ends.find((end) => end >= nodes);
    if (outside !== undefined)
      return problem(`leads to node ${outside}, which is not there: nodes are numbered from 0 to ${nodes - 1}`);
    if (from === to) return problem(`leads from node ${from} to itself`);
    if (isFree.has(from) && isFree.has(to))
      return problem(`joins the free nodes ${from} and ${to}: one end must be a source or a fixed node`);
    if (!isFree.has(from) && !isFree.has(to))
      return problem(`joins nodes ${from} and ${to}, and neither is free: one end must be`);
    const key = [from, to].join();
    const other = first.get(key);
    if (other !== undefined) return problem(`leads from node ${from} to node ${to} again, as diode ${other} does`);
    first.set(key, i);
    return [];
  });
}

/** What a free unit may not pass: the potential at an input, or 0 at a fixed node. */
interface Stop {
  readonly unit: number;
  /** Of x; undefined at a fixed node. */
  readonly input: number | undefined;
  readonly side: 'lower' | 'upper';
}

export interface Diodes {
  /** Bounds of a state, to be written by `set`. */
  room(like: State): EachBounds;
  /** @throws RunError where diodes leave a node no potential. */
  set(x: Matrix, bounds: EachBounds): void;
}

export function diodesOn(diodes: readonly Edge[], { free, sources }: Graph): Diodes {
  const units = new Map(free.map((node, i) => [node, i]));
  const inputs = new Map(sources.map((node, i) => [node, i]));
  const stops = diodes.map(([from, to]): Stop => {
    const unit = units.get(from);
    return unit === undefined
      ? { unit: units.get(to)!, input: inputs.get(from), side: 'lower' }
      : { unit, input: inputs.get(to), side: 'upper' };
  });
  return {
    room: (like) => ({ lower: like.like().data, upper: like.like().data }),
    set(x, { lower, upper }) {
      lower.fill(Number.NEGATIVE_INFINITY);
      upper.fill(Number.POSITIVE_INFINITY);
      for (let example = 0; example < x.rows; example++) {
        for (const { unit, input, side } of stops) {
          const at = example * free.length + unit;
          const potential = input === undefined ? 0 : x.row(example)[input];
          if (side === 'lower') lower[at] = Math.max(lower[at], potential);
          else upper[at] = Math.min(upper[at], potential);
          if (lower[at] > upper[at]) throw new RunError(shorted(free[unit], example, lower[at], upper[at]));
        }
      }
    },
  };
}

const shorted = (node: number, example: number, least: number, most: number): string =>
  `the diodes at node ${node} join a potential to a lower one in example ${example}: it would be at least ${least} and at most ${most}`;
