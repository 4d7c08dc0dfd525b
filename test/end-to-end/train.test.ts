/** Training from the command line: files, interruption, starting from weights, mistakes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { csvIn, eprbp, filesIn, finish, recordIn, runsIn, start, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

const quick = {
  name: 'train',
  protocol: {
    name: 'train',
    epochs: 3,
    batch: 5,
    optimizer: { name: 'momentum', rates: [0.05, 0.02], decay: 0.9 },
    persistent: true,
    checkpoint_every: 3,
    cosine_every: 4,
    filters: 2,
    weights: ['npz', 'json'],
  },
  network: { energy: 'hopfield', layers: [2, 6, 2], activation: 'shifted-sigmoid' },
  data: { name: 'two-moons', examples: 32, test: 12, split: { validation: 12 } },
  free: { step: 0.5, tolerance: 1e-6, max_steps: 100 },
  second: { step: 0.5, steps: 20 },
  engines: [
    { id: 'ep', name: 'ep', nudging: 'centered', beta: 0.1 },
    { id: 'rbp', name: 'rbp', method: 'ode' },
    { id: 'mlp', name: 'backprop', output: 'activation' },
  ],
};

/** Everything that a run leaves but run.json, by name. */
const contents = (run: string) =>
  Object.fromEntries(
    filesIn(run)
      .filter((file) => file !== 'run.json')
      .map((file) => [file, readFileSync(join(run, file)).toString('base64')]),
  );

test('a training leaves tables, figures and weights; the same again, to the byte', async (t) => {
  const figures = ['learning-curves', 'gradient-cosine', 'residual-over-training', 'filters', 'confusion'];
  const runs: Record<string, string>[] = [];
  for (const name of ['a', 'b']) {
    const work = join(workspace(t), name);
    const { code, stderr } = await eprbp(
      workspace(t),
      'run',
      '-q',
      '--out',
      work,
      writeSpec(work, { ...quick, figures }),
    );
    t.is(code, 0, stderr);
    const [run] = runsIn(join(work, 'train'));
    runs.push(contents(run));
    t.deepEqual(
      filesIn(join(work, 'train/figures'))
        .filter((file) => file.endsWith('.svg'))
        .sort(),
      figures.map((figure) => `${figure}.svg`).sort(),
    );
    if (name === 'b') continue;
    t.deepEqual(
      filesIn(run).filter((file) => /\.(csv|npz|json)$/.test(file)),
      [
        'confusion.csv',
        ...['ep', 'evaluation.csv', 'filters.csv', 'metrics.csv', 'mlp', 'rbp', 'run.json', 'updates.csv'].flatMap(
          (file) =>
            file.includes('.')
              ? [file]
              : ['best.json', 'best.npz', 'last.json', 'last.npz'].map((end) => `${file}-${end}`),
        ),
      ],
    );
    t.is(csvIn(run, 'metrics.csv').length, 3 * 3 * 7);
    t.is(csvIn(run, 'evaluation.csv').length, 3 * 3 * 3);
    const { status, steps, measured } = recordIn(run).engines['ep'];
    t.deepEqual([status, steps], ['completed', 21]);
    const [validation, tested] = ['validation', 'test'].map((which) =>
      csvIn(run, 'evaluation.csv').filter(({ engine, split }) => engine === 'ep' && split === which),
    );
    t.is(measured?.['test_error'], Number(tested.at(-1)!['error']));
    t.is(measured?.['best_validation_error'], Math.min(...validation.map(({ error }) => Number(error))));
    t.is(tested[measured!['best_epoch']! - 1]['error'], String(measured?.['best_test_error']));
    const sidecar = JSON.parse(readFileSync(join(work, 'train/datapackage.json'), 'utf8'));
    t.true(sidecar.resources.some(({ path }: { path: string }) => path.endsWith('/evaluation.csv')));
  }
  t.deepEqual(runs[0], runs[1]);
});

test('killed at any moment and run again: the bytes of a training that was left alone', async (t) => {
  const work = workspace(t);
  const spec = { ...quick, protocol: { ...quick.protocol, epochs: 60, checkpoint_every: 10 } };
  const file = writeSpec(work, spec);
  const whole = await eprbp(work, 'run', '-q', '--out', 'whole', file);
  t.is(whole.code, 0, whole.stderr);
  let kills = 0;
  for (let wait = 700; ; wait += 150) {
    const child = start(['run', '-q', '--out', 'killed', file], work);
    const end = finish(child);
    const killed = await Promise.race([end.then(() => false), setTimeout(wait, true)]);
    if (killed) child.kill('SIGKILL');
    const { code } = await end;
    if (code === 0) break;
    kills++;
  }
  t.log(`killed ${kills} times`);
  const [undisturbed] = runsIn(join(work, 'whole/train'));
  const [run] = runsIn(join(work, 'killed/train'));
  t.deepEqual(contents(run), contents(undisturbed));
});

