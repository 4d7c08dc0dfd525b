import test from 'ava';
import { create } from '../../src/entry.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { registry } from '../../src/registry.js';
import { adaptive } from '../../src/solver/dopri5.js';
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
    const points = [8, 16, 32, 64, 128].flatMap((steps): [number, number][] => {
      const end = follow(oscillator, [1, 0.5], steps);
      const error = Math.hypot(end[0] - reference[0], end[1] - reference[1]);
      // far above round-off
      return error > 1e-13 ? [[1 / steps, error]] : [];
    });
    t.true(points.length >= 3);
    const order = logLogSlope(points.slice(-4));
    t.true(Math.abs(order - method.order) < 0.1, `measured ${order}`);
  });

  test(`${name}: the integral of the state is what stepping it jointly gives`, (t) => {
    const integral = Blocks.real(shapes);
    follow(oscillator, [1, 0.5], 10, integral);
    const together = follow(joint, [1, 0.5, 0, 0], 10);
    t.true(Math.abs(integral.data[0] - together[2]) < 1e-15 && Math.abs(integral.data[1] - together[3]) < 1e-15);
  });
}

/** A spiral into 0: e^{-t/4} (cos t, −sin t) and its like. */
const spiral: Field = ({ data: [x, v] }, out) => out.data.set([v - x / 4, -x - v / 4]);
const decay: Field = (s, out) => out.data.set([-s.data[0] + 1, -s.data[1]]);
const rule = { solver: create(registry.solvers, { name: 'euler' }), step: 0.1, tolerance: 1e-9, maxSteps: 1000 };
const start = () => Blocks.real(shapes);

test('dopri5 keeps its error within what is allowed, and its clock right', (t) => {
  const along = (rtol: number) => {
    const solver = adaptive({ rtol, atol: 1e-15 });
    const errors: number[] = [];
    const begin = Blocks.real(shapes);
    begin.data.set([1, 0.5]);
    const way = relax(spiral, begin, { solver, step: 0.01, tolerance: 1e-9, maxSteps: 10000 });
    let [before, evaluations] = [0, 0];
    const end = drain(way, ({ time, state, fieldEvaluations }) => {
      t.true(time > before || time === 0);
      [before, evaluations] = [time, fieldEvaluations];
      const [decay, angle] = [Math.exp(-time / 4), time];
      const exact = [
        decay * (Math.cos(angle) + 0.5 * Math.sin(angle)),
        decay * (0.5 * Math.cos(angle) - Math.sin(angle)),
      ];
      errors.push(Math.hypot(state.data[0] - exact[0], state.data[1] - exact[1]) / decay);
    });
    t.is(end.status, 'converged');
    return { error: Math.max(...errors), evaluations };
  };
  const [loose, tight] = [along(1e-3), along(1e-7)];
  t.true(tight.error < 1e-4 && loose.error < 1, `${loose.error}, ${tight.error}`);
  t.true(tight.error < loose.error / 100);
  t.true(loose.evaluations < tight.evaluations / 2);
});

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
