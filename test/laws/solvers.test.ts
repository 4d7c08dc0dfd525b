/** Every solver finds the fixed point that the flow ds/dt = F(s) leads to, and says honestly what it cost. */
import test from 'ava';
import type * as z from 'zod';
import { create } from '../../src/entry.js';
import { canTreat, rule, solverLaws } from '../../src/laws/solvers.js';
import type { System } from '../../src/model/types.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { Matrix } from '../../src/numerics/matrix.js';
import { randomStream } from '../../src/numerics/random.js';
import { registry } from '../../src/registry.js';
import { boundsOf, type Field, freeField } from '../../src/solver/field.js';
import { relax, settle, startsFrom } from '../../src/solver/relax.js';
import { benchOf, drain } from '../_support/bench.js';
import { everyNetwork, title } from '../_support/networks.js';
import { distance } from '../_support/numbers.js';

const ways = [
  ...Object.keys(registry.solvers)
    .filter((name) => name !== 'euler')
    .map((name) => ({ name })),
  { name: 'anderson', of: 'euler', memory: 1 },
  { name: 'newton-krylov', warmup: 0, smoothing: 0 },
];
const solvers = ways.map(({ name, ...options }) => ({
  label: [name, ...Object.entries(options).flat()].join(' '),
  solver: create(registry.solvers, { name, ...withDefaults(name, options) }),
}));

function withDefaults(name: string, given: object): Record<string, unknown> {
  const options = registry.solvers[name].options;
  return Object.fromEntries(
    Object.entries(options).map(([key, schema]) => [
      key,
      (given as Record<string, unknown>)[key] ?? (schema as z.ZodType).parse(undefined),
    ]),
  );
}

for (const { name, check } of everyNetwork.flatMap((network) => solverLaws(network, solvers))) test(name, check);

/** A field that counts, of a system that counts every product, sweep and linearisation alike. */
function counted(field: Field): { field: Field; count: () => number } {
  let halves = 0;
  const { system } = field.of!;
  const spied: System = {
    ...system,
    ...(system.response && {
      response: {
        ...system.response,
        move(...given: Parameters<NonNullable<System['response']>['move']>) {
          halves += 2 / system.response!.groups.length;
          system.response!.move(...given);
        },
      },
    }),
    linearise(...given) {
      halves += 2;
      const linear = system.linearise(...given);
      const apply = (v: Blocks, out: Blocks) => {
        halves += 2;
        linear.apply(v, out);
      };
      const move: typeof linear.move = (...where) => {
        halves += 2;
        linear.move(...where);
      };
      return { ...linear, move, apply };
    },
  };
  const spy = (s: Blocks, out: Blocks) => {
    halves += 2;
    field(s, out);
  };
  return { field: Object.assign(spy, { of: { system: spied } }), count: () => Math.round(5e8 * halves) / 1e9 };
}

for (const network of everyNetwork) {
  test(`${title(network)}: field evaluations are those that were made, and every sample has them`, (t) => {
    const bench = benchOf({ network });
    const system = bench.dynamics.bind(bench.theta, bench.x);
    for (const { label, solver } of solvers) {
      if (!canTreat(solver, system)) continue;
      const { field, count } = counted(freeField(system));
      const way = relax(field, Blocks.real(system.shapes), { ...rule, solver }, boundsOf(system));
      let [before, last] = [0, 0];
      const end = drain(way, (sample) => {
        if (sample.inner !== undefined) return;
        t.is(sample.fieldEvaluations, count(), label);
        t.true(sample.fieldEvaluations > before, label);
        before = sample.fieldEvaluations;
        last = sample.step;
      });
      t.is(end.fieldEvaluations, count(), label);
      t.is(end.steps, last, label);
    }
  });
}

test('where only the last set is moving a sweep moves no other, and goes where a whole one goes', (t) => {
  let asked = 0;
  for (const network of everyNetwork) {
    const { dynamics, theta, x } = benchOf({ network });
    const system = dynamics.bind(theta, x);
    const { field, count } = counted(freeField(system));
    const bounds = boundsOf(system);
    for (const { label, solver } of solvers.filter((one) => one.solver.leaves && canTreat(one.solver, system))) {
      const way = (start: Blocks, maxSteps: number, moving?: readonly number[]) => {
        const before = count();
        const end = drain(relax(field, start, { ...rule, maxSteps, solver }, bounds, moving), () => {});
        return { ...end, evaluations: count() - before };
      };
      const { state, moving } = way(Blocks.real(system.shapes), 3);
      if (moving === undefined) continue;
      asked++;
      const [whole, rest] = [way(state, 4), way(state, 4, moving)];
      // an equation for a unit that is solved again has another last bit
      t.true(distance(rest.state.data, whole.state.data) < 1e-14, `${title(network)}, ${label}`);
      t.is(whole.evaluations - rest.evaluations, system.response!.groups.length > 1 ? 0.5 : 0, label);
      t.is(rest.fieldEvaluations, rest.evaluations, label);
    }
  }
  t.true(asked > 20, `${asked}`);
});

