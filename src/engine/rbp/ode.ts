import { maxAbs } from '../../numerics/kernels.js';
import { hasDiverged } from '../../solver/relax.js';
import type { Engine, Estimate, Problem, Process } from '../engine.js';
import { settle, sideNetwork } from './side-network.js';

/**
 * Recurrent backpropagation as Scellier & Bengio (2019, theorem 1) write it, in the form that needs no energy:
 *
 *     S̄_0 = c,  dS̄/dt = JᵀS̄        Θ̄_0 = 0,  dΘ̄/dt = (∂F/∂θ)ᵀS̄        Θ̄_t → dJ/dθ
 *
 * Θ̄_t = (∂F/∂θ)ᵀ ∫S̄, so only the state-sized integral is stepped, jointly with S̄ by the same tableau; the outer
 * products wait until params() is asked for.
 */
export const ode = (): Engine => ({
  needs: ['linearisation'],
  accuracy: 'exact',
  residualGain: 0,
  hasProcess: true,
  run,
  settle,
});

function* run(problem: Problem): Generator<Process, Estimate> {
  const { integrator, step: dt, steps } = problem.second;
  const { c: state, linearisation } = sideNetwork(problem);
  // S̄ is linear in c: it has diverged when it has grown, not when it is large
  const scale = Math.max(1, maxAbs(state.data));
  const rate = state.like();
  const integral = state.like();
  const gradient = problem.gradient ?? problem.free.of(problem.system.dynamics.parameters);
  const advance = integrator.prepare(state);
  const params = () => {
    linearisation.gradParams(integral, gradient);
    return gradient;
  };
  for (let step = 0; ; step++) {
    if (hasDiverged(state, scale)) return { status: 'diverged', steps: step, gradient: params() };
    yield { step, time: step * dt, state, params };
    if (step >= steps) return { status: 'completed', steps: step, gradient: params() };
    linearisation.applyTranspose(state, rate);
    advance(linearisation.applyTranspose, state, rate, dt, state, integral);
  }
}
