/** What `bench --json` said once, and what has become of it. */
import * as z from 'zod';
import { UserError } from '../errors.js';
import { readJson } from '../io/read.js';
import type { Result } from './benchmark.js';

/** Less than this share either way is noise: medians of one machine, measured twice, differ by as much. */
export const NOISE = 0.1;

const schema = z.object({
  results: z.array(
    z.object({
      name: z.string(),
      value: z.number().positive().nullable(),
      unit: z.string(),
      better: z.enum(['higher', 'lower']),
    }),
  ),
  machine: z.record(z.string(), z.unknown()),
});

export type Baseline = z.output<typeof schema>;

/** @throws UserError where it is none */
export function readBaseline(file: string): Baseline {
  const read = schema.safeParse(readJson(file, { what: 'a baseline', mostBytes: 2 ** 24 }));
  if (read.success) return read.data;
  throw new UserError({
    where: { file },
    message: 'is no baseline: results of eprbp bench --json are expected',
    hint: `write one with eprbp bench --json > ${file}`,
  });
}

/** One figure, then and now. */
export interface Compared {
  readonly name: string;
  readonly unit: string;
  readonly before: number;
  readonly now: number;
  /** How much longer it takes now: 0.1 is 10 % slower, −0.1 takes 10 % less. */
  readonly slower: number;
  readonly isSlower: boolean;
  readonly isFaster: boolean;
}

/** What was measured both times, in the same unit; less than `noise` either way is no change. */
export function compare(results: readonly Result[], before: Baseline['results'], noise = NOISE): Compared[] {
  return results.flatMap(({ name, unit, value: now, better: side }) => {
    const then = before.find((one) => one.name === name && one.unit === unit)?.value;
    if (typeof then !== 'number' || !Number.isFinite(now)) return [];
    const slower = (side === 'lower' ? now / then : then / now) - 1;
    return [{ name, unit, before: then, now, slower, isSlower: slower > noise, isFaster: slower < -noise }];
  });
}

/** Of two measurements of the same figures the better ones. */
export function better(first: readonly Result[], second: readonly Result[]): Result[] {
  return first.map((one) => {
    const other = second.find(({ name }) => name === one.name);
    if (other === undefined) return one;
    return (one.better === 'lower' ? other.value < one.value : other.value > one.value) ? other : one;
  });
}

/** Where the machines differ in what decides how fast they are. */
export function differences(then: Baseline['machine'], now: Readonly<Record<string, unknown>>): string[] {
  return ['cpu', 'cores', 'node', 'backend', 'precision', 'threads'].flatMap((key) =>
    then[key] === undefined || then[key] === now[key] ? [] : [`${key} ${String(then[key])}, now ${String(now[key])}`],
  );
}
