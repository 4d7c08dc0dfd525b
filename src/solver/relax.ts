import type { State, System } from '../model/types.js';
import { type Bounds, isBox } from '../numerics/bounds.js';
import { clip } from '../numerics/kernels.js';
import type { Field } from './field.js';
import type { Integrator } from './integrator.js';
import { layoutOf, numbers, rowSizes } from './rows.js';
import {
  type FixedPointRule,
  type FixedPointTask,
  type Relaxation,
  type RelaxSample,
  recounted,
  type Solver,
} from './solver.js';
import { steppedBy } from './stepped.js';

export { DIVERGENCE_LIMIT, hasDiverged, type Relaxation, type RelaxSample, type RelaxStatus, Watch } from './solver.js';

/** How a fixed point is looked for; an integrator stands for the solver that follows ds/dt = F by it. */
export interface RelaxRule extends Omit<FixedPointRule, 'tolerances'> {
  readonly solver: Solver | Integrator;
  /** A part of ‖F‖_∞ at the start, which will do where it is more than the tolerance. */
  readonly relativeTolerance?: number | undefined;
}

/**
 * From `start` (left as it is) to a fixed point of the field (THEORY: phase one). Failure is a status, never an
 * exception. Yields at every step, before it is taken, and at the end.
 */
export function relax(
  field: Field,
  start: State,
  rule: RelaxRule,
  bounds?: Bounds,
  moving?: readonly number[],
): Generator<RelaxSample, Relaxation> {
  const task = { field, start: within(start, bounds), bounds, moving };
  return rule.relativeTolerance === undefined ? solverOf(rule).relax(task, rule) : relaxRelative(task, rule);
}

/** By the same rule with any solver, so F is looked at here; as a look at the start it is counted there, once. */
function* relaxRelative(task: FixedPointTask, rule: RelaxRule): Generator<RelaxSample, Relaxation> {
  const force = task.start.like();
  task.field(task.start, force);
  const layout = layoutOf(force.shapes);
  const [largest, squares] = numbers(force, 2);
  rowSizes(layout, force, largest, squares);
  const tolerances = largest.map((size) => Math.max(rule.tolerance, rule.relativeTolerance! * size));
  const tolerance = Math.max(...tolerances);
  const end = yield* solverOf(rule).relax(task, { ...rule, tolerance, tolerances });
  return { tolerance, ...end };
}

/** Every box has the states that relaxations start from inside; bounds of single units may not. */
function within(start: State, bounds: Bounds | undefined): State {
  if (bounds === undefined || isBox(bounds)) return start;
  const inside = start.clone();
  clip(bounds, inside.re, inside.im);
  return inside;
}

/** No residual is as small. */
const NEVER = -1;

/**
 * The same, and then `restSteps` steps more where it has come to rest: all of them one relaxation. For solvers whose steps
 * an integrator takes.
 */
export function* relaxAndStay(
  field: Field,
  start: State,
  rule: RelaxRule,
  restSteps: number,
  bounds?: Bounds,
): Generator<RelaxSample, Relaxation> {
  const rest = yield* relax(field, start, rule, bounds);
  if (restSteps === 0 || rest.status !== 'converged') return rest;
  const way = relax(
    field,
    rest.state,
    { ...rule, tolerance: NEVER, relativeTolerance: undefined, maxSteps: restSteps },
    bounds,
  );
  for (;;) {
    const next = way.next();
    const steps = rest.steps + (next.done ? next.value.steps : next.value.step);
    const fieldEvaluations = rest.fieldEvaluations + next.value.fieldEvaluations;
    if (next.done) {
      const status = next.value.status === 'diverged' ? 'diverged' : 'converged';
      return { ...next.value, status, steps, fieldEvaluations };
    }
    // the first sample is the last of the way before
    if (next.value.step > 0) yield recounted(next.value, { step: steps, time: steps * rule.step, fieldEvaluations });
  }
}

/** Blocks of the start that tell where a relaxation ends; all where undefined. */
export function startsFrom(rule: RelaxRule, system: System): readonly number[] | undefined {
  return rule.relativeTolerance === undefined ? solverOf(rule).startsFrom?.(system) : undefined;
}

export function solverOf({ solver }: RelaxRule): Solver {
  return 'relax' in solver ? solver : steppedBy(solver);
}

/** The end of a relaxation whose way there is of no interest. */
export function settle(field: Field, start: State, rule: RelaxRule, bounds?: Bounds): Relaxation {
  const way = relax(field, start, rule, bounds);
  for (;;) {
    const next = way.next();
    if (next.done) return next.value;
  }
}
