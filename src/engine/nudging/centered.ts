import { entry } from '../../entry.js';
import { real } from '../../numerics/complex.js';
import { fromStates } from '../claims.js';
import { betaLabel, positiveBeta } from './beta.js';
import type { Nudging } from './nudging.js';

/** Copies at +β and −β (Laborieux et al. 2021): bias of second order in β. */
export const centered = (beta: number): Nudging => ({
  copies: [
    { beta: real(beta), weight: real(1 / (2 * beta)) },
    { beta: real(-beta), weight: real(-1 / (2 * beta)) },
  ],
  accuracy: { orderInBeta: 2 },
});

export const centeredEntry = entry({
  name: 'centered',
  summary: 'two copies at +β and −β; bias of second order in β',
  source: 'Laborieux et al. 2021',
  claims: fromStates('free, nudged by β, by −β', 'β → 0'),
  options: {
    beta: positiveBeta('both signs are used anyway').describe('nudging strength β > 0'),
  },
  examples: [{ beta: 0.01 }],
  label: (options) => [betaLabel(options)],
  create: ({ beta }) => centered(beta),
});
