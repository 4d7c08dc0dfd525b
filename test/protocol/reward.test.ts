/** Training by what selected actions are paid. */
import test from 'ava';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { runSpec } from '../_support/bench.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';

const spec = {
  network: { energy: 'hopfield', layers: [16, 12, 4], activation: 'tanh', init: { name: 'glorot-uniform', gain: 0.3 } },
  data: { name: 'teacher', examples: 40 },
  cost: 'reward',
  protocol: { name: 'train', epochs: 30, batch: 10, optimizer: { name: 'sgd', rates: 0.2 } },
  free: { step: 0.2, tolerance: 1e-10, max_steps: 5000 },
  second: { solver: 'anderson', tolerance: 1e-12, max_steps: 500 },
  reference: [],
  engines: [
    { id: 'ep', name: 'ep', nudging: 'centered', beta: 1e-4 },
    { id: 'rbp', name: 'rbp', method: 'direct' },
  ],
};

test('one drawn action an example teaches what every action is paid, and engines share the draws', (t) => {
  const { rows, outcome } = runSpec(spec);
  t.is(outcome.status, 'completed');
  const costs = (engine: string) =>
    rows['evaluation'].filter((row) => row['engine'] === engine).map((row) => Number(row['cost']));
  const [ep, rbp] = [costs('ep'), costs('rbp')];
  t.true(rbp.at(-1)! < 0.7 * rbp[0], `${rbp[0]} to ${rbp.at(-1)}`);
  for (const [epoch, cost] of rbp.entries())
    t.true(Math.abs(ep[epoch] - cost) <= 1e-3 * cost, `epoch ${epoch}: ${ep[epoch]} and ${cost}`);
});

for (const [data, cost, message] of [
  [
    { selected: [0, 1], reward: [1, 0] },
    'mse',
    /data: selected and reward need a cost of selected actions, got mse; use cost: reward/,
  ],
  [{ selected: [0, 2], reward: [1, 0] }, 'reward', /selected 1 is output 2, the network has 2 \(from 0\)/],
  [{ selected: [0], reward: [1, 0] }, 'reward', /x has 2 examples, selected has 1/],
  [{ selected: [0, 1] }, 'reward', /y is missing: targets, or selected and reward/],
  [
    {
      y: [
        [1, 0],
        [0, 1],
      ],
      selected: [0, 1],
      reward: [1, 0],
    },
    'reward',
    /y and selected, reward exclude each other/,
  ],
] as const) {
  test(`an input error with its place: ${message.source}`, (t) => {
    const file = writeSpec(workspace(t), {
      ...quick,
      cost,
      data: {
        name: 'inline',
        x: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        ...data,
      },
    });
    const error = t.throws(() => plan(file), { instanceOf: UserError });
    t.regex(error?.message ?? '', message);
    t.regex(error?.message ?? '', /spec.yaml:\d+:\d+: /);
  });
}
