import test from 'ava';
import { planWarnings } from '../../src/plan/warnings.js';
import { specOf } from '../_support/bench.js';

const network = { energy: 'hopfield', layers: [3, 4, 2], activation: 'tanh' };
const engines = [
  { id: 'bptt', name: 'rbp', method: 'bptt' },
  { id: 'rbp', name: 'rbp', method: 'ode' },
];

test('backpropagation through more steps than were taken at rest is told of, where processes are compared', (t) => {
  const free = { step: 0.1, tolerance: 1e-14, rest_steps: 15 };
  const expected =
    "engine 'bptt' goes back through 40 steps, of which 15 are taken at rest: the gap will show the transient of phase " +
    'one, where the process is another; set free.rest_steps to 40';
  t.deepEqual(planWarnings(specOf({ network, engines, free }), []), [expected]);
  t.deepEqual(planWarnings(specOf({ network, engines, free: { ...free, rest_steps: 40 } }), []), []);
  t.deepEqual(planWarnings(specOf({ network, engines, free }), ['free.rest_steps']), []);
  t.deepEqual(planWarnings(specOf({ network, engines, free, protocol: 'gradient' }), []), []);
});

test('the steps of backpropagation are those of phase one, those of a series Euler’s', (t) => {
  const free = { solver: 'rk4', step: 0.2, tolerance: 1e-14, rest_steps: 40 };
  const [warning] = planWarnings(specOf({ network, engines, free }), []);
  t.true(warning.startsWith('unequal steps on the two sides (bptt by rk4 with step 0.2, rbp by euler with step 0.1)'));
  const series = [{ id: 'series', name: 'rbp', method: 'neumann' }, engines[1]];
  const second = { integrator: 'rk4', step: 0.1, steps: 40 };
  t.regex(
    planWarnings(specOf({ network, engines: series, second }), [])[0],
    /series by euler with step 0.1, rbp by rk4/,
  );
  t.deepEqual(planWarnings(specOf({ network, engines: series }), []), []);
});
