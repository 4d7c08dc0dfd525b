/** What is kept of processes: steps, tensors and cells. */
import test from 'ava';
import { runSpec } from '../_support/bench.js';

const network = { energy: 'hopfield', layers: [5, 8, 3], activation: 'tanh' };
const recorded = (processes: object) =>
  runSpec({ network, record: { processes }, second: { steps: 4 } }).rows['processes']!;

test('cells are spread evenly over a tensor, the same at every step; smaller tensors are whole', (t) => {
  const rows = recorded({ cells: 10, tensors: ['s1', 's2', 'W1'] });
  const whole = recorded({ tensors: ['s1', 's2', 'W1'] });
  const key = ({ step, engine, tensor, row, column }: (typeof rows)[number]) =>
    [step, engine, tensor, row, column].join();
  const values = new Map(whole.map((cell) => [key(cell), cell['value']]));
  for (const cell of rows) t.true(cell['value'] === values.get(key(cell)));
  for (let step = 0; step <= 4; step++) {
    const places = (tensor: string, columns: number) =>
      rows
        .filter((cell) => cell['step'] === step && cell['engine'] === 'ep' && cell['tensor'] === tensor)
        .map((cell) => Number(cell['row']) * columns + Number(cell['column']));
    t.deepEqual(places('s1', 8), [0, 1, 3, 4, 6, 8, 9, 11, 12, 14]);
    t.deepEqual(places('W1', 8), [0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
    t.deepEqual(places('s2', 3), [0, 1, 2, 3, 4, 5]);
  }
});

const path = (given: object) => {
  const { rows } = runSpec({ network, data: { name: 'random', examples: 3 }, ...given });
  const whole = rows['free_path'];
  const steps = [...new Set(whole.map(({ step }) => Number(step)))];
  const at = (step: number) => whole.filter((row) => row['step'] === step).map(({ step, time, ...cell }) => cell);
  return { rows, steps, at, end: at(steps.at(-1)!) };
};

test('the path of phase one ends in the free state, whatever follows it and however it is thinned', (t) => {
  const ways = [
    { protocol: 'equivalence', free: { step: 0.1, tolerance: 1e-10 } },
    { protocol: 'gradient', free: { solver: 'rk4', step: 0.2, tolerance: 1e-10 }, reference: 'exact' },
    { protocol: 'equivalence', free: { step: 0.1, tolerance: 1e-10, ramp: 3 } },
    { protocol: 'equivalence', free: { step: 0.1, tolerance: 1e-10, rest_steps: 5 } },
    ...['anderson', 'even-odd', 'newton-krylov', 'dopri5'].map((solver) => ({
      protocol: { name: 'relaxation' },
      free: { solver, tolerance: 1e-10 },
      engines: [],
      reference: [],
    })),
  ];
  for (const way of ways) {
    for (const free_path of [true, { every: 7 }]) {
      const { rows, steps, end, at } = path({ ...way, record: { free_state: true, free_path } });
      t.deepEqual(end, rows['free_state'], JSON.stringify(way));
      // a sweep is looked at before its last set of layers moves
      const isSweep = ['anderson', 'even-odd'].includes(String((way.free as { solver?: string }).solver));
      const resting = at(0).filter(({ tensor }) => (isSweep ? /^s[24]$/ : /^s\d$/).test(String(tensor)));
      t.true(resting.length > 0 && resting.every(({ value }) => value === 0), JSON.stringify(way));
      const every = free_path === true ? 1 : 7;
      t.deepEqual(
        steps,
        steps.map((_, i) => (i < steps.length - 1 ? i * every : steps.at(-1)!)),
      );
      t.true(steps.at(-1)! - (steps.length - 2) * every <= every);
    }
  }
});

test('Euler with a small step goes down the energy of every example', (t) => {
  const { steps, at } = path({ free: { step: 0.05, tolerance: 1e-4 }, record: { free_path: { tensors: ['energy'] } } });
  const energies = steps.map((step) => at(step).map(({ value }) => Number(value)));
  t.true(energies.length > 50 && energies.every((row) => row.length === 3));
  for (let k = 1; k < energies.length; k++)
    for (const i of [0, 1, 2]) t.true(energies[k][i] < energies[k - 1][i], `step ${k}`);
  t.true(energies.at(-1)!.every((energy, i) => energy < energies[0][i] - 1e-3));
});

test('recording the path changes nothing else, and an end that diverges is in it', (t) => {
  const metrics = (record: object) => runSpec({ network, record }).rows['equivalence'];
  t.deepEqual(metrics({ free_path: true }), metrics({}));
  const { rows, outcome } = runSpec({ network, free: { step: 100 }, record: { free_path: { every: 1000 } } });
  t.is(outcome.status, 'diverged');
  t.is(rows['free_path'].at(-1)!['step'], outcome.free.steps);
});

test('parameters are those that the run begins with, whatever protocol it is', (t) => {
  const given = { W1: [[1, -2, 3]], b1: [0, 0.5, 0], W2: [[0.1], [0.2], [0.3]], b2: [-1] };
  const small = { energy: 'hopfield', layers: [1, 3, 1], activation: 'tanh', parameters: given };
  const flat = Object.values(given).flat(2);
  for (const protocol of [
    'equivalence',
    { name: 'train', epochs: 2, batch: 1, optimizer: { name: 'sgd', rates: 0.1 } },
  ]) {
    const more = protocol === 'equivalence' ? {} : { reference: [] };
    const { rows } = runSpec({ network: small, protocol, record: { parameters: true }, ...more });
    t.deepEqual(
      rows['parameters'].map(({ value }) => value),
      flat,
    );
    t.deepEqual(
      rows['parameters'].map(({ tensor }) => tensor),
      [...'W1 W1 W1 b1 b1 b1 W2 W2 W2 b2'.split(' ')],
    );
  }
});
