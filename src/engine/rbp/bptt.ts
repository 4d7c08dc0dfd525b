import { entry } from '../../entry.js';
import { hadamard, maxAbs } from '../../numerics/kernels.js';
import { hasDiverged } from '../../solver/relax.js';
import { fromErrors } from '../claims.js';
import type { Engine, Estimate, Problem, Process } from '../engine.js';
import { errorAtRest } from './side-network.js';
import { stepBack } from './step-back.js';

/**
 * Backpropagation through the last K = `second.steps` steps of phase one, through all of them where it took fewer. Its
 * process is −∇^BPTT of Ernoult et al. (2019): after t steps back, ∂J/∂s_{T−t} and what the last t steps owe to θ. Where the
 * network has been at rest all that while (`free.rest_steps`) that is RBP's process; from its transient it is the gradient
 * of the network that was run, not of its fixed point. Memory grows with K.
 */
export const bptt = (): Engine => ({
  needs: ['linearisation'],
  accuracy: 'exact',
  residualGain: 1,
  hasProcess: true,
  pace: 'phase-one',
  leastSteps: 1,
  run,
});

function* run(problem: Problem): Generator<Process, Estimate> {
  const { trajectory, system, free } = problem;
  if (trajectory === undefined) throw new TypeError('bptt needs the trajectory of phase one');
  const { states, step: dt } = trajectory;
  const gradient = (problem.gradient ?? free.of(system.dynamics.parameters)).fill(0);
  const lambda = errorAtRest(problem);
  const scale = Math.max(1, maxAbs(lambda.data));
  const back = stepBack(system, trajectory, free, gradient);
  const shown = lambda.like();
  const params = () => gradient;
  let mask = problem.freeUnits;
  for (let step = 0; ; step++) {
    // RBP knows no derivative by a state that a bound holds
    shown.copy(lambda);
    if (mask) hadamard(shown.data, mask, shown.data);
    if (hasDiverged(lambda, scale)) return { status: 'diverged', steps: step, gradient };
    yield { step, time: step * dt, state: shown, params };
    if (step >= states.length) return { status: 'completed', steps: step, gradient };
    mask = back(states[states.length - 1 - step], lambda, gradient);
  }
}

export const bpttEntry = entry({
  name: 'bptt',
  summary: 'backpropagation through the last n = second.steps steps of phase one; memory grows with n',
  source: 'Ernoult et al. 2019 (arXiv 1905.13633); Liao et al. 2018 (arXiv 1803.06396)',
  claims: fromErrors('n → ∞', 'free, back through its steps'),
  options: {},
  create: bptt,
});
