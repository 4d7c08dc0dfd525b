/** Classes read out of the state by weights outside of it (Laborieux et al. 2021), over every energy that takes layers. */
import test from 'ava';
import { agreeing, worst } from '../../src/laws/equivalence.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { layerGraphExamples } from '../../src/model/images/examples.js';
import { costOn } from '../../src/model/read-out.js';
import { axpy } from '../../src/numerics/kernels.js';
import { readNpz } from '../../src/numerics/npz.js';
import { benchOf, problemOf, runSpec } from '../_support/bench.js';
import { dynamicsOf, type Network, title } from '../_support/networks.js';
import { distance } from '../_support/numbers.js';
import { bench, cellsOf, trained, withClasses } from '../_support/train.js';

const cost = 'cross-entropy';
const init = { name: 'glorot-uniform', gain: 0.5 };
const [average, largest] = layerGraphExamples.map(({ skips: _, ...example }) => ({ ...example, read_out: 'softmax' }));

const networks: readonly Network[] = [
  { energy: 'hopfield', layers: [3, 5, 4, 2], activation: 'tanh', init, read_out: 'softmax' },
  { energy: 'hopfield', layers: [3, 4, 3], activation: 'hard-sigmoid', init, read_out: 'softmax' },
  { energy: 'hopfield', ...average },
  { energy: 'hopfield', ...largest },
  { energy: 'prototypical', layers: [3, 5, 4, 2], activation: 'tanh', nudge: 'inside', init, read_out: 'softmax' },
  { energy: 'prototypical', ...average, nudge: 'inside', feedback: 0.5 },
  { energy: 'predictive-coding', layers: [3, 5, 4, 2], activation: 'tanh', init, read_out: 'softmax' },
];

const own = (network: Network): string[] =>
  dynamicsOf(network)
    .parameters.slice(-2)
    .map(({ name }) => `params.${name}`);

for (const network of networks) {
  const name = `${title(network)} ${JSON.stringify(network['layers'])}`;
  const discrete = dynamicsOf(network).time === 'discrete';

  test(`${name}: the processes of exact EP are those of RBP, and the read-out has its gradient from the start`, (t) => {
    const { rows, outcome } = runSpec({ network, cost, second: { step: 0.1, steps: 30 } });
    t.is(outcome.status, 'completed');
    for (const quantity of [...agreeing(network), ...own(network)]) {
      const gap = worst(rows['equivalence'], 'ep', quantity, 'error_scaled');
      t.true(gap <= 1e-12, `${quantity} ${gap}`);
    }
    const first = rows['equivalence'].filter(({ step, engine }) => step === 0 && engine === 'ep');
    for (const quantity of own(network)) {
      t.true(
        first.some((row) => row['quantity'] === quantity && Number(row['norm']) > 1e-3),
        quantity,
      );
    }
  });

  test(`${name}: every way to dJ/dθ is that of differences of J`, (t) => {
    const { rows } = runSpec({
      network,
      cost,
      protocol: 'gradient',
      second: discrete ? { steps: 300 } : { step: 0.2, steps: 1000 },
      engines: [
        { id: 'ep', name: 'ep', nudging: 'exact' },
        { id: 'direct', name: 'rbp', method: 'direct' },
      ],
      reference: ['exact', 'finite-difference'],
    });
    for (const row of rows['gradient']) {
      const most = row['reference'] === 'exact' ? 1e-9 : 1e-6;
      t.true(
        Number(row['error_rel']) <= most,
        `${row['engine']} ${row['reference']} ${row['quantity']} ${row['error_rel']}`,
      );
    }
  });
}

const directed: readonly Network[] = [
  { energy: 'vector-field', layers: [3, 5, 4, 2], activation: 'tanh', init, read_out: 'softmax' },
  { energy: 'prototypical', layers: [3, 5, 4, 2], activation: 'tanh', backward: 'separate', init, read_out: 'softmax' },
];

for (const network of directed) {
  test(`${title(network)}: RBP is exact without an energy, EP is not, but of what reads out`, (t) => {
    const discrete = dynamicsOf(network).time === 'discrete';
    const { rows } = runSpec({
      network,
      cost,
      protocol: 'gradient',
      second: discrete ? { steps: 300 } : { step: 0.2, steps: 1000 },
      engines: [
        { id: 'ep', name: 'ep', nudging: 'exact', rule: 'vector-field' },
        { id: 'rbp', name: 'rbp', method: 'ode' },
        { id: 'direct', name: 'rbp', method: 'direct' },
      ],
      reference: ['exact', 'finite-difference'],
    });
    const error = (engine: string, quantity: string) =>
      Math.max(
        ...rows['gradient']
          .filter((row) => row['engine'] === engine && row['quantity'] === quantity)
          .map((row) => Number(row['error_rel'])),
      );
    for (const engine of ['rbp', 'direct']) t.true(error(engine, 'params') <= 1e-6, engine);
    t.true(error('ep', 'params') > 1e-3);
    for (const quantity of own(network)) t.true(error('ep', quantity) <= 1e-6, quantity);
  });
}

