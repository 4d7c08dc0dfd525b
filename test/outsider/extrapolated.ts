/** What somebody else would write: an engine, EP at β and 2β extrapolated to 0. */
import * as z from 'zod';
import { equilibriumPropagation } from '../../src/engine/ep.js';
import { family } from '../../src/engine/family.js';
import type { Nudging } from '../../src/engine/nudging/nudging.js';
import { entry } from '../../src/entry.js';
import { real } from '../../src/numerics/complex.js';

const only = entry({
  name: 'only',
  summary: 'twice the estimate at β less that at 2β: bias of second order',
  options: { beta: z.number().positive().describe('nudging strength β > 0') },
  examples: [{ beta: 0.01 }],
  create: ({ beta }): Nudging => ({
    copies: [
      { beta: real(beta), weight: real(2 / beta) },
      { beta: real(2 * beta), weight: real(-1 / (2 * beta)) },
    ],
    accuracy: { orderInBeta: 2 },
  }),
});

export const extrapolatedFamily = family({
  name: 'outsider-extrapolated',
  summary: 'EP at β and 2β, extrapolated to 0',
  source: 'an outsider',
  symbol: 'extrapolated',
  nudged: true,
  options: {},
  members: { only },
  create: (nudging: Nudging) => equilibriumPropagation(nudging, 'energy'),
});
