/** What a sweep may say. */
import * as z from 'zod';
import { MOST } from '../entry.js';

const scales = ['linear', 'log'] as const;

const range = z
  .strictObject({
    from: z.number(),
    to: z.number(),
    count: z.int().min(2).optional().describe('of values; may be left out beside sweep.sample, which draws them'),
    scale: z.enum(scales).default('linear').describe('equal differences, or equal ratios'),
    integer: z.boolean().optional().describe('whole numbers only; default false'),
  })
  .refine(({ scale, from, to }) => scale === 'linear' || (to / from > 0 && to / from < Number.POSITIVE_INFINITY), {
    message: 'must go from one number to another of the same sign where scale is log',
  })
  .refine(({ integer, from, to }) => !integer || (Number.isSafeInteger(from) && Number.isSafeInteger(to)), {
    message: 'must go from one whole number to another where integer is true',
  });

export type Range = z.output<typeof range>;
/** A grid of so many values. */
type Counted = Range & { readonly count: number };

const values = z.union([z.array(z.unknown()).min(1), range]);
export type Values = z.output<typeof values>;

const together = z.record(z.string(), values);
const change = z.record(z.string(), z.unknown());

const methods = ['sobol', 'random'] as const;

const sample = z
  .strictObject({
    points: z.int().positive().describe('how many; with more of them the first stay as they are'),
    method: z.enum(methods).default('sobol').describe('evenly spread (Joe & Kuo 2008, scrambled), or independent'),
    seed: z.int().nonnegative().default(1).describe('of the points, whatever the seed of the runs'),
  })
  .describe('points drawn from the swept ranges and lists in place of their product');

export type Sample = z.output<typeof sample>;

const prune = z
  .strictObject({
    after: z.int().positive().describe('epochs of the first rung; of each further one 1/keep times as many'),
    keep: z.number().gt(0).lt(1).describe('share of the points that go on from each rung'),
    on: z.enum(['validation']).default('validation').describe('the set that says which (data.split.validation)'),
  })
  .describe('successive halving: trainings end early where others are better by the validation, mean over seeds');

export type Prune = z.output<typeof prune>;

export const sweepSchema = z
  .object({
    sample: sample.optional(),
    prune: prune.optional(),
    zip: z
      .union([together, z.array(together).min(1)])
      .optional()
      .describe('keys that move together: lists of equal length; several such groups as a list'),
    include: z.array(change).min(1).max(MOST.items).optional().describe('more points: maps of key: value'),
    exclude: z
      .array(change)
      .min(1)
      .max(MOST.items)
      .optional()
      .describe('points to leave out: those that agree with one of these maps'),
  })
  .catchall(values)
  .refine((sweep) => Object.keys(sweep).length <= MOST.sweptKeys, `may have ${MOST.sweptKeys} keys at most`)
  .meta({ maxProperties: MOST.sweptKeys })
  .describe(
    'key: list of values, or {from, to, count, scale: linear|log, integer}; one run for each point of the product, ' +
      'or for each that sample draws. List items are addressed by their id',
  );

export type Sweep = z.output<typeof sweepSchema>;

/** How many values there are; undefined where they are to be drawn. */
export const countOf = (given: Values): number | undefined => (Array.isArray(given) ? given.length : given.count);

/** The values of a list or range, its ends as they were given. @throws RangeError where a range has no count. */
export function valuesOf(given: Values): readonly unknown[] {
  if (Array.isArray(given)) return given;
  const { count, scale, integer } = given;
  if (count === undefined) throw new RangeError('a range without count has no list of values');
  const all = (scale === 'log' ? equalRatios : equalDifferences)({ ...given, count });
  return integer ? all.map(Math.round) : all;
}

function equalDifferences({ from, to, count }: Counted): number[] {
  const last = count - 1;
  return Array.from({ length: count }, (_, i) => (i === last ? to : clean((from * (last - i) + to * i) / last)));
}

/** By + − × ÷ alone: the same numbers on every machine. */
function equalRatios({ from, to, count }: Counted): number[] {
  const last = count - 1;
  const ratio = root(to / from, last);
  return Array.from({ length: count }, (_, i) =>
    i === 0 ? from : i === last ? to : clean(from * integerPower(ratio, i)),
  );
}

const DIGITS = 12;

/** Without the last digits, which are round-off: 0.01, not 0.010000000000000002. */
function clean(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** The positive x with xⁿ = value, by bisection. */
function root(value: number, n: number): number {
  let [low, high] = value < 1 ? [0, 1] : [1, value];
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (integerPower(middle, n) < value) low = middle;
    else high = middle;
  }
}

function integerPower(base: number, exponent: number): number {
  let [result, square] = [1, base];
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
