import test from 'ava';
import { create } from '../../src/entry.js';
import { namedBy } from '../../src/laws/entries.js';
import { integratorLaws } from '../../src/laws/integrators.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { registry } from '../../src/registry.js';
import { adaptive } from '../../src/solver/dopri5.js';
import type { Field } from '../../src/solver/field.js';
import { relax, settle } from '../../src/solver/relax.js';
import { drain } from '../_support/bench.js';

const shapes = [{ name: 's', rows: 1, cols: 2 }];

for (const { name, check } of Object.values(registry.integrators).flatMap(namedBy).flatMap(integratorLaws))
  test(name, check);

/** A spiral into 0: e^{-t/4} (cos t, −sin t) and its like. */
const spiral: Field = ({ data: [x, v] }, out) => out.data.set([v - x / 4, -x - v / 4]);
const decay: Field = (s, out) => out.data.set([-s.data[0] + 1, -s.data[1]]);
const rule = { solver: create(registry.solvers, { name: 'euler' }), step: 0.1, tolerance: 1e-9, maxSteps: 1000 };
const start = () => Blocks.real(shapes);

for (const tolerance of [1e-12, 1e-14])
  test(`dopri5 without an absolute error comes to rest at ${tolerance}: round-off is no divergence`, (t) => {
    const solver = adaptive({ rtol: 1e-4, atol: 0 });
    const begin = start();
    begin.data.set([1, 0.5]);
    const { status, state } = drain(relax(decay, begin, { solver, step: 0.01, tolerance, maxSteps: 10_000 }), () => {});
    t.is(status, 'converged');
    t.true(Math.abs(state.data[0] - 1) <= 2 * tolerance);
  });

test('dopri5 diverges where the field is not finite', (t) => {
  const broken: Field = (_, out) => void out.fill(Number.NaN);
  const solver = adaptive({ rtol: 1e-4, atol: 0 });
  t.is(
    drain(relax(broken, start(), { solver, step: 0.01, tolerance: 1e-9, maxSteps: 50 }), () => {}).status,
    'diverged',
  );
});

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
