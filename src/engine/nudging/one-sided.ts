import { entry } from '../../entry.js';
import { real } from '../../numerics/complex.js';
import { fromStates } from '../claims.js';
import { betaLabel, nonzeroBeta } from './beta.js';
import type { Nudging } from './nudging.js';

/** One copy at β, of either sign (Scellier & Bengio 2017): bias of first order in β. */
export const oneSided = (beta: number): Nudging => ({
  copies: [{ beta: real(beta), weight: real(1 / beta) }],
  accuracy: { orderInBeta: 1 },
});

export const oneSidedEntry = entry({
  name: 'one-sided',
  summary: 'one copy at β, of either sign; bias of first order in β',
  source: 'Scellier & Bengio 2017',
  claims: fromStates('free, nudged', 'β → 0'),
  options: {
    beta: nonzeroBeta().describe('nudging strength β, not 0'),
  },
  examples: [{ beta: 0.01 }],
  label: (options) => [betaLabel(options)],
  create: ({ beta }) => oneSided(beta),
});