test('a search from some blocks goes to the same bits wherever the others were', (t) => {
  const random = randomStream(1, 'elsewhere');
  let asked = 0;
  for (const network of everyNetwork) {
    const { dynamics, theta, x } = benchOf({ network });
    const system = dynamics.bind(theta, x);
    const bounds = boundsOf(system);
    for (const { label, solver } of solvers.filter((one) => canTreat(one.solver, system))) {
      const by = { ...rule, maxSteps: 3, solver };
      const blocks = startsFrom(by, system);
      t.is(startsFrom({ ...by, relativeTolerance: 0.1 }, system), undefined);
      if (blocks === undefined || blocks.length === system.shapes.length) continue;
      asked++;
      const ends = [0.1, 0.4].map((size) => {
        const start = Blocks.real(system.shapes).fill(0.2);
        for (let k = 0; k < system.shapes.length; k++) {
          if (!blocks.includes(k)) start.parts[0][k].data.set(start.parts[0][k].data.map(() => size * random.normal()));
        }
        return settle(freeField(system), start, by, bounds);
      });
      t.deepEqual(ends[0], ends[1], `${title(network)}, ${label}`);
    }
  }
  t.true(asked > 20, `${asked}`);
});

for (const [name, energy, kind] of [
  ['direct', 'resistive', 'grid'],
  ['newton-krylov', 'elastic', 'triangular'],
] as const) {
  test(`${name}: a long step gives signs of life, and they change nothing`, (t) => {
    const edges = { name: kind, rows: 12, columns: 12 };
    const network = { energy, edges, sources: [0, 5], fixed: [143], targets: [70] };
    const bench = benchOf({ network });
    const system = bench.dynamics.bind(bench.theta, bench.x);
    const { solver } = solvers.find(({ label }) => label.startsWith(name))!;
    const [inner, outer] = [[] as number[], [] as number[]];
    const start = Blocks.real(system.shapes);
    const way = relax(freeField(system), start, { ...rule, tolerance: 1e-9, solver }, boundsOf(system));
    const end = drain(way, (sample) => void (sample.inner === undefined ? outer : inner).push(sample.step));
    t.is(end.status, 'converged');
    t.true(inner.length > 0);
    t.deepEqual(
      outer,
      Array.from({ length: end.steps + 1 }, (_, step) => step),
    );
  });
}

const recurrent = { energy: 'vector-field', units: 6, inputs: 3, outputs: 2, activation: 'linear' };

for (const { label, solver } of solvers) {
  test(`${label}: failure is a status`, (t) => {
    const network = { ...recurrent, init: { name: 'glorot-uniform', gain: 0.6 } };
    const { dynamics, theta, x } = benchOf({
      network: solver.unfit ? { energy: 'hopfield', layers: [3, 5, 4, 2], activation: 'tanh' } : network,
    });
    const start = Blocks.real(dynamics.bind(theta, x).shapes);
    const short = settle(freeField(dynamics.bind(theta, x)), start, {
      ...rule,
      solver,
      tolerance: 1e-300,
      maxSteps: 3,
    });
    t.is(short.status, 'max-steps');
    t.is(short.steps, 3);
    const broken = theta.clone().fill(Number.NaN);
    t.is(settle(freeField(dynamics.bind(broken, x)), start, { ...rule, solver }).status, 'diverged');
  });
}

test('an example moves as it would alone: solvers treat the rows of a batch as systems of their own', (t) => {
  const network = { energy: 'hopfield', layers: [3, 5, 4, 2], activation: 'tanh' };
  const { dynamics, theta, x } = benchOf({ network, data: { name: 'random', examples: 3 } });
  for (const { label, solver } of solvers.filter((item) => item.solver.name === 'anderson')) {
    const first = (rows: typeof x) => {
      const system = dynamics.bind(theta, rows);
      const short = { ...rule, solver, tolerance: 1e-300, maxSteps: 6 };
      return settle(freeField(system), Blocks.real(system.shapes), short).state.parts[0].map((block) => block.row(0));
    };
    const [together, single] = [first(x), first(new Matrix(1, x.cols, x.data.slice(0, x.cols)))];
    together.forEach((row, k) => {
      t.true(distance(row, single[k]) < 1e-13, label);
    });
  }
});
