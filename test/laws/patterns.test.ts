/** Patterns as fixed points: what is exact, what it converges to, and when it is stable (NEIGHBOURS: laws 2a to 2c). */
import test from 'ava';
import { eigenpairs } from '../../src/numerics/decompositions.js';
import { Matrix, math } from '../../src/numerics/matrix.js';
import { engineOf, protocolOf } from '../../src/plan/parts.js';
import type { Protocol } from '../../src/protocol/protocol.js';
import { benchOf, drain, problemOf, processOf, runSpec, specOf } from '../_support/bench.js';
import { distance } from '../_support/numbers.js';
import { oracle } from '../_support/oracles.js';

const field = (units: number, init: unknown) => ({
  energy: 'vector-field',
  units,
  inputs: 0,
  outputs: units,
  activation: 'tanh',
  init,
});

const stored = (units: number, init: unknown, data: object, more: object = {}) =>
  benchOf({
    network: field(units, init),
    data: { name: 'patterns', ...data },
    protocol: { name: 'recall', flipped: 0 },
    engines: [],
    reference: [],
    ...more,
  });

const recalled = (units: number, init: unknown, data: object, protocol: object) =>
  runSpec({
    network: field(units, init),
    data: { name: 'patterns', ...data },
    protocol: { name: 'recall', ...protocol },
    engines: [],
    reference: [],
  });

const varied = (patterns: number, units: number, seed = 0) =>
  Array.from({ length: patterns }, (_, i) =>
    Array.from({ length: units }, (_, j) => 2 * Math.sin(1 + 3.7 * i * i + 2.3 * j + 1.7 * i * j + seed)),
  );

test('pseudo-inverse: independent patterns are fixed points to round-off, dependent ones are said', (t) => {
  for (const patterns of [varied(5, 9), oracle('patterns-binary').data.patterns as number[][]]) {
    const { rows, outcome } = recalled(patterns[0].length, 'pseudo-inverse', { patterns }, { flipped: 0, steps: 0 });
    t.true(Number(rows['recall'][0]['pattern_residual']) <= 2e-14);
    t.deepEqual(outcome.warnings, []);
  }
  // three patterns of ±1.5 whose sum is a fourth: their rates are dependent alike
  const [a, b, c] = [
    [1.5, 1.5, -1.5, 1.5],
    [1.5, -1.5, 1.5, 1.5],
    [1.5, 1.5, 1.5, -1.5],
  ];
  const sum = [1, -2, 0.5, 1.5].map((_, i) => Math.atanh((Math.tanh(a[i]) + Math.tanh(b[i]) + Math.tanh(c[i])) / 3));
  const { rows, outcome } = recalled(4, 'pseudo-inverse', { patterns: [a, b, c, sum] }, { flipped: 0, steps: 0 });
  t.true(Number(rows['recall'][0]['pattern_residual']) > 0.01);
  t.regex(outcome.warnings.join(), /not every pattern is a fixed point: .* of 4 patterns 3 being linearly independent/);
});

test('hebb: exact where patterns are orthogonal, and what is left is said elsewhere', (t) => {
  const orthogonal = [
    [1, 1, 1, 1],
    [1, -1, 1, -1],
    [1, 1, -1, -1],
  ].map((row) => row.map((sign) => 0.8 * sign));
  const exact = recalled(4, 'hebb', { patterns: orthogonal }, { flipped: 0, steps: 0 });
  t.true(Number(exact.rows['recall'][0]['pattern_residual']) <= 1e-15);
  t.deepEqual(exact.outcome.warnings, []);
  const { outcome } = recalled(8, 'hebb', { count: 5 }, { flipped: 0, steps: 0 });
  t.regex(
    outcome.warnings.join(),
    /init hebb: not every pattern is a fixed point: ‖F‖ = \S+ at the worst.*pseudo-inverse/,
  );
});

