import * as z from 'zod';
import { entry, type LabelPart } from '../entry.js';
import { real } from '../numerics/complex.js';
import { fromStates } from './claims.js';
import type { NudgedCopy } from './engine.js';
import { equilibriumPropagation } from './ep.js';
import { family } from './family.js';
import type { Nudging } from './nudging/nudging.js';

/** Outputs held at o + η(y − o), hidden units at rest. */
const held = (eta: number, weight: number): NudgedCopy => ({
  beta: real(Number.POSITIVE_INFINITY),
  held: eta,
  weight: real(weight),
});

const coupled = (copies: readonly NudgedCopy[]): Nudging => ({ copies, accuracy: 'biased', needs: ['clamping'] });

const toHeldError = { ...fromStates('free, held', 'η → 0'), equals: 'RBP for the error K(o − y)' };

const etaOption = z
  .number()
  .refine((eta) => eta !== 0, 'must not be 0: outputs are held where they are')
  .describe('η: outputs are held at o + η(y − o), below 0 away from targets; 1 is nudging agnostic');

const etaLabel = ({ eta }: { readonly eta: number }): LabelPart[] => [{ keys: ['eta'], symbol: 'η', value: eta }];

/**
 * Coupled learning (Stern, Hexner, Rocks & Liu 2021): in phase two the outputs are not pulled towards their targets but
 * held a share η of the way there, and the estimate is
 *
 *     (1/η) (∂E/∂θ(s^C) − ∂E/∂θ(s⁰)),
 *
 * for centered nudging half the difference of η and −η. As η → 0 it tends, in the order of η (η² centered), to the gradient
 * for an error of K(o − y) in place of o − y, K the Schur complement of H on the outputs: RBP by `method: direct, error:
 * held`. That is not the gradient of J, unless there is one output.
 */
export const coupledLearningFamily = family({
  name: 'coupled-learning',
  summary:
    'outputs held a share η of the way to their targets, not pulled; descends for an error of K(o − y), not of o − y',
  source: 'Stern, Hexner, Rocks & Liu 2021',
  symbol: 'CL',
  title: (nudging) => `coupled learning ${nudging}`,
  nudged: true,
  key: 'nudging',
  options: {},
  members: {
    'one-sided': entry({
      name: 'one-sided',
      summary: 'outputs held at o + η(y − o), η of either sign',
      claims: { ...toHeldError, phases: 'free, held' },
      options: { eta: etaOption },
      examples: [{ eta: 0.1 }],
      label: etaLabel,
      create: ({ eta }) => coupled([held(eta, 1 / eta)]),
    }),
    centered: entry({
      name: 'centered',
      summary: 'outputs held at o ± η(y − o)',
      claims: { ...toHeldError, phases: 'free, held, held the other way' },
      options: { eta: z.number().positive().describe('η: outputs are held at o ± η(y − o)') },
      examples: [{ eta: 0.1 }],
      label: etaLabel,
      create: ({ eta }) => coupled([held(eta, 1 / (2 * eta)), held(-eta, -1 / (2 * eta))]),
    }),
  },
  create: (nudging: Nudging) => equilibriumPropagation(nudging, 'energy'),
});
