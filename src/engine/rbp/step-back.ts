import type { Params, State, System } from '../../model/types.js';
import { type Bounds, isPinned, lowerAt, upperAt } from '../../numerics/bounds.js';
import { addScaled, axpy } from '../../numerics/kernels.js';
import type { Numbers } from '../../numerics/numbers.js';
import { boundsOf, freeField } from '../../solver/field.js';
import type { Trajectory } from '../../solver/trajectory.js';

/**
 * A step s → s' of phase one, differentiated: λ = ∂J/∂s' becomes ∂J/∂s, and what the step itself owes to θ is added to
 * `gradient` (the mean over the batch). Gives the units that no bound pins at s (1, else 0), valid until the next call;
 * undefined without a box.
 */
export type StepBack = (s: State, lambda: State, gradient: Params) => Numbers | undefined;

/**
 * Reverse mode through one explicit Runge-Kutta step. From the last stage to the first, κ_i = dt (b_i λ + Σ_{j>i} a_ji μ_j),
 * μ_i = J(Y_i)ᵀκ_i; then ∂J/∂s = λ + Σ μ_i, and θ receives Σ (∂F/∂θ(Y_i))ᵀκ_i. Stages Y_i are computed anew from s. In a
 * box, whose steps are Euler's, a unit that the projection has stopped passes nothing on.
 */
export function stepBack(system: System, { integrator, step: dt }: Trajectory, like: State, params: Params): StepBack {
  const { a, b } = integrator.tableau;
  const bounds = boundsOf(system);
  const field = freeField(system);
  const linear = system.linearise(like);
  const [stages, forces, mus] = [b, b, b].map((list) => list.map(() => like.like()));
  const kappa = like.like();
  const free = bounds && like.like().data;
  const share = like.of(params.shapes);

  function stagesFrom(s: State): void {
    stages[0].copy(s);
    for (let i = 1; i < b.length; i++) {
      field(stages[i - 1], forces[i - 1]);
      stages[i].copy(s);
      for (let j = 0; j < i; j++) axpy(dt * (a[i - 1][j] ?? 0), forces[j].data, stages[i].data);
    }
  }

  return (s, lambda, gradient) => {
    stagesFrom(s);
    if (bounds) {
      system.force(s, forces[0]);
      project(bounds, s.data, forces[0].data, dt, lambda.data, free!);
    }
    for (let i = b.length - 1; i >= 0; i--) {
      addScaled(kappa.fill(0).data, dt * b[i], lambda.data, kappa.data);
      for (let j = i + 1; j < b.length; j++) axpy(dt * (a[j - 1][i] ?? 0), mus[j].data, kappa.data);
      linear.move(stages[i]);
      linear.applyTranspose(kappa, mus[i]);
      linear.gradParams(kappa, share);
      axpy(1, share.data, gradient.data);
    }
    for (const { data } of mus) axpy(1, data, lambda.data);
    return free;
  };
}

/** λ = 0 where s + dt F, before projection, leaves the box; free = 0 where s is at a bound and F points out of it. */
function project(bounds: Bounds, s: Numbers, force: Numbers, dt: number, lambda: Numbers, free: Numbers): void {
  for (let i = 0; i < s.length; i++) {
    const to = s[i] + dt * force[i];
    if (to < lowerAt(bounds, i) || to > upperAt(bounds, i)) lambda[i] = 0;
    free[i] = isPinned(bounds, i, s[i], force[i]) ? 0 : 1;
  }
}
