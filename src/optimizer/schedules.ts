import * as z from 'zod';
import { type Entry, entry, positive } from '../entry.js';
import { turn } from '../numerics/turn.js';

/** The factor on every rate after `done` of `epochs`. */
export type Annealing = (done: number, epochs: number) => number;

/** Half a cosine from 1 to `least`, and there it stays: least + (1 − least)(1 + cos π t/T)/2. */
const cosineEntry = entry({
  name: 'cosine',
  summary: 'rates fall along half a cosine, to a share of what they were',
  source: 'Loshchilov & Hutter 2017',
  options: {
    least: z.number().min(0).max(1).default(0).describe('share of the rates that is left at the end'),
    epochs: z.int().positive().optional().describe('epochs until then; default all that there are'),
  },
  examples: [{ least: 0.1 }],
  create:
    ({ least, epochs: own }): Annealing =>
    (done, epochs) => {
      const [cos] = turn(Math.min(1, done / (own ?? epochs)) / 2);
      return least + ((1 - least) * (1 + cos)) / 2;
    },
});

const exponentialEntry = entry({
  name: 'exponential',
  summary: 'rates fall by the same factor after every epoch, as by `decay`',
  options: { factor: positive().max(1).describe('factor on the rates after every epoch') },
  examples: [{ factor: 0.9 }],
  create:
    ({ factor }): Annealing =>
    (done) => {
      let all = 1;
      for (let epoch = 0; epoch < done; epoch++) all *= factor;
      return all;
    },
});

/** Every schedule by name. */
export const schedules: Readonly<Record<string, Entry<Annealing>>> = {
  cosine: cosineEntry,
  exponential: exponentialEntry,
};
