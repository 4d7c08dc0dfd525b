import { real } from '../../numerics/complex.js';
import type { Nudging } from './nudging.js';

/** One copy at β, of either sign (Scellier & Bengio 2017): bias of first order in β. */
export const oneSided = (beta: number): Nudging => ({
  copies: [{ beta: real(beta), weight: real(1 / beta) }],
  order: 1,
});
