import { entry } from '../../entry.js';
import { fromStates } from '../claims.js';
import { betaLabel, positiveBeta } from './beta.js';
import type { Nudging } from './nudging.js';
import { oneSided } from './one-sided.js';

/**
 * One copy at β or −β, as a draw for each batch decides (Scellier & Bengio 2017, section 5.2): the bias is of first order
 * in β, but of either sign, and its mean over many batches of second order, that of `centered`.
 */
export const randomSign = (beta: number): Nudging => ({ ...oneSided(beta), sign: 'random' });

export const randomSignEntry = entry({
  name: 'random-sign',
  summary: 'one copy, the sign of β drawn for each batch; bias of first order in β, of second in the mean',
  source: 'Scellier & Bengio 2017',
  claims: fromStates('free, nudged', 'β → 0'),
  options: {
    beta: positiveBeta('both signs are drawn anyway').describe('nudging strength β > 0'),
  },
  examples: [{ beta: 0.01 }],
  label: (options) => [betaLabel(options)],
  create: ({ beta }) => randomSign(beta),
});
