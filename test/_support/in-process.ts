/** Carries out command lines in this process, in milliseconds: for what a command does, where the process is not the point. */
import { outcomeOf } from '../../src/cli/main.js';
import { plan } from '../../src/plan/plan.js';
import type { ExperimentResult } from '../../src/run/experiment.js';
import { inProcess as lane } from '../../src/run/lane.js';
import { type RunOptions, runExperiment } from '../../src/run/schedule.js';
import type { Result } from './cli.js';

let last: Promise<unknown> = Promise.resolve();

/** A command. Paths are absolute: the folder is that of the process, too. */
export async function inProcess(...argv: string[]): Promise<Result> {
  const { value, ...text } = await captured(() => outcomeOf(argv));
  return { code: value, ...text };
}

interface Captured<T> {
  readonly value: T;
  readonly stdout: string;
  readonly stderr: string;
}

/** What an action gives, and what it writes meanwhile: one at a time, since the streams are those of the process. */
export function captured<T>(action: () => T | Promise<T>): Promise<Captured<T>> {
  const result = last.then(() => capture(action));
  last = result.catch(() => {});
  return result;
}

async function capture<T>(action: () => T | Promise<T>): Promise<Captured<T>> {
  const text = { stdout: '', stderr: '' };
  const before = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = (chunk: string | Uint8Array) => {
      text[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    };
  try {
    return { value: await action(), ...text };
  } finally {
    process.stdout.write = before.stdout;
    process.stderr.write = before.stderr;
  }
}

/** All runs of a spec; `run` would give those of a sweep to processes of their own. */
export function runHere(file: string, out: string, options: Partial<RunOptions> = {}): Promise<ExperimentResult> {
  return runExperiment(plan(file), { out, lanes: (all) => [lane(all)], ...options });
}
