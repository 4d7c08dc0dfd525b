import * as z from 'zod';
import { MOST } from '../../entry.js';
import { weightFormats } from '../weights.js';

const count = () => z.int().positive().max(MOST.examples);

export const trialsOptions = {
  trials: count().default(25_000).describe('that a network may have at most'),
  networks: count()
    .default(1)
    .describe('that learn, each by itself: what one does depends on its number, not on how many there are'),
  criterion: z
    .strictObject({
      share: z.number().positive().max(1).default(0.9).describe('of the last trials that must end as they should'),
      last: z.int().positive().max(MOST.examples).default(50).describe('how many these are'),
      of: z.enum(['each-kind', 'all']).default('each-kind').describe('whether of every kind of trial, or of all'),
    })
    .prefault({})
    .describe('when a task, or a lesson of it, is learned'),
  record: z
    .int()
    .nonnegative()
    .default(1)
    .describe(
      'the first so many networks have rows in metrics.csv, values of their units at the end, and files of weights',
    ),
  weights: weightFormats.describe('files of the last weights: agent.parameters: {file: …} starts from one'),
  checkpoint_every: count().default(20_000).describe('trials between checkpoints, over all networks'),
};

export type TrialsOptions = z.output<z.ZodObject<typeof trialsOptions>>;
