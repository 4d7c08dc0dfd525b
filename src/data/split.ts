import * as z from 'zod';
import { MOST } from '../entry.js';
import { UserError } from '../errors.js';
import { type Random, randomStream } from '../numerics/random.js';
import { first, subset } from './example-set.js';
import type { Dataset, ExampleSet } from './source.js';

export const seedOption = () =>
  z.int().nonnegative().default(1).describe('of the examples, whatever the seed of the run');

/** Examples that a training set gives to the validation and the test, drawn at random. */
export interface Split {
  readonly validation?: number | undefined;
  readonly test?: number | undefined;
  readonly seed: number;
}

const held = (use: string) => z.int().positive().max(MOST.examples).optional().describe(`number of examples ${use}`);

export const splitOption = z
  .strictObject({
    validation: held('to choose by: the best weights, when to stop'),
    test: held('to test on, in place of `test`'),
    seed: z.int().nonnegative().default(1).describe('which ones are drawn'),
  })
  .refine(({ validation, test }) => validation !== undefined || test !== undefined, 'needs validation, test, or both')
  .optional()
  .describe('keeps examples of the training set from learning, before `examples` chooses among the rest');

const WAYS = ['order', 'random', 'class'] as const;

/** How many examples to train on, and which. */
export type Choice =
  | number
  | { readonly count: number; readonly by: (typeof WAYS)[number]; readonly seed?: number | undefined };

export const choiceOption = z.union([
  z.int().positive().max(MOST.examples),
  z.strictObject({
    count: z.int().positive().max(MOST.examples).describe('number of examples'),
    by: z.enum(WAYS).default('order').describe('order: the first; random; class: the first of each, in proportion'),
    seed: z.int().nonnegative().optional().describe('which ones are drawn at random; default 1'),
  }),
]);

export const countOf = (choice: Choice): number => (typeof choice === 'number' ? choice : choice.count);

/** How many examples a split keeps from learning. */
export const heldBy = (split: Split | undefined): number => (split?.validation ?? 0) + (split?.test ?? 0);

/** Whether a data set that a spec names has a validation set. */
export const keepsValidation = (data: Readonly<Record<string, unknown>>): boolean =>
  (data['split'] as Split | undefined)?.validation !== undefined;

/**
 * Keeps random parts of a set for the validation and the test; all parts keep the order of the set. The test is the same
 * whatever the validation. @throws UserError where nothing is left.
 */
export function splitSet(set: ExampleSet, split: Split): Dataset {
  const { validation = 0, test = 0, seed } = split;
  if (heldBy(split) >= set.count) {
    const parts = [
      ...(validation ? [`${validation} for the validation`] : []),
      ...(test ? [`${test} for the test`] : []),
    ];
    const kept = parts.join(' and ').replace(' for', ' examples for');
    throw new UserError({ message: `split keeps ${kept}, of ${set.count}: none are left to train on` });
  }
  const order = permutation(set.count, randomStream(seed, 'split'));
  const part = (from: number, to?: number) => subset(set, order.slice(from, to).sort());
  return {
    train: part(heldBy(split)),
    ...(validation > 0 && { validation: part(test, heldBy(split)) }),
    test: test > 0 ? part(0, test) : undefined,
  };
}

/** Some examples of a set, in its order. @throws UserError where there are not so many, or no classes to choose by. */
export function chosen(set: ExampleSet, choice: Choice): ExampleSet {
  const { by, seed = 1 } = typeof choice === 'number' ? { by: 'order' } : choice;
  const count = countOf(choice);
  if (count > set.count)
    throw new UserError({ message: `examples asks for ${count}, the training set has ${set.count}` });
  if (by === 'order') return first(count, set);
  if (by === 'random')
    return subset(set, permutation(set.count, randomStream(seed, 'examples')).slice(0, count).sort());
  if (set.labels === undefined)
    throw new UserError({ message: 'examples: by: class needs classes, and these targets are numbers' });
  return subset(set, ofEachClass(set.labels, set.outputs, count));
}

/** The first of each class, so many that the classes have their shares: n·count/all, rounded so that the sum is right. */
function ofEachClass(labels: Uint16Array, classes: number, count: number): Uint32Array {
  const all = new Uint32Array(classes);
  for (const label of labels) all[label]++;
  const shares = Array.from(all, (n) => (n * count) / labels.length);
  const quota = shares.map(Math.floor);
  const most = shares.map((share, label) => ({ label, rest: share - quota[label] })).sort((a, b) => b.rest - a.rest);
  const missing = count - quota.reduce((a, b) => a + b, 0);
  for (const { label } of most.slice(0, missing)) quota[label]++;
  const which = new Uint32Array(count);
  let filled = 0;
  for (const [i, label] of labels.entries()) if (quota[label]-- > 0) which[filled++] = i;
  return which;
}

/** 0 … count − 1 in random order (Fisher & Yates). */
export function permutation(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
