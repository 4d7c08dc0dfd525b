/**
 * Weights from patterns, where all units are visible: ds/dt = −s + ρ(s)W + b rests at every row of S where ρ(S)W = S − b,
 * which is linear in W (NEIGHBOURS §2).
 */
import * as z from 'zod';
import { entry, MOST, positive } from '../entry.js';
import { pseudoInverse } from '../numerics/decompositions.js';
import { maxAbs } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import { ulp } from '../numerics/numbers.js';
import { isWhole } from './topology.js';
import type { Dynamics, Initialiser, Params, Store } from './types.js';

type Table = readonly (readonly number[])[];

const storing = (name: string, store: Store): Initialiser => ({
  name,
  fill: (weights) => void weights.data.fill(0),
  store,
});

function product(a: Table, b: Table): number[][] {
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
}

const transposed = (a: Table): number[][] => a[0].map((_, j) => a.map((row) => row[j]));

/** W = R⁺T: patterns are fixed points to round-off where the rows of R are independent, else as nearly as can be. */
const byPseudoInverse: Store = (R, T, unit) => product(pseudoInverse(R, unit).inverse, T);

/** From W = 0, `steps` times W ← W + η Rᵀ(T − RW). */
const byDelta =
  (rate: number, steps: number): Store =>
  (R, T) => {
    let W = R[0].map(() => T[0].map(() => 0));
    const back = transposed(R);
    for (let step = 0; step < steps; step++) {
      const left = product(R, W).map((row, i) => row.map((value, j) => T[i][j] - value));
      const change = product(back, left);
      W = W.map((row, i) => row.map((value, j) => value + rate * change[i][j]));
    }
    return W;
  };

/** W = RᵀT/(n r²), r² the mean square of the rates: (a/ρ(a)) ΞᵀΞ/n for S = aΞ. */
const byHebb: Store = (R, T) => {
  const squares = R.flat().reduce((sum, value) => sum + value * value, 0);
  const scale = R.length / squares;
  return product(transposed(R), T).map((row) => row.map((value) => value * scale));
};

/** What keeps patterns from being stored in the weights of a dynamics; undefined where they can be. */
export function unstorable(dynamics: Dynamics): string | undefined {
  const couplings = dynamics.parameters.filter(({ kind }) => kind === 'coupling');
  const { offers } = dynamics;
  // of an energy weights are tied
  const directed = couplings.length === 1 && offers.includes('rates') && !offers.includes('energy');
  if (directed && isWhole(dynamics)) return undefined;
  return 'stores patterns on all units: use energy: vector-field with as many outputs as units';
}

/** How far patterns are from being fixed points, ‖F(S)‖_∞, and how many of them are independent. */
export interface Stored {
  readonly residual: number;
  readonly rank: number;
  readonly patterns: number;
}

/** Writes weights for the patterns y, all units each, into θ, whose weights are 0. */
export function storePatterns(store: Store, dynamics: Dynamics, theta: Params, x: Matrix, y: Matrix): Stored {
  const k = dynamics.parameters.findIndex(({ kind }) => kind === 'coupling');
  const system = dynamics.bind(theta, x);
  const [s, r, force] = [theta.of(system.shapes), theta.of(system.shapes), theta.of(system.shapes)];
  s.data.set(y.data);
  system.synapses!.rates(s, r);
  // without weights F = −S + xU + b
  system.force(s, force);
  const distinct = distinctRows(x, y);
  const rows = (of: ArrayLike<number>, sign: number) =>
    distinct.map((i) => Array.from({ length: y.cols }, (_, j) => sign * of[i * y.cols + j]));
  const R = rows(r.data, 1);
  const unit = ulp[theta.precision];
  theta.parts[0][k].data.set(store(R, rows(force.data, -1), unit).flat());
  system.refresh();
  system.force(s, force);
  const residual = maxAbs(force.data);
  return { residual, rank: pseudoInverse(R, unit).rank, patterns: distinct.length };
}

/** Examples of one pattern store it once. */
function distinctRows(x: Matrix, y: Matrix): number[] {
  const first = new Map<string, number>();
  for (let i = 0; i < y.rows; i++) {
    const key = `${x.row(i)} ${y.row(i)}`;
    if (!first.has(key)) first.set(key, i);
  }
  return [...first.values()];
}

export const storingInitialisers = {
  'pseudo-inverse': entry({
    name: 'pseudo-inverse',
    summary: 'W = ρ(S)⁺(S − b) for the targets S, patterns on all units: each a fixed point where they are independent',
    claims: { equals: 'F = 0 at every pattern, if they are independent', local: 'no', phases: 'none', symmetric: 'no' },
    options: {},
    create: () => storing('pseudo-inverse', byPseudoInverse),
  }),
  delta: entry({
    name: 'delta',
    claims: { equals: 'pseudo-inverse', limit: 'steps → ∞', local: 'yes', phases: 'shown', symmetric: 'no' },
    summary: 'steps of the delta rule from W = 0 towards that: W ← W + η ρ(S)ᵀ(S − b − ρ(S)W)',
    options: {
      rate: positive().describe('η, less than 2/σ² of the largest singular value σ of ρ(S)'),
      steps: z.int().nonnegative().max(MOST.units).describe('how many'),
    },
    examples: [{ rate: 0.05, steps: 20 }],
    create: ({ rate, steps }) => storing('delta', byDelta(rate, steps)),
  }),
  hebb: entry({
    name: 'hebb',
    claims: { equals: 'pseudo-inverse of orthogonal patterns', local: 'yes', phases: 'shown once', symmetric: 'no' },
    summary: '(a/ρ(a)) ΞᵀΞ/n for targets S = aΞ, Ξ = ±1: exact where patterns are orthogonal',
    options: {},
    create: () => storing('hebb', byHebb),
  }),
};
