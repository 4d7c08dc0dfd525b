import type { State } from '../model/types.js';
import type { Box } from '../numerics/activation.js';
import type { Field } from './field.js';
import type { Integrator } from './integrator.js';
import type { FixedPointRule, Relaxation, RelaxSample, Solver } from './solver.js';
import { steppedBy } from './stepped.js';

export { DIVERGENCE_LIMIT, hasDiverged, type Relaxation, type RelaxSample, type RelaxStatus } from './solver.js';

/** How a fixed point is looked for; an integrator stands for the solver that follows ds/dt = F by it. */
export interface RelaxRule extends FixedPointRule {
  readonly solver: Solver | Integrator;
}

/**
 * From `start` (left as it is) to a fixed point of the field (THEORY: phase one). Failure is a status, never an
 * exception. Yields at every step, before it is taken, and at the end.
 */
export function relax(field: Field, start: State, rule: RelaxRule, box?: Box): Generator<RelaxSample, Relaxation> {
  return solverOf(rule).relax({ field, start, box }, rule);
}

export function solverOf({ solver }: RelaxRule): Solver {
  return 'relax' in solver ? solver : steppedBy(solver);
}

/** The end of a relaxation whose way there is of no interest. */
export function settle(field: Field, start: State, rule: RelaxRule, box?: Box): Relaxation {
  const way = relax(field, start, rule, box);
  for (;;) {
    const next = way.next();
    if (next.done) return next.value;
  }
}
