/** Contrastive Hebbian learning (Xie & Seung 2003): what it is at every feedback γ, and what it tends to (NEIGHBOURS: laws 1a to 1d). */
import test from 'ava';
import type { Problem } from '../../src/engine/engine.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { dot, norm2 } from '../../src/numerics/kernels.js';
import { randomStream } from '../../src/numerics/random.js';
import { clampedField, freeField } from '../../src/solver/field.js';
import { settle } from '../../src/solver/relax.js';
import { benchOf, problemOf, processOf, runSpec } from '../_support/bench.js';
import { directional } from '../_support/differences.js';

const linearOutput = ['tanh', 'tanh', 'linear'];

const spec = (feedback: number, activation: string | string[] = linearOutput) => ({
  network: {
    energy: 'prototypical',
    layers: [5, 6, 4, 3],
    activation,
    feedback,
    init: { name: 'glorot-uniform', gain: 0.8 },
  },
  protocol: 'gradient',
  data: { name: 'random', examples: 4 },
  free: { tolerance: 1e-16, max_steps: 400 },
  second: { steps: 400 },
  engines: [
    { id: 'chl', name: 'contrastive-hebbian' },
    { id: 'rbp', name: 'rbp', method: 'direct' },
    { id: 'kept', name: 'backprop', output: 'activation' },
    { id: 'dropped', name: 'backprop', output: 'activation', output_slope: 'dropped' },
  ],
  reference: ['kept', 'dropped'],
});

/** error_rel of an engine against a reference, tensor by tensor, by γ. */
function gaps(engine: string, reference: string, gammas: readonly number[], activation?: string | string[]) {
  const runs = gammas.map((gamma) => ({ gamma, rows: runSpec(spec(gamma, activation)).rows['gradient'] }));
  return (quantity: string) =>
    runs.map(({ gamma, rows }): [number, number] => {
      const row = rows.find(
        (one) => one['engine'] === engine && one['reference'] === reference && one['quantity'] === quantity,
      );
      return [gamma, Number(row!['error_rel'])];
    });
}

for (const gamma of [0.3, 0.1]) {
  test(`γ = ${gamma}: the estimate is d/dθ of E_γ at rest with outputs held less E_γ at rest`, (t) => {
    const bench = benchOf(spec(gamma));
    const problem = problemOf(bench);
    const { gradient } = processOf(bench.contestants[0].engine, {
      ...problem,
      second: { ...problem.second, step: 1 },
    }).estimate;
    const difference = (theta: Problem['theta']) => {
      const system = bench.dynamics.bind(theta, bench.x);
      const free = settle(freeField(system), problem.free, problem.first).state;
      const held = free.clone();
      problem.cost.clamp!(held, 1);
      const clamped = settle(clampedField(system), held, problem.first).state;
      const [rest, there] = [system.energy!.value(free).slice(), system.energy!.value(clamped)];
      return Float64Array.of(there.reduce((sum, e, i) => sum + e - rest[i], 0) / bench.x.rows);
    };
    const random = randomStream(1, 'direction');
    for (let i = 0; i < 3; i++) {
      const direction = bench.theta.like();
      for (let k = 0; k < direction.data.length; k++) direction.data[k] = random.normal();
      const [slope] = directional(difference, bench.theta, direction);
      const along = dot(gradient.data, direction.data);
      t.true(Math.abs(slope - along) < 1e-7 * norm2(gradient.data) * norm2(direction.data), `${slope} ${along}`);
    }
  });
}

/** Small enough for the first order, large enough for round-off. */
const small = [0.01, 0.003, 0.001];

for (const activation of [linearOutput, 'sigmoid']) {
  test(`${activation}: as γ → 0 it is backpropagation without the slope of the outputs, in the order of γ`, (t) => {
    const gap = gaps('chl', 'dropped', small, activation);
    for (const quantity of ['params', 'params.W1', 'params.W2', 'params.W3']) {
      const slope = logLogSlope(gap(quantity));
      t.true(Math.abs(slope - 1) < 0.06, `${quantity}: slope ${slope}`);
    }
  });

  test(`${activation}: as γ → 0 the gradient of the recurrent network is backpropagation's, in the order of γ`, (t) => {
    const slope = logLogSlope(gaps('rbp', 'kept', small, activation)('params'));
    t.true(Math.abs(slope - 1) < 0.03, `slope ${slope}`);
  });
}

test('without the slope the error is not that of J: outputs that bend keep them apart', (t) => {
  const [[, gap]] = gaps('chl', 'kept', [0.001], 'sigmoid')('params');
  t.true(gap > 0.5, `${gap}`);
});

test('round-off of the difference leaves some 1e-16/γ² of the first of three layers', (t) => {
  for (const [gamma, gap] of gaps('chl', 'dropped', [1e-6, 1e-7])('params.W1')) {
    const floor = gap * gamma ** 2;
    t.true(floor > 1e-17 && floor < 3e-15, `${gap} at ${gamma}`);
  }
});
