import type { Blocks } from '../../numerics/blocks.js';
import type { Matrix } from '../../numerics/matrix.js';
import { power } from '../../numerics/power.js';
import { type Chain, chainPredictions } from '../predictive/chain.js';
import type { Predicting } from '../predictive/predictions.js';
import { tensor } from '../tensor.js';
import type { Couplings, Held } from '../topology.js';
import type { Params } from '../types.js';
import { coloured } from './colouring.js';
import { forwardPass } from './feed-forward.js';
import { flow } from './flow.js';
import { holding } from './held.js';
import { delaysOf, partsOf } from './parts.js';
import type { NetworkShape } from './shapes.js';

export interface LayerGraph extends Couplings, Predicting, Omit<Chain, 'held'> {
  held?(theta: Params, x: Matrix, like: Blocks): Held & Omit<Chain, 'held'>;
}

/**
 * Layers s1…sL over an input, connected in a chain and by skips, each connection dense or a convolution, pooled or not, used in
 * both directions: Φ = Σ s_to · P(w ⋆ s_from) + Σ b·s. With `feedback` γ what comes down from k layers above counts γ^k times,
 * and D_l = γ^{l−L}.
 *
 * Max pooling takes the largest of each window, and what comes down goes back to where that was: Φ is then piecewise
 * bilinear, and all of this holds by the routes of the state at hand (NEIGHBOURS 8).
 */
export function layerGraph(shape: NetworkShape, feedback = 1): LayerGraph {
  const parts = partsOf(shape);
  const { layers, connections } = parts;
  const depth = layers.length - 1;
  const scaling = { feedback, scales: layers.slice(1).map((_, k) => power(feedback, k + 1 - depth)) };
  const delays = delaysOf(parts);
  const inner = connections.filter(({ from }) => from > 0).map(({ from, to }) => [from - 1, to - 1] as const);
  const windows = connections
    .filter(({ routed, from }) => routed && from > 0)
    .reduce((sum, { to }) => sum + layers[to].units, 0);
  const [first] = connections;
  const made: LayerGraph = {
    name: 'layer-graph',
    ...(feedback !== 1 && { scales: scaling.scales }),
    withFeedback: (gamma) => layerGraph(shape, gamma),
    inputs: layers[0].units,
    ...(layers[0].image && { image: layers[0].image }),
    outputs: { block: `s${depth}`, from: 0, to: layers[depth].units },
    states: layers
      .slice(1)
      .map(({ units }, k) => tensor({ name: `s${k + 1}`, kind: 'state', shape: [units], layer: k + 1 })),
    parameters: parts.tensors,
    filters: { ...first.filters, of: (theta, unit) => first.filters.of(theta.parts[0][first.at], unit) },
    groups: coloured(depth, inner),
    ...(delays && { delays }),
    asksActivation: true,
    ...flow(parts, scaling),
    ...(connections.some(({ routed }) => routed) && { held }),
    ...(windows > 0 && { windows }),
    predictions: (theta, x, f) => chainPredictions(made, theta, x, f),
    feedForward: (theta, x, rho, like) => forwardPass(parts, theta, x, rho, like),
  };
  return made;

  function held(theta: Params, x: Matrix, like: Blocks): Held & Omit<Chain, 'held'> {
    return { ...made, ...holding(parts, scaling, theta, x, like) };
  }
}
