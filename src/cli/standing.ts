/** What of a sweep is open, for commands that load nothing else of it. */
import { basename, dirname } from 'node:path';
import type { FinishedRun } from '../metrics/record.js';
import { isLastRung, type Open, openOf, readUnderway, type Underway } from '../run/underway.js';
import { counted } from '../text.js';

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
