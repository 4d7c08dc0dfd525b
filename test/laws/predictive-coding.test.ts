/** Predictive coding (Millidge et al. 2020): when it is backpropagation, and what it is else (NEIGHBOURS: laws 3a to 3d). */

import test from 'ava';
import type { Problem } from '../../src/engine/engine.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { type Matrix, math } from '../../src/numerics/matrix.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { engineOf } from '../../src/plan/parts.js';
import { benchOf, problemOf, processOf, runSpec } from '../_support/bench.js';
import { distance } from '../_support/numbers.js';

const network = (activation: string | string[] = 'tanh') => ({
  energy: 'predictive-coding',
  layers: [5, 7, 6, 4],
  activation,
  init: { name: 'glorot-uniform', gain: 1.5 },
});
const [L, inputs] = [3, { name: 'random', examples: 4 }];
const base = { network: network(), data: inputs, protocol: 'gradient' };

const pc = (mode: string) => engineOf({ name: 'predictive-coding', mode });
const backprop = engineOf({ name: 'backprop', output: 'activation' });
const gradient = (engine: typeof backprop, problem: Problem) =>
  processOf(engine, problem).estimate.gradient.data.slice();
const relative = (a: ArrayLike<number>, b: ArrayLike<number>) => distance(a, b) / Math.max(...Array.from(b, Math.abs));
const paced = (problem: Problem, step: number, steps: number): Problem => ({
  ...problem,
  second: { ...problem.second, step, steps },
});

for (const activation of ['tanh', ['tanh', 'sigmoid', 'linear']]) {
  test(`${activation}: the forward pass is at rest to the last bit, and RBP there is backpropagation`, (t) => {
    for (const cost of ['mse', 'cross-entropy']) {
      const problem = problemOf(benchOf({ ...base, network: network(activation), cost }));
      const force = problem.free.like();
      problem.system.force(problem.free, force);
      t.true(force.data.every((value) => value === 0));
      const direct = engineOf({ name: 'rbp', method: 'direct' });
      t.true(relative(gradient(direct, problem), gradient(backprop, problem)) < 1e-14);
    }
  });

  test(`${activation}: EP tends to backpropagation, in the order of β, centered of β²`, (t) => {
    for (const [nudging, order] of [
      ['one-sided', 1],
      ['centered', 2],
    ] as const) {
      const betas = [3e-2, 1e-2, 3e-3];
      const { rows } = {
        rows: betas.map((beta): [number, number] => {
          const engines = [
            { id: 'ep', name: 'ep', nudging, beta },
            { id: 'mlp', name: 'backprop', output: 'activation' },
          ];
          const second = { solver: 'anderson', tolerance: 1e-15, max_steps: 500 };
          const run = runSpec({ ...base, network: network(activation), second, engines, reference: 'mlp' });
          const row = run.rows['gradient'].find(({ quantity }) => quantity === 'params')!;
          return [beta, Number(row['error_rel'])];
        }),
      };
      t.true(Math.abs(logLogSlope(rows) - order) < 0.1, `${nudging}: ${JSON.stringify(rows)}`);
    }
  });
}

test('fixed predictions are backpropagation after L − 1 steps of size 1, to round-off', (t) => {
  const problem = problemOf(benchOf(base));
  const truth = gradient(backprop, problem);
  const { moments } = processOf(pc('fixed-predictions'), paced(problem, 1, L + 2));
  for (const { step, params } of moments) {
    const gap = relative(params, truth);
    t.true(step < L - 1 ? gap > 1e-3 : gap < 1e-15, `step ${step}: ${gap}`);
  }
});

test('by steps of size h what is left of a layer falls as (1 − h)^t t^(L − 2), by a solver to nothing', (t) => {
  const problem = problemOf(benchOf(base));
  const truth = gradient(backprop, problem);
  const h = 0.2;
  const { moments } = processOf(pc('fixed-predictions'), paced(problem, h, 100));
  const left = [40, 60, 80, 100].map(
    (step) => distance(moments[step].params, truth) / ((1 - h) ** step * step ** (L - 2)),
  );
  for (const share of left) t.true(share > left[3] / 1.5 && share < left[3] * 1.5, `${left}`);
  const second = { solver: 'anderson', tolerance: 1e-15, max_steps: 100 };
  const engines = [
    { name: 'predictive-coding', mode: 'fixed-predictions' },
    { id: 'mlp', name: 'backprop', output: 'activation' },
  ];
  const { rows } = runSpec({ ...base, second, engines, reference: 'mlp' });
  t.true(Number(rows['gradient'][0]['error_rel']) < 1e-13);
});

