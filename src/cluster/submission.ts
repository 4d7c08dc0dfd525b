/** What is to be carried out elsewhere: the same command for every task of an array, and which tasks have something to do. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../package.js';
import type { Plan } from '../plan/run-plan.js';
import { Archive, experimentFolder } from '../run/store.js';

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

/** How far it is, by the files alone. */
export interface Standing {
  readonly runs: number;
  readonly finished: number;
  /** Tasks (from 1) that have runs to do, in order. */
  readonly open: readonly number[];
}

export function standingOf({ plans, out, tasks, acceptBuild }: Submission): Standing {
  const all = plans.flatMap(({ name, runs }) => {
    const archive = new Archive(experimentFolder(out, name));
    return runs.map((run) => archive.has(run, acceptBuild));
  });
  const open = new Set(all.flatMap((isFinished, i) => (isFinished ? [] : [1 + (i % tasks)])));
  return { runs: all.length, finished: all.filter(Boolean).length, open: [...open].sort((a, b) => a - b) };
}
