import type { Activation } from '../../numerics/activation.js';
import { hadamard } from '../../numerics/kernels.js';
import type { Matrix } from '../../numerics/matrix.js';
import type { ForwardPass, Params, State } from '../types.js';
import type { Parts } from './parts.js';

/**
 * h_l = ρ(Σ P(w ⋆ h_from) + b_l), layer after layer; δ_l = (Σ w ⋆ᵀ Pᵀδ_to) ∘ ρ' over what leads on from l, by the routes of the
 * way up; ∂J/∂w = the mean of the correlation of h_from with Pᵀδ_to.
 */
export function forwardPass(parts: Parts, theta: Params, x: Matrix, rho: Activation, like: State): ForwardPass {
  const { layers, connections, biases } = parts;
  const [h, slope] = [like.like(), like.like()];
  const wires = connections.map((wire) => ({
    ...wire,
    w: theta.parts[0][wire.at],
    u: wire.from === 0 ? x : h.parts[0][wire.from - 1],
    routes: wire.routed ? like.of([{ name: 'routes', rows: x.rows, cols: layers[wire.to].units }]).data : undefined,
  }));
  for (const [k, { tensor, at, add }] of biases.entries()) {
    const into = h.parts[0][k];
    for (const { to, w, u, routes, forward } of wires) if (to === k + 1) forward(w, u, into, into, routes);
    add(theta.parts[0][at], into);
    rho
      .of(like.shapes[tensor.layer - 1].name)
      .evaluate({ re: into.data }, { re: into.data }, { re: slope.parts[0][k].data });
  }
  return {
    h,
    back(delta, out, outputSlope) {
      out.fill(0);
      const last = biases.length - 1;
      for (let k = last; k >= 0; k--) {
        const d = delta.parts[0][k];
        if (k < last) d.data.fill(0);
        for (const { from, to, w, routes, backward } of wires) {
          if (from === k + 1) backward(1, w, delta.parts[0][to - 1], d, d, routes);
        }
        if (k < last || outputSlope === 'kept') hadamard(d.data, slope.parts[0][k].data, d.data);
        for (const { to, at, u, routes, addPairs } of wires) {
          if (to === k + 1) addPairs(1 / x.rows, u, d, out.parts[0][at], routes);
        }
        biases[k].addSums(1 / x.rows, d, out.parts[0][biases[k].at]);
      }
    },
  };
}
