import { type Activation, activations } from '../numerics/activation.js';
import { layerGraphExamples } from './images/examples.js';
import type { Predicting } from './predictive/predictions.js';
import { predictiveSystem } from './predictive/system.js';
import {
  activationLabel,
  activationOption,
  activationProblems,
  complexCapabilities,
  createActivation,
  feedForwardOf,
} from './registered.js';
import { type Couplings, energy } from './topology.js';
import { type Dynamics, layoutOf } from './types.js';

/**
 * Predictive coding (Millidge, Tschantz & Buckley 2020): units s that others predict, E = ½ Σ_l ‖s_l − f(s_{l−1}W_l + b_l)‖²,
 * ds/dt = −∂E/∂s. At rest it is the network run forwards, with E = 0, so that RBP on E is backpropagation in that network,
 * and EP tends to it.
 */
export function predictiveCoding(
  topology: Predicting & Pick<Couplings, 'feedForward' | 'windows'>,
  f: Activation,
): Dynamics {
  const feedForward = feedForwardOf(topology, f);
  const dynamics: Dynamics = {
    ...layoutOf(topology),
    name: 'predictive-coding',
    time: 'continuous',
    agreement: 'process',
    offers: [
      'energy',
      'linearisation',
      ...complexCapabilities(f, topology),
      'predictions',
      ...(topology.delays ? (['levels'] as const) : []),
      ...(feedForward ? (['feed-forward'] as const) : []),
    ],
    box: undefined,
    feedForward,
    bind: (theta, x) => predictiveSystem(dynamics, topology.predictions(theta, x, f), topology.delays, theta, x),
  };
  return dynamics;
}

export const predictiveCodingEntry = energy({
  name: 'predictive-coding',
  summary: 'E = ½ Σ ‖s_l − f(s_{l−1}W_l + b_l)‖²: at rest it is the network run forwards',
  source: 'Millidge, Tschantz & Buckley 2020 (arXiv 2006.04182)',
  takes: 'predictions',
  options: {
    activation: activationOption()
      .optional()
      .describe('activation f of layers: one for all, or a list, one for each, the output last; none of expressions'),
  },
  examples: [
    { init: { name: 'glorot-uniform', gain: 0.5 } },
    ...layerGraphExamples.map((example, i) => (i === 2 ? { ...example, activation: 'sigmoid' } : example)),
  ],
  problems({ activation }, topology: Predicting) {
    if (topology.asksActivation && activation) return activationProblems(activation, topology);
    if (topology.asksActivation) return [['', `missing key 'activation', which a ${topology.name} network needs`]];
    return activation ? [[['activation'], `must be left out: a ${topology.name} network has expressions`]] : [];
  },
  label: ({ activation }) => (activation ? activationLabel({ activation }) : []),
  create: ({ activation }, topology: Predicting & Pick<Couplings, 'feedForward' | 'windows'>) =>
    predictiveCoding(topology, activation ? createActivation(activation, topology) : activations.linear),
});
