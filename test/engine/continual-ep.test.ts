/** Continual EP by what it is defined by: EP at rate 0, a deviation of first order in the rate, weights that have moved. */
import test from 'ava';
import { continualPropagation } from '../../src/engine/continual-ep.js';
import type { Engine } from '../../src/engine/engine.js';
import { equilibriumPropagation, type Rule } from '../../src/engine/ep.js';
import { oneSided } from '../../src/engine/nudging/one-sided.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { type Matrix, math } from '../../src/numerics/matrix.js';
import { benchOf, problemOf, processOf, runSpec } from '../_support/bench.js';
import { everyNetwork, title } from '../_support/networks.js';
import { distance } from '../_support/numbers.js';

const BETA = 0.1;
const rules: readonly Rule[] = ['energy', 'vector-field'];
const last = (engine: Engine, problem: ReturnType<typeof problemOf>) => processOf(engine, problem).estimate;

for (const network of everyNetwork) {
  const offers = benchOf({ network, engines: [{ name: 'rbp', method: 'ode' }], reference: 'exact' }).dynamics.offers;
  for (const rule of rules.filter((name) => name === 'vector-field' || offers.includes('energy'))) {
    test(`${title(network)}, ${rule} rule: at rate 0 the states are EP's, and what changes adds up to EP's estimate`, (t) => {
      const problem = problemOf(
        benchOf({
          network,
          engines: [{ name: 'rbp', method: 'ode' }],
          reference: 'exact',
          second: { step: 0.1, steps: 20 },
        }),
      );
      const still = processOf(continualPropagation(oneSided(BETA), rule, 0), problem);
      const ep = processOf(equilibriumPropagation(oneSided(BETA), rule), problem);
      still.moments.forEach(({ state, params }, step) => {
        t.deepEqual(state, ep.moments[step].state);
        // the rule without an energy takes ∂F/∂θ at the state of the moment, EP at s⁰: O(β) apart
        if (rule === 'energy' && step > 0) t.true(distance(params, ep.moments[step].params) < 1e-11);
      });
    });
  }
}

for (const [energy, options] of [
  ['hopfield', { layers: [3, 5, 4, 2], activation: 'tanh' }],
  ['prototypical', { layers: [3, 5, 2], activation: 'sigmoid' }],
  ['linear', { units: 6, inputs: 3, outputs: 2 }],
  ['vector-field', { units: 6, inputs: 3, outputs: 2, activation: 'tanh' }],
] as const) {
  test(`${energy}: the deviation from weights at rest is of first order in the learning rate`, (t) => {
    const rule = energy === 'vector-field' ? 'vector-field' : 'energy';
    const engines = [{ name: 'rbp', method: 'ode' }];
    const problem = problemOf(benchOf({ network: { energy, ...options }, engines, reference: 'exact' }));
    const at = (rate: number) => last(continualPropagation(oneSided(BETA), rule, rate), problem).gradient.data;
    const still = at(0);
    const points = [1e-7, 1e-6, 1e-5].map((rate): [number, number] => [rate, distance(at(rate), still)]);
    const slope = logLogSlope(points);
    t.true(Math.abs(slope - 1) < 0.02, `slope ${slope} of ${points.join(' | ')}`);
    // η against β: half the nudge, twice the deviation
    const halved = (beta: number) => {
      const estimate = (rate: number) => last(continualPropagation(oneSided(beta), rule, rate), problem).gradient.data;
      return distance(estimate(1e-6), estimate(0));
    };
    t.true(Math.abs(halved(BETA / 100) / halved(BETA / 50) - 2) < 0.1);
  });
}

test('two steps by hand: prototypical dynamics in the formulas of the paper', (t) => {
  const network = { energy: 'prototypical', units: 3, inputs: 1, outputs: 1, activation: 'tanh' };
  const bench = benchOf({ network, data: { name: 'random', examples: 1 }, second: { steps: 2 } });
  const problem = problemOf(bench);
  const rate = 0.03;
  const { estimate, moments } = processOf(continualPropagation(oneSided(BETA), 'energy', rate), problem);
  const scope: Record<string, unknown> = {
    ...Object.fromEntries(
      Array.from(bench.theta.entries(), ([name, block]) => [name, math.matrix(block.toArray() as number[][])]),
    ),
    x: bench.x.data[0],
    y: bench.y.data[0],
    s: math.matrix(problem.free.get('s').toArray() as number[][]),
    beta: BETA,
    rate,
    total: math.zeros(3, 3),
    off: math.evaluate('ones(3, 3) - identity(3)'),
  };
  for (let step = 0; step < 2; step++) {
    math.evaluate(
      [
        'a = s * W + x * U + b',
        'a[1, 3] = a[1, 3] - beta * (s[1, 3] - y)',
        'next = map(a, tanh)',
        "change = -(next' * next - s' * s) .* off / beta",
        'W = W - rate * change',
        'U = U + rate * x * (next - s) / beta',
        'b = b + rate * (next - s) / beta',
        'total = total + change',
        's = next',
      ],
      scope,
    );
  }
  const found = estimate.gradient.get('W');
  t.true(distance(found.data, (scope['total'] as Matrix).toArray().flat() as unknown as number[]) < 1e-13);
  t.is(moments.length, 3);
});

test('weights that move as fast as the nudge is strong run away, and that is a status', (t) => {
  const { outcome } = runSpec({
    network: { energy: 'linear', units: 6, inputs: 3, outputs: 2 },
    second: { step: 0.1, steps: 4000 },
    protocol: 'gradient',
    engines: [{ name: 'continual-ep', nudging: 'one-sided', beta: 0.01, learning_rate: 0.01 }],
    reference: 'exact',
  });
  t.is(outcome.engines['continual-ep'].status, 'diverged');
  t.regex(outcome.warnings.join(), /engine 'continual-ep' diverged at step \d+ of phase two/);
});

test('the weights of the network itself stay as they are', (t) => {
  const bench = benchOf({ network: everyNetwork[0] });
  const [problem, before] = [problemOf(bench), bench.theta.data.slice()];
  const field = problem.free.like();
  problem.system.force(problem.free, field);
  const rest = field.data.slice();
  last(continualPropagation(oneSided(BETA), 'energy', 0.01), problem);
  t.deepEqual(bench.theta.data, before);
  problem.system.force(problem.free, field);
  t.deepEqual(field.data, rest);
});
