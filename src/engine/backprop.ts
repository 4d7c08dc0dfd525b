import * as z from 'zod';
import { entry } from '../entry.js';
import type { OutputSlope } from '../model/types.js';
import { real } from '../numerics/complex.js';
import { fromErrors } from './claims.js';
import type { Engine, Estimate } from './engine.js';
import { family } from './family.js';

/** ρ of the last layer: that of the network, or none. */
export type OutputUnits = 'activation' | 'linear';

/**
 * Plain backpropagation in the multilayer perceptron of the same layers, tensors and activation: no fixed point, no second
 * phase. Of the recurrent network's dJ/dθ it knows nothing; it is what training that network is measured against. Without
 * the slope ρ' of the outputs the error there is ∂C/∂h itself: what contrastive Hebbian learning tends to (Xie & Seung 2003).
 */
export function backpropagation(output: OutputUnits, slope: OutputSlope = 'kept'): Engine {
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
      back(delta, gradient, slope);
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
  claims: { ...fromErrors(undefined, 'forward, backward'), equals: 'dJ/dθ of the perceptron of the same layers' },
  symbol: 'backprop',
  title: (output) => (output === 'linear' ? 'backprop, linear output' : 'backprop'),
  // what the last layer does is no other way to a gradient
  role: () => 'backprop',
  key: 'output',
  options: {
    output_slope: z
      .enum(['kept', 'dropped'])
      .optional()
      .describe(
        "the factor ρ' in the error of the outputs; dropped, it is that of contrastive Hebbian learning; default kept",
      ),
  },
  members: outputs,
  label: ({ output_slope }) =>
    output_slope === 'dropped' ? [{ keys: ['output_slope'], text: "without the outputs' ρ'" }] : [],
  create: (output: OutputUnits, { output_slope }) => backpropagation(output, output_slope),
});
