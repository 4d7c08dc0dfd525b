/** Gradients of the bilinear form ½ pᵀWp + (xU + b)·p, whose p a dynamics makes of its states. */
import type { Blocks } from '../numerics/blocks.js';
import type { Complex } from '../numerics/complex.js';
import { addScaled, axpy } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Couplings } from './topology.js';
import type { Params } from './types.js';

/** Room for the sums, real, of the shape of a state. */
export interface ChangeBuffers {
  readonly difference: Blocks;
  readonly total: Blocks;
}

/**
 * Adds to `out` Re Σ_k w_k · mean over the batch of ∂/∂θ of the form at p_k less that at `base` (real). Products of
 * differences, not differences of products: p_k close to the base loses no digits, and p_k = base gives 0 exactly. The
 * input, where the form is linear in p, costs one product for all k.
 */
export function interactionChange(
  topology: Pick<Couplings, 'addPairs' | 'addInputPairs'>,
  x: Matrix,
  base: Blocks,
  { difference, total }: ChangeBuffers,
  out: Params,
) {
  total.fill(0);
  return {
    add(p: Blocks, weight: Complex): void {
      const [re, im] = p.parts;
      const [u, v] = [weight.re / x.rows, weight.im / x.rows];
      if (u !== 0) {
        addScaled(p.re, -1, base.re, difference.re);
        topology.addPairs(u, difference.parts[0], re, out);
        topology.addPairs(u, base.parts[0], difference.parts[0], out);
        axpy(u, difference.re, total.re);
        if (im) topology.addPairs(-u, im, im, out);
      }
      if (im && v !== 0) {
        topology.addPairs(-v, re, im, out);
        topology.addPairs(-v, im, re, out);
        axpy(-v, p.im!, total.re);
      }
    },
    finish(): void {
      topology.addInputPairs(1, x, total.parts[0], out);
    },
  };
}
