/** Attention in a network that settles: a constant pull on the selected unit leaves tags, and reward makes gradients of them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Problem } from '../../src/engine/engine.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import type { BoundCost, State } from '../../src/model/types.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { engineOf } from '../../src/plan/parts.js';
import { benchOf, problemOf, processOf } from '../_support/bench.js';
import { root } from '../_support/cli.js';
import { distance } from '../_support/numbers.js';

interface Oracle {
  readonly network: object;
  readonly parameters: object;
  readonly data: { readonly x: number[][]; readonly selected: number[]; readonly reward: number[] };
  readonly expected: {
    readonly tag: Record<string, number[][] | number[]>[];
    readonly tag_by_nudge: Record<string, Record<string, number[][] | number[]>[]>;
    readonly gradient_of_half_delta_squared: Record<string, number[][] | number[]>;
  };
}

const oracle = JSON.parse(readFileSync(join(root, 'test/golden/agents/attention.json'), 'utf8')) as Oracle;
const { x, selected, reward } = oracle.data;
const bench = (data: object) =>
  benchOf({
    network: { ...oracle.network, init: 'zeros', parameters: undefined },
    protocol: 'gradient',
    data: { name: 'inline', ...data },
    cost: 'reward',
    reference: 'exact',
    free: { step: 0.2, tolerance: 1e-15, max_steps: 50000 },
  });

/** The oracle's network at rest, with the cost of these data. */
function problem(data: object): Problem {
  const made = bench(data);
  for (const [name, block] of made.theta.entries()) block.data.set(flat({ [name]: at(oracle.parameters, name) }));
  return problemOf(made);
}

const at = (tensors: object, name: string) => (tensors as Record<string, number[][] | number[]>)[name];
const flat = (tensors: Record<string, number[][] | number[]>): number[] => Object.values(tensors).flat(2);
const mean = (all: readonly number[][]): number[] =>
  all[0].map((_, i) => all.reduce((s, one) => s + one[i], 0) / all.length);

/** C = o_a: its gradient pulls unit a of each example, whatever the state. */
function pull(actions: readonly number[]): BoundCost {
  return {
    value: (s) => Float64Array.from(actions, (a, i) => s.get('s2').row(i)[a]),
    addGradState(_: State, weight, out) {
      const k = out.shapes.findIndex(({ name }) => name === 's2');
      for (const [i, a] of actions.entries()) {
        out.parts[0][k].row(i)[a] += weight.re;
        if (out.parts[1]) out.parts[1][k].row(i)[a] += weight.im;
      }
    },
  };
}

const direct = engineOf({ name: 'rbp', method: 'direct' });
const gradient = (given: Problem, engine = direct) => processOf(engine, given).estimate.gradient.data.slice();

/** EP's estimate at rest under the pull, at β. */
function nudged(given: Problem, nudging: string, beta: number): Numbers {
  const engine = engineOf({ name: 'ep', nudging, beta, rule: 'energy' } as never);
  const second = { ...given.second, step: 0.2, steps: 600 };
  return gradient({ ...given, second }, engine);
}

test('7c: the tag is do_a/dθ, and what a constant pull on the selected unit leaves, order β¹ one-sided, β² centred', (t) => {
  const pulled = { ...problem({ x, selected, reward }), cost: pull(selected) };
  const tag = gradient(pulled);
  t.true(distance(tag, mean(oracle.expected.tag.map(flat))) <= 1e-9);
  for (const [beta, tags] of Object.entries(oracle.expected.tag_by_nudge)) {
    t.true(distance(nudged(pulled, 'one-sided', Number(beta)), mean(tags.map(flat))) <= 1e-9, beta);
  }
  for (const [nudging, order] of [
    ['one-sided', 1],
    ['centered', 2],
  ] as const) {
    const points = [0.03, 0.1, 0.3].map((beta) => [beta, distance(nudged(pulled, nudging, beta), tag)] as const);
    const slope = logLogSlope(points);
    t.true(Math.abs(slope - order) < 0.1, `${nudging}: ${slope}`);
  }
});

test('7c: −δ · tag is the gradient of ½(r − o_a)²: reward may wait', (t) => {
  const given = problem({ x, selected, reward });
  t.true(distance(gradient(given), flat(oracle.expected.gradient_of_half_delta_squared)) <= 1e-9);
  const o = given.free.get('s2');
  const ofEach = selected.map((a, i) => {
    const one = problem({ x: [x[i]], selected: [a], reward: [reward[i]] });
    const tag = gradient({ ...one, cost: pull([a]) });
    return Array.from(tag, (value) => -(reward[i] - o.row(i)[a]) * value);
  });
  t.true(distance(gradient(given), mean(ofEach)) <= 1e-13);
});

test('7d: the mean over actions drawn from p(o) is RBP with the error p ∘ (o − r)', (t) => {
  const paid = [0.3, -0.2, 0.9];
  const given = problem({ x: [x[0]], y: [paid] });
  const o = given.free.get('s2').row(0);
  const odds = Array.from(o, Math.exp);
  const p = odds.map((each) => each / odds.reduce((a, b) => a + b));
  const ofEach = paid.map((r, a) => gradient(problem({ x: [x[0]], selected: [a], reward: [r] })));
  const average = Array.from(ofEach[0], (_, i) => p.reduce((sum, share, a) => sum + share * ofEach[a][i], 0));
  const error: BoundCost = {
    value: () => new Float64Array(1),
    addGradState(_, weight, out) {
      const row = out.get('s2').row(0);
      for (let a = 0; a < row.length; a++) row[a] += weight.re * p[a] * (o[a] - paid[a]);
    },
  };
  t.true(distance(gradient({ ...given, cost: error }), average) <= 1e-13);
});

test('7d: actions are drawn from p(o) at rest, by the seeded stream', (t) => {
  const many = 3000;
  const paid = [0.3, -0.2, 0.9];
  const given = problem({ x: Array(many).fill(x[0]), y: Array(many).fill(paid) });
  const o = given.free.get('s2').row(0);
  const odds = Array.from(o, Math.exp);
  const total = odds.reduce((a, b) => a + b);
  const costs = given.cost.value(given.free);
  for (const [a, r] of paid.entries()) {
    const share = costs.filter((cost) => Math.abs(cost - (r - o[a]) ** 2 / 2) < 1e-12).length / many;
    const expected = odds[a] / total;
    t.true(Math.abs(share - expected) < 4 * Math.sqrt((expected * (1 - expected)) / many), `${a}: ${share}`);
  }
  const again = problem({ x: Array(many).fill(x[0]), y: Array(many).fill(paid) });
  t.deepEqual(again.cost.value(again.free), costs);
});