test('interrupted before the first row that an assertion is about: it goes on', async (t) => {
  const work = workspace(t);
  const assert = [{ table: 'evaluation', column: 'error', steps: 'last', max: 1 }];
  const protocol = { ...quick.protocol, epochs: 400, evaluate_every: 400, checkpoint_every: 10 };
  const file = writeSpec(work, { ...quick, protocol, assert });
  const child = start(['run', '-q', file], work);
  const end = finish(child);
  const results = join(work, 'results');
  while (!filesIn(results).some((path) => path.endsWith('checkpoint.bin'))) await setTimeout(10);
  const [run] = runsIn(join(results, 'train'));
  child.kill('SIGINT');
  t.is((await end).code, 130);
  t.false(filesIn(run).includes('evaluation.csv'));
  const again = await eprbp(work, 'run', file);
  t.is(again.code, 0, again.stderr);
  t.true(recordIn(run).environment['continued']);
});

test('diverged before the first row that an assertion is about: told the same way again, and reported', async (t) => {
  const work = workspace(t);
  const network = { ...quick.network, activation: 'linear', init: { name: 'normal', std: 50 } };
  const assert = [{ table: 'evaluation', engine: 'ep', column: 'error', max: 1 }];
  const file = writeSpec(work, { ...quick, engines: [quick.engines[0]], network, assert });
  for (const _ of ['computed', 'read back']) {
    const { code, stderr } = await inProcess('run', '--out', join(work, 'results'), '-q', file);
    t.is(code, 1);
    t.regex(stderr, /stopped at iteration 1/);
    t.regex(stderr, /no row matches/);
  }
  const { code, stderr } = await inProcess('report', join(work, 'results/train'));
  t.is(code, 0, stderr);
});

test('weights of a training start another one, from an archive as from JSON', async (t) => {
  const work = workspace(t);
  t.is((await inProcess('run', '--out', join(work, 'results'), '-q', writeSpec(work, quick))).code, 0);
  const [first] = runsIn(join(work, 'results/train'));
  const last = csvIn(first, 'evaluation.csv').findLast(({ engine, split }) => engine === 'ep' && split === 'test')!;
  const costs: string[][] = [];
  for (const format of ['npz', 'json']) {
    const network = { ...quick.network, parameters: { file: `${first}/ep-last.${format}` } };
    const protocol = { ...quick.protocol, epochs: 1, optimizer: { name: 'sgd', rates: 1e-12 } };
    const spec = { ...quick, name: format, network, protocol };
    const { code, stderr } = await inProcess(
      'run',
      '--out',
      join(work, 'results'),
      '-q',
      writeSpec(work, spec, `${format}.yaml`),
    );
    t.is(code, 0, stderr);
    const [run] = runsIn(join(work, 'results', format));
    const again = csvIn(run, 'evaluation.csv').find(({ engine, split }) => engine === 'ep' && split === 'test')!;
    t.is(Number(again['cost']).toFixed(8), Number(last['cost']).toFixed(8));
    costs.push(csvIn(run, 'metrics.csv').map(({ cost }) => cost));
  }
  t.deepEqual(costs[0], costs[1]);
});

test('assertions about evaluation.csv: by engine, split and epoch; read back where a run is done', async (t) => {
  const work = workspace(t);
  const assert = [
    { table: 'evaluation', engine: 'ep', split: 'test', column: 'error', steps: 'last', max: 0.5 },
    { table: 'evaluation', column: 'examples', min: 12 },
    { column: 'free_steps', max: 100 },
  ];
  const file = writeSpec(work, { ...quick, assert });
  const first = await inProcess('run', '--out', join(work, 'results'), file);
  t.is(first.code, 0, first.stdout);
  t.regex(first.stdout, /✓ ep test error ≤ 0\.5 at the last epoch: worst \S+ at epoch 3/);
  const again = await inProcess('run', '--out', join(work, 'results'), file, '-s', 'assert.0.max=0.001');
  t.is(again.code, 3);
  t.regex(again.stdout, /1 from before/);
  t.regex(again.stdout + again.stderr, /✗ .*run-\w+: ep test error ≤ 0\.001 at the last epoch: got \S+ at epoch 3/);
});

test('assertions about evaluation.csv wait where a training was stopped before its first row', async (t) => {
  const work = workspace(t);
  const assert = [{ table: 'evaluation', engine: 'ep', split: 'test', column: 'error', max: 1 }];
  const file = writeSpec(work, {
    ...quick,
    protocol: { ...quick.protocol, epochs: 1, batch: 1, checkpoint_every: 20 },
    data: { ...quick.data, examples: 3000 },
    engines: [quick.engines[0]],
    assert,
  });
  const child = start(['run', '-q', file], work);
  const end = finish(child);
  const results = join(work, 'results/train');
  const begun = () => existsSync(results) && runsIn(results).some((run) => existsSync(join(run, 'checkpoint.bin')));
  while (!begun()) await setTimeout(10);
  child.kill('SIGKILL');
  await end;
  const [stopped] = runsIn(results);
  t.false(filesIn(stopped).includes('evaluation.csv'));
  const again = await eprbp(work, 'run', '-q', file);
  t.is(again.code, 0, again.stderr);
  t.true(recordIn(stopped).environment['continued']);
});

