/** Outputs that are held: what coupled learning tends to as η → 0, and what it is at η = 1 (NEIGHBOURS: law 6b). */

import test from 'ava';
import { type Problem, settled } from '../../src/engine/engine.js';
import { equilibriumPropagation } from '../../src/engine/ep.js';
import { agnostic } from '../../src/engine/nudging/agnostic.js';
import { direct } from '../../src/engine/rbp/direct.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { math } from '../../src/numerics/matrix.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { engineOf } from '../../src/plan/parts.js';
import { benchOf, problemOf, processOf } from '../_support/bench.js';
import { dynamicsOf, everyNetwork, isSmooth, type Network, title } from '../_support/networks.js';
import { distance } from '../_support/numbers.js';

const coupled = (nudging: string, eta: number) => engineOf({ name: 'coupled-learning', nudging, eta });

/** Held by a symmetric H; a map would be held inside its activation. */
const networks = everyNetwork.filter((network) => {
  const { agreement, time, offers } = dynamicsOf(network);
  return agreement === 'process' && time === 'continuous' && offers.includes('energy') && isSmooth(network);
});

for (const network of networks) {
  test(`${title(network)}: coupled learning tends to RBP for the error of held outputs, in the order of η`, (t) => {
    const problem = problemOf(benchOf({ network, second: { step: 0.2, steps: 2000 } }));
    const limit = processOf(direct('held'), problem).estimate.gradient.data;
    const gap = (nudging: string, eta: number) =>
      distance(processOf(coupled(nudging, eta), problem).estimate.gradient.data, limit);
    for (const [nudging, order] of [
      ['one-sided', 1],
      ['centered', 2],
    ] as const) {
      const gaps = [0.1, 0.05].map((eta): [number, number] => [eta, gap(nudging, eta)]);
      // a quadratic energy has no term of third order in η
      if (gaps[0][1] < 1e-10) t.is(order, 2);
      else t.true(Math.abs(logLogSlope(gaps) - order) < 0.25, `${nudging}: ${JSON.stringify(gaps)}`);
    }
  });

  test(`${title(network)}: centered is the mean of being held towards targets and away from them`, (t) => {
    const problem = problemOf(benchOf({ network }));
    const of = (nudging: string, eta: number) => processOf(coupled(nudging, eta), problem).estimate.gradient.data;
    const [towards, away] = [of('one-sided', 0.1), of('one-sided', -0.1)];
    const mean = Float64Array.from(towards, (value, i) => (value + away[i]) / 2);
    t.true(distance(mean, of('centered', 0.1)) < 1e-12);
  });

  test(`${title(network)}: at η = 1 coupled learning is the nudging agnostic, bit for bit`, (t) => {
    const problem = problemOf(benchOf({ network }));
    const expected = processOf(equilibriumPropagation(agnostic(), 'energy'), problem);
    t.deepEqual(processOf(coupled('one-sided', 1), problem).moments, expected.moments);
  });
}

const graphs: Record<string, (seed: number) => Network> = {
  resistors: (seed) => ({
    energy: 'resistive',
    edges: { name: 'random', nodes: 11, edges: 20, seed },
    sources: [1, 4, 8, 9],
    targets: [0, 6],
  }),
  springs: () => ({
    energy: 'elastic',
    edges: { name: 'triangular', rows: 4, columns: 4 },
    sources: [0],
    fixed: [3, 12, 15],
    targets: [6, 10],
  }),
};

/**
 * K(o − y) in the words of NEIGHBOURS: K = H_oo − H_oh H_hh⁻¹ H_ho of a dense H, and what ∂F/∂θ makes of the state that
 * it moves the network by.
 */
function heldGradient({ system, cost, free }: Problem): Numbers {
  const linear = system.linearise(free);
  const n = free.shapes[0].cols;
  const { from } = system.dynamics.outputs;
  const [unit, image, c, z] = [free.like(), free.like(), free.like(), free.like()];
  cost.addGradState(free, { re: 1, im: 0 }, c);
  for (let example = 0; example < free.shapes[0].rows; example++) {
    const H = Array.from({ length: n }, (_, j) => {
      unit.fill(0).data[example * n + j] = 1;
      linear.apply(unit, image);
      return Array.from(image.data.subarray(example * n, (example + 1) * n), (value) => -value);
    });
    const error = Array.from(c.data.subarray(example * n + from, (example + 1) * n));
    const scope = {
      hh: H.slice(0, from).map((row) => row.slice(0, from)),
      ho: H.slice(0, from).map((row) => row.slice(from)),
      oo: H.slice(from).map((row) => row.slice(from)),
      ...{ H, error, hidden: new Array(from).fill(0) },
    };
    const K = '(oo - transpose(ho) * inv(hh) * ho)';
    const solution = math.evaluate(`inv(H) * concat(hidden, ${K} * error)`, scope) as
      | { toArray(): number[] }
      | number[];
    z.data.set(Array.isArray(solution) ? solution : solution.toArray(), example * n);
  }
  const out = free.of(system.dynamics.parameters);
  linear.gradParams(z, out);
  return out.data;
}

for (const [name, graph] of Object.entries(graphs)) {
  test(`${name} on random graphs and inputs: the limit is that for K(o − y), met at every η where H is constant`, (t) => {
    for (const seed of [1, 2, 3]) {
      const data = { name: 'random', examples: 3 };
      const free = { solver: 'newton-krylov', tolerance: 1e-15, max_steps: 60 };
      const bench = benchOf({ network: graph(seed), seed, data, free });
      const problem = problemOf(bench);
      const limit = heldGradient(problem);
      t.true(distance(processOf(direct('held'), problem).estimate.gradient.data, limit) < 1e-12);
      const gap = (nudging: string, eta: number) =>
        distance(processOf(settled(coupled(nudging, eta), bench.free), problem).estimate.gradient.data, limit);
      const order = (nudging: string) =>
        logLogSlope([0.01, 0.005].map((eta): [number, number] => [eta, gap(nudging, eta)]));
      t.true(Math.abs(order('one-sided') - 1) < 0.05, `${order('one-sided')}`);
      if (!bench.dynamics.isLinear) t.true(Math.abs(order('centered') - 2) < 0.05, `${order('centered')}`);
      else for (const eta of [0.01, 0.3, 1, 5]) t.true(gap('centered', eta) < 1e-12, `${eta}: ${gap('centered', eta)}`);
    }
  });
}
