/** A tolerance that is a part of what the residual was at the start. */
import test from 'ava';
import type * as z from 'zod';
import { create } from '../../src/entry.js';
import { maxAbs } from '../../src/numerics/kernels.js';
import { Matrix } from '../../src/numerics/matrix.js';
import { phaseOne } from '../../src/protocol/phase-one.js';
import { registry } from '../../src/registry.js';
import { freeField } from '../../src/solver/field.js';
import { startOf } from '../../src/solver/ramp.js';
import { relax, settle } from '../../src/solver/relax.js';
import { benchOf, drain } from '../_support/bench.js';

const network = { energy: 'hopfield', layers: [3, 6, 4, 2], activation: 'tanh' };
/** Inputs of very different sizes: so are the forces at the start. */
const scales = [1e-3, 1, 30];
const data = {
  name: 'inline',
  x: scales.map((scale) => [0.4 * scale, -0.7 * scale, 0.9 * scale]),
  y: scales.map(() => [0, 1]),
};
const bench = benchOf({ network, data });
const { dynamics, theta, x } = bench;
const [PART, FLOOR] = [1e-3, 1e-9];

/** ‖F‖_∞ at the start, of so many examples. */
function atStart(inputs: Matrix): number {
  const system = dynamics.bind(theta, inputs);
  const start = startOf(system, theta);
  const force = start.like();
  freeField(system)(start, force);
  return maxAbs(force.data);
}

const ruleOf = (name: string) => ({
  solver: create(registry.solvers, { name, ...defaults(name) }),
  step: 0.1,
  maxSteps: 5000,
});

function defaults(name: string): object {
  return Object.fromEntries(
    Object.entries(registry.solvers[name].options).map(([key, schema]) => [
      key,
      (schema as z.ZodType).parse(undefined),
    ]),
  );
}

function restOf(inputs: Matrix, rule: Parameters<typeof settle>[2]) {
  const system = dynamics.bind(theta, inputs);
  return settle(freeField(system), startOf(system, theta), rule);
}

const names = Object.keys(registry.solvers).filter((name) => name !== 'direct');

for (const name of names)
  test(`${name}: a relative tolerance is the absolute one that it comes to, to the bit and at the same price`, (t) => {
    const size = atStart(x);
    const relative = restOf(x, { ...ruleOf(name), tolerance: FLOOR, relativeTolerance: PART });
    const absolute = restOf(x, { ...ruleOf(name), tolerance: PART * size });
    t.is(relative.status, 'converged');
    t.true(relative.residualMax <= PART * size);
    t.deepEqual(relative.state.data, absolute.state.data);
    t.deepEqual([relative.steps, relative.fieldEvaluations], [absolute.steps, absolute.fieldEvaluations]);
    // and does nothing where the other is looser
    const loose = { ...ruleOf(name), tolerance: 1e-2 * size };
    t.is(restOf(x, { ...loose, relativeTolerance: PART }).steps, restOf(x, loose).steps);
  });

for (const name of names) {
  const rule = { ...ruleOf(name), tolerance: FLOOR, relativeTolerance: PART, atRest: 'leave' as const };
  if (!('leaves' in rule.solver && rule.solver.leaves)) continue;
  test(`${name}: examples that leave are held against their own start, as each alone`, (t) => {
    const all = restOf(x, rule);
    t.is(all.status, 'converged');
    for (const [i] of scales.entries()) {
      const one = new Matrix(1, x.cols, Float64Array.from(x.row(i)));
      const alone = restOf(one, { ...rule, atRest: 'stay' });
      t.is(alone.tolerance, Math.max(FLOOR, PART * atStart(one)));
      for (const { name: block } of all.state.shapes)
        t.deepEqual([...all.state.get(block).row(i)], [...alone.state.get(block).row(0)], `${block} of example ${i}`);
    }
  });
}

test('a spec says it, and what did not get there is told what it was held against', (t) => {
  const free = { step: 0.1, tolerance: FLOOR, relative_tolerance: PART };
  const said = drain(phaseOne(benchOf({ network, data, free })), () => {}).record;
  t.is(said.status, 'converged');
  t.true(said.residual_max! <= PART * atStart(x) && said.residual_max! > FLOOR);
  const { warnings } = drain(phaseOne(benchOf({ network, data, free: { ...free, max_steps: 3 } })), () => {});
  t.regex(
    warnings.join(),
    new RegExp(`tolerance ${PART * atStart(x)}; .*accept a larger free.relative_tolerance \\(now 0.001\\)`),
  );
});

test('steps at rest go on from there, whatever the tolerance', (t) => {
  const way = (rest_steps: number) =>
    drain(
      phaseOne(benchOf({ network, data, free: { step: 0.1, tolerance: FLOOR, relative_tolerance: PART, rest_steps } })),
      () => {},
    ).record.steps;
  t.is(way(25), way(0) + 25);
});

test('a start that is at rest stays there', (t) => {
  const rule = { ...ruleOf('euler'), tolerance: FLOOR };
  const system = dynamics.bind(theta, x);
  const { state } = settle(freeField(system), startOf(system, theta), rule);
  const way = relax(freeField(system), state, { ...rule, relativeTolerance: PART });
  let next = way.next();
  while (!next.done) next = way.next();
  t.deepEqual([next.value.status, next.value.steps, next.value.tolerance], ['converged', 0, FLOOR]);
});
