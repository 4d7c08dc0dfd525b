/** State, side network and parameters at once: how far each lags, and where it all rings and grows (NEIGHBOURS: laws 4a to 4c). */

import test from 'ava';
import { logLogSlope } from '../../src/metrics/slope.js';
import type { Params, State, System } from '../../src/model/types.js';
import { eigenpairs } from '../../src/numerics/decompositions.js';
import { math } from '../../src/numerics/matrix.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { thresholds } from '../../src/protocol/timescales/threshold.js';
import { assemble } from '../../src/run/assemble.js';
import { freeField } from '../../src/solver/field.js';
import { settle } from '../../src/solver/relax.js';
import { benchOf, type Cells, drain, runSpec, specOf } from '../_support/bench.js';
import { distance } from '../_support/numbers.js';

const tanh = {
  network: { energy: 'hopfield', layers: [3, 4, 2], activation: 'tanh', init: { name: 'glorot-uniform', gain: 0.5 } },
  data: { name: 'random', examples: 2 },
  free: { solver: 'anderson', tolerance: 1e-13 },
  engines: [],
  reference: [],
};

const timescales = (options: object) => ({ ...tanh, protocol: { name: 'timescales', ...options } });

/** Where ε t = 1. */
const atOne = (epsilon: number) => {
  const steps = Math.round(1 / (0.1 * epsilon));
  return { epsilon, step: 0.1, steps, every: steps - 1 };
};

test('state, side network and parameters lag in the order of ε', (t) => {
  const lags = [0.01, 0.005, 0.0025].map((epsilon) => {
    const rows = runSpec(timescales(atOne(epsilon))).rows['timescales'];
    return { epsilon, row: rows.at(-1)! };
  });
  for (const column of ['state_lag', 'side_lag', 'flow_lag']) {
    const points = lags.map(({ epsilon, row }): [number, number] => [epsilon, Number(row[column])]);
    const slope = logLogSlope(points);
    t.true(Math.abs(slope - 1) < 0.06, `${column}: ${slope}`);
  }
});

/** A state, or parameters, as a moment has it. */
function momentOf(rows: readonly Cells[], step: number, like: State | Params): Numbers {
  const now = rows.filter((row) => row['step'] === step);
  return Float64Array.from(
    like.shapes.flatMap(({ name }) => now.filter(({ tensor }) => tensor === name).map(({ value }) => Number(value))),
  );
}

/** J of every example as a dense matrix, w with J w = right. */
function solved(system: System, at: State, right: Numbers): number[] {
  const linear = system.linearise(at);
  const n = at.data.length;
  const [unit, image] = [at.like(), at.like()];
  const columns = Array.from({ length: n }, (_, j) => {
    unit.fill(0).data[j] = 1;
    linear.apply(unit, image);
    return Array.from(image.data);
  });
  const J = Array.from({ length: n }, (_, i) => columns.map((column) => column[i]));
  return (math.lusolve(J, Array.from(right)) as unknown as number[][]).map(([value]) => value);
}

test('the lag of the state is J⁻¹ ds⁰/dt, in the order of ε²', (t) => {
  const points = [0.01, 0.005, 0.0025].map((epsilon): [number, number] => {
    const options = atOne(epsilon);
    const { rows } = runSpec(timescales(options));
    const { dynamics, theta, x } = benchOf(timescales(options));
    const system = dynamics.bind(theta, x);
    const s = theta.of(system.shapes);
    const rest = (step: number) => {
      theta.data.set(momentOf(rows['processes'], step, theta));
      system.refresh();
      const rule = { ...benchOf(timescales(options)).free };
      return settle(freeField(system), s.like(), rule).state.data.slice();
    };
    // the last step but one is a row too
    const [now, next] = [rest(options.steps - 1), rest(options.steps)];
    rest(options.steps - 1);
    const right = Float64Array.from(next, (value, i) => (value - now[i]) / options.step);
    const w = solved(system, s.of(s.shapes).copy(s) && fill(s, now), right);
    const lag = momentOf(rows['processes'], options.steps - 1, s).map((value, i) => value - now[i]);
    return [epsilon, Math.hypot(...lag.map((value, i) => value - w[i]))];
  });
  const slope = logLogSlope(points);
  t.true(Math.abs(slope - 2) < 0.15, `${slope} of ${JSON.stringify(points)}`);
});

function fill(s: State, values: Numbers): State {
  s.data.set(values);
  return s;
}

const unit = (lambda: number, x: number, options: object) => ({
  ...tanh,
  network: {
    energy: 'linear',
    units: 1,
    inputs: 1,
    outputs: 1,
    parameters: { A: [[lambda]], U: [[0.2]], b: [0] },
  },
  data: { name: 'inline', x: [[x]], y: [[1]] },
  protocol: { name: 'timescales', epsilon: 0.1, steps: 10, learn: ['U'], ...options },
});

/** The closed form for a spec, whose ε does not matter. */
function thresholdOf(spec: object, step: number, learn: readonly string[] | undefined) {
  const { network, ...rest } = specOf(spec);
  const tensors = network.parameters as Record<string, unknown> | undefined;
  const { bench } = assemble({
    spec: { network, ...rest } as never,
    parameters: tensors && { tensors, digest: undefined },
  });
  return thresholds(bench, { epsilon: 1, step, steps: 1, every: 1, side: 'rbp', learn })!;
}

