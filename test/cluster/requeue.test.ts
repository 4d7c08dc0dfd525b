/** Whether a job of Slurm that a signal ends is queued again. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { requeuing } from '../../src/cluster/requeue.js';
import type { Tool } from '../../src/cluster/tool.js';
import { RunError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';

const task = { SLURM_ARRAY_JOB_ID: '12', SLURM_ARRAY_TASK_ID: '3', SLURM_JOB_ID: '12' };

/** What a job that has done something meanwhile is told, and what Slurm was asked for. */
function ended(
  t: ExecutionContext,
  { env = task as NodeJS.ProcessEnv, state = 'RUNNING', file = 'run.json', at = 0, limit = '02:00:00' },
) {
  const out = workspace(t);
  const plans = [plan(writeSpec(out, { ...quick, seeds: 4 }))];
  const calls: string[] = [];
  const tool: Tool = (name, words) => {
    calls.push([name, ...words].join(' '));
    if (state === 'none') throw new RunError('scontrol says: no');
    return `JobId=12 ArrayJobId=12 JobState=${state} Reason=None RunTime=01:58:30 TimeLimit=${limit} TimeMin=N/A`;
  };
  const again = requeuing(plans, { out, shard: { index: 1, of: 2 } }, env, tool);
  const run = join(out, 'quick', plans[0].runs[at].id);
  mkdirSync(run, { recursive: true });
  writeFileSync(join(run, file), '');
  return { said: again(), calls };
}

test('a job that is preempted asks to be queued again, by the name of its task', (t) => {
  for (const file of ['run.json', 'checkpoint.bin']) {
    const { said, calls } = ended(t, { file });
    t.deepEqual(calls, ['scontrol show job --oneliner 12_3', 'scontrol requeue 12_3']);
    t.is(said, 'job 12_3 is queued again, and will go on from here');
  }
  t.regex(ended(t, { env: { SLURM_JOB_ID: '7' } }).said, /^job 7 is queued again/);
});

test('whoever cancels a job is not contradicted', (t) => {
  for (const state of ['CANCELLED', 'COMPLETING', 'TIMEOUT']) {
    const { said, calls } = ended(t, { state });
    t.is(calls.length, 1);
    t.true(said.endsWith(`Slurm says that it is ${state}`));
  }
});

test('a job that came no further in all its time is not queued again, to do the same without end', (t) => {
  for (const none of [{ file: 'metrics.csv' }, { at: 1 }]) {
    const { said, calls } = ended(t, none);
    t.is(calls.length, 1);
    t.regex(said, /it would begin at the same place; give it more/);
    // before its time is over it is another job that takes its place
    for (const limit of ['UNLIMITED', '1-02:00:00', '02:10:00'])
      t.regex(ended(t, { ...none, limit }).said, /is queued again/);
  }
});

test('outside Slurm, and where it refuses, that is said and nothing else happens', (t) => {
  t.deepEqual(ended(t, { env: {} }), { said: 'not queued again: this is no job of Slurm', calls: [] });
  t.is(ended(t, { state: 'none' }).said, 'job 12_3 is not queued again: scontrol says: no');
});
