import type { Nudging } from './nudging.js';

/**
 * The step of the complex-step derivative. A power of two, so that dividing by it is exact; its square vanishes beside
 * any state of ordinary size, so no result depends on its value.
 */
const STEP = 2 ** -200;

/**
 * The limit β → 0 itself: one copy at β = ih in complex arithmetic, S̃ = Im F^β / h. No bias; what is left is
 * round-off. The nonlinear dynamics is integrated as it stands: no Hessian product is involved.
 */
export const exact = (): Nudging => ({
  copies: [{ beta: { re: 0, im: STEP }, weight: { re: 0, im: -1 / STEP } }],
  order: Number.POSITIVE_INFINITY,
});
