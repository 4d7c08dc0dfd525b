import { entry } from '../../entry.js';
import { fromStates } from '../claims.js';
import type { Nudging } from './nudging.js';

/**
 * The limit β → 0 itself: one copy at β = ih in complex arithmetic, S̃ = Im F^β / h. No bias; what is left is
 * round-off. The nonlinear dynamics is integrated as it stands: no Hessian product is involved. h is infinitesimal:
 * complex arithmetic is then that of dual numbers, which a piecewise linear ρ needs (a real part must not be moved across
 * a kink).
 */
export const exact = (): Nudging => ({
  copies: [{ beta: { re: 0, im: 1 }, weight: { re: 0, im: -1 } }],
  infinitesimal: true,
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
