import type { Blocks } from '../../numerics/blocks.js';
import { addColumnSums, axpy, hadamard, scale } from '../../numerics/kernels.js';
import type { Matrix } from '../../numerics/matrix.js';
import { addColumnDots, hadamardRow } from '../../numerics/sparse.js';
import {
  springAlong,
  springChange,
  springForce,
  springStretch,
  springTangent,
  symmetricPairs,
} from '../../numerics/springs.js';
import { scratch } from '../../numerics/whole-state.js';
import type { Params } from '../types.js';
import type { BoundEdges, EdgeLaw } from './edge-law.js';
import { addHalfSquareChange } from './half-squares.js';

/** E_e = ½ k_e (r − ℓ_e)², r the length of the spring in the plane, ℓ its rest length (Stern et al. 2020, 2021). */
export const springs: EdgeLaw = {
  dimension: 2,
  isLinear: false,
  bind(theta: Params, examples: number, home: Blocks): BoundEdges {
    const [k, l] = theta.parts[0];
    const edges = k.cols;
    const shape = (name: string, width = 1) => ({ name, rows: examples, cols: width * edges });
    const [here, tangents, stretch, along] = home.of([
      shape('extents', 2),
      shape('tangents', 3),
      shape('stretch'),
      shape('along'),
    ]).parts[0];
    const [row] = home.of([{ name: 'row', rows: 1, cols: edges }]).parts[0];
    const changes = scratch(home, [shape('change')], 'change');

    /** out += k ∘ α·(column sums of m): what a change of length is to ℓ, but for its sign. */
    function addToLengths(alpha: number, m: Matrix, out: Params): void {
      row.data.fill(0);
      addColumnSums(alpha, m, row);
      hadamard(row.data, k.data, row.data);
      axpy(1, row.data, out.parts[0][1].data);
    }

    return {
      energy(d, out) {
        springStretch(d, l, stretch);
        hadamardRow(stretch, k, out);
        hadamard(out.data, stretch.data, out.data);
        scale(0.5, out.data);
      },
      force: (d, out) => springForce(d, k, l, out),
      move(d) {
        here.data.set(d.data);
        springTangent(here, k, l, tangents);
        springStretch(here, l, stretch);
      },
      tangent: (v, out) => symmetricPairs(tangents, v, out),
      /** ∂f/∂k = (r − ℓ) d/r, ∂f/∂ℓ = −k d/r */
      addGradForce(alpha, v, out) {
        springAlong(here, v, along);
        addColumnDots(alpha, stretch, along, out.parts[0][0]);
        addToLengths(-alpha, along, out);
      },
      /** With the change of length c: ½((r + c − ℓ)² − (r − ℓ)²) = c(r − ℓ + ½c) for k, and −k c for ℓ. */
      addGradChange({ re: u, im: v }, delta, out) {
        const { change } = changes(delta);
        springChange(here, delta, change);
        addHalfSquareChange({ re: u, im: v }, stretch, change, along, out.parts[0][0]);
        const [[re], [im] = []] = change.parts;
        if (u !== 0) addToLengths(-u, re, out);
        if (im && v !== 0) addToLengths(v, im, out);
      },
    };
  },
};
