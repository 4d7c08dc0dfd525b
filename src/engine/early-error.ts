import type { Linearisation, State } from '../model/types.js';
import { Blocks } from '../numerics/blocks.js';
import { axpy } from '../numerics/kernels.js';
import type { Problem, Process } from './engine.js';
import { sideNetwork } from './rbp/side-network.js';

/**
 * What S̄_t is at first (Bengio et al. 2017: early inference is backpropagation): δ = c at the outputs, and from there what
 * one step through Jᵀ after another brings to units that are k steps away,
 *
 *     δ_l = ρ'(s_l) ∘ ((ρ'(s_{l+1}) ∘ δ_{l+1}) W_{l+1}ᵀ)   at s⁰,
 *
 * the error backpropagated through the network at rest. It arrives as δ t^k/k!, up to O(t^{k+1}): that is what the
 * integrator of phase two makes of a chain da_k/dt = a_{k−1}, a_0 = 1. By Euler steps h, S̄ is h^k δ after k steps to
 * round-off.
 */
export function* earlyError(problem: Problem): Generator<Pick<Process, 'step' | 'time' | 'state'>, void> {
  const { integrator, step: dt, steps } = problem.second;
  const delta = backpropagated(problem);
  const chain = Blocks.real([{ name: 'a', rows: 1, cols: delta.length }]);
  chain.data[0] = 1;
  const rate = chain.like();
  const advance = integrator.prepare(chain);
  const state = problem.free.like();
  for (let step = 0; ; step++) {
    state.fill(0);
    delta.forEach((error, k) => void axpy(chain.data[k], error.data, state.data));
    yield { step, time: step * dt, state };
    if (step >= steps) return;
    shift(chain, rate);
    advance(shift, chain, rate, dt, chain);
  }
}

function shift(a: Blocks, out: Blocks): void {
  out.data[0] = 0;
  for (let k = 1; k < a.data.length; k++) out.data[k] = a.data[k - 1];
}

/** δ of the units that are k steps from the outputs, for each k; 0 elsewhere. */
function backpropagated(problem: Problem): State[] {
  const { c, linearisation } = sideNetwork(problem);
  const delays = problem.system.dynamics.delays!;
  const furthest = Math.max(...delays.map((block) => Math.max(...block)));
  const errors = [c];
  for (let k = 1; k <= furthest; k++) errors.push(oneStep(linearisation, errors[k - 1], k, delays));
  return errors;
}

function oneStep(
  { applyTranspose }: Linearisation,
  from: State,
  k: number,
  delays: readonly (readonly number[])[],
): State {
  const out = from.like();
  applyTranspose(from, out);
  out.parts[0].forEach((block, b) => {
    for (let i = 0; i < block.data.length; i++) if (delays[b][i % block.cols] !== k) block.data[i] = 0;
  });
  return out;
}
