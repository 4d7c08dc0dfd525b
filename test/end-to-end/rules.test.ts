/** The independent reference numbers of other learning rules, reproduced through the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type CsvRow, csvIn, eprbp, recordIn, root, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { distance } from '../_support/numbers.js';

type Tensor = number[] | number[][];
type Tensors = Record<string, Tensor>;

const oracle = (file: string) => JSON.parse(readFileSync(join(root, 'test/golden', `${file}.json`), 'utf8'));

/** The folders of the runs of a spec that ran without a failure. */
async function ran(t: ExecutionContext, parameters: Tensors, spec: object): Promise<string[]> {
  const work = workspace(t);
  writeFileSync(join(work, 'parameters.json'), JSON.stringify(parameters));
  const path = writeSpec(work, { name: 'rules', protocol: 'gradient', ...spec });
  const { code, stderr } = await eprbp(work, 'run', '-q', path);
  t.is(code, 0, stderr);
  return runsIn(join(work, 'results/rules'));
}

const fromFile = (network: object) => ({ ...network, parameters: { file: 'parameters.json' } });

function gradientIn(rows: readonly CsvRow[], engine: string, names: readonly string[]): number[] {
  return names.flatMap((name) =>
    rows.filter((row) => row['engine'] === engine && row['tensor'] === name).map((row) => Number(row['value'])),
  );
}

/** Units of an example are spread over the layers: examples come first. */
const byExample = (rows: readonly CsvRow[]): number[] =>
  rows.toSorted((a, b) => Number(a['row']) - Number(b['row'])).map((row) => Number(row['value']));

const isState = (row: CsvRow) => /^s\d*$/.test(row['tensor']);

test('contrastive Hebbian learning: states, estimates and the gap to backpropagation at four feedbacks', async (t) => {
  const { network, parameters, data, cost, expected } = oracle('rules/chl-tanh');
  const gammas = Object.keys(expected.by_gamma).map(Number);
  const runs = await ran(t, parameters, {
    network: fromFile({ ...network, feedback: 1 }),
    data: { name: 'inline', ...data },
    cost,
    free: { solver: 'anderson', tolerance: 2e-16, max_steps: 1000 },
    second: { steps: 1000 },
    engines: [
      { id: 'chl', name: 'contrastive-hebbian' },
      { id: 'backprop', name: 'backprop', output: 'activation', output_slope: 'dropped' },
    ],
    reference: 'backprop',
    record: { gradients: true, free_state: true },
    sweep: { 'network.feedback': gammas },
  });
  t.is(runs.length, gammas.length);
  const names = Object.keys(parameters);
  for (const run of runs) {
    const { changes } = recordIn(run);
    const gamma = String(changes?.['network.feedback']);
    const { free_state, estimate, gap_to_backprop } = expected.by_gamma[gamma];
    const rows = csvIn(run, 'gradients.csv');
    const free = byExample(csvIn(run, 'free_state.csv').filter(isState));
    t.true(distance(free, free_state.flat()) <= 1e-9, gamma);
    t.true(
      distance(
        gradientIn(rows, 'chl', names),
        names.flatMap((name) => estimate[name].flat()),
      ) <= 1e-9,
      gamma,
    );
    t.true(
      distance(
        gradientIn(rows, 'backprop', names),
        names.flatMap((name) => expected.backprop[name].flat()),
      ) <= 1e-12,
    );
    const whole = csvIn(run, 'metrics.csv').find(({ engine, quantity }) => engine === 'chl' && quantity === 'params')!;
    t.true(Math.abs(Number(whole['error_rel']) - gap_to_backprop) <= 1e-9, gamma);
  }
});

