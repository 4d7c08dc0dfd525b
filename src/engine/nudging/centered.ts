import { real } from '../../numerics/complex.js';
import type { Nudging } from './nudging.js';

/** Copies at +β and −β (Laborieux et al. 2021): bias of second order in β. */
export const centered = (beta: number): Nudging => ({
  copies: [
    { beta: real(beta), weight: real(1 / (2 * beta)) },
    { beta: real(-beta), weight: real(-1 / (2 * beta)) },
  ],
  order: 2,
});
