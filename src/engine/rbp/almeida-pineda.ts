import * as z from 'zod';
import { entry } from '../../entry.js';
import type { State } from '../../model/types.js';
import { axpy, hadamard, maxAbs } from '../../numerics/kernels.js';
import { hasDiverged } from '../../solver/relax.js';
import { fromErrors } from '../claims.js';
import type { Engine, Estimate, Problem, Process } from '../engine.js';
import { settle, sideNetwork } from './side-network.js';

export interface AlmeidaPinedaOptions {
  /** z_0: 0, the error c, or uniform in (0, 1), as the experiments of Liao et al. (2018) have it. */
  readonly start: 'zero' | 'error' | 'random';
}

/**
 * The error network of Almeida (1987) and Pineda (1987) run to its fixed point z = −J⁻ᵀc: z ← z + dt (c + F′ᵀz), ε =
 * `second.step` (1 for a map, where it reads z ← J_mapᵀz + c). From z_0 = 0 what is left, c + Jᵀz_k, is RBP's S̄_k by
 * Euler steps and ∂F/∂θᵀz_k its Θ̄_k; from elsewhere only the end is RBP's, so that there is no process to compare.
 */
export const almeidaPineda = ({ start }: AlmeidaPinedaOptions): Engine => ({
  needs: ['linearisation'],
  accuracy: 'exact',
  residualGain: 0,
  hasProcess: start === 'zero',
  pace: 'euler',
  leastSteps: 1,
  run: (problem) => iterate(problem, start),
  settle,
});

function* iterate(problem: Problem, start: AlmeidaPinedaOptions['start']): Generator<Process, Estimate> {
  const { step: epsilon, steps } = problem.second;
  const { c, linearisation } = sideNetwork(problem);
  const z = startOf(problem, c, start);
  const left = z.like();
  const scale = Math.max(1, maxAbs(c.data), maxAbs(z.data));
  const gradient = problem.gradient ?? problem.free.of(problem.system.dynamics.parameters);
  const params = () => {
    linearisation.gradParams(z, gradient);
    return gradient;
  };
  for (let k = 0; ; k++) {
    linearisation.applyTranspose(z, left);
    axpy(1, c.data, left.data);
    const residual = maxAbs(left.data);
    if (hasDiverged(left, scale)) return { status: 'diverged', steps: k, gradient: params(), residual };
    if (start === 'zero') yield { step: k, time: k * epsilon, state: left, params };
    if (k >= steps) return { status: 'completed', steps: k, gradient: params(), residual };
    axpy(epsilon, left.data, z.data);
  }
}

/** Pinned units stay out of it. */
function startOf({ random, freeUnits }: Problem, c: State, start: AlmeidaPinedaOptions['start']): State {
  if (start === 'error') return c.clone();
  const z = c.like();
  if (start === 'zero') return z;
  const stream = random('start');
  for (let i = 0; i < z.data.length; i++) z.data[i] = stream.uniform();
  if (freeUnits) hadamard(z.data, freeUnits, z.data);
  return z;
}

export const almeidaPinedaEntry = entry({
  name: 'almeida-pineda',
  summary: 'the error network z ← z + dt (c + F′ᵀz) run to its fixed point, from 0, c or a random start',
  source: 'Almeida 1987, Pineda 1987; the random start: Liao et al. 2018 (arXiv 1803.06396)',
  claims: fromErrors('t → ∞'),
  options: {
    start: z
      .enum(['zero', 'error', 'random'])
      .default('zero')
      .describe('z₀: 0, whose iterates are the process of RBP; c; or uniform in (0, 1)'),
  },
  label: ({ start }) => (start === 'zero' ? [] : [{ keys: ['start'], text: `${start} start` }]),
  create: almeidaPineda,
});
