import * as z from 'zod';
import { UserError } from '../errors.js';
import { type Random, randomStream } from '../numerics/random.js';
import { first, subset } from './example-set.js';
import type { Dataset, ExampleSet } from './source.js';

/** A training set that gives some of its examples to the test. */
export interface Split {
  readonly test: number;
  readonly seed: number;
}

export const seedOption = () =>
  z.int().nonnegative().default(1).describe('of the examples, whatever the seed of the run');

/** What sets that are read from files have in common. */
export const fileSetOptions = {
  split: z
    .strictObject({
      test: z.int().positive().describe('number of examples'),
      seed: z.int().nonnegative().default(1).describe('which ones are drawn'),
    })
    .optional()
    .describe('keeps examples of `train` for the test, in place of `test`'),
  examples: z.int().positive().optional().describe('only the first n of the training set; default all'),
};

export function splitProblems(options: { test?: unknown; split?: unknown }): [string[], string][] {
  if (options.test === undefined || options.split === undefined) return [];
  return [[['split'], 'test and split exclude each other: a test set is given, or kept from train']];
}

/** Keeps a random part of a set for the test; both parts keep the order of the set. @throws UserError where it is too small. */
export function splitSet(set: ExampleSet, { test, seed }: Split): Dataset {
  if (test >= set.count) {
    throw new UserError({
      message: `split keeps ${test} examples for the test, of ${set.count}: none are left to train on`,
    });
  }
  const order = permutation(set.count, randomStream(seed, 'split'));
  const part = (from: number, to?: number) => subset(set, order.slice(from, to).sort());
  return { train: part(test), test: part(0, test) };
}

/**
 * The training set with its test set, from another file or split off, and only the first examples where so many are wanted.
 * @throws UserError where more are wanted than there are.
 */
export function datasetOf(
  train: ExampleSet,
  test: ExampleSet | undefined,
  { split, examples }: { readonly split?: Split | undefined; readonly examples?: number | undefined },
): Dataset {
  const whole = split === undefined ? { train, test } : splitSet(train, split);
  if (examples === undefined) return whole;
  if (examples > whole.train.count) {
    throw new UserError({ message: `examples asks for ${examples}, the training set has ${whole.train.count}` });
  }
  return { ...whole, train: first(examples, whole.train) };
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
