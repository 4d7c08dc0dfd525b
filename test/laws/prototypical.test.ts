/** Prototypical dynamics: the map itself, and what the placement of the nudge does to EP's processes and end points. */

import test from 'ava';
import type { Problem } from '../../src/engine/engine.js';
import { equilibriumPropagation } from '../../src/engine/ep.js';
import { exact } from '../../src/engine/nudging/exact.js';
import { direct } from '../../src/engine/rbp/direct.js';
import { ode } from '../../src/engine/rbp/ode.js';
import { activations } from '../../src/numerics/activation.js';
import type { ActivationName } from '../../src/numerics/activation-formulas.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { math } from '../../src/numerics/matrix.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { randomStream } from '../../src/numerics/random.js';
import type { Bench } from '../../src/protocol/protocol.js';
import { nudgedField } from '../../src/solver/field.js';
import { benchOf, problemOf, processOf, runSpec } from '../_support/bench.js';
import { distance } from '../_support/numbers.js';

const placements = ['inside', 'outside'] as const;

const spec = (nudge: string, activation: string, seed = 1) => ({
  network: {
    energy: 'prototypical',
    layers: [4, 6, 2],
    activation,
    nudge,
    // softplus has no fixed point with larger weights
    init: { name: 'glorot-uniform', gain: activation === 'softplus' ? 0.5 : 1 },
  },
  data: { name: 'random', examples: 3 },
  seed,
  second: { steps: 400 },
});

/** a = ∂Φ/∂s of both layers by mathjs. */
function preactivations({ theta, x }: Bench, s: Blocks): Blocks {
  const scope = {
    ...Object.fromEntries(theta.entries()),
    ...Object.fromEntries(s.entries()),
    x,
    rows: math.ones(x.rows, 1),
  };
  const a = s.like();
  ['x * W1 + s2 * transpose(W2) + rows * b1', 's1 * W2 + rows * b2'].forEach((formula, k) => {
    a.parts[0][k].data.set((math.evaluate(formula, scope) as { toArray(): number[][] }).toArray().flat());
  });
  return a;
}

/** ρ(a) and ρ'(a) at those a. */
function activated(activation: string, a: Blocks): { r: Blocks; slope: Blocks } {
  const [r, slope] = [a.like(), a.like()];
  activations[activation as ActivationName].evaluate(a, r, slope);
  return { r, slope };
}

const plus = (a: Numbers, b: Numbers, factor = 1) => a.map((value, i) => value + factor * b[i]);

for (const placement of placements) {
  test(`${placement}: a step is the formula of the paper, and a sweep takes it layer by layer`, (t) => {
    const bench = benchOf(spec(placement, 'shifted-sigmoid'));
    const random = randomStream(3, 'state');
    for (const blocks of [bench.theta.get('b1'), bench.theta.get('b2')])
      for (let i = 0; i < blocks.data.length; i++) blocks.data[i] = random.normal();
    const system = bench.dynamics.bind(bench.theta, bench.x);
    const cost = bench.cost.bind(bench.y, bench.dynamics.outputs);
    const s = Blocks.real(system.shapes);
    for (let i = 0; i < s.data.length; i++) s.data[i] = random.uniform();
    const [c, F] = [s.like(), s.like()];
    cost.addGradState(s, { re: 1, im: 0 }, c);
    const beta = 0.3;
    nudgedField(system, cost, { re: beta, im: 0 })(s, F);

    const a = preactivations(bench, s);
    const inner = a.clone();
    inner.data.set(plus(a.data, c.data, -beta));
    const next = s.like();
    next.data.set(
      placement === 'inside'
        ? activated('shifted-sigmoid', inner).r.data
        : plus(activated('shifted-sigmoid', a).r.data, c.data, -beta),
    );
    t.true(distance(plus(s.data, F.data), next.data) < 1e-14);

    for (const [group, [block]] of system.response!.groups.entries()) {
      const [moved, expected] = [s.clone(), s.clone()];
      system.response!.move(moved, group, moved, (at, into) => cost.addGradState(at, { re: -beta, im: 0 }, into));
      expected.parts[0][block].data.set(next.parts[0][block].data);
      t.true(distance(moved.data, expected.data) < 1e-14);
    }
  });
}