test('the oracle: pseudo-inverse, and the delta rule after 1, 10 and 50 steps', (t) => {
  const { data, settings, expected } = oracle('patterns-binary');
  const weightsOf = (init: unknown) => stored(8, init, data).theta.get('W').data;
  t.true(distance(weightsOf('pseudo-inverse'), expected.pseudo_inverse.flat()) <= 1e-12);
  for (const [steps, W] of Object.entries<number[][]>(expected.delta)) {
    const init = { name: 'delta', rate: settings.delta.rate, steps: Number(steps) };
    t.true(distance(weightsOf(init), W.flat()) <= 1e-12, steps);
  }
});

test('delta: V diag((1 − (1 − ησ²)^T)/σ) Uᵀ(S − b), whose limit is the pseudo-inverse', (t) => {
  const patterns = varied(4, 7);
  const R = patterns.map((row) => row.map(Math.tanh));
  // (1 − (1 − ησ²)^T)/σ along σ is η Σ_{τ<T} (1 − ηRᵀR)^τ Rᵀ
  const rate = 0.02;
  let [power, sum] = [math.identity(4) as unknown, math.zeros([4, 4]) as unknown];
  const G = math.multiply(R, math.transpose(R));
  for (let step = 0; step < 37; step++) {
    sum = math.add(sum as never, power as never);
    power = math.multiply(power as never, math.subtract(math.identity(4) as never, math.multiply(rate, G) as never));
  }
  const expected = math.multiply(rate, math.multiply(math.transpose(R), math.multiply(sum as never, patterns)));
  const truth = (math.matrix(expected as never).toArray() as number[][]).flat();
  const W = stored(7, { name: 'delta', rate, steps: 37 }, { patterns }).theta.get('W').data;
  t.true(distance(W, truth) <= 1e-13);
  const limit = stored(7, 'pseudo-inverse', { patterns }).theta.get('W').data;
  t.true(
    distance(stored(7, { name: 'delta', rate: 0.1, steps: 20000 }, { patterns }).theta.get('W').data, limit) < 1e-6,
  );
});

test('training by the engine fixed-point-residual is the delta rule, step by step', (t) => {
  const patterns = varied(3, 6);
  const rate = 0.03;
  const problem = problemOf(
    benchOf({
      network: field(6, { name: 'delta', rate, steps: 7 }),
      data: { name: 'patterns', patterns },
      protocol: 'gradient',
      free: { tolerance: 1e-6, max_steps: 50 },
      engines: [{ id: 'residual', name: 'fixed-point-residual' }],
      reference: 'exact',
    }),
  );
  const { gradient } = processOf(engineOf({ name: 'fixed-point-residual' }), problem).estimate;
  const next = stored(6, { name: 'delta', rate, steps: 8 }, { patterns }).theta.get('W').data;
  const moved = problem.theta.get('W').data.map((value, i) => value - rate * 3 * gradient.get('W').data[i]);
  t.true(distance(moved, next) <= 1e-14);
});

test('stability: J at every pattern has aρ′(a)/ρ(a) − 1 once for each pattern, and −1 else', (t) => {
  for (const [a, K, n] of [
    [1.5, 3, 8],
    [0.7, 4, 11],
  ]) {
    const bench = stored(n, 'pseudo-inverse', { count: K, amplitude: a });
    const slope = 1 - Math.tanh(a) ** 2;
    const top = (a * slope) / Math.tanh(a) - 1;
    const system = bench.dynamics.bind(bench.theta, new Matrix(1, 0));
    for (let pattern = 0; pattern < K; pattern++) {
      const s = bench.theta.of(system.shapes);
      s.data.set(bench.y.row(pattern));
      const linear = system.linearise(s);
      const [unit, image] = [s.like(), s.like()];
      const J = Array.from({ length: n }, (_, j) => {
        unit.fill(0).data[j] = 1;
        linear.applyTranspose(unit, image);
        return Array.from(image.data);
      });
      const found = eigenpairs(J, false)
        .map(({ re }) => re)
        .sort((one, other) => other - one);
      const expected = Array.from({ length: n }, (_, i) => (i < K ? top : -1));
      t.true(distance(found, expected) < 1e-9, `${found}`);
    }
  }
});

