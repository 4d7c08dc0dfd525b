import { entry } from '../entry.js';
import { real } from '../numerics/complex.js';
import type { Engine, Estimate } from './engine.js';
import { family } from './family.js';

/** ρ of the last layer: that of the network, or none. */
export type OutputUnits = 'activation' | 'linear';

/**
 * Plain backpropagation in the multilayer perceptron of the same layers, tensors and activation: no fixed point, no second
 * phase. Of the recurrent network's dJ/dθ it knows nothing; it is what training that network is measured against.
 */
export function backpropagation(output: OutputUnits): Engine {
  return {
    needs: ['feed-forward'],
    accuracy: 'biased',
    residualGain: 0,
    hasProcess: false,
    predict({ system, theta, x }, out) {
      out.copy(system.dynamics.feedForward!(theta, x, out, output).h);
    },
    // biome-ignore lint/correctness/useYield: an end point has no process to yield
    *run({ system, theta, x, cost, free, gradient = theta.like() }): Generator<never, Estimate> {
      const { h, back } = system.dynamics.feedForward!(theta, x, free, output);
      const delta = free.like();
      cost.addGradState(h, real(1), delta);
      back(delta, gradient);
      return { status: 'completed', steps: 0, gradient };
    },
  };
}

const outputs = {
  activation: entry({
    name: 'activation',
    summary: 'ρ at the output as everywhere',
    options: {},
    create: (): OutputUnits => 'activation',
  }),
  linear: entry({ name: 'linear', summary: 'no ρ at the output', options: {}, create: (): OutputUnits => 'linear' }),
};

export const backpropFamily = family({
  name: 'backprop',
  summary: 'the multilayer perceptron of the same layers, run forwards once: what training is measured against',
  source: 'Rumelhart, Hinton & Williams 1986',
  symbol: 'backprop',
  title: (output) => (output === 'linear' ? 'backprop, linear output' : 'backprop'),
  key: 'output',
  options: {},
  members: outputs,
  create: backpropagation,
});