test('a damped free phase ends where the map itself does, later', (t) => {
  const ends = [1, 0.3].map((step) => {
    const free = { step, tolerance: 1e-14, max_steps: 20000 };
    const { outcome, rows } = runSpec({ ...spec('inside', 'tanh'), free, record: { free_state: true } });
    return { steps: outcome.free.steps, state: rows['free_state'].map((row) => Number(row['value'])) };
  });
  t.true(distance(ends[1].state, ends[0].state) < 1e-12);
  t.true(ends[1].steps > ends[0].steps);
});

test('a recurrent network cannot be taken layer by layer', (t) => {
  const bench = benchOf({ network: { energy: 'prototypical', units: 5, inputs: 2, outputs: 2, activation: 'tanh' } });
  t.is(bench.dynamics.bind(bench.theta, bench.x).response, undefined);
});

for (const activation of ['sigmoid', 'tanh', 'shifted-sigmoid', 'softplus', 'hard-sigmoid']) {
  test(`${activation}, inside: S̃_t = −ρ'(a) ∘ S̄_t and Θ̃_t = Θ̄_t at every step`, (t) => {
    const bench = benchOf({ ...spec('inside', activation, 2), second: { steps: 12 } });
    const problem = problemOf(bench);
    const { slope } = activated(activation, preactivations(bench, problem.free));
    const ep = processOf(equilibriumPropagation(exact(), 'energy'), problem).moments;
    const rbp = processOf(ode(), problem).moments;
    const size = Math.max(...rbp[0].state.map(Math.abs));
    const params = Math.max(...rbp.at(-1)!.params.map(Math.abs));
    rbp.forEach((moment, step) => {
      const gap = moment.state.map((value, i) => Math.abs(slope.data[i] * value - ep[step].state[i]));
      t.true(Math.max(...gap) <= 1e-12 * size, `state at step ${step}: ${Math.max(...gap)}`);
      const off = moment.params.map((value, i) => Math.abs(value - ep[step].params[i]));
      t.true(Math.max(...off) <= 1e-12 * params, `params at step ${step}: ${Math.max(...off)}`);
    });
  });
}

/** The problem with the error of the outputs divided by ρ'(a): what a nudge outside ρ amounts to. */
function withErrorOverSlope(problem: Problem, slope: Blocks): Problem {
  const { cost } = problem;
  return {
    ...problem,
    cost: {
      ...cost,
      addGradState(s, weight, out) {
        const c = s.like();
        cost.addGradState(s, weight, c);
        for (let i = 0; i < out.data.length; i++) out.data[i] += c.data[i] / slope.data[i];
      },
    },
  };
}

for (const [activation, seed] of [
  ['shifted-sigmoid', 2],
  ['shifted-sigmoid', 3],
  ['tanh', 2],
  ['tanh', 3],
] as const) {
  test(`${activation}, seed ${seed}: EP ends at dJ/dθ nudged inside; outside, at the gradient of an error over ρ'(a)`, (t) => {
    const end = (nudge: string) => {
      const { rows } = runSpec({
        ...spec(nudge, activation, seed),
        protocol: 'gradient',
        engines: [
          { id: 'energy', name: 'ep', nudging: 'exact' },
          { id: 'vector-field', name: 'ep', nudging: 'exact', rule: 'vector-field' },
        ],
        reference: ['exact', 'finite-difference'],
      });
      return (engine: string, reference: string) =>
        rows['gradient'].find(
          (row) => row['engine'] === engine && row['reference'] === reference && row['quantity'] === 'params',
        )!;
    };
    const [inside, outside] = [end('inside'), end('outside')];
    t.true(Number(inside('energy', 'exact')['error_rel']) < 1e-12);
    t.true(Number(inside('energy', 'finite-difference')['error_rel']) < 1e-7);
    // the rule that needs no energy supposes a symmetric J
    for (const biased of [
      outside('energy', 'exact'),
      inside('vector-field', 'exact'),
      outside('vector-field', 'exact'),
    ]) {
      t.true(Number(biased['cosine']) < 0.9999);
    }

    const bench = benchOf(spec('outside', activation, seed));
    const problem = problemOf(bench);
    const { slope } = activated(activation, preactivations(bench, problem.free));
    const ep = processOf(equilibriumPropagation(exact(), 'energy'), problem).estimate;
    const solved = processOf(direct(), withErrorOverSlope(problem, slope)).estimate;
    t.true(distance(ep.gradient.data, solved.gradient.data) < 1e-11);
  });
}
