/** An input that is turned up in steps: the way to a fixed point changes, and where there are several, which one is found. */
import test from 'ava';
import { tableFor } from '../../src/metrics/columns.js';
import { within } from '../../src/numerics/arena.js';
import { phaseOne } from '../../src/protocol/phase-one.js';
import { restOf } from '../../src/protocol/train/network.js';
import { registry } from '../../src/registry.js';
import { assemble } from '../../src/run/assemble.js';
import { freePhase } from '../../src/solver/ramp.js';
import { benchOf, drain, specOf } from '../_support/bench.js';
import { everyNetwork, title } from '../_support/networks.js';
import { distance } from '../_support/numbers.js';

for (const network of everyNetwork) {
  test(`${title(network)}: of one fixed point a ramp makes no other`, (t) => {
    const free = { step: 0.1, tolerance: 1e-12, max_steps: 50000 };
    const [at, turned] = [undefined, 3].map((ramp) => {
      const bench = benchOf({ network, free: { ...free, ...(ramp && { ramp }) } });
      return drain(phaseOne(bench), () => {});
    });
    t.is(turned.record.status, 'converged');
    t.true(distance(turned.start.free.data, at.start.free.data) < 1e-9);
    t.true(turned.record.steps > at.record.steps && turned.record.field_evaluations > at.record.field_evaluations);
  });
}

/** Four creases that fold in two ways under one force: the states and the force of an independent computation. */
const bistable = {
  network: {
    energy: 'creased-sheet',
    vertices: [{ creases: [0, 1, 2, 3], degrees: [0, 80, 170, 250] }],
    face_stiffness: 5,
    outputs: 1,
    parameters: { kappa: [0.122864, 0.08746, 0.158057, 0.145192] },
  },
  data: { name: 'inline', x: [[-0.408486, -0.136914, 0.045768, -0.06853]], y: [[0]] },
};
const states = [
  [-1.3250629668298053, 0.07752544775176201, -1.2207719834489636, -0.17456340615829427],
  [-0.25186976933254396, -0.8599391769698279, -0.010154304604953424, -0.9211380930560039],
];
const step = 0.02;
const free = { step, tolerance: 1e-12, max_steps: 200000 };

const sheet = (given: object) => {
  const spec = specOf({ ...bistable, ...given });
  return assemble({ spec, parameters: { tensors: bistable.network.parameters, digest: undefined } });
};

const near = (found: ArrayLike<number>) =>
  states.findIndex((state) => distance(Float64Array.from(found), Float64Array.from(state)) < 1e-4);

test('a sheet that folds in two ways folds in the one that goes on from flat, by every solver', (t) => {
  const { bench: slow } = sheet({ free: { ...free, solver: { name: 'newton-krylov' }, ramp: 200 } });
  const way = near(drain(phaseOne(slow), () => {}).start.free.data);
  t.true(way >= 0);
  for (const name of Object.keys(registry.solvers)) {
    if (name === 'direct' || name === 'even-odd') continue;
    const { bench } = sheet({ free: { ...free, tolerance: 1e-6, solver: { name }, ramp: 12 } });
    const one = drain(phaseOne(bench), () => {});
    t.is(one.record.status, 'converged', name);
    t.is(near(one.start.free.data), way, name);
  }
});

test('steps, time and evaluations of all turns are counted as one relaxation', (t) => {
  const { bench } = sheet({ free: { ...free, ramp: 5 } });
  const samples: { step: number; time: number; evaluations: number }[] = [];
  const { theta, x } = bench;
  const system = bench.dynamics.bind(theta, x);
  const end = drain(freePhase({ system, theta, x }, theta.of(system.shapes), bench), (sample) => {
    samples.push({ step: sample.step, time: sample.time, evaluations: sample.fieldEvaluations });
  });
  t.deepEqual(
    samples.map(({ step }) => step),
    Array.from({ length: end.steps + 1 }, (_, i) => i),
  );
  for (const { step: at, time } of samples) t.true(Math.abs(time - step * at) < 1e-8);
  t.true(samples.every(({ evaluations }, i) => i === 0 || evaluations > samples[i - 1].evaluations));
  t.is(end.fieldEvaluations, samples.at(-1)!.evaluations);
});

test('training rests where phase one does', (t) => {
  const { bench } = sheet({ free: { ...free, solver: { name: 'newton-krylov' }, ramp: 12 } });
  const { theta, x, cost, y, dynamics, contestants } = bench;
  const expected = drain(phaseOne(bench), () => {}).start.free.data;
  const network = { system: dynamics.bind(theta, x), theta, x, cost: cost.bind(y, dynamics.outputs) };
  within((arena) => {
    const rest = restOf(contestants[0], network, bench, arena);
    t.true(distance(rest.state.data, expected) < 1e-12);
  });
});

test('differences of J stay on the sheet that a ramp has folded', (t) => {
  const { bench, protocol } = sheet({
    free: { ...free, solver: { name: 'anderson' }, ramp: 12 },
    protocol: 'gradient',
    engines: [{ name: 'rbp', method: 'direct' }],
    reference: 'finite-difference',
  });
  const errors: number[] = [];
  const { columns } = tableFor('gradient', bench.references);
  const [quantity, error] = ['quantity', 'error_rel'].map((name) =>
    columns.findIndex((column) => column.name === name),
  );
  drain(protocol.run(bench), (event) => {
    if (event.kind !== 'rows' || event.table !== 'gradient') return;
    for (const row of event.rows) if (row[quantity] === 'params') errors.push(Number(row[error]));
  });
  t.is(errors.length, 1);
  t.true(errors[0] < 1e-7, String(errors[0]));
});
