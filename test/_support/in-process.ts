/** Carries out command lines in this process, in milliseconds: for what a command does, where the process is not the point. */
import { outcomeOf } from '../../src/cli/main.js';
import { plan } from '../../src/plan/plan.js';
import type { ExperimentResult } from '../../src/run/experiment.js';
import { inProcess as lane } from '../../src/run/lane.js';
import { type RunOptions, runExperiment } from '../../src/run/schedule.js';
import type { Result } from './cli.js';

let last: Promise<unknown> = Promise.resolve();

/** A command. One at a time, since the streams are those of the process. Paths are absolute: the folder is that of the process, too. */
export function inProcess(...argv: string[]): Promise<Result> {
  return captured(() => outcomeOf(argv));
}

/** What an action gives as exit code, and what it writes meanwhile. */
export function captured(action: () => number | Promise<number>): Promise<Result> {
  const result = last.then(() => capture(action));
  last = result.catch(() => {});
  return result;
}

async function capture(action: () => number | Promise<number>): Promise<Result> {
  const text = { stdout: '', stderr: '' };
  const before = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = (chunk: string | Uint8Array) => {
      text[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    };
  try {
    return { code: await action(), ...text };
  } finally {
    process.stdout.write = before.stdout;
    process.stderr.write = before.stderr;
  }
}

/** All runs of a spec; `run` would give those of a sweep to processes of their own. */
export function runHere(file: string, out: string, options: Partial<RunOptions> = {}): Promise<ExperimentResult> {
  return runExperiment(plan(file), { out, lanes: (all) => [lane(all)], ...options });
}
