/** Gradients of the bilinear form ½ pᵀWp + (xU + b)·p, whose p a dynamics makes of its states. */
import type { Blocks } from '../numerics/blocks.js';
import type { Complex } from '../numerics/complex.js';
import { addScaled, axpy } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Couplings, Held } from './topology.js';
import type { Params } from './types.js';

/** Room for the sums, real, of the shape of a state. */
export interface ChangeBuffers {
  readonly difference: Blocks;
  readonly total: Blocks;
}

/** Of couplings that choose: memory for the choices at the base, and at another place. */
export type HeldPair = readonly [base: Held, other: Held];

/** @param home where the system's own buffers are: it keeps them, and states come and go. */
export function heldPair({ held }: Couplings, theta: Params, x: Matrix, home: Blocks): HeldPair | undefined {
  return held && [held(theta, x, home), held(theta, x, home)];
}

/**
 * Adds to `out` Re Σ_k w_k · mean over the batch of ∂/∂θ of the form at p_k less that at `base` (real). Products of
 * differences, not differences of products: p_k close to the base loses no digits, and p_k = base gives 0 exactly. The
 * input, where the form is linear in p, costs one product for all k. What another choice than that at the base adds, of
 * couplings that choose, is added apart.
 */
export function interactionChange(
  topology: Pick<Couplings, 'addPairs' | 'addInputPairs'>,
  x: Matrix,
  base: Blocks,
  { difference, total }: ChangeBuffers,
  out: Params,
  held?: HeldPair,
) {
  total.fill(0);
  held?.[0].hold(base);
  const { addPairs, addInputPairs } = held?.[1] ?? topology;
  return {
    add(p: Blocks, weight: Complex): void {
      held?.[1].hold(p);
      const [re, im] = p.parts;
      const [u, v] = [weight.re / x.rows, weight.im / x.rows];
      if (u !== 0) {
        addScaled(p.re, -1, base.re, difference.re);
        addPairs(u, difference.parts[0], re, out);
        addPairs(u, base.parts[0], difference.parts[0], out);
        held?.[1].addSwitched(u, base.parts[0], base.parts[0], held[0], out);
        axpy(u, difference.re, total.re);
        if (im) addPairs(-u, im, im, out);
      }
      if (im && v !== 0) {
        addPairs(-v, re, im, out);
        addPairs(-v, im, re, out);
        axpy(-v, p.im!, total.re);
      }
    },
    finish(): void {
      addInputPairs(1, x, total.parts[0], out);
    },
  };
}
