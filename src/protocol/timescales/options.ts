import * as z from 'zod';
import { nonzeroBeta } from '../../engine/nudging/beta.js';
import { MOST, positive } from '../../entry.js';

export const timescalesOptions = {
  epsilon: positive().describe('ε: how fast parameters move, where the state moves at rate 1'),
  step: positive().default(0.1).describe('of Euler, which everything is stepped by at its old values'),
  steps: z.int().positive().describe('how many'),
  every: z
    .int()
    .positive()
    .default(1)
    .describe('steps between rows; each compares with two fixed points and four steps of the gradient flow'),
  learn: z.array(z.string()).min(1).max(MOST.items).optional().describe('parameters that move, e.g. [U]; default all'),
  side: z
    .enum(['rbp', 'ep'])
    .default('rbp')
    .describe('what estimates dJ/dθ meanwhile: the side network z, or a second copy of the network, nudged'),
  beta: nonzeroBeta().optional().describe('of side: ep, nudging strength β of the second copy, not 0; default 0.01'),
};

export interface TimescalesOptions {
  readonly epsilon: number;
  readonly step: number;
  readonly steps: number;
  readonly every: number;
  readonly learn?: readonly string[] | undefined;
  readonly side: 'rbp' | 'ep';
  readonly beta?: number | undefined;
}