test('step-one is backpropagation; read a step late it is not', (t) => {
  const problem = problemOf(benchOf(base));
  const truth = gradient(backprop, problem);
  const { moments } = processOf(pc('step-one'), paced(problem, 1, L + 1));
  t.true(relative(moments[L - 1].params, truth) < 1e-15);
  t.deepEqual(moments[L + 1].params, moments[L - 1].params, 'what has been read stays');
  const remarks = (steps: number) => processOf(pc('step-one'), paced(problem, 1, steps)).estimate.remarks;
  t.like(remarks(L - 2), [{ symptom: 'errors-on-their-way', steps: L - 2, arrived: L - 1 }]);
  t.deepEqual(remarks(L - 1), []);
  // the same steps without the reading
  const { moments: late } = processOf(pc('clamped'), paced(problem, 1, L));
  const { shapes } = problem.system;
  let from = 0;
  for (const [block, { rows, cols }] of shapes.entries()) {
    const cells = (state: Numbers) => state.subarray(from, from + rows * cols);
    const delta = cells(moments[L - 1].state);
    const arrival = L - 1 - block;
    t.true(relative(cells(late[arrival].state), delta) < 1e-15, `layer ${block + 1} when its error arrives`);
    t.true(relative(cells(late[arrival + 1].state), delta) > 0.01, `layer ${block + 1} a step late`);
    from += rows * cols;
  }
});

test('clamped is agnostic EP, and for small errors backpropagation of K(o − y), K = (Σ_l J_l J_lᵀ)⁻¹: not of o − y', (t) => {
  const problem = problemOf(benchOf(base));
  const long = paced(problem, 0.1, 3000);
  const agnostic = engineOf({ name: 'ep', nudging: 'agnostic', rule: 'energy' });
  const found = gradient(pc('clamped'), long);
  t.true(relative(found, gradient(agnostic, long)) < 1e-13);

  const limit = gradient(engineOf({ name: 'rbp', method: 'direct', error: 'held' }), problem);
  const shares = [0.1, 0.03, 0.01].map((eta): [number, number] => {
    const engine = engineOf({ name: 'coupled-learning', nudging: 'one-sided', eta });
    return [eta, relative(gradient(engine, long), limit)];
  });
  t.true(Math.abs(logLogSlope(shares) - 1) < 0.05, `${JSON.stringify(shares)}`);
  t.true(relative(limit, gradient(backprop, problem)) > 0.1);
  t.true(distance(limit, heldErrors(problem)) < 1e-14);
});

/** Backpropagation of K(o − y), K from products of J_l = ∂o/∂s_l, example by example: plain mathjs. */
function heldErrors(problem: Problem): Numbers {
  const { system, theta, x, free } = problem;
  const sizes = system.shapes.map(({ cols }) => cols);
  const error = free.like();
  problem.cost.addGradState(free, { re: 1, im: 0 }, error);
  const [h, c] = [free.parts[0], error.parts[0].at(-1)!];
  const turned = error.like();
  for (let i = 0; i < x.rows; i++) {
    let J = math.identity(sizes.at(-1)!) as unknown as number[][];
    let sum = math.identity(sizes.at(-1)!);
    for (let l = sizes.length - 1; l > 0; l--) {
      const slope = Array.from(h[l].row(i), (s) => 1 - s * s);
      const step = math.multiply(math.diag(slope), math.transpose(theta.get(`W${l + 1}`).clone() as never));
      J = math.multiply(J, step) as never;
      sum = math.add(sum, math.multiply(J, math.transpose(J))) as never;
    }
    const o = math.lusolve(sum as never, Array.from(c.row(i)) as never) as unknown as { toArray?(): number[][] };
    turned.parts[0]
      .at(-1)!
      .row(i)
      .set((o.toArray?.() ?? (o as unknown as number[][])).flat());
  }
  const out = theta.like();
  system.dynamics.feedForward!(theta, x as Matrix, free, 'activation').back(turned, out, 'kept');
  return out.data;
}
