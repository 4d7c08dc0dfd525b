/** The manifest of an Indexed Job, and what is refused before it is printed. */
import { join } from 'node:path';
import test from 'ava';
import { parse, parseAllDocuments } from 'yaml';
import { understood } from '../../src/cli/arguments.js';
import { indexedJobs } from '../../src/cluster/kubernetes.js';
import { standingOf } from '../../src/cluster/submission.js';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';
import { inProcess, runHere } from '../_support/in-process.js';
import { search } from '../_support/search.js';

const HOSTILE = '"}\n---\nkind: Secret # *x &y !z: {{ 1 }}\u0000';

test('each of its pods does the part of its index, in words that this program understands', (t) => {
  const work = workspace(t);
  const plans = [plan(writeSpec(work, { ...quick, name: 'A.b_C-' }))];
  const specs = ["-a b/it's.yaml", HOSTILE];
  const shared = { plans, out: 'res: {}', cwd: work, tasks: 5, acceptBuild: false };
  const submission = { ...shared, specs, which: ['--backend=wasm', '--set=title=$x # y: {z}'], how: ['--retries=2'] };
  const text = indexedJobs(submission, { runs: 1, finished: 0, open: [1], rung: 0 }, { image: HOSTILE, claim: 'yes' });
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
  const none = { runs: 1, finished: 0, open: [1], rung: 0 };
  const shared = { plans: [plan(file)], cwd: work, tasks: 5, acceptBuild: false, which: [], how: [] };
  for (const path of ['/a.yaml', '..', '../a.yaml', 'a/../../b.yaml']) {
    t.throws(() => indexedJobs({ ...shared, specs: [path], out: 'results' }, none, place), { instanceOf: UserError });
    t.throws(() => indexedJobs({ ...shared, specs: ['a.yaml'], out: path }, none, place), { instanceOf: UserError });
  }
  t.notThrows(() => indexedJobs({ ...shared, specs: ['a/../..b.yaml'], out: 'results' }, none, place));
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

test('of a search each rung that is left is a job, by a name of its own, in turn; when nothing is left none is printed', async (t) => {
  const work = workspace(t);
  const few = { ...search.sweep, sample: { points: 2 }, prune: { after: 1, keep: 0.5 } };
  const file = writeSpec(work, {
    ...search,
    protocol: { ...search.protocol, epochs: 4 },
    seeds: undefined,
    sweep: few,
  });
  const out = join(work, 'out');
  const plans = [plan(file)];
  const rungs = plans[0].ladder!.rungs.length;
  const submission = { plans, out, cwd: work, tasks: 2, rungs, acceptBuild: false, specs: [file], which: [], how: [] };
  const print = () => {
    const text = indexedJobs({ ...submission, specs: ['s.yaml'], out: 'o' }, standingOf(submission), {
      image: 'i',
      claim: 'c',
    });
    const jobs = parseAllDocuments(text).map((document) => document.toJS());
    const names: string[] = jobs.map(({ metadata }) => metadata.name);
    for (const name of names) t.regex(name, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    t.deepEqual(
      jobs.map(({ spec }) => spec.suspend ?? false),
      names.map((_, i) => i > 0),
    );
    // each waits for the one before
    const steps = [...text.matchAll(/wait .* job\/(\S+) &&\n# {3}kubectl patch job\/(\S+) /g)].map(([, a, b]) => [
      a,
      b,
    ]);
    t.deepEqual(
      steps,
      names.slice(1).map((name, i) => [names[i], name]),
    );
    return names;
  };
  const first = print();
  t.is(first.length, 3);
  t.deepEqual(print(), first, 'the same again is the same job');
  for (const index of [1, 2]) await runHere(file, out, { shard: { index, of: 2 } });
  const second = print();
  t.true(second.length < first.length);
  t.is(new Set([...first, ...second]).size, first.length + second.length);
  await runHere(file, out);
  const words = ['--to', 'kubernetes', '--image', 'i', '--claim', 'c', '--print', '--out', out];
  const { code, stdout, stderr } = await inProcess('submit', file, ...words);
  t.deepEqual([code, stdout], [0, '']);
  t.regex(stderr, /^nothing to submit: 2 of 2 runs finished; eprbp run --finished --report .* judges and draws\n$/);
});
