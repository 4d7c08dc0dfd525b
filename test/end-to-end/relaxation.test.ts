/** The protocol relaxation as a user meets it: no engines, one run a solver. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'ava';
import { csvIn, eprbp, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

const relaxing = {
  name: 'rest',
  protocol: 'relaxation',
  network: { energy: 'hopfield', layers: [3, 6, 4, 2], activation: 'tanh' },
  data: { name: 'random', examples: 2 },
  free: { step: 0.1, tolerance: 1e-10 },
};
const solvers = ['euler', 'anderson', { name: 'newton-krylov' }, 'even-odd'];

test('several solvers by a sweep: rows, run.json and ids say which, and what it paid', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, {
    ...relaxing,
    sweep: { 'free.solver': solvers },
    record: { free_state: true },
    assert: [
      { column: 'residual_max', steps: 'last', max: 1e-10 },
      { column: 'field_evaluations', max: 5000 },
    ],
  });
  const { code, stdout, stderr } = await eprbp(work, 'run', file);
  t.is(code, 0, stderr);
  t.regex(stdout, /4 runs, 8 assertions hold/);
  const runs = runsIn(join(work, 'results/rest'));
  t.deepEqual(
    runs.map((run) => basename(run).replace(/-[0-9a-f]{8}$/, '')),
    ['solver-anderson', 'solver-euler', 'solver-even-odd', 'solver-newton-krylov'],
  );
  for (const run of runs) {
    const [rows, record] = [csvIn(run, 'metrics.csv'), recordIn(run)];
    t.is(
      readFileSync(join(run, 'metrics.csv'), 'utf8').split('\n')[0],
      'step,time,solver,field_evaluations,residual_max,residual_l2,energy,cost',
    );
    const last = rows.at(-1)!;
    t.like(record, { status: 'completed', engines: {}, free: { status: 'converged', steps: Number(last['step']) } });
    t.is(record.free.residual_max, Number(last['residual_max']));
    t.true(record.free.field_evaluations >= Number(last['field_evaluations']));
    t.true(basename(run).startsWith(`solver-${last['solver']}`));
    const timed = last['solver'] === 'euler';
    t.true(rows.every(({ step, time }) => (timed ? Number(time) === Number(step) * 0.1 : time === 'NaN')));
    t.true(Number(last['energy']) < Number(rows[0]['energy']));
  }
});

test('without an energy that column is NaN; the resolved spec runs again to the same bytes', async (t) => {
  const work = workspace(t);
  const network = { energy: 'vector-field', units: 5, inputs: 3, outputs: 2, activation: 'tanh' };
  const file = writeSpec(work, { ...relaxing, network, free: { ...relaxing.free, solver: 'anderson' } });
  t.is((await inProcess('run', '--out', join(work, 'results'), '-q', file)).code, 0);
  const [run] = runsIn(join(work, 'results/rest'));
  t.true(csvIn(run, 'metrics.csv').every(({ energy, cost }) => energy === 'NaN' && Number(cost) > 0));
  t.like(recordIn(run).spec, {
    free: { solver: { name: 'anderson', memory: 8, of: 'auto', regularisation: 1e-12, growth: 2 } },
  });
  const before = readFileSync(join(run, 'metrics.csv'));
  const again = await inProcess('run', '-q', '--force', '--out', join(work, 'again'), join(run, 'spec.yaml'));
  t.is(again.code, 0, again.stderr);
  t.deepEqual(readFileSync(join(runsIn(join(work, 'again/rest'))[0], 'metrics.csv')), before);
});

test('an assertion that fails, and a slope over a swept key', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, {
    ...relaxing,
    sweep: { 'free.tolerance': [1e-4, 1e-6, 1e-8] },
    assert: [
      { column: 'field_evaluations', steps: 'last', max: 3 },
      { slope: 'field_evaluations', over: 'free.tolerance', range: [1e-9, 1e-3], min: -1, max: 0 },
    ],
  });
  const { code, stdout, stderr } = await eprbp(work, 'run', file);
  t.is(code, 3);
  t.regex(stderr, /field_evaluations ≤ 3 at the last step: got \d+/);
  t.regex(stdout, /✓ slope of field_evaluations over free.tolerance in 1e-9…0.001 in -1…0: got -0\.\d+ over 3 runs/);
});
