/** What somebody else would write: an engine, EP at β and −β/2, interpolated at 0. */
import * as z from 'zod';
import { equilibriumPropagation } from '../../src/engine/ep.js';
import { family } from '../../src/engine/family.js';
import type { Nudging } from '../../src/engine/nudging/nudging.js';
import { entry } from '../../src/entry.js';
import { real } from '../../src/numerics/complex.js';

const only = entry({
  name: 'only',
  summary: 'a third of the estimate at β, two of that at −β/2: bias of second order',
  options: { beta: z.number().positive().describe('nudging strength β > 0') },
  examples: [{ beta: 0.01 }],
  create: ({ beta }): Nudging => ({
    copies: [
      { beta: real(beta), weight: real(1 / (3 * beta)) },
      { beta: real(-beta / 2), weight: real(-4 / (3 * beta)) },
    ],
    accuracy: { orderInBeta: 2 },
  }),
});

export const unevenFamily = family({
  name: 'outsider-uneven',
  summary: 'EP at β and −β/2, interpolated at 0',
  source: 'an outsider',
  symbol: 'extrapolated',
  claims: { equals: 'dJ/dθ', limit: 'β → 0', local: 'yes', phases: 'free, nudged twice', symmetric: 'yes' },
  nudged: true,
  options: {},
  members: { only },
  create: (nudging: Nudging) => equilibriumPropagation(nudging, 'energy'),
});
