/** The manifest of an Indexed Job, and what is refused before it is printed. */
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { understood } from '../../src/cli/arguments.js';
import { indexedJob } from '../../src/cluster/kubernetes.js';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

const HOSTILE = '"}\n---\nkind: Secret # *x &y !z: {{ 1 }}\u0000';

test('each of its pods does the part of its index, in words that this program understands', (t) => {
  const work = workspace(t);
  const plans = [plan(writeSpec(work, { ...quick, name: 'A.b_C-' }))];
  const specs = ["-a b/it's.yaml", HOSTILE];
  const shared = { plans, out: 'res: {}', cwd: work, tasks: 5, acceptBuild: false };
  const submission = { ...shared, specs, which: ['--backend=wasm', '--set=title=$x # y: {z}'], how: ['--retries=2'] };
  const text = indexedJob(submission, { image: HOSTILE, claim: 'yes' });
  const job = parse(text);
  t.like(job, { apiVersion: 'batch/v1', kind: 'Job', spec: { completionMode: 'Indexed', completions: 5 } });
  t.regex(job.metadata.name, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  const { containers, volumes, restartPolicy } = job.spec.template.spec;
  // a policy for failing pods asks for that
  t.is(restartPolicy, 'Never');
  t.is(containers[0].image, HOSTILE);
  t.deepEqual(volumes, [{ name: containers[0].volumeMounts[0].name, persistentVolumeClaim: { claimName: 'yes' } }]);
  const [program, ...words] = containers[0].command;
  t.is(program, 'eprbp');
  const wish = understood(words);
  t.is(wish.kind, 'call');
  t.like(wish, {
    args: { spec: specs, shard: 'auto/5', out: 'res: {}', set: ['title=$x # y: {z}'], retries: '2', backend: 'wasm' },
  });
});

test('what is not on the volume is refused, and so is a job that is not printed', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, quick);
  const place = { image: 'i', claim: 'c' };
  const shared = { plans: [plan(file)], cwd: work, tasks: 5, acceptBuild: false, which: [], how: [] };
  for (const path of ['/a.yaml', '..', '../a.yaml', 'a/../../b.yaml']) {
    t.throws(() => indexedJob({ ...shared, specs: [path], out: 'results' }, place), { instanceOf: UserError });
    t.throws(() => indexedJob({ ...shared, specs: ['a.yaml'], out: path }, place), { instanceOf: UserError });
  }
  t.notThrows(() => indexedJob({ ...shared, specs: ['a/../..b.yaml'], out: 'results' }, place));
  for (const words of [
    ['--to', 'kubernetes', '--image', 'i', '--claim', 'c'],
    ['--to', 'kubernetes', '--print', '--image', 'i'],
    ['--to', 'kubernetes', '--print', '--image', 'i', '--claim', 'c', '--', '--time=1'],
    ['--to', 'slurm', '--image', 'i'],
    ['--to', 'slurm', '--', '--array=1-3'],
    ['--to', 'slurm', '--tasks', '0'],
    [],
  ]) {
    const { code, stderr } = await inProcess('submit', file, '--out', join(work, 'out'), ...words);
    t.is(code, 2, words.join(' '));
    t.regex(stderr, /^error /);
  }
});
