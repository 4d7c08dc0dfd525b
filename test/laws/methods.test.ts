/** Every registered engine that calls itself exact, against the direct solve; every process of RBP, against the side network. */
import { testProp } from '@fast-check/ava';
import test from 'ava';
import fc from 'fast-check';
import type { Row } from '../../src/metrics/columns.js';
import { coordinatesOf } from '../../src/model/tensor.js';
import type { Agreement } from '../../src/model/types.js';
import type { Blocks } from '../../src/numerics/blocks.js';
import { diagnose } from '../../src/protocol/diagnosis.js';
import { gradient } from '../../src/protocol/gradient.js';
import { phaseOne } from '../../src/protocol/phase-one.js';
import { benchOf, drain, problemOf, processOf, runSpec } from '../_support/bench.js';
import { directional } from '../_support/differences.js';
import { engineFor, everyEngine, suits } from '../_support/engines.js';
import { anyNetwork, dynamicsOf, everyNetwork, integratorsFor, type Network, title } from '../_support/networks.js';
import { distance } from '../_support/numbers.js';
import { differentiableSeed } from '../_support/seeds.js';

/** What of exact EP's process is RBP's. */
const agreeing: Record<Agreement, readonly string[]> = {
  process: ['state', 'params'],
  parameters: ['params'],
  none: [],
};

const canTreat = (network: Network, { needs }: { needs: readonly string[] }) =>
  needs.every((need) => dynamicsOf(network).offers.includes(need as never));

/** Which engines are exact on a network: RBP always, EP as far as its processes are those of RBP. */
const isExact = (network: Network, family: string) =>
  family === 'rbp' || agreeing[dynamicsOf(network).agreement].length > 0;

for (const network of everyNetwork) {
  const exact = everyEngine.filter((choice) => {
    const engine = engineFor(choice);
    return engine.accuracy === 'exact' && canTreat(network, engine) && isExact(network, choice.name);
  });

  test(`${title(network)}: whatever calls itself exact ends within 1e-9 of the direct solve`, (t) => {
    const discrete = dynamicsOf(network).time === 'discrete';
    const steps = discrete ? 300 : 1200;
    const { rows, outcome } = runSpec({
      network,
      seed: differentiableSeed(network),
      protocol: 'gradient',
      free: { step: discrete ? 1 : 0.2, tolerance: 1e-14, max_steps: 50000, rest_steps: steps },
      second: discrete ? { steps } : { step: 0.2, steps },
      engines: exact,
      reference: 'exact',
    });
    t.is(outcome.status, 'completed', outcome.warnings.join('\n'));
    for (const { id } of exact) {
      const { error_rel: error } = rows['gradient'].find(
        ({ engine, quantity }) => engine === id && quantity === 'params',
      )!;
      t.true(Number(error) <= 1e-9, `${id}: ${error}`);
    }
  });

  for (const integrator of integratorsFor(network)) {
    const moving = everyEngine.filter((choice) => {
      const { hasProcess, pace } = engineFor(choice);
      return choice.name === 'rbp' && hasProcess && !(pace === 'euler' && integrator !== 'euler');
    });
    test(`${title(network)}, ${integrator}: every process of RBP is that of the side network, backpropagation at rest among them`, (t) => {
      const discrete = dynamicsOf(network).time === 'discrete';
      // bptt takes the steps of phase one
      if (!['euler', 'rk4'].includes(integrator)) return t.pass();
      const { rows, outcome } = runSpec({
        network,
        free: { solver: integrator, step: discrete ? 1 : 0.1, tolerance: 1e-14, max_steps: 50000, rest_steps: 40 },
        second: { integrator, step: 0.1, steps: 40 },
        engines: moving,
        reference: 'rbp-ode',
      });
      t.is(outcome.status, 'completed', outcome.warnings.join('\n'));
      t.is(Math.max(...rows['equivalence'].map(({ step }) => Number(step))), 40);
      for (const row of rows['equivalence']) {
        if (row['quantity'] !== 'state' && row['quantity'] !== 'params') continue;
        t.true(Number(row['error_scaled']) <= 1e-12, JSON.stringify(row));
      }
      return undefined;
    });
  }
}

for (const network of everyNetwork.filter((item) => agreeing[dynamicsOf(item).agreement].length > 0)) {
  test(`${title(network)}: the process of EP = that of RBP = −∇^BPTT at rest, step by step to round-off`, (t) => {
    const { rows, outcome } = runSpec({
      network,
      free: {
        step: dynamicsOf(network).time === 'discrete' ? 1 : 0.1,
        tolerance: 1e-14,
        max_steps: 50000,
        rest_steps: 40,
      },
      second: { step: 0.1, steps: 40 },
      engines: [
        { id: 'ep', name: 'ep', nudging: 'exact' },
        { id: 'rbp', name: 'rbp', method: 'ode' },
        { id: 'bptt', name: 'rbp', method: 'bptt' },
      ],
      reference: 'bptt',
    });
    t.is(outcome.status, 'completed');
    const expected = agreeing[dynamicsOf(network).agreement];
    for (const row of rows['equivalence']) {
      const wanted = row['engine'] === 'rbp' ? ['state', 'params'] : expected;
      if (!wanted.includes(String(row['quantity']))) continue;
      t.true(Number(row['error_scaled']) <= 1e-12, JSON.stringify(row));
    }
  });
}

