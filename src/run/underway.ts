/** Keeps what a sweep that is not over is at beside its runs; it goes when all is judged. Where it cannot be written, there is none. */
import { join } from 'node:path';
import { removeFile } from '../io/remove.js';
import { writeWhole } from '../io/write.js';
import { type Typed, UNDERWAY_FILE, type Underway } from '../metrics/underway.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';

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
    writeWhole(join(experiment, UNDERWAY_FILE), `${JSON.stringify(underway)}\n`);
  } catch {}
}

export function forgetUnderway(experiment: string): void {
  try {
    removeFile(join(experiment, UNDERWAY_FILE));
  } catch {}
}

/** Of several folders of one experiment, where it has come farthest. */
export const farthestUnderway = (all: readonly Underway[]): Underway | undefined =>
  [...all].sort((a, b) => (b.rung?.index ?? 0) - (a.rung?.index ?? 0) || b.runs - a.runs)[0];
