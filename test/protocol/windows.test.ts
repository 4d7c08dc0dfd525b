/** Max pooling in runs: what they say where a window chooses otherwise, under a nudge or for ever. */
import test from 'ava';
import { benchOf, problemOf, runSpec } from '../_support/bench.js';
import { distance } from '../_support/numbers.js';
import { trained } from '../_support/train.js';

const max = (channels: number) => ({ channels, kernel: 3, padding: 1, pool: { kind: 'max', size: 2 } });

const network = {
  energy: 'hopfield',
  layers: [[1, 8, 8], max(4), max(8), 10],
  activation: 'shifted-sigmoid',
  init: { name: 'glorot-uniform', gain: 0.8 },
};
const digits = { name: 'digits-synthetic', side: 8, examples: 4 };

const remarksOf = (beta: number) =>
  runSpec({
    network,
    data: digits,
    free: { solver: 'even-odd', tolerance: 1e-13, max_steps: 2000 },
    second: { step: 0.2, steps: 30 },
    protocol: 'gradient',
    engines: [{ id: 'ep', name: 'ep', nudging: 'one-sided', beta }],
    reference: 'finite-difference',
    finite_difference: { directions: 1 },
  }).outcome.warnings.filter((warning) => /windows? of max pooling/.test(warning));

test('a nudge that makes windows choose otherwise is told of, with their number and what to do; a small one makes none', (t) => {
  t.deepEqual(remarksOf(1e-4), []);
  const [warning] = [-3, 5].flatMap(remarksOf);
  t.regex(
    warning,
    /^engine 'ep': [1-9]\d* of 128 windows of max pooling let another entry through at β = \S+ than at s⁰; /,
  );
  t.regex(warning, /reduce its beta \(now \S+\), or use pool: \{kind: average\}/);
});

test('windows that go round in a circle are a status with advice, and none where they rest', (t) => {
  const cycling = {
    ...network,
    layers: [[1, 4, 4], max(2), max(2), 2],
    activation: 'tanh',
    init: { name: 'glorot-uniform', gain: 1.5 },
  };
  const free = { solver: 'euler', step: 0.2, tolerance: 1e-12, max_steps: 300 };
  const ends = [1, 2, 3].map((seed) => {
    const { outcome } = runSpec({
      network: cycling,
      seed,
      free,
      protocol: 'relaxation',
      engines: undefined,
      reference: undefined,
    });
    return {
      status: outcome.free.status,
      warning: outcome.warnings.find((text) => text.startsWith('free phase')) ?? '',
    };
  });
  const circling = ends.filter(({ warning }) =>
    /for \d+ of \d+ windows of max pooling choose now one entry, now another/.test(warning),
  );
  t.true(circling.length > 0, JSON.stringify(ends));
  t.true(circling.every(({ status }) => status === 'max-steps'));
  t.true(
    circling.every(({ warning }) => /use pool: \{kind: average\}, .* as shifted-sigmoid \(now tanh\)/.test(warning)),
  );
  t.true(ends.every(({ status, warning }) => status !== 'converged' || warning === ''));
});

test('a training whose windows go round in a circle says that, and one that is cut short asks for more steps', (t) => {
  const train = (activation: string, maxSteps: number) => {
    const { outcome } = trained({
      network: {
        ...network,
        layers: [[1, 8, 8], max(4), max(8), 10],
        activation,
        init: { name: 'glorot-uniform', gain: 1 },
      },
      seed: 3,
      data: { ...digits, examples: 10 },
      protocol: { name: 'train', epochs: 1, batch: 5, optimizer: { name: 'sgd', rates: 1e-6 }, chance_epochs: 1 },
      free: { solver: 'euler', step: 0.2, tolerance: 1e-6, max_steps: maxSteps },
      second: { step: 0.2, steps: 3 },
      engines: [{ id: 'rbp', name: 'rbp', method: 'ode' }],
    });
    const [unsettled = '', stuck = ''] = outcome.warnings.filter((text) => /not at rest|at rest, with/.test(text));
    return { status: outcome.status, unsettled, stuck };
  };
  const chooses =
    /for \d+ of 128 windows of max pooling choose now one entry, now another, .*use pool: \{kind: average\}/;
  const cycling = train('tanh', 150);
  t.is(cycling.status, 'max-steps');
  t.regex(cycling.unsettled, /^engine 'rbp': 2 of 2 free phases \(100 %\) ended before they were at rest/);
  for (const text of [cycling.unsettled, cycling.stuck]) {
    t.regex(text, chooses);
    t.notRegex(text, /max_steps/);
  }
  const short = train('shifted-sigmoid', 40);
  t.is(short.status, 'max-steps');
  t.regex(short.unsettled, /at rest, with residuals up to \S+: raise free\.max_steps \(now 40\)/);
});

test('∂E/∂θ changes by what another choice adds: an energy on both sides of a kink', (t) => {
  const { system, theta, x } = problemOf(benchOf({ network: network }));
  const [a, b] = [3, -2].map((sign) => {
    const s = theta.of(system.shapes);
    for (let i = 0; i < s.data.length; i++) s.data[i] = Math.sin(sign * (i + 1) ** 2);
    return s;
  });
  t.true(system.switches!.between(a, b) > 0);
  t.is(system.switches!.between(a, a), 0);
  const change = theta.like();
  system.energy!.addGradChange([{ s: a, weight: { re: 1, im: 0 } }], b, change);
  const h = 1e-6;
  const differences = Array.from(theta.data, (value, i) => {
    const at = (moved: number) => {
      const other = theta.clone();
      other.data[i] = moved;
      const { value: energy } = system.dynamics.bind(other, x).energy!;
      const [here, there] = [energy(a), energy(b)].map((all) => all.reduce((sum, e) => sum + e, 0) / all.length);
      return here - there;
    };
    return (at(value + h) - at(value - h)) / (2 * h);
  });
  t.true(distance(change.data, differences) <= 1e-7);
});
