/** The grammar of an item of `assert`. */
import * as z from 'zod';
import { positive } from '../entry.js';

const measures = z
  .enum(['order', 'distance'])
  .optional()
  .describe(
    'what it measures of the learning rule that it is about, for eprbp table --field: its order, or a distance',
  );
const limits = { measures, min: z.number().optional(), max: z.number().optional() };
const rowsOf = {
  table: z
    .enum(['metrics', 'summary', 'evaluation', 'learners', 'lessons'])
    .optional()
    .describe('the CSV file that is meant; default metrics'),
  split: z.enum(['train', 'validation', 'test']).optional().describe('only rows of this split, in evaluation'),
  kind: z.enum(['instantaneous', 'cumulated']).optional().describe('only rows of such processes, in summary'),
  engine: z.string().optional().describe('id of the engine whose rows are meant, where the protocol has engines'),
  reference: z.string().optional().describe('only rows against this reference'),
  quantity: z
    .string()
    .optional()
    .describe('state, params, state.<tensor>, params.<tensor>, directions, where the protocol has engines'),
};
const bound = z.strictObject({
  ...rowsOf,
  column: z.string().describe('column of metrics.csv'),
  steps: z
    .union([z.literal('last'), z.tuple([z.int().nonnegative(), z.int().nonnegative()])])
    .optional()
    .describe('only the last step, or steps [from, to]; default every row'),
  statistic: z
    .enum(['mean', 'median'])
    .optional()
    .describe('of all these rows must lie within the limits; default every one of them'),
  where: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('only in runs where swept keys have these values: {task.shaping: 0}; default in every run'),
  ...limits,
});
const slope = z.strictObject({
  slope: z.string().describe('column whose largest value of each run is fitted'),
  over: z.string().describe('swept key that it is fitted over, log against log'),
  range: z.tuple([positive(), positive()]).describe('only runs whose value of the key lies in [from, to]'),
  ...rowsOf,
  ...limits,
});

export const assertion = z.union([bound, slope]);

export type BoundAssertion = z.output<typeof bound>;
export type SlopeAssertion = z.output<typeof slope>;
export type Assertion = BoundAssertion | SlopeAssertion;
