import type { Params, State } from '../model/types.js';
import { within } from '../numerics/arena.js';
import { axpy, clip, maxAbs } from '../numerics/kernels.js';
import { type ByPrecision, ulp } from '../numerics/numbers.js';
import type { Random } from '../numerics/random.js';
import { anderson } from '../solver/anderson.js';
import { boundsOf, freeField } from '../solver/field.js';
import { newtonKrylov } from '../solver/newton-krylov.js';
import { type Relaxation, settle } from '../solver/relax.js';
import type { Solver } from '../solver/solver.js';
import type { Start } from './phase-one.js';
import type { Bench } from './protocol.js';

/**
 * J as a function of θ near the bench's own, at the fixed point itself: as exactly as round-off lets F tell where that
 * is, whatever phase one was content with. Differences of J by small steps need that, and nothing else does.
 */
export interface Objective {
  /** The fixed point of θ. */
  readonly rest: State;
  /** J(θ + step · direction) − J(θ); moves `s`, from where it is looked for, to the fixed point there. NaN: none found. */
  change(step: number, direction: Params, s: State): number;
  /** How far J(θ) itself is uncertain: the largest change of several searches from somewhere near. */
  noise(random: Random): number;
  /** Searches that found nothing. */
  readonly lost: number;
}

/** The first knows nothing but F; where it does not get there, J may help. */
const SOLVERS: readonly Solver[] = [
  anderson({ memory: 8, regularisation: 1e-12, growth: 2, of: 'auto' }),
  newtonKrylov({ warmup: 20, smoothing: 1, inner: 200 }),
];

/** A fixed point is found at this residual; from there on the search goes on as long as it gains. */
const FOUND: ByPrecision = { float64: 1e-9, float32: 1e-5 };
const MOST_STEPS = 5000;
/** A tenth of the residual takes no more steps than this, or is not to be had. */
const STEPS_PER_DIGIT = 60;
/** What one search can reach, the next can but for this factor. */
const SPREAD = 4;
/** How many searches tell how exact one is, and how far off they begin. */
const PROBES = 4;
const NEAR: ByPrecision = { float64: 1e-5, float32: 1e-2 };

type Search = (system: Start['system'], from: State, tolerance: number, maxSteps: number) => Relaxation;

/** Undefined where no fixed point of θ is found from where phase one ended. */
export function objectiveAround(bench: Bench, start: Start): Objective | undefined {
  const { dynamics, theta, x, free } = bench;
  const searches = SOLVERS.map((solver): Search => {
    return (system, from, tolerance, maxSteps) =>
      settle(freeField(system), from, { solver, step: free.step, tolerance, maxSteps }, boundsOf(system));
  });
  const rest = start.free.clone();
  const found = closest(searches, start.system, rest);
  if (found === undefined) return undefined;
  const { search, floor } = found;
  const { precision } = rest;
  const tolerance = Math.max(SPREAD * floor, ulp[precision] * maxAbs(rest.data)) || ulp[precision];
  const costs = start.cost.value(rest);
  const still = theta.like();
  let [lost, excess] = [0, 1];

  function change(step: number, direction: Params, s: State): number {
    return within((arena) => {
      const moved = theta.clone(arena);
      axpy(step, direction.data, moved.data);
      const system = dynamics.bind(moved, x);
      const bounds = boundsOf(system);
      if (bounds) clip(bounds, s.data);
      let end = search(system, s.clone(arena), tolerance, 5 * STEPS_PER_DIGIT);
      if (!(end.residualMax <= FOUND[precision])) end = search(system, end.state, FOUND[precision], MOST_STEPS);
      s.copy(end.state);
      if (!(end.residualMax <= FOUND[precision])) {
        lost++;
        return Number.NaN;
      }
      excess = Math.max(excess, end.residualMax / tolerance);
      const cost = start.cost.readOut?.at(moved) ?? start.cost;
      return cost.value(s).reduce((sum, value, i) => sum + (value - costs[i]), 0) / x.rows;
    });
  }

  return {
    rest,
    change,
    get lost() {
      return lost;
    },
    noise(random) {
      const changes = Array.from({ length: PROBES }, () =>
        within((arena) => {
          const s = rest.clone(arena);
          for (let i = 0; i < s.data.length; i++) s.data[i] += NEAR[precision] * random.normal();
          return Math.abs(change(0, still, s));
        }),
      );
      return excess * Math.max(...changes);
    },
  };
}

/** Moves `s` to the fixed point as closely as round-off lets a solver come; gives the search that did, and the residual. */
function closest(
  searches: readonly Search[],
  system: Start['system'],
  s: State,
): { search: Search; floor: number } | undefined {
  const enough = FOUND[s.precision];
  return within((arena) => {
    for (const search of searches) {
      let end = search(system, s.clone(arena), enough, MOST_STEPS);
      if (end.status !== 'converged') continue;
      for (let tolerance = enough / 10; tolerance > 0; tolerance /= 10) {
        const next = search(system, end.state, tolerance, STEPS_PER_DIGIT);
        if (next.residualMax < end.residualMax) end = next;
        if (next.status !== 'converged') break;
      }
      s.copy(end.state);
      return { search, floor: end.residualMax };
    }
    return undefined;
  });
}