test('bptt through a whole transient is the gradient of the cost where that ends, by finite differences', (t) => {
  const recurrent = { energy: 'hopfield', units: 5, inputs: 3, outputs: 2 };
  for (const [solver, network] of [
    ['euler', { ...recurrent, activation: 'tanh', init: { name: 'glorot-uniform', gain: 0.8 } }],
    ['rk4', { ...recurrent, activation: 'tanh', init: { name: 'glorot-uniform', gain: 0.8 } }],
    // units that a bound stops on the way, and some that stay there
    ['euler', { ...recurrent, activation: 'hard-sigmoid', init: { name: 'glorot-uniform', gain: 2.5 } }],
    ['euler', { energy: 'vector-field', units: 5, inputs: 3, outputs: 2, activation: 'sigmoid' }],
    ['euler', { energy: 'prototypical', layers: [3, 4, 2], activation: 'sigmoid' }],
    ['euler', { energy: 'linear', units: 5, inputs: 3, outputs: 2 }],
  ] as [string, Network][]) {
    const free = { solver, step: 0.4, tolerance: 1e-14, max_steps: 9 };
    const bench = benchOf({
      network,
      free,
      protocol: 'gradient',
      engines: [{ name: 'rbp', method: 'bptt', steps: 20 }],
      reference: 'exact',
    });
    const [{ engine }] = bench.contestants;
    const { estimate } = processOf(engine, problemOf(bench));
    t.is(estimate.steps, 9, 'fewer steps than K were taken: all of them');
    const after = (theta: Blocks) => {
      const one = drain(phaseOne({ ...bench, theta }), () => {}).start;
      return Float64Array.of(one.cost.value(one.free).reduce((a, b) => a + b) / bench.x.rows);
    };
    const slopes = coordinatesOf(bench.dynamics.parameters).map((places) => {
      const direction = bench.theta.like();
      for (const at of places) direction.data[at] = 1;
      return directional(after, bench.theta, direction)[0];
    });
    const found = coordinatesOf(bench.dynamics.parameters).map(([at]) => estimate.gradient.data[at]);
    t.true(distance(found, slopes) < 1e-7, `${title(network)}, ${solver}: ${distance(found, slopes)}`);
  }
});

test('cg at a fixed point that is not stable: a status that says so, no gradient; gmres solves it', (t) => {
  const bench = benchOf({
    network: { energy: 'hopfield', units: 2, inputs: 1, outputs: 1, activation: 'linear' },
    protocol: 'gradient',
    engines: [
      { id: 'cg', name: 'rbp', method: 'cg' },
      { id: 'gmres', name: 'rbp', method: 'gmres' },
    ],
    reference: 'exact',
  });
  // E = ½‖s‖² − 2 s₁s₂: s = 0 is a saddle
  bench.theta.fill(0);
  bench.theta.get('W').data.set([0, 2, 2, 0]);
  const rows: Row[] = [];
  const outcome = drain(gradient.run(bench), (event) => {
    if (event.kind === 'rows') rows.push(...event.rows);
  });
  t.is(outcome.free.status, 'converged');
  t.is(outcome.engines['cg'].status, 'indefinite');
  t.is(outcome.status, 'diverged');
  t.deepEqual(outcome.warnings, [
    "engine 'cg' finds the Hessian at the fixed point not positive definite: the fixed point is not stable, and no relaxation would end there; " +
      'reduce network.init.gain (now 1), or lower free.tolerance (now 1e-14)',
  ]);
  const errorAbs = (engine: string) => Number(rows.find(([id]) => id === engine)![5]);
  t.true(Number.isNaN(errorAbs('cg')));
  t.true(errorAbs('gmres') < 1e-14);
});

test('a solve that its steps do not suffice for says so, unless it was told to take just them', (t) => {
  const network = {
    energy: 'hopfield',
    layers: [4, 12, 3],
    activation: 'tanh',
    init: { name: 'glorot-uniform', gain: 1 },
  };
  const { outcome } = runSpec({
    network,
    protocol: 'gradient',
    second: { steps: 3 },
    engines: ['cg', 'gmres'].flatMap((method) => [
      { id: method, name: 'rbp', method },
      { id: `${method}-3`, name: 'rbp', method, tolerance: 0 },
    ]),
    reference: 'exact',
  });
  t.is(outcome.status, 'max-steps');
  for (const method of ['cg', 'gmres']) {
    const { status, steps, residual_max } = outcome.engines[method];
    t.is(status, 'max-steps');
    t.is(steps, 3);
    t.true(residual_max! > 1e-6);
    t.is(outcome.engines[`${method}-3`].status, 'completed');
    t.is(outcome.engines[`${method}-3`].residual_max, residual_max);
  }
  t.is(outcome.warnings.length, 2);
  t.regex(
    outcome.warnings[0],
    /^engine 'cg' did not reach its tolerance: residual .* after 3 steps; raise second\.steps \(now 3\), or accept a larger tolerance of its own \(now 1e-12\)$/,
  );
});

