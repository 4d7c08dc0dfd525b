import * as z from 'zod';
import { choice, create, type Named, positive } from '../../entry.js';
import type { Optimizer } from '../../optimizer/optimizer.js';
import { optimizers } from '../../optimizer/optimizers.js';
import { weightFormats } from '../weights.js';
import { augmentOption } from './augment.js';
import { constrainOption } from './constrain.js';

export const trainOptions = {
  epochs: z.int().positive().describe('passes over the training set'),
  batch: z
    .int()
    .positive()
    .describe('examples to an update; the last batch of an epoch may have fewer, and its step is as large'),
  optimizer: choice(optimizers).describe('how gradients become steps'),
  shuffle: z.boolean().default(true).describe('a new order of the examples in every epoch, the same for all engines'),
  augment: augmentOption,
  constrain: constrainOption,
  persistent: z
    .boolean()
    .default(false)
    .describe('phase one of a training example starts where it ended last time (kept in single precision), else at 0'),
  evaluate_every: z
    .int()
    .positive()
    .default(1)
    .describe('epochs between rows of evaluation.csv; the last one has some'),
  evaluate_start: z
    .boolean()
    .optional()
    .describe(
      'rows of evaluation.csv before the first update too, as epoch 0, of the training set alike; default none',
    ),
  checkpoint_every: z.int().positive().default(1000).describe('iterations between checkpoints'),
  cosine_every: z
    .int()
    .positive()
    .optional()
    .describe('iterations between measurements of the cosine to the exact dJ/dθ; default none'),
  cosine_tolerance: positive().default(1e-10).describe('residual of the fixed point, and relative one of z, behind it'),
  stop: z
    .strictObject({
      on: z.enum(['validation']).default('validation').describe('the set that says when (data.split.validation)'),
      patience: z.int().positive().default(5).describe('evaluations without a better one before an engine stops'),
      min_delta: z.number().nonnegative().default(0).describe('how much less counts as better: error, else cost'),
    })
    .optional()
    .describe('early stopping, engine by engine; default none'),
  chance_epochs: z.int().positive().default(3).describe('epochs with an error no better than chance before a warning'),
  filters: z.int().nonnegative().default(0).describe('units of the first layer whose weights filters.csv holds'),
  weights: weightFormats.describe(
    'files of the last weights, and of those with the least validation error: parameters: {file: …} starts from one',
  ),
};

type Parsed = z.output<z.ZodObject<typeof trainOptions>>;

/** What a spec says of training. */
export type TrainOptions = Omit<Parsed, 'optimizer'> & {
  readonly optimizer: Optimizer;
  /** The same at another rate. */
  optimizerAt(rate: number): Optimizer;
};

export function trainOptionsOf({ optimizer, ...rest }: Parsed): TrainOptions {
  const of = (named: Named) => create(optimizers, named);
  return { ...rest, optimizer: of(optimizer), optimizerAt: (rate) => of({ ...optimizer, rates: rate }) };
}