test('∂C/∂s, and ∂C/∂θ of the read-out alone, are those of differences of C', (t) => {
  const made = benchOf({ network: networks[0], cost });
  const { free, theta } = problemOf(made);
  const bound = costOn(made.dynamics, theta, made.cost, made.y);
  const mean = (c: Float64Array) => c.reduce((a, b) => a + b) / c.length;
  const [inState, inTheta] = [free.like(), theta.like().fill(7)];
  bound.addGradState(free, { re: 1 / made.y.rows, im: 0 }, inState);
  bound.readOut!.gradient(free, inTheta);
  const h = 1e-5;
  for (let i = 0; i < free.data.length; i++) {
    const at = (step: number) => {
      const s = free.clone();
      s.data[i] += step;
      return mean(bound.value(s));
    };
    t.true(Math.abs((at(h) - at(-h)) / (2 * h) - inState.data[i]) < 1e-9);
  }
  const others = made.dynamics.parameters.slice(0, -2).reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  for (let i = 0; i < theta.data.length; i++) {
    const at = (step: number) => {
      const [moved, way] = [theta.clone(), theta.like()];
      way.data[i] = 1;
      axpy(step, way.data, moved.data);
      return mean(bound.readOut!.at(moved).value(free));
    };
    if (i < others) t.is(inTheta.data[i], 7, 'other tensors are left alone');
    else t.true(Math.abs((at(h) - at(-h)) / (2 * h) - inTheta.data[i]) < 1e-9);
  }
});

test('the bias of EP is of first order in β one-sided, of second order centered, and none of the read-out', (t) => {
  const [network] = networks;
  for (const [nudging, order] of [
    ['one-sided', 1],
    ['centered', 2],
  ] as const) {
    const points = [1e-3, 3e-3, 1e-2].map((beta): [number, number] => {
      const { rows } = runSpec({
        network,
        cost,
        engines: [
          { id: 'ep', name: 'ep', nudging, beta },
          { id: 'rbp', name: 'rbp', method: 'ode' },
        ],
      });
      for (const quantity of own(network)) t.is(worst(rows['equivalence'], 'ep', quantity, 'error_abs'), 0);
      return [beta, worst(rows['equivalence'], 'ep', 'params', 'error_abs')];
    });
    const slope = logLogSlope(points);
    t.true(Math.abs(slope - order) < 0.1, `${nudging} ${slope}`);
  }
});

test('EP and RBP learn alike with classes read out, judged by what is read out; float32 does so nearly', (t) => {
  const given = {
    network: { energy: 'hopfield', layers: [3, 5, 2], activation: 'sigmoid', init, read_out: 'softmax' },
    cost,
  };
  const [double, single] = [{}, { precision: 'float32', free: { step: 0.5, tolerance: 1e-5, max_steps: 500 } }].map(
    (more) =>
      trained({ ...given, ...more }, (made) => {
        const train = withClasses(made.dataset.train);
        return bench(made, { dataset: { train, test: train } });
      }),
  );
  const [ep, rbp] = ['ep', 'rbp'].map((id) => readNpz(double.files.get(`${id}-last.npz`)!));
  t.deepEqual(Object.keys(rbp), ['W1', 'b1', 'W2', 'b2']);
  for (const name of Object.keys(rbp)) t.true(distance(ep[name].data, rbp[name].data) < 1e-8, name);
  for (const name of Object.keys(rbp)) {
    t.true(distance(ep[name].data, readNpz(single.files.get('ep-last.npz')!)[name].data) < 1e-4, name);
  }
  for (const row of cellsOf(double, 'evaluation')) t.true(Number(row['error']) >= 0 && Number(row['error']) <= 1);
});

test('backpropagation of the same network is what RBP is where nothing comes back', (t) => {
  const network = { ...networks[4], feedback: 1e-6 } as Network;
  const gradient = (engine: object) => {
    const { rows } = runSpec({
      network,
      cost,
      protocol: 'gradient',
      second: { steps: 300 },
      engines: [{ id: 'one', ...engine }],
      reference: 'exact',
    });
    return rows['gradient'].map(({ error_rel }) => Number(error_rel));
  };
  for (const gap of gradient({ name: 'backprop', output: 'activation' })) t.true(gap < 1e-4, String(gap));
});