for (const energy of ['hopfield', 'predictive-coding']) {
  test(`${energy}: backpropagation keeps a state for every step, nothing else grows with the steps`, (t) => {
    const network = { energy, layers: [3, 5, 4, 2], activation: 'tanh' };
    const engines = everyEngine.filter((choice) => suits(network, choice));
    const memory = (steps: number) => {
      const { outcome } = runSpec({
        network,
        protocol: 'gradient',
        free: { step: 0.1, tolerance: 1e-12, rest_steps: 400 },
        second: { step: 0.1, steps },
        engines,
        reference: 'exact',
      });
      return outcome.engines;
    };
    const [short, long] = [memory(20), memory(320)];
    const state = 8 * 2 * (5 + 4 + 2);
    for (const { id, ...choice } of engines) {
      const grown = long[id].memory_bytes! - short[id].memory_bytes!;
      t.is(grown, engineFor({ id, ...choice }).pace === 'phase-one' ? 300 * state : 0, id);
      t.true(short[id].memory_bytes! > 0, id);
    }
  });
}

test('field evaluations: one for each step of a real process, two for a complex one, two for the normal equations', (t) => {
  const network = { energy: 'prototypical', layers: [3, 5, 4, 2], activation: 'tanh' };
  const { outcome } = runSpec({
    network,
    protocol: 'gradient',
    free: { rest_steps: 20, tolerance: 1e-12 },
    second: { steps: 20 },
    engines: everyEngine.filter((choice) => suits(network, choice)),
    reference: 'exact',
  });
  const paid = (id: string) => outcome.engines[id].field_evaluations;
  t.is(paid('ep-one-sided-energy'), 21);
  t.is(paid('ep-centered-energy'), 42);
  t.is(paid('ep-exact-energy'), 42);
  // a linearisation more
  t.is(paid('rbp-ode'), 21);
  t.is(paid('rbp-neumann'), 21);
  // a linearisation and a product for every step back, and the first place
  t.is(paid('rbp-bptt'), 41);
  // a product for every unit, one for the residual
  t.is(paid('rbp-direct-cost'), 1 + 11 + 1);
  const { steps } = outcome.engines['rbp-cg'];
  // J c, two products a step, the residual
  t.is(paid('rbp-cg'), 1 + 1 + 2 * steps + 1);
});

testProp(
  'on random networks every method of RBP ends at the direct solve when phase two is as long as the spectrum asks for',
  [anyNetwork(), fc.integer({ min: 0, max: 1000 }), fc.constantFrom('mse', 'cross-entropy')],
  (t, network, seed, cost) => {
    const dt = dynamicsOf(network).time === 'discrete' ? 1 : 0.2;
    const free = { step: dt, tolerance: 1e-13, max_steps: 50000 };
    const { start } = drain(phaseOne(benchOf({ network, seed, cost, free })), () => {});
    const { rate, largest } = diagnose(start);
    // a saddle, or a fixed point that forgets too slowly for a test, or Euler's steps are too long for
    fc.pre(rate > 0.05 && largest < 1.9 / dt);
    // however fast the rest forgets, a Krylov method may take a step for every unit
    const units = start.free.shapes.reduce((sum, { cols }) => sum + cols, 0);
    // Euler's steps turn the fastest mode round and round, by 1 − dt · largest
    const pace = Math.min(rate === Number.POSITIVE_INFINITY ? 1 : rate, 2 / dt - largest);
    const steps = Math.max(units, Math.ceil(Math.min(1500, 30 / pace / dt))) + 1;
    const { rows, outcome } = runSpec({
      network,
      seed,
      cost,
      protocol: 'gradient',
      free: { ...free, rest_steps: steps },
      second: { step: dt, steps },
      engines: everyEngine.filter((choice) => choice.name === 'rbp' && engineFor(choice).accuracy === 'exact'),
      reference: 'exact',
    });
    fc.pre(outcome.free.status === 'converged');
    for (const row of rows['gradient'].filter(({ quantity }) => quantity === 'params')) {
      const error = Number(row['error_abs']);
      const bound = 1e-9 * Math.max(1e-3, Number(row['reference_norm']));
      t.true(error <= bound, `${row['engine']}: ${error} with ${JSON.stringify({ network, seed, cost, rate, steps })}`);
    }
  },
  { numRuns: 80, seed: 1987 },
);
