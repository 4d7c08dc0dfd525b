import type { Blocks } from '../../numerics/blocks.js';
import { hadamard, scale } from '../../numerics/kernels.js';
import { addColumnDots, hadamardRow } from '../../numerics/sparse.js';
import type { Params } from '../types.js';
import type { BoundEdges, EdgeLaw } from './edge-law.js';
import { addHalfSquareChange } from './half-squares.js';

/** E_e = ½ k_e d², d the drop of the potential along the edge and k its conductance: half the power that it takes. */
export const resistors: EdgeLaw = {
  dimension: 1,
  isLinear: true,
  bind(theta: Params, examples: number, home: Blocks): BoundEdges {
    const k = theta.parts[0][0];
    const [spare, here] = home.of([
      { name: 'spare', rows: examples, cols: k.cols },
      { name: 'here', rows: examples, cols: k.cols },
    ]).parts[0];
    return {
      energy(d, out) {
        hadamardRow(d, k, out);
        hadamard(out.data, d.data, out.data);
        scale(0.5, out.data);
      },
      force(d, out) {
        d.parts.forEach(([part], i) => {
          hadamardRow(part, k, out.parts[i][0]);
        });
      },
      move(d) {
        here.data.set(d.data);
      },
      tangent: (v, out) => hadamardRow(v, k, out),
      addGradForce: (alpha, v, out) => addColumnDots(alpha, here, v, out.parts[0][0]),
      addGradChange: (weight, delta, out) => addHalfSquareChange(weight, here, delta, spare, out.parts[0][0]),
    };
  },
};
