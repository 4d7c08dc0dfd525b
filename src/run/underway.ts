/**
 * What a sweep that is not over is at, kept beside its runs: for whoever looks at the folder, or merges it, before it is. It
 * goes when all is judged. Nothing depends on it: where it cannot be written, or read, there is none.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { KINDS } from '../io/kinds.js';
import { readText } from '../io/read.js';
import { removeFile } from '../io/remove.js';
import { writeWhole } from '../io/write.js';
import type { RunRecord } from '../metrics/results.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';

const FILE = '.underway.json';

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

/** @param going the runs of this rung, or all of them */
export function underwayOf({ runs, ladder }: Plan, going: readonly RunPlan[], typed: Typed): Underway {
  const points = new Map<string, string[]>();
  for (const { hash, changes } of going) {
    const { seed: _, ...point } = changes;
    const name = JSON.stringify(point);
    points.set(name, [...(points.get(name) ?? []), hash]);
  }
  const rung = going[0]?.rung;
  return {
    typed,
    runs: runs.length,
    going: [...points.values()],
    ...(ladder && rung && { rung: { index: rung.index, of: ladder.rungs.length, until: rung.until ?? null } }),
  };
}

export function keepUnderway(experiment: string, underway: Underway): void {
  try {
    writeWhole(join(experiment, FILE), `${JSON.stringify(underway)}\n`);
  } catch {}
}

export function forgetUnderway(experiment: string): void {
  try {
    removeFile(join(experiment, FILE));
  } catch {}
}

export function readUnderway(experiment: string): Underway | undefined {
  const file = join(experiment, FILE);
  if (!existsSync(file)) return undefined;
  try {
    return schema.safeParse(JSON.parse(readText(file, KINDS.note))).data;
  } catch {
    return undefined;
  }
}

/** Of several folders of one experiment, where it has come farthest. */
export const farthestUnderway = (all: readonly Underway[]): Underway | undefined =>
  [...all].sort((a, b) => (b.rung?.index ?? 0) - (a.rung?.index ?? 0) || b.runs - a.runs)[0];

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