test('predictive coding: errors and gradients of its three modes, and of outputs that are held', async (t) => {
  const { network, parameters, data, cost, expected } = oracle('oracle/pc-tanh');
  const { fixed_predictions, clamped, step_one, backprop, K_eff, free_state } = expected;
  const common = { network: fromFile(network), cost, reference: 'exact' };
  const [run] = await ran(t, parameters, {
    ...common,
    data: { name: 'inline', ...data },
    record: { gradients: true, processes: { tensors: ['s1', 's2', 's3'] } },
    engines: [
      { id: 'fixed', name: 'predictive-coding', mode: 'fixed-predictions', ...pace(fixed_predictions) },
      { id: 'step-one', name: 'predictive-coding', mode: 'step-one', steps: 2 },
      { id: 'clamped', name: 'predictive-coding', mode: 'clamped', ...pace(clamped) },
      { id: 'backprop', name: 'backprop', output: 'activation' },
      { id: 'held', name: 'rbp', method: 'direct', error: 'held' },
    ],
  });
  const names = Object.keys(parameters);
  const rows = csvIn(run, 'gradients.csv');
  for (const [engine, truth] of [
    ['fixed', fixed_predictions.gradient],
    ['clamped', clamped.gradient],
    ['step-one', backprop.gradient],
    ['backprop', backprop.gradient],
    ['exact', backprop.gradient],
  ]) {
    const gap = distance(
      gradientIn(rows, engine, names),
      names.flatMap((name) => truth[name].flat()),
    );
    t.true(gap <= 1e-9, `${engine}: ${gap}`);
  }
  const processes = csvIn(run, 'processes.csv');
  for (const [engine, step, error] of [
    ['fixed', fixed_predictions.steps, fixed_predictions.error],
    ['clamped', clamped.steps, clamped.error],
    ['step-one', 2, step_one.error_of_layer_l_at_step_L_minus_l],
  ] as const) {
    const state = byExample(processes.filter((row) => row['engine'] === engine && Number(row['step']) === step));
    const gap = distance(
      state,
      error.flat().map((epsilon: number) => -epsilon),
    );
    t.true(gap <= 1e-9, `${engine}: ${gap}`);
  }

  // targets at which backpropagation has the error K(o − y), for the first example, whose K the oracle has
  const outputs = free_state[0].slice(-3) as number[];
  const turned = outputs.map(
    (o, i) => o - outputs.reduce((sum, other, j) => sum + K_eff[i][j] * (other - data.y[0][j]), 0),
  );
  const gradients = await Promise.all(
    [
      { y: data.y[0], engine: { id: 'one', name: 'rbp', method: 'direct', error: 'held' } },
      { y: turned, engine: { id: 'one', name: 'backprop', output: 'activation' } },
    ].map(async ({ y, engine }) => {
      const [folder] = await ran(t, parameters, {
        ...common,
        data: { name: 'inline', x: [data.x[0]], y: [y] },
        engines: [engine],
        record: { gradients: true },
      });
      return gradientIn(csvIn(folder, 'gradients.csv'), 'one', names);
    }),
  );
  t.true(distance(gradients[0], gradients[1]) <= 1e-9);
});

const pace = ({ step, steps }: { step: number; steps: number }) => ({ step, steps });

test('predictive coding on a graph of scalars: its values, its gradient, and the estimate at seven rates', async (t) => {
  const { network, data, expected } = oracle('rules/pc-graph');
  const { values, gradient_y0, error_y0_by_rate_and_iteration: byRate } = expected;
  const runs = await ran(t, { theta: 2, y0: 5 } as never, {
    network: fromFile(network),
    data: { name: 'inline', x: [[]], y: [[data.target]] },
    second: { steps: 499 },
    engines: [{ id: 'pc', name: 'predictive-coding', mode: 'fixed-predictions', step: 1 }],
    reference: 'exact',
    record: { gradients: true, free_state: true, processes: { tensors: ['y0'] } },
    sweep: { 'engines.pc.step': Object.keys(byRate).map(Number) },
  });
  for (const run of runs) {
    const free = csvIn(run, 'free_state.csv')
      .filter(isState)
      .map((row) => Number(row['value']));
    t.true(distance(free, values) <= 1e-14);
    t.true(distance(gradientIn(csvIn(run, 'gradients.csv'), 'exact', ['y0']), [gradient_y0]) <= 1e-13);
    const { changes } = recordIn(run);
    const rate = Number(changes?.['engines.pc.step']);
    const key = Object.keys(byRate).find((one) => Number(one) === rate)!;
    const rows = csvIn(run, 'processes.csv');
    for (const [step, error] of Object.entries(byRate[key])) {
      const row = rows.find((one) => one['step'] === step)!;
      t.true(Math.abs(Number(row['value']) - Number(error)) <= 1e-12, `rate ${key}, step ${step}`);
    }
  }
});
