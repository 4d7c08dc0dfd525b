import test from 'ava';
import { create } from '../../src/entry.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { registry } from '../../src/registry.js';
import type { Field } from '../../src/solver/field.js';
import { relax, settle } from '../../src/solver/relax.js';
import { drain } from '../_support/bench.js';

const shapes = [{ name: 's', rows: 1, cols: 2 }];
/** ds/dt = (s₂, −s₁ − s₁³): smooth, not linear, nothing special at any order. */
const oscillator: Field = ({ data: [x, v] }, out) => out.data.set([v, -x - x * x * x]);
/** The same with ∫s as a state of its own. */
const joint: Field = ({ data: [x, v] }, out) => out.data.set([v, -x - x * x * x, x, v]);

for (const name of Object.keys(registry.integrators)) {
  const method = create(registry.integrators, { name });

  const follow = (field: Field, start: number[], steps: number, integral?: Blocks) => {
    const s = Blocks.real([{ name: 's', rows: 1, cols: start.length }]);
    s.data.set(start);
    const [k1, advance] = [s.like(), method.prepare(s)];
    for (let i = 0; i < steps; i++) {
      field(s, k1);
      advance(field, s, k1, 1 / steps, s, integral);
    }
    return s.data;
  };

  test(`${name}: the error falls with the order it declares`, (t) => {
    const reference = follow(oscillator, [1, 0.5], 20000);
    const points = [16, 32, 64, 128].map((steps): [number, number] => {
      const end = follow(oscillator, [1, 0.5], steps);
      return [1 / steps, Math.hypot(end[0] - reference[0], end[1] - reference[1])];
    });
    const expected = method.order === 1 ? follow(oscillator, [1, 0.5], 20000) : reference;
    t.is(expected.length, 2);
    t.true(Math.abs(logLogSlope(points) - method.order) < 0.1, `measured ${logLogSlope(points)}`);
  });

  test(`${name}: the integral of the state is what stepping it jointly gives`, (t) => {
    const integral = Blocks.real(shapes);
    follow(oscillator, [1, 0.5], 10, integral);
    const together = follow(joint, [1, 0.5, 0, 0], 10);
    t.true(Math.abs(integral.data[0] - together[2]) < 1e-15 && Math.abs(integral.data[1] - together[3]) < 1e-15);
  });
}

const decay: Field = (s, out) => out.data.set([-s.data[0] + 1, -s.data[1]]);
const rule = { solver: create(registry.solvers, { name: 'euler' }), step: 0.1, tolerance: 1e-9, maxSteps: 1000 };
const start = () => Blocks.real(shapes);

test('relax stops at the tolerance, and the residual it reports is that of the state it hands back', (t) => {
  const end = settle(decay, start(), rule);
  const force = start();
  decay(end.state, force);
  t.is(end.status, 'converged');
  t.true(end.residualMax <= 1e-9 && end.residualMax > 1e-10);
  t.is(end.residualMax, Math.abs(force.data[0]));
});

test('relax says max-steps, and diverged with the step, as values', (t) => {
  t.is(settle(decay, start(), { ...rule, maxSteps: 5 }).status, 'max-steps');
  t.is(settle(decay, start(), { ...rule, maxSteps: 5 }).steps, 5);
  const wild = settle(decay, start(), { ...rule, step: 5 });
  t.is(wild.status, 'diverged');
  t.true(wild.steps > 0 && wild.steps < 20);
  const broken: Field = (_, out) => out.fill(Number.NaN);
  t.is(settle(broken, start(), rule).status, 'diverged');
});

test('relax leaves its start as it was and shows every residual on the way', (t) => {
  const s = start();
  const residuals: number[] = [];
  drain(relax(decay, s, rule), ({ residualMax }) => residuals.push(residualMax));
  t.deepEqual([...s.data], [0, 0]);
  t.true(residuals.every((value, i) => i === 0 || value < residuals[i - 1]));
});
