/**
 * What a sweep that is not over is at, kept beside its runs: for whoever looks at the folder, or merges it, before it is.
 * Nothing depends on it: where it cannot be read, there is none.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { KINDS } from '../io/kinds.js';
import { readText } from '../io/read.js';
import { counted } from '../text.js';
import type { FinishedRun } from './record.js';
import type { RunRecord } from './results.js';

export const UNDERWAY_FILE = '.underway.json';

const schema = z.object({
  /** The command line that was typed, and where. */
  typed: z.object({ folder: z.string(), words: z.array(z.string()) }),
  /** Of the whole sweep. */
  runs: z.int().positive(),
  /** Hashes of the runs that go to the end of the rung, or to their own, point by point. */
  going: z.array(z.array(z.string())),
  /** Of a search; `until` is null on the last rung. */
  rung: z.object({ index: z.int().nonnegative(), of: z.int().positive(), until: z.int().nullable() }).optional(),
});

export type Underway = z.output<typeof schema>;
export type Typed = Underway['typed'];

export function readUnderway(experiment: string): Underway | undefined {
  const file = join(experiment, UNDERWAY_FILE);
  if (!existsSync(file)) return undefined;
  try {
    return schema.safeParse(JSON.parse(readText(file, KINDS.note))).data;
  } catch {
    return undefined;
  }
}

/** Whether nothing comes after what is at hand. */
export const isLastRung = ({ rung }: Pick<Underway, 'rung'>): boolean =>
  rung === undefined || rung.index + 1 === rung.of;

/** What is still to be done of that. */
export interface Open {
  readonly runs: number;
  readonly points: number;
}

/** @param records all runs that are there */
export function openOf({ going, rung }: Underway, records: readonly RunRecord[]): Open {
  const until = rung?.until ?? Number.POSITIVE_INFINITY;
  const done = new Set(
    records.flatMap(({ hash, pruned }) => (pruned === undefined || pruned.epochs >= until ? hash : [])),
  );
  const open = going.map((hashes) => hashes.filter((hash) => !done.has(hash)).length);
  return { runs: open.reduce((a, b) => a + b, 0), points: open.filter((count) => count > 0).length };
}

/** `4 runs of 2 points open, rung 1 of 3`; empty where nothing is open, or known. */
export function openText({ rung }: Underway, { runs, points }: Open): string {
  const where = rung ? `rung ${rung.index + 1} of ${rung.of}` : '';
  if (runs > 0) {
    const of = points < runs ? ` of ${counted(points, 'point')}` : '';
    return `${counted(runs, 'run')}${of}${rung ? `, ${where}` : ''}`;
  }
  if (rung === undefined || isLastRung({ rung })) return 'to be judged';
  return `rung ${rung.index + 2} of ${rung.of}`;
}

/** Which runs of a sweep that is not over there are, in a sentence; undefined of one that is. */
export function standingOf(experiment: string, runs: readonly FinishedRun[]): string | undefined {
  const underway = readUnderway(experiment);
  if (underway === undefined) return undefined;
  const records = runs.filter(({ folder }) => dirname(folder) === experiment).map(({ record }) => record);
  const whole = records.filter(({ pruned }) => pruned === undefined).length;
  const early = whole < records.length ? `, ${records.length - whole} at the end of a rung` : '';
  const open = openText(underway, openOf(underway, records));
  return `${basename(experiment)} is not over: ${whole} of its ${counted(underway.runs, 'run')} ${whole === 1 ? 'is' : 'are'} at the end${early}; open: ${open}`;
}
