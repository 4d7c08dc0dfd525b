import { entry } from '../../entry.js';
import { type Complex, real } from '../../numerics/complex.js';
import { fromStates } from '../claims.js';
import { betaLabel, positiveBeta } from './beta.js';
import type { Nudging } from './nudging.js';

/** A scheme whose weights may rest in a phase of their own, nudged by β, before the one in which they move. */
export interface ContinualNudging extends Nudging {
  readonly before?: Complex;
}

/**
 * A third phase: weights rest while β leads from s⁰ to s^β, and move while −β leads on to s^{−β}, by −1/(2β). The sum is
 * that of copies at ±β (Laborieux et al. 2021), and no state is kept.
 */
export const thirdPhaseEntry = entry({
  name: 'third-phase',
  summary: 'by β while weights rest, then on from there by −β while they move; bias of second order in β, and of η/β',
  source: 'Ernoult et al. 2020; Laborieux et al. 2021',
  claims: fromStates('free, nudged by β, by −β while weights move', 'β → 0 and η/β → 0'),
  options: { beta: positiveBeta('the second sign is that of the third phase').describe('nudging strength β > 0') },
  examples: [{ beta: 0.01 }],
  label: (options) => [betaLabel(options)],
  create: ({ beta }): ContinualNudging => ({
    copies: [{ beta: real(-beta), weight: real(-1 / (2 * beta)) }],
    accuracy: { orderInBeta: 2 },
    before: real(beta),
  }),
});
