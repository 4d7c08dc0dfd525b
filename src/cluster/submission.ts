/** What is to be carried out elsewhere: the same command for every task of an array, and which tasks have something to do. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../package.js';
import type { Plan } from '../plan/run-plan.js';
import { Experiment } from '../run/experiment.js';

export interface Submission {
  readonly plans: readonly Plan[];
  readonly out: string;
  /** The folder to which paths are relative. */
  readonly cwd: string;
  /** Parts that all runs are divided into, once and for all: the array may have fewer tasks. */
  readonly tasks: number;
  /** Arrays one after the other, where what the later ones do hangs on what the earlier have found; default 1. */
  readonly rungs?: number;
  readonly acceptBuild: boolean;
  readonly specs: readonly string[];
  /** Options of `run` that say which runs there are. */
  readonly which: readonly string[];
  /** Options of `run` that say how they are carried out. */
  readonly how: readonly string[];
}

/** `run` of one part, or of all. */
export function runWords({ out, which, how, specs }: Submission, more: readonly string[]): string[] {
  return ['run', ...more, ...which, ...how, `--out=${out}`, '--', ...specs];
}

/** This program, wherever the working folder is. */
export const program: readonly string[] = [process.execPath, fileURLToPath(new URL('bin/eprbp.js', packageRoot))];

/** By it jobs of the same submission are found again: the folder of results, the specs, what is overridden. */
export function keyOf({ out, cwd, which, specs }: Submission): string {
  const facts = [resolve(cwd, out), specs.map((spec) => resolve(cwd, spec)), which];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 8);
}

/** The rungs that come after the one at hand. */
export const rungsAfter = ({ rungs = 1 }: Pick<Submission, 'rungs'>, { rung }: Pick<Standing, 'rung'>): number =>
  Math.max(0, rungs - 1 - rung);

/** How far it is, by the files alone. */
export interface Standing {
  readonly runs: number;
  readonly finished: number;
  /** Tasks (from 1) that have runs to do, in order. */
  readonly open: readonly number[];
  /** The rung (from 0) on which the first of them are. */
  readonly rung: number;
}

export function standingOf({ plans, out, tasks, acceptBuild }: Submission): Standing {
  const experiments = plans.map((plan) => new Experiment(plan, out));
  const runs = plans.reduce((sum, plan) => sum + plan.runs.length, 0);
  const open = new Set<number>();
  let [unfinished, rung] = [0, 0];
  // rung by rung, as a run takes them: what comes behind one that is unfinished nobody knows yet
  for (;;) {
    const all = experiments.flatMap((experiment) => experiment.tasks().map(({ run }) => ({ run, experiment })));
    if (all.length === 0) return { runs, finished: runs - unfinished, open: [...open].sort((a, b) => a - b), rung };
    for (const [i, { run, experiment }] of all.entries()) {
      if (experiment.archive.has(run, acceptBuild)) continue;
      open.add(1 + (i % tasks));
      unfinished++;
    }
    if (unfinished === 0) rung++;
  }
}
