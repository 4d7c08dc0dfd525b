import type { State } from '../model/types.js';
import type { Box } from '../numerics/activation.js';
import { maxAbs, norm2 } from '../numerics/kernels.js';
import type { Field } from './field.js';
import type { Integrator } from './integrator.js';

/** How a fixed point is looked for: ‖F‖_∞ ≤ tolerance, or max_steps. */
export interface RelaxRule {
  readonly solver: Integrator;
  readonly step: number;
  readonly tolerance: number;
  readonly maxSteps: number;
}

export interface RelaxSample {
  readonly step: number;
  /** ‖F(s)‖_∞ over all units of all examples. */
  readonly residual: number;
}

export type RelaxStatus = 'converged' | 'max-steps' | 'diverged';

/** What came of it; the residuals are those of the state handed back. */
export interface Relaxation {
  readonly status: RelaxStatus;
  readonly steps: number;
  readonly residualMax: number;
  readonly residualL2: number;
  readonly state: State;
}

/** A run counts as diverged when a number is not finite or ‖s‖_∞ exceeds this. */
export const DIVERGENCE_LIMIT = 1e6;

/** `scale`: the size that is ordinary for s. */
export function hasDiverged(s: State, scale = 1): boolean {
  return !(maxAbs(s.data) <= DIVERGENCE_LIMIT * scale);
}

/**
 * Follows ds/dt = F(s) from `start` (left as it is) to a fixed point (THEORY: phase one). Failure is a status, never an
 * exception. Yields after every evaluation of the field.
 */
export function* relax(field: Field, start: State, rule: RelaxRule, box?: Box): Generator<RelaxSample, Relaxation> {
  const s = start.clone();
  const force = s.like();
  const advance = rule.solver.prepare(s, box);
  for (let step = 0; ; step++) {
    field(s, force);
    const residual = maxAbs(force.data);
    yield { step, residual };
    const status = judge(s, residual, step, rule);
    if (status) return { status, steps: step, residualMax: residual, residualL2: norm2(force.data), state: s };
    advance(field, s, force, rule.step, s);
  }
}

function judge(s: State, residual: number, step: number, rule: RelaxRule): RelaxStatus | undefined {
  if (Number.isNaN(residual) || hasDiverged(s)) return 'diverged';
  if (residual <= rule.tolerance) return 'converged';
  return step >= rule.maxSteps ? 'max-steps' : undefined;
}

/** The end of a relaxation whose way there is of no interest. */
export function settle(field: Field, start: State, rule: RelaxRule, box?: Box): Relaxation {
  const way = relax(field, start, rule, box);
  for (;;) {
    const next = way.next();
    if (next.done) return next.value;
  }
}