test('one unit: 2λ³/x² is where a root of its characteristic polynomial crosses, by Euler steps a little less', (t) => {
  for (const [lambda, x] of [
    [1, 1.5],
    [0.4, 0.7],
    [2, 3],
  ]) {
    for (const step of [0.01, 0.1, 0.3]) {
      const { flow, stepped } = thresholdOf(unit(lambda, x, {}), step, ['U']);
      t.true(Math.abs(flow - (2 * lambda ** 3) / x ** 2) <= 1e-14 * flow);
      const roots = (epsilon: number) =>
        eigenpairs(
          [
            [-lambda, 0, x],
            [1, -lambda, 0],
            [0, -epsilon * x, 0],
          ],
          false,
        );
      const growth = (epsilon: number) => Math.max(...roots(epsilon).map(({ re }) => re));
      const factor = (epsilon: number) =>
        Math.max(...roots(epsilon).map(({ re, im }) => Math.hypot(1 + step * re, step * im)));
      t.true(growth(0.999 * flow) < 0 && growth(1.001 * flow) > 0, `λ ${lambda}`);
      t.true(factor(0.999 * stepped) < 1 && factor(1.001 * stepped) > 1, `λ ${lambda}, step ${step}`);
    }
  }
});

test('a linear network of several units and examples: the same number, and runs that ring below it and grow above', (t) => {
  const spec = (options: object) => ({
    ...tanh,
    network: { energy: 'linear', units: 3, inputs: 2, outputs: 3 },
    data: { name: 'random', examples: 4 },
    free: { solver: 'direct' },
    protocol: { name: 'timescales', epsilon: 1, steps: 400, every: 400, learn: ['U', 'b'], ...options },
  });
  const { stepped } = thresholdOf(spec({}), 0.1, ['U', 'b']);
  for (const side of ['rbp', 'ep']) {
    const beta = side === 'ep' ? { beta: 1e-3 } : {};
    const [below, above] = [0.8, 1.2].map((share) => {
      const { rows, outcome } = runSpec(spec({ epsilon: share * stepped, side, ...beta }));
      return { speed: Number(rows['timescales'].at(-1)!['speed']), outcome };
    });
    t.true(below.speed < 0.3 * above.speed, `${side}: ${below.speed}, ${above.speed}`);
    t.deepEqual(below.outcome.warnings, []);
    t.regex(above.outcome.warnings.join(), /move faster and faster .* lower protocol.epsilon/);
  }
});

test('a network that runs away has diverged, and what to lower is said', (t) => {
  const { outcome, rows } = runSpec(unit(1, 3, { epsilon: 4, steps: 5000, every: 500 }));
  t.is(outcome.status, 'diverged');
  t.regex(outcome.warnings.join(), /diverged at step \d+: lower protocol.epsilon \(now 4\)/);
  t.true(rows['timescales'].length < 10);
});

test('learning without phases: a nudged copy in place of the side network leads the same way, in the order of β', (t) => {
  const moment = (options: object) => {
    const { rows } = runSpec(timescales({ epsilon: 0.05, steps: 200, every: 200, ...options }));
    return rows['processes'].filter(({ step }) => step === 200).map(({ value }) => Number(value));
  };
  const truth = moment({});
  const points = [0.04, 0.02, 0.01].map((beta): [number, number] => [
    beta,
    distance(moment({ side: 'ep', beta }), truth),
  ]);
  t.true(Math.abs(logLogSlope(points) - 1) < 0.05, JSON.stringify(points));
});

test('only what is to learn moves', (t) => {
  const { rows } = runSpec(timescales({ epsilon: 0.1, steps: 30, every: 30, learn: ['W2'] }));
  const moved = new Set(
    rows['processes'].flatMap(({ step, tensor, row, column, value }) => {
      const first = rows['processes'].find(
        (one) => one['step'] === 0 && one['tensor'] === tensor && one['row'] === row && one['column'] === column,
      )!;
      return step === 30 && first['value'] !== value ? [tensor] : [];
    }),
  );
  t.deepEqual([...moved], ['s1', 's2', 'z1', 'z2', 'W2']);
});

test('a run that goes on from its checkpoint writes what it would have written', (t) => {
  for (const side of ['rbp', 'ep']) {
    const spec = specOf(timescales({ epsilon: 0.05, steps: 1300, every: 100, side }));
    const collect = (resume?: Uint8Array) => {
      const { protocol, bench } = assemble({ spec, parameters: undefined });
      const [rows, checkpoints]: [unknown[], Uint8Array[]] = [[], []];
      const outcome = drain(protocol.run(Object.assign(bench, { resume })), (event) => {
        if (event.kind === 'rows') rows.push(...event.rows);
        if (event.kind === 'checkpoint') checkpoints.push(Buffer.concat(event.data));
      });
      return { rows, checkpoints, outcome };
    };
    const whole = collect();
    t.is(whole.checkpoints.length, 1);
    const rest = collect(whole.checkpoints[0]);
    t.true(rest.rows.length > 0);
    t.deepEqual(rest.rows, whole.rows.slice(-rest.rows.length));
    t.deepEqual(rest.outcome, whole.outcome);
    t.throws(() => collect(whole.checkpoints[0].slice(0, -8)), { message: /none of this run/ });
  }
});
