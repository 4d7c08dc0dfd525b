import { join } from 'node:path';
import type { Plan, RunPlan } from '../../plan/plan.js';
import { workload } from '../../plan/workload.js';
import { findFinished } from '../../run/store.js';
import { EXIT } from '../exit-codes.js';
import { planAll, type SpecArguments } from '../specs.js';
import { planWarningLines } from '../summary.js';
import { note, print, styled, table } from '../terminal.js';

const MOST_RUNS = 50;

/** `eprbp plan`: what a run of these specs would do; nothing runs, nothing is written. */
export function plan(args: SpecArguments): number {
  for (const planned of planAll(args)) {
    print(describe(planned, args.out));
    for (const line of planWarningLines(planned)) note(`${styled('yellow', 'warning', process.stderr)} ${line}`);
  }
  return EXIT.ok;
}

/** `eprbp validate`: silence is a good sign, but says how much was checked. */
export function validate(args: SpecArguments): number {
  for (const { file, name, runs } of planAll(args))
    print(`${file}: ok (${name}, ${runs.length} ${runs.length === 1 ? 'run' : 'runs'})`);
  return EXIT.ok;
}

function describe({ name, file, runs }: Plan, out: string): string {
  const shown = runs.slice(0, MOST_RUNS);
  const lines = shown.map((run) => {
    const { steps, bytes } = workload(run);
    return [run.id, changesOf(run), `≤ ${steps}`, megabytes(bytes), findFinished(join(out, name), run) ? 'yes' : 'no'];
  });
  const rest = runs.length - shown.length;
  return [
    `${styled('bold', name)}  ${file}: ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`,
    table([['run', 'changes', 'steps', 'memory', 'cached'], ...lines], '  '),
    ...(rest > 0 ? [`  … and ${rest} more runs`] : []),
  ].join('\n');
}

function changesOf({ changes }: RunPlan): string {
  return Object.entries(changes)
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(' ');
}

function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
