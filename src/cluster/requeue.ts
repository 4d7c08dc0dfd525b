/** A job of Slurm that is preempted, or at the end of its time, asks to be queued again. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { RunError } from '../errors.js';
import { CHECKPOINT_FILE, RUN_FILE } from '../metrics/results.js';
import type { Plan } from '../plan/run-plan.js';
import type { RunOptions } from '../run/schedule.js';
import { isOfShard } from '../run/shard.js';
import { experimentFolder } from '../run/store.js';
import { commandOf, type Tool } from './tool.js';

/** Its own name: that of a task where it is one, since the number of the job may stand for all of the array. */
function jobOf(env: NodeJS.ProcessEnv): string | undefined {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_JOB_ID: job } = env;
  return array && task ? `${array}_${task}` : job || undefined;
}

/**
 * To be called before the work: what is called when a signal has ended it, and says what came of it. Whoever cancels a job
 * is not contradicted: Slurm has it no longer as running then. Nor is a job queued again that came no further in all its
 * time, which would have no end.
 */
export function requeuing(
  plans: readonly Plan[],
  options: Pick<RunOptions, 'out' | 'shard'>,
  env: NodeJS.ProcessEnv = process.env,
  tool: Tool = commandOf,
): () => string {
  const before = standing(plans, options);
  return () => {
    const job = jobOf(env);
    if (job === undefined) return 'not queued again: this is no job of Slurm';
    try {
      const facts = tool('scontrol', ['show', 'job', '--oneliner', job]);
      const [, state = 'unknown'] = /\bJobState=(\w+)/.exec(facts) ?? [];
      if (state !== 'RUNNING') return `job ${job} is not queued again: Slurm says that it is ${state}`;
      if (secondsLeft(facts) < NEAR_END_S && standing(plans, options) === before)
        return `job ${job} is not queued again: its time is over, and it would begin at the same place; give it more (sbatch --time)`;
      tool('scontrol', ['requeue', job]);
      return `job ${job} is queued again, and will go on from here`;
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      return `job ${job} is not queued again: ${error.message}`;
    }
  };
}

/** Slurm warns up to a minute earlier than it is asked to: --signal=B:USR1@60. */
const NEAR_END_S = 180;

/** Until the end of its time: `RunTime=00:10:02 TimeLimit=1-00:00:00`; of UNLIMITED there is none. */
function secondsLeft(facts: string): number {
  const seconds = (name: string) => {
    const [, days = '0', hours, minutes, rest] =
      new RegExp(`\\b${name}=(?:(\\d+)-)?(\\d+):(\\d+):(\\d+)`).exec(facts) ?? [];
    return hours === undefined ? Number.POSITIVE_INFINITY : ((+days * 24 + +hours) * 60 + +minutes) * 60 + +rest;
  };
  const limit = seconds('TimeLimit');
  return Number.isFinite(limit) ? limit - seconds('RunTime') : limit;
}

/** What is finished, and what is kept of the others: as long as it is the same nothing has been done that counts. */
function standing(plans: readonly Plan[], { out, shard }: Pick<RunOptions, 'out' | 'shard'>): string {
  const all = plans.flatMap(({ name, runs }) => runs.map(({ id }) => join(experimentFolder(out, name), id)));
  // on each rung of a search a shard has other runs
  const own =
    shard === undefined || plans.some(({ ladder }) => ladder) ? all : all.filter((_, i) => isOfShard(i, shard));
  return own.map((run) => [RUN_FILE, CHECKPOINT_FILE].map((name) => mark(join(run, name))).join()).join('\n');
}

function mark(path: string): string {
  const there = lstatSync(path, { throwIfNoEntry: false });
  return there === undefined ? '' : `${there.ino}:${there.mtimeMs}`;
}