test('recall: every cue of few patterns finds its pattern, of many none; flipped units are those that are named', (t) => {
  const share = (count: number, flipped: number) =>
    Number(recalled(40, 'pseudo-inverse', { count }, { cues: 5, flipped }).rows['recall'].at(-1)!['recalled']);
  t.is(share(4, 0.1), 1);
  t.true(share(19, 0.3) < 0.3);
  const { rows } = recalled(8, 'pseudo-inverse', { count: 2 }, { flipped: [1, 5], steps: 0 });
  t.is(rows['recall'][0]['overlap'], 0.5);
  t.throws(() => specOf({ network: field(8, 'hebb'), protocol: { name: 'recall', flipped: -1 } }));
});

test('phase one starts from the cues of the data: RBP is silent where the pattern is found, EP too', (t) => {
  const at = (corruption: number) =>
    problemOf(
      benchOf({
        network: field(20, 'pseudo-inverse'),
        data: { name: 'patterns', count: 3, corruption, cues: 2 },
        protocol: 'gradient',
        engines: [{ id: 'rbp', name: 'rbp', method: 'direct' }],
        reference: 'exact',
      }),
    );
  const [near, far] = [at(0.1), at(0.6)];
  t.true(near.cost.value(near.free).every((cost) => cost < 1e-20));
  t.true(far.cost.value(far.free).some((cost) => cost > 1));
  for (const engine of [
    { name: 'rbp', method: 'direct' },
    { name: 'ep', nudging: 'one-sided', beta: 0.1, rule: 'vector-field' },
  ]) {
    const size = (problem: typeof near) => {
      const { gradient } = processOf(engineOf(engine), problem).estimate;
      return Math.max(...gradient.data.map(Math.abs));
    };
    t.true(size(near) < 1e-9, engine.name);
    t.true(size(far) > 1e-3, engine.name);
  }
});

test('trained from cues on what Hebb’s rule has left, RBP, EP and the delta rule bring other cues nearer to their patterns', (t) => {
  const errors = (engine: object) => {
    const { rows } = runSpec({
      network: field(12, 'hebb'),
      data: { name: 'patterns', count: 2, corruption: 0.25, cues: 4 },
      protocol: {
        name: 'train',
        epochs: 30,
        batch: 8,
        shuffle: false,
        optimizer: { name: 'sgd', rates: 0.05 },
        weights: [],
      },
      free: { step: 0.5, tolerance: 1e-6, max_steps: 400 },
      second: { step: 0.2, steps: 60 },
      engines: [{ id: 'one', ...engine }],
      reference: [],
    });
    const tested = rows['evaluation'].filter(({ split }) => split === 'test').map(({ cost }) => Number(cost));
    return [tested[0], tested.at(-1)!];
  };
  for (const engine of [
    { name: 'rbp', method: 'direct' },
    { name: 'ep', nudging: 'centered', beta: 0.05, rule: 'vector-field' },
    { name: 'fixed-point-residual' },
  ]) {
    const [before, after] = errors(engine);
    t.true(after < 0.7 * before, `${engine.name}: ${before}, ${after}`);
  }
});

test('a recall that goes on from its checkpoint writes what it would have written', (t) => {
  const bench = () =>
    stored(6, 'pseudo-inverse', { count: 2 }, { protocol: { name: 'recall', flipped: 0.3, steps: 1200 } });
  const { protocol } = specOf({
    network: field(6, 'hebb'),
    data: { name: 'patterns', count: 2 },
    protocol: { name: 'recall', flipped: 0.3, steps: 1200 },
    engines: [],
    reference: [],
  });
  const run = (resume?: Uint8Array) => {
    const [rows, checkpoints]: [unknown[], Uint8Array[]] = [[], []];
    const made = protocolOf(protocol) as Protocol;
    drain(made.run(Object.assign(bench(), { resume })), (event) => {
      if (event.kind === 'rows') rows.push(...event.rows);
      if (event.kind === 'checkpoint') checkpoints.push(Buffer.concat(event.data));
    });
    return { rows, checkpoints };
  };
  const whole = run();
  t.is(whole.checkpoints.length, 1);
  const rest = run(whole.checkpoints[0]);
  t.is(rest.rows.length, 201);
  t.deepEqual(rest.rows, whole.rows.slice(-201));
});
