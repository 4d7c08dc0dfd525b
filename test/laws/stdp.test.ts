/** Weights that follow rates and their changes: what of it is EP, and of EP backpropagation (NEIGHBOURS: laws 5a to 5d). */

import test from 'ava';
import type { Problem } from '../../src/engine/engine.js';
import { direct } from '../../src/engine/rbp/direct.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { engineOf, integratorOf } from '../../src/plan/parts.js';
import { benchOf, type Cells, problemOf, processOf, runSpec } from '../_support/bench.js';
import { distance } from '../_support/numbers.js';

const deep = (activation: string) => ({
  energy: 'hopfield',
  layers: [4, 6, 5, 3],
  activation,
  init: { name: 'glorot-uniform', gain: 1 },
});
const recurrent = {
  energy: 'hopfield',
  units: 7,
  inputs: 3,
  outputs: 2,
  activation: 'tanh',
  init: { name: 'glorot-uniform', gain: 0.6 },
};

const stdp = (pairing: string, beta: number) => engineOf({ name: 'stdp', pairing, beta });
const oneSided = (beta: number) => engineOf({ name: 'ep', nudging: 'one-sided', beta, rule: 'energy' });

interface Pace {
  readonly step?: number;
  readonly steps?: number;
  readonly integrator?: string;
}

const paced = (problem: Problem, { step = 0.1, steps = 60, integrator = 'euler' }: Pace): Problem => ({
  ...problem,
  second: { integrator: integratorOf({ name: integrator }), step, steps },
});

/** The weights of an estimate; of one layer where that is said. */
function weights({ system }: Problem, estimate: Numbers, layer?: number): Numbers {
  let at = 0;
  const kept = system.dynamics.parameters.flatMap((tensor) => {
    const own = estimate.subarray(at, at + tensor.rows * tensor.cols);
    at += own.length;
    return tensor.kind === 'bias' || (layer !== undefined && tensor.layer !== layer) ? [] : Array.from(own);
  });
  return Float64Array.from(kept);
}

const estimateOf = (name: string, beta: number, problem: Problem): Numbers => {
  const engine = name === 'ep' ? oneSided(beta) : stdp(name, beta);
  return weights(problem, processOf(engine, problem).estimate.gradient.data);
};

for (const [name, network] of Object.entries({ deep: deep('sigmoid'), recurrent })) {
  test(`${name}: rates in the middle of the step make EP at every step, whatever β, step and integrator`, (t) => {
    const problem = problemOf(benchOf({ network }));
    for (const [beta, pace] of [
      [0.01, {}],
      [-0.5, { step: 0.4 }],
      [1, { integrator: 'rk4', step: 0.7 }],
      [0.1, { integrator: 'dopri5', step: 0.3 }],
    ] as const) {
      const at = paced(problem, { ...pace, steps: 25 });
      const [ours, theirs] = [stdp('both-mid', beta), oneSided(beta)].map((engine) => processOf(engine, at).moments);
      ours.forEach(({ state, params }, k) => {
        t.deepEqual(state, theirs[k].state);
        t.true(distance(weights(at, params), weights(at, theirs[k].params)) <= 1e-14 / Math.abs(beta), `step ${k}`);
      });
    }
  });

  test(`${name}: rates before the step differ from those in its middle in the order of β and of the step`, (t) => {
    const problem = problemOf(benchOf({ network }));
    const gap = (beta: number, step: number) => {
      const at = paced(problem, { step, steps: Math.round(6 / step) });
      return distance(estimateOf('both-left', beta, at), estimateOf('both-mid', beta, at));
    };
    const over = {
      β: [0.01, 0.03, 0.1].map((beta): [number, number] => [beta, gap(beta, 0.1)]),
      step: [0.025, 0.05, 0.1].map((step): [number, number] => [step, gap(0.05, step)]),
    };
    for (const [what, points] of Object.entries(over))
      t.true(Math.abs(logLogSlope(points) - 1) < 0.05, `${what}: ${JSON.stringify(points)}`);
  });
}

test('one direction alone: exact for the weights from the input with rates, biased for the others and without', (t) => {
  for (const activation of ['tanh', 'sigmoid', 'shifted-sigmoid']) {
    const problem = paced(problemOf(benchOf({ network: deep(activation) })), { step: 0.2, steps: 600 });
    const exact = processOf(direct(), problem).estimate.gradient.data.slice();
    const gap = (pairing: string, beta: number, layer: number) => {
      const estimate = processOf(stdp(pairing, beta), problem).estimate.gradient.data;
      return distance(weights(problem, estimate, layer), weights(problem, exact, layer));
    };
    const points = [1e-2, 1e-3].map((beta): [number, number] => [beta, gap('post-rate', beta, 1)]);
    t.true(Math.abs(logLogSlope(points) - 1) < 0.05, `${activation}: ${JSON.stringify(points)}`);
    for (const layer of [2, 3]) t.true(gap('post-rate', 1e-4, layer) > 0.01, `${activation}, layer ${layer}`);
    for (const layer of [1, 2, 3]) t.true(gap('post', 1e-4, layer) > 0.01, `${activation}, post, layer ${layer}`);
  }
});

test('biases have no estimate', (t) => {
  const problem = problemOf(benchOf({ network: deep('tanh') }));
  for (const pairing of ['post', 'post-rate', 'both-left', 'both-mid']) {
    const { gradient } = processOf(stdp(pairing, 0.1), problem).estimate;
    for (const name of ['b1', 'b2', 'b3']) t.true(gradient.get(name).data.every((value) => value === 0));
  }
});

/** error_rel of S̄ against what it is at first, of one layer. */
function earlyGap(rows: readonly Cells[], layer: number, step: number): number {
  const row = rows.find((one) => one['quantity'] === `state.s${layer}` && one['step'] === step)!;
  return Number(row['error_rel']);
}

for (const activation of ['tanh', 'sigmoid']) {
  test(`${activation}: early S̄ is backpropagation's error: to round-off by Euler, up to O(t) by any integrator`, (t) => {
    const rowsAt = (step: number, integrator: string) =>
      runSpec({
        network: deep(activation),
        second: { step, steps: 4, integrator },
        engines: [{ id: 'rbp', name: 'rbp', method: 'ode' }],
        reference: 'early-error',
      }).rows['equivalence'];
    const euler = rowsAt(0.1, 'euler');
    for (const k of [0, 1, 2]) {
      t.true(earlyGap(euler, 3 - k, k) <= 1e-14, `layer ${3 - k}`);
      t.true(earlyGap(euler, 3 - k, k + 1) > 1e-3);
    }
    for (const k of [0, 1, 2]) {
      const points = [0.0025, 0.005, 0.01].map((step): [number, number] => [
        step,
        earlyGap(rowsAt(step, 'rk4'), 3 - k, 4),
      ]);
      t.true(Math.abs(logLogSlope(points) - 1) < 0.05, `layer ${3 - k}: ${JSON.stringify(points)}`);
    }
  });
}
