import { entry } from '../../entry.js';
import { axpy, maxAbs } from '../../numerics/kernels.js';
import { hasDiverged } from '../../solver/relax.js';
import { fromErrors } from '../claims.js';
import type { Engine, Estimate, Problem, Process } from '../engine.js';
import { settle, sideNetwork } from './side-network.js';

/**
 * The Neumann series of z = −J⁻ᵀc (Liao et al. 2018, algorithm 2): z ≈ ε Σ_{k<K} (1 + εJᵀ)^k c, ε = `second.step` and
 * K = `second.steps`. Its terms are RBP's S̄_k by Euler steps, its partial sums RBP's Θ̄_k: one term more is one step more.
 */
export const neumann = (): Engine => ({
  needs: ['linearisation'],
  accuracy: 'exact',
  residualGain: 0,
  hasProcess: true,
  pace: 'euler',
  leastSteps: 1,
  run,
  settle,
});

function* run(problem: Problem): Generator<Process, Estimate> {
  const { step: epsilon, steps } = problem.second;
  const { c: term, linearisation } = sideNetwork(problem);
  const scale = Math.max(1, maxAbs(term.data));
  const [sum, image] = [term.like(), term.like()];
  const gradient = problem.gradient ?? problem.free.of(problem.system.dynamics.parameters);
  const params = () => {
    linearisation.gradParams(sum, gradient);
    return gradient;
  };
  for (let k = 0; ; k++) {
    if (hasDiverged(term, scale)) return { status: 'diverged', steps: k, gradient: params() };
    yield { step: k, time: k * epsilon, state: term, params };
    if (k >= steps) return { status: 'completed', steps: k, gradient: params() };
    axpy(epsilon, term.data, sum.data);
    linearisation.applyTranspose(term, image);
    axpy(epsilon, image.data, term.data);
  }
}

export const neumannEntry = entry({
  name: 'neumann',
  summary: 'the Neumann series dt Σ_{k<n} (1 + dt F′ᵀ)^k c, n = second.steps, dt = second.step',
  source: 'Liao et al. 2018 (arXiv 1803.06396)',
  claims: fromErrors('n → ∞'),
  options: {},
  create: neumann,
});
