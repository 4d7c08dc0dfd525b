/** Examples that leave the batch when they are at rest: each ends as it would alone, whoever is with it and whenever they go. */
import test from 'ava';
import { create } from '../../src/entry.js';
import type { BoundCost, System } from '../../src/model/types.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { Matrix } from '../../src/numerics/matrix.js';
import { gather } from '../../src/numerics/whole-state.js';
import { registry } from '../../src/registry.js';
import { boundsOf, type Field, freeField, nudgedField } from '../../src/solver/field.js';
import { settle } from '../../src/solver/relax.js';
import { rowSizes } from '../../src/solver/rows.js';
import { freeSchema } from '../../src/spec/schema.js';
import { benchOf } from '../_support/bench.js';
import { everyNetwork, title } from '../_support/networks.js';

const EXAMPLES = 7;
const rule = { step: 0.1, tolerance: 1e-6, maxSteps: 1500, atRest: 'leave' } as const;

const ways = ['euler', 'even-odd', 'anderson', { name: 'anderson', of: 'euler' }].map((given) => {
  const { solver } = freeSchema.parse({ solver: given });
  return { label: JSON.stringify(given), solver: create(registry.solvers, solver) };
});

/** One network of every kind is enough: what is done to rows does not ask what ρ is. */
const networks = everyNetwork.filter(
  ({ energy, activation = 'tanh', ...rest }, k, all) =>
    ['tanh', 'hard-sigmoid'].includes(String(activation)) &&
    all.findIndex(
      (one) =>
        one.energy === energy &&
        String(one['activation'] ?? 'tanh') === String(activation) &&
        'layers' in one === 'layers' in rest,
    ) === k,
);

const rowsOf = (x: Matrix, rows: readonly number[]) => {
  const few = new Matrix(rows.length, x.cols);
  rows.forEach((from, to) => void few.row(to).set(x.row(from)));
  return few;
};

for (const network of networks) {
  test(`${title(network)}: an example ends with the same bits alone, in any batch, and whenever others are taken out`, (t) => {
    const bench = benchOf({ network, data: { name: 'random', examples: EXAMPLES } });
    const fieldOf = (rows: readonly number[]): Record<string, readonly [Field, System]> => {
      const system = bench.dynamics.bind(bench.theta, rowsOf(bench.x, rows));
      const cost: BoundCost = bench.cost.bind(rowsOf(bench.y, rows), bench.dynamics.outputs);
      return { free: [freeField(system), system], nudged: [nudgedField(system, cost, { re: 0.2, im: 0 }), system] };
    };
    const all = Array.from({ length: EXAMPLES }, (_, i) => i);
    for (const { label, solver } of ways) {
      for (const kind of ['free', 'nudged']) {
        const end = (rows: readonly number[], closeRanks?: number) => {
          const [field, system] = fieldOf(rows)[kind];
          if (solver.unfit?.(system)) return undefined;
          const how = { ...rule, solver, ...(closeRanks === undefined ? {} : { closeRanks }) };
          return settle(field, Blocks.real(system.shapes), how, boundsOf(system));
        };
        const whole = end(all);
        if (whole === undefined) continue;
        // at a kink of ρ Euler's steps may go to and fro: then it ends at the last of them, with the same bits all the same
        t.not(whole.status, 'diverged', label);
        // those that go are taken out at once, or never
        for (const part of [1, 0]) t.deepEqual(end(all, part)!.state.data, whole.state.data, `${label} ${kind}`);
        for (const rows of [[4], [5, 1, 2]]) {
          t.deepEqual(
            end(rows, 0.99)!.state.data,
            gather(whole.state, Uint32Array.from(rows)).data,
            `${label} ${kind}`,
          );
        }
        const [force, [field]] = [whole.state.like(), fieldOf(all)[kind]];
        field(whole.state, force);
        const [most, squares] = [new Float64Array(EXAMPLES), new Float64Array(EXAMPLES)];
        rowSizes({ rows: EXAMPLES, blocks: [...force.shapes.keys()] }, force, most, squares);
        t.is(Math.max(...most) <= rule.tolerance * (1 + 1e-9), whole.status === 'converged', label);
        t.true(Math.abs(whole.residualMax - Math.max(...most)) <= 1e-12, label);
      }
    }
  });
}

test('evaluations are counted by the example: those that are taken out cost nothing more', (t) => {
  const network = { energy: 'prototypical', layers: [3, 5, 4, 2], activation: 'shifted-sigmoid' };
  const bench = benchOf({ network, data: { name: 'random', examples: EXAMPLES } });
  const paid = (rows: readonly number[], closeRanks: number) => {
    const system = bench.dynamics.bind(bench.theta, rowsOf(bench.x, rows));
    const how = { ...rule, solver: ways[0].solver, closeRanks };
    return settle(freeField(system), Blocks.real(system.shapes), how).fieldEvaluations;
  };
  const all = Array.from({ length: EXAMPLES }, (_, i) => i);
  const each = all.map((i) => paid([i], 1));
  t.true(new Set(each).size > 1);
  const mean = each.reduce((sum, one) => sum + one, 0) / EXAMPLES;
  t.true(Math.abs(paid(all, 0.99) - mean) < 1e-9);
  t.is(paid(all, 0), Math.max(...each));
});

test('an example that goes astray is told of; one that is not at rest at the last step, too', (t) => {
  const network = { energy: 'prototypical', layers: [3, 5, 2], activation: 'shifted-sigmoid' };
  const { dynamics, theta, x } = benchOf({ network, data: { name: 'random', examples: 3 } });
  for (const { label, solver } of ways) {
    const system = dynamics.bind(theta, x);
    const start = Blocks.real(system.shapes);
    const short = settle(freeField(system), start, { ...rule, solver, tolerance: 1e-300, maxSteps: 3 });
    t.is(short.status, 'max-steps', label);
    t.is(short.steps, 3, label);
    const broken = rowsOf(x, [0, 1, 2]);
    broken.row(1).fill(Number.NaN);
    t.is(settle(freeField(dynamics.bind(theta, broken)), start, { ...rule, solver }).status, 'diverged', label);
  }
});
