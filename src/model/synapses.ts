import type { Activation } from '../numerics/activation.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Couplings, Driven } from './topology.js';
import type { Params, State, Synapses } from './types.js';

/** Those of the bilinear form ½ pᵀWp + (xU + b)·p with p = ρ(s). */
export function synapsesOf(topology: Couplings, rho: Activation, x: Matrix): Synapses {
  return {
    rates: (s, out) => rho.value(s, out),
    addPairs: (alpha, pre, post, out) => topology.addPairs(alpha / x.rows, pre.parts[0], post.parts[0], out),
    addInputPairs: (alpha, post, out) => addInputPairs(topology, alpha, x, post, out),
  };
}

/** Synapses.addInputPairs of what a clamped input drives. */
export function addInputPairs(topology: Driven, alpha: number, x: Matrix, post: State, out: Params): void {
  topology.addInputPairs(alpha / x.rows, x, post.parts[0], out);
  topology.parameters.forEach(({ kind }, k) => {
    if (kind === 'bias') out.parts[0][k].data.fill(0);
  });
}
