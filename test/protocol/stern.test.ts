/** The experiment stern-2021, its first updates by Kirchhoff's law alone. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { graphOf } from '../../src/model/graph/graph.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { benchOf, runSpec } from '../_support/bench.js';
import { root } from '../_support/cli.js';
import { kirchhoff } from '../_support/kirchhoff.js';

const UPDATES = 20;
const { seeds, figures, ...spec } = parse(readFileSync(join(root, 'experiments/stern-2021.yaml'), 'utf8'));
const given = { ...spec, protocol: { ...spec.protocol, epochs: UPDATES }, assert: [] };
const { nodes, edges, sources, targets } = graphOf({ fixed: [], ...spec.network });
const [coupled, gradient] = spec.engines;

test('every engine learns at its own rate, by the steps of its paper', (t) => {
  const { theta, x, y } = benchOf(given);
  const potentials = (k: Numbers, i: number, held: readonly (readonly [number, number])[] = []) =>
    kirchhoff(k, edges, new Map([...sources.map((node, j) => [node, x.row(i)[j]] as const), ...held]), nodes);
  const examples = Array.from({ length: x.rows }, (_, i) => i);
  const mean = (value: (i: number) => number) => examples.reduce((sum, i) => sum + value(i), 0) / x.rows;
  const error = (k: Numbers, i: number) => {
    const free = potentials(k, i);
    return targets.map((node, j) => free[node] - y.row(i)[j]);
  };
  const cost = (k: Numbers) => mean((i) => error(k, i).reduce((sum, e) => sum + (e * e) / 2, 0));

  const rules: Record<string, (k: Numbers) => Numbers> = {
    coupled(k) {
      const states = examples.map((i) => {
        const free = potentials(k, i);
        const held = targets.map((node, j) => [node, free[node] + coupled.eta * (y.row(i)[j] - free[node])] as const);
        return [free, potentials(k, i, held)];
      });
      const power = ([a, b]: readonly [number, number], p: readonly number[]) => (p[a] - p[b]) ** 2 / 2;
      return k.map((_, e) =>
        mean((i) => (power(edges[e], states[i][1]) - power(edges[e], states[i][0])) / coupled.eta),
      );
    },
    gradient: (k) =>
      k.map((value, e) => {
        const [up, down] = [1e-5, -1e-5].map((h) => cost(k.with(e, value + h)));
        return (up - down) / 2e-5;
      }),
  };
  const { rows } = runSpec(given);
  for (const [id, rate] of [
    ['coupled', spec.protocol.optimizer.rates],
    ['gradient', gradient.rate],
  ] as const) {
    let k = theta.get('k').data.slice();
    for (const row of rows['train'].filter(({ engine }) => engine === id)) {
      t.true(Math.abs(Number(row['cost']) / cost(k) - 1) < 1e-8, `${id}, iteration ${row['iteration']}`);
      const step = rules[id](k);
      k = k.map((value, e) => Math.max(value - rate * step[e], 1e-6));
    }
  }
});
