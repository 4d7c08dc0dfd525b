import type { Linearisation, State } from '../../model/types.js';
import { real } from '../../numerics/complex.js';
import { axpy, hadamard, maxAbs } from '../../numerics/kernels.js';
import { type Estimate, type EstimateStatus, type Problem, type Settle, settling, statusOf } from '../engine.js';

/** c = ∂C/∂s at s⁰, zero on pinned units. */
export function errorAtRest({ cost, free, freeUnits }: Problem): State {
  const c = free.like();
  cost.addGradState(free, real(1), c);
  if (freeUnits) hadamard(c.data, freeUnits, c.data);
  return c;
}

/** Where the methods of RBP start: c, and the linearised field at s⁰. */
export function sideNetwork(problem: Problem): { c: State; linearisation: Linearisation } {
  const { system, free, freeUnits } = problem;
  return { c: errorAtRest(problem), linearisation: system.linearise(free, freeUnits) };
}

/** z = −J⁻ᵀc where dz/dt = c + Jᵀz comes to rest. */
export const settle: Settle = {
  offers: [],
  *run(problem, by) {
    const { c, linearisation } = sideNetwork(problem);
    const field = (z: State, out: State) => {
      linearisation.applyTranspose(z, out);
      axpy(1, c.data, out.data);
    };
    const end = yield* settling({ field, start: c.like(), bounds: undefined }, by);
    return conclude(problem, linearisation, c, end.state, statusOf([end]), end.steps);
  },
};

/** The estimate that z gives, with the residual c + Jᵀz as it is. */
export function conclude(
  { system, free, gradient }: Problem,
  linearisation: Linearisation,
  c: State,
  z: State,
  status: EstimateStatus,
  steps: number,
): Estimate {
  const out = gradient ?? free.of(system.dynamics.parameters);
  const left = c.like();
  linearisation.applyTranspose(z, left);
  axpy(1, c.data, left.data);
  if (status === 'indefinite' || status === 'singular') out.fill(Number.NaN);
  else linearisation.gradParams(z, out);
  return { status, steps, gradient: out, residual: maxAbs(left.data) };
}
