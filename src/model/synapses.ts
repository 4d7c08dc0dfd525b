import type { Activation } from '../numerics/activation.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Couplings } from './topology.js';
import type { Params, Synapses } from './types.js';

/** Those of the bilinear form ½ pᵀWp + (xU + b)·p with p = ρ(s). */
export function synapsesOf(topology: Couplings, rho: Activation, x: Matrix): Synapses {
  const biases = topology.parameters.flatMap(({ kind }, k) => (kind === 'bias' ? [k] : []));
  return {
    rates: (s, out) => rho.value(s, out),
    addPairs: (alpha, pre, post, out) => topology.addPairs(alpha / x.rows, pre.parts[0], post.parts[0], out),
    addInputPairs(alpha, post, out: Params) {
      topology.addInputPairs(alpha / x.rows, x, post.parts[0], out);
      for (const k of biases) out.parts[0][k].data.fill(0);
    },
  };
}
