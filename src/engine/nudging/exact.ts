import { entry } from '../../entry.js';
import { fromStates } from '../claims.js';
import type { Nudging } from './nudging.js';

/**
 * The step of the complex-step derivative. A power of two, so that dividing by it is exact, and so small that its square
 * underflows to 0: complex arithmetic is then that of dual numbers, which a piecewise linear ρ needs (a real part must
 * not be moved across a kink), and no result depends on the value.
 */
const STEP = 2 ** -600;

/**
 * The limit β → 0 itself: one copy at β = ih in complex arithmetic, S̃ = Im F^β / h. No bias; what is left is
 * round-off. The nonlinear dynamics is integrated as it stands: no Hessian product is involved.
 */
export const exact = (): Nudging => ({
  copies: [{ beta: { re: 0, im: STEP }, weight: { re: 0, im: -1 / STEP } }],
  accuracy: 'exact',
  needs: ['complex-field'],
});

export const exactEntry = entry({
  name: 'exact',
  summary: 'the limit β → 0 itself, by the nonlinear dynamics at β = ih in complex arithmetic; no bias',
  source: 'complex step; compare holomorphic EP (arXiv 2209.00530)',
  claims: fromStates('free, nudged by i dβ'),
  options: {},
  create: exact,
});
