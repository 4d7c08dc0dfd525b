/** Continual EP by what it is defined by: EP at rate 0, a deviation of first order in the rate, weights that have moved. */
import test from 'ava';
import { continualEpFamily, continualPropagation } from '../../src/engine/continual-ep.js';
import type { Engine } from '../../src/engine/engine.js';
import { equilibriumPropagation, type Rule } from '../../src/engine/ep.js';
import { centered } from '../../src/engine/nudging/centered.js';
import { oneSided } from '../../src/engine/nudging/one-sided.js';
import { direct } from '../../src/engine/rbp/direct.js';
import { create } from '../../src/entry.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { layersOf } from '../../src/model/tensor.js';
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

const thirdPhase = (beta: number) =>
  create(continualEpFamily.members, { name: 'third-phase', beta }) as ReturnType<typeof oneSided>;

for (const [energy, options] of [
  ['hopfield', { layers: [3, 5, 4, 2], activation: 'tanh' }],
  ['prototypical', { layers: [3, 5, 2], activation: 'sigmoid' }],
  ['vector-field', { layers: [3, 5, 2], activation: 'tanh' }],
  ['prototypical', { layers: [3, 5, 2], activation: 'tanh', backward: 'separate' }],
] as const) {
  const isTied = energy !== 'vector-field' && !('backward' in options);
  const rule = isTied ? 'energy' : 'vector-field';
  const init = { name: 'glorot-uniform', gain: 0.5 };
  const bench = { network: { energy, init, ...options }, second: { step: 0.4, steps: 500 } };

  test(`${energy} ${JSON.stringify(options)}: two copies at once, and a third phase, come to EP's centered estimate at rate 0`, (t) => {
    const problem = problemOf(benchOf(bench));
    // without an energy ∂F/∂θ is taken where a step begins, by the way of the third phase from s^β: that is O(β) apart
    const [beta, allowed] = isTied ? [BETA, 1e-10] : [BETA / 100, 5e-3];
    const ep = processOf(equilibriumPropagation(centered(beta), rule), problem);
    const size = Math.max(...ep.estimate.gradient.data.map(Math.abs));
    const both = processOf(continualPropagation(centered(beta), rule, 0), problem);
    for (const [step, { state }] of both.moments.entries()) t.deepEqual(state, ep.moments[step].state);
    const third = processOf(continualPropagation(thirdPhase(beta), rule, 0), problem);
    t.is(third.estimate.steps, 2 * ep.estimate.steps);
    for (const { estimate } of [both, third]) {
      const gap = distance(estimate.gradient.data, ep.estimate.gradient.data) / size;
      t.true(gap < allowed, `${gap}`);
    }
  });

  test(`${energy} ${JSON.stringify(options)}: a third phase has a bias of second order in β, and first in the learning rate`, (t) => {
    const problem = problemOf(benchOf(bench));
    const at = (rate: number | number[], beta: number) =>
      last(continualPropagation(thirdPhase(beta), rule, rate), problem).gradient.data;
    if (isTied) {
      const exact = processOf(direct(), problem).estimate.gradient.data;
      const slope = logLogSlope([0.005, 0.01, 0.02].map((beta) => [beta, distance(at(0, beta), exact)]));
      t.true(Math.abs(slope - 2) < 0.1, `slope ${slope} over β`);
    }
    const still = at(0, BETA);
    const slope = logLogSlope([1e-7, 1e-6, 1e-5].map((rate) => [rate, distance(at(rate, BETA), still)]));
    t.true(Math.abs(slope - 1) < 0.02, `slope ${slope} over η`);
    const layers = layersOf(problem.system.dynamics.parameters).length;
    t.deepEqual(at(new Array(layers).fill(1e-4), BETA), at(1e-4, BETA));
    t.notDeepEqual(at([1e-4, ...new Array(layers - 1).fill(0)], BETA), at(1e-4, BETA));
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
