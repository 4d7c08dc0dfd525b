import * as z from 'zod';
import { entry, MOST, positive } from '../entry.js';
import { Matrix } from '../numerics/matrix.js';
import type { Random } from '../numerics/random.js';
import { numberSet } from './example-set.js';
import type { DataSource, ExampleSet } from './source.js';
import { permutation } from './split.js';

interface PatternsOptions {
  readonly patterns?: readonly (readonly number[])[] | undefined;
  readonly count?: number | undefined;
  readonly amplitude: number;
  readonly corruption: number;
  readonly cues: number;
}

/**
 * Patterns that are to be fixed points of a network, each the target of examples that differ in their cue alone: the state
 * that phase one starts from, the pattern with a share of its units turned. Tests are other cues.
 */
function patterns({ patterns: given, count, amplitude, corruption, cues }: PatternsOptions): DataSource {
  return {
    fixed: false,
    judged: 'signs',
    tested: corruption > 0,
    problems({ outputs }) {
      if ((given === undefined) === (count === undefined)) return [[[], 'give patterns, or count: one of them']];
      return (given ?? []).flatMap((pattern, i): [(string | number)[], string][] =>
        pattern.length === outputs
          ? []
          : [[['patterns', i], `pattern ${i} has ${pattern.length} numbers, the network has ${outputs} outputs`]],
      );
    },
    draw({ inputs, outputs, stream }) {
      const stored = given ?? drawn(count!, outputs, amplitude, stream('patterns'));
      const set = (random: Random) => cueSet(stored, inputs, corruption, cues, random);
      return { train: set(stream('cues')), test: corruption > 0 ? set(stream('test cues')) : undefined };
    },
  };
}

/** ± amplitude, each sign as likely. */
function drawn(count: number, units: number, amplitude: number, random: Random): number[][] {
  return Array.from({ length: count }, () =>
    Array.from({ length: units }, () => (random.uniform() < 0.5 ? -amplitude : amplitude)),
  );
}

/** Pattern by pattern, `cues` examples of each. */
function cueSet(
  stored: readonly (readonly number[])[],
  inputs: number,
  share: number,
  cues: number,
  random: Random,
): ExampleSet {
  const targets = stored.flatMap((pattern) => Array<readonly number[]>(cues).fill(pattern));
  const starts = targets.map((pattern) => turned(pattern, share, random));
  return {
    ...numberSet(new Matrix(targets.length, inputs), Matrix.from(targets)),
    answer: 'signs',
    cue: (example, into) => into.set(starts[example]),
  };
}

/** With a share of its units turned, which ones at random. */
export function turned(pattern: ArrayLike<number>, share: number, random: Random): number[] {
  const which = permutation(pattern.length, random).subarray(0, Math.round(share * pattern.length));
  return turnedAt(pattern, which);
}

/** With these units turned. */
export function turnedAt(pattern: ArrayLike<number>, units: ArrayLike<number>): number[] {
  const turning = new Set(Array.from(units));
  return Array.from(pattern, (value, unit) => (turning.has(unit) ? -value : value));
}

const row = z.array(z.number()).min(1);

export const patternsEntry = entry({
  name: 'patterns',
  summary: 'patterns to be stored as fixed points, all units of a network its outputs; phase one starts from cues',
  options: {
    patterns: z.array(row).min(1).optional().describe('the patterns, one row each; this, or count'),
    count: z.int().positive().max(MOST.examples).optional().describe('number of random patterns of ±amplitude'),
    amplitude: positive().default(1.5).describe('of random patterns'),
    corruption: z.number().min(0).max(1).default(0).describe('share of the units of a cue that are turned'),
    cues: z.int().positive().max(1000).default(1).describe('cues of each pattern, an example each'),
  },
  examples: [{ count: 3, corruption: 0.2 }],
  create: patterns,
});