test('a training that diverges before its first evaluation is told of in the same words when it is found done', async (t) => {
  const work = workspace(t);
  const optimizer = { name: 'sgd', rates: 1e9 };
  const assert = [{ table: 'evaluation', engine: 'ep', split: 'test', column: 'error', max: 1 }];
  const file = writeSpec(work, {
    ...quick,
    protocol: { ...quick.protocol, optimizer },
    engines: [quick.engines[0]],
    assert,
  });
  const [first, again] = [
    await inProcess('run', '--out', join(work, 'results'), '-q', file),
    await inProcess('run', '--out', join(work, 'results'), '-q', file),
  ];
  t.is(first.code, 1);
  t.regex(first.stderr, /ep test error ≤ 1: no row matches/);
  t.deepEqual(again.stderr, first.stderr);
});

test('mistakes in a training spec are told with their place', async (t) => {
  const work = workspace(t);
  const said = async (change: object) => {
    const { code, stderr } = await inProcess('validate', writeSpec(work, { ...quick, ...change }));
    t.is(code, 2);
    return stderr.replaceAll(join(work, 'spec.yaml'), 'spec.yaml');
  };
  const optimizer = { name: 'sgd', rates: [0.1, 0.2, 0.3] };
  t.regex(
    await said({ protocol: { ...quick.protocol, optimizer } }),
    /spec\.yaml:\d+:\d+: protocol\.optimizer\.rates has 3 rates for 2 layers \(W1 and b1; W2 and b2\)/,
  );
  t.regex(await said({ protocol: { ...quick.protocol, optimizer: { name: 'sdg', rates: 1 } } }), /did you mean 'sgd'/);
  t.regex(
    await said({ protocol: { ...quick.protocol, epoch: 3 } }),
    /unknown key 'protocol\.epoch'; did you mean 'epochs'/,
  );
  t.regex(await said({ engines: [] }), /engines needs at least 1 items/);
  t.regex(
    await said({ record: { gradients: true } }),
    /spec\.yaml:\d+:\d+: record\.gradients: protocol train does not write gradients\.csv; it records parameters/,
  );
  t.regex(
    await said({ network: { energy: 'hopfield', units: 5, inputs: 2, outputs: 2, activation: 'tanh' } }),
    /engine 'mlp' \(backprop, output: activation\) needs feed-forward \(layers that can also be run forwards once\)/,
  );
  t.regex(
    await said({ assert: [{ table: 'evaluation', quantity: 'params', column: 'error', max: 1 }] }),
    /assert: evaluation\.csv has no quantity to choose rows by; leave it out/,
  );
  t.regex(
    await said({ assert: [{ table: 'evaluation', column: 'eror', max: 1 }] }),
    /assert: no column 'eror'; did you mean 'error'/,
  );
  t.regex(
    await said({ protocol: { ...quick.protocol, filters: 0 }, figures: ['filters'] }),
    /figure 'filters' needs filters\.csv, which protocol\.filters \(a number of units\) asks for/,
  );
  const gradient = { protocol: 'gradient', reference: 'exact', data: { name: 'random', examples: 2 } };
  t.regex(
    await said({ ...gradient, figures: ['learning-curves'] }),
    /figure 'learning-curves' needs evaluation\.csv, which protocol gradient does not write/,
  );
  t.regex(
    await said({
      ...gradient,
      assert: [{ table: 'evaluation', engine: 'ep', quantity: 'params', column: 'error', max: 1 }],
    }),
    /assert: protocol gradient writes no table 'evaluation'/,
  );
});

test('weights that are no archive, or of another network, are told by name, got and expected', async (t) => {
  const work = workspace(t);
  t.is((await inProcess('run', '--out', join(work, 'results'), '-q', writeSpec(work, quick))).code, 0);
  const [run] = runsIn(join(work, 'results/train'));
  const said = async (file: string, layers = [2, 6, 2]) => {
    const network = { ...quick.network, layers, parameters: { file } };
    return (await inProcess('validate', writeSpec(work, { ...quick, network }))).stderr;
  };
  writeFileSync(join(work, 'broken.npz'), 'W1');
  t.regex(await said(join(work, 'broken.npz')), /broken\.npz: is no \.npz archive/);
  t.regex(await said(join(work, 'none.npz')), /spec\.yaml:\d+:\d+: parameter file .*none\.npz: no such file/);
  t.regex(await said(join(run, 'ep-last.npz'), [2, 7, 2]), /ep-last\.npz: parameter W1 must be 2 × 7, got 2 × 6/);
});
