import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { eprbp, filesIn, quick, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

const spec = {
  ...quick,
  seeds: 2,
  sweep: { 'engines.ep.beta': [0.1, 0.01, 0.001] },
  record: { processes: true, gradients: true, free_state: true },
  figures: ['processes', 'gap-over-time', 'gap-over-beta'],
};

/** Everything but run.json, which holds times. */
const contents = (folder: string) =>
  Object.fromEntries(
    filesIn(folder)
      .filter((file) => !file.endsWith('run.json'))
      .map((file) => [file, readFileSync(join(folder, file)).toString('base64')]),
  );

test('the same seed gives the same bytes of CSV, SVG, PNG and data package, run after run, folder after folder, one by one or side by side', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, spec);
  for (const [out, jobs] of [
    ['a', '1'],
    ['b', '3'],
  ])
    t.is((await eprbp(work, 'run', '-q', '-j', jobs, '--out', out, file)).code, 0);
  const [a, b] = [contents(join(work, 'a')), contents(join(work, 'b'))];
  t.true(Object.keys(a).filter((name) => name.endsWith('.csv')).length === 24);
  t.true(Object.keys(a).filter((name) => /\.(svg|png)$/.test(name)).length === 6);
  t.deepEqual(Object.keys(a), Object.keys(b));
  for (const name of Object.keys(a)) t.is(a[name], b[name], name);
});

test('another seed gives other numbers', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, seeds: [1, 2] });
  t.is((await eprbp(work, 'run', '-q', file)).code, 0);
  const [one, two] = runsIn(join(work, 'results/quick')).map((run) => readFileSync(join(run, 'metrics.csv'), 'utf8'));
  t.not(one, two);
});

test("a run's own spec.yaml, run again from where it lies, gives the same bytes under the same hash", async (t) => {
  const work = workspace(t);
  const parameters = {
    W1: [
      [0.1, 0.2],
      [0.3, -0.4],
    ],
    b1: [0, 0.1],
  };
  writeFileSync(join(work, 'p.json'), JSON.stringify(parameters));
  const file = writeSpec(work, {
    ...spec,
    network: { ...quick.network, layers: [2, 2], parameters: { file: 'p.json' } },
    assert: [
      { slope: 'error_scaled', over: 'engines.ep.beta', engine: 'ep', quantity: 'state', range: [1e-3, 1e-1], min: 0 },
    ],
  });
  t.is((await eprbp(work, 'run', '-q', file)).code, 0);
  const run = runsIn(join(work, 'results/quick'))[3];
  t.deepEqual(await eprbp(work, 'run', '-q', '--out', 'again', join(run, 'spec.yaml')), {
    code: 0,
    stdout: '',
    stderr: '',
  });
  const [again] = runsIn(join(work, 'again/quick'));
  t.is(recordIn(again).hash, recordIn(run).hash);
  t.deepEqual(readFileSync(join(again, 'metrics.csv')), readFileSync(join(run, 'metrics.csv')));
});

test('what is finished is not run again, unless forced or changed', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, quick);
  const finishedAt = () => recordIn(runsIn(join(work, 'results/quick'))[0]).environment['finished'];
  t.is((await inProcess('run', '--out', join(work, 'results'), file)).code, 0);
  const first = finishedAt();
  t.regex((await inProcess('run', '--out', join(work, 'results'), file)).stdout, /1 run \(1 from before\)/);
  t.is(finishedAt(), first);
  t.regex((await inProcess('plan', '--out', join(work, 'results'), file)).stdout, /yes\n/);
  t.is((await inProcess('run', '--out', join(work, 'results'), '--force', file)).code, 0);
  t.not(finishedAt(), first);
  t.is((await inProcess('run', '--out', join(work, 'results'), file, '-s', 'engines.ep.beta=0.02')).code, 0);
  t.is(runsIn(join(work, 'results/quick')).length, 2);
});

test('title, source, assertions and figures change no identity; parameters in a file count by content', async (t) => {
  const work = workspace(t);
  const network = { ...quick.network, layers: [2, 1], parameters: { file: 'p.json' } };
  const parameters = (value: number) => JSON.stringify({ W1: [[value], [1]], b1: [0] });
  const hashes: string[] = [];
  const run = async (extra: object) => {
    t.is(
      (await inProcess('run', '--out', join(work, 'results'), '-q', writeSpec(work, { ...quick, network, ...extra })))
        .code,
      0,
    );
    hashes.push(...runsIn(join(work, 'results/quick')).map((folder) => recordIn(folder).hash));
  };
  writeFileSync(join(work, 'p.json'), parameters(0.5));
  await run({});
  await run({
    title: 'T',
    source: 'S',
    figures: ['gap-over-time'],
    assert: [{ engine: 'ep', quantity: 'state', column: 'error_abs', max: 1 }],
  });
  t.is(new Set(hashes).size, 1);
  writeFileSync(join(work, 'p.json'), parameters(0.25));
  await run({});
  t.is(new Set(hashes).size, 2);
});

const wide = { energy: 'hopfield', activation: 'tanh', init: { name: 'glorot-uniform', gain: 0.5 } };
const large = {
  ...quick,
  network: { ...wide, layers: [120, 160, 10] },
  data: { name: 'random', examples: 60 },
  free: { solver: 'euler', step: 0.1, tolerance: 1e-14, max_steps: 40 },
  second: { step: 0.1, steps: 20 },
};
const training = {
  name: 'quick',
  protocol: { name: 'train', epochs: 1, batch: 60, optimizer: { name: 'sgd', rates: [0.3, 0.1] } },
  network: { ...wide, layers: [196, 160, 10] },
  data: { name: 'digits-synthetic', examples: 120, test: 60, side: 14 },
  cost: 'mse',
  free: { solver: 'euler', step: 0.5, tolerance: 1e-3, max_steps: 20 },
  second: { step: 0.5, steps: 8 },
  engines: [{ id: 'ep', name: 'ep', nudging: 'centered', beta: 0.1 }],
};

for (const [kind, shared] of Object.entries({ large, training })) {
  test(`${kind}: the same bytes with 1, 2, 3 and 7 threads, which run.json tells`, async (t) => {
    const work = workspace(t);
    const file = writeSpec(work, shared);
    const [first, ...others] = await Promise.all(
      ['1', '2', '3', '7'].map(async (threads) => {
        const { code, stderr } = await eprbp(work, 'run', '-q', '--threads', threads, '--out', threads, file);
        t.is(code, 0, stderr);
        const [run] = runsIn(join(work, threads, 'quick'));
        t.is(recordIn(run).environment['threads'], Number(threads));
        return contents(join(work, threads));
      }),
    );
    t.true(Object.keys(first).some((name) => name.endsWith('metrics.csv')));
    for (const other of others) t.deepEqual(other, first);
  });
}
