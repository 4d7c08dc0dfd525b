/** Phase two by a solver: who may, and what is refused. */
import test, { type ExecutionContext } from 'ava';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import type { Spec } from '../../src/spec/schema.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';

const second = { solver: 'anderson', tolerance: 1e-6, max_steps: 50 };
const ep = { name: 'ep', nudging: 'centered', beta: 0.1 };
const base = { ...quick, protocol: 'gradient', reference: 'exact', second, engines: [ep], assert: [], figures: [] };

const planned = (t: ExecutionContext, change: object) =>
  plan(writeSpec(workspace(t), { ...base, ...change })).runs[0].spec as Spec;

const refused = (t: ExecutionContext, change: object): string =>
  t.throws(() => planned(t, change), { instanceOf: UserError })!.message;

test('the resolved spec has all the numbers of a solver, and of steps as ever', (t) => {
  t.deepEqual(planned(t, {}).second, {
    solver: { name: 'anderson', memory: 8, of: 'auto', regularisation: 1e-12, growth: 2 },
    step: 0.1,
    tolerance: 1e-6,
    max_steps: 50,
  } as never);
  t.like(planned(t, { second: { solver: 'euler' } }).second, { tolerance: 1e-6, max_steps: 1000 });
  t.deepEqual(planned(t, { second: {} }).second, { integrator: { name: 'euler' }, step: 0.1, steps: 100 } as never);
  const [own] = planned(t, { second: {}, engines: [{ ...ep, solver: 'euler' }] }).engines;
  t.like(own, { tolerance: 1e-6, max_steps: 1000 });
});

const cases: Readonly<Record<string, readonly [change: object, expected: RegExp]>> = {
  'steps beside a solver': [{ second: { ...second, steps: 5 } }, /second\.steps and solver exclude each other/],
  'a tolerance of nothing': [{ second: { tolerance: 1e-6 } }, /second\.tolerance is of a solver, and none is named/],
  'complex copies': [
    { engines: [{ name: 'ep', nudging: 'exact' }] },
    /second\.solver: engine 'ep' \(ep, nudging: exact\) is what it does step by step/,
  ],
  'weights that move': [
    { engines: [{ name: 'continual-ep', nudging: 'one-sided', beta: 0.1, learning_rate: 0.01, solver: 'euler' }] },
    /engines\.0\.solver: engine 'continual-ep'.* is what it does step by step/,
  ],
  'a protocol that compares processes': [
    { protocol: 'equivalence', engines: [ep, { name: 'rbp', method: 'ode' }], reference: 'rbp' },
    /engine 'ep' .* has no process then, which protocol equivalence compares/,
  ],
  'a solver that asks for more than F': [
    { second: { ...second, solver: 'newton-krylov' }, engines: [{ name: 'rbp', method: 'ode' }] },
    /engine 'rbp' .* does not look for a state of the network alone, which newton-krylov asks for/,
  ],
  'a rate where nothing learns': [
    { engines: [{ ...ep, rate: 0.1 }] },
    /engines.0.rate: no engine learns in protocol gradient, got 0.1/,
  ],
  'whole layers moved where outputs are held': [
    {
      second: { ...second, solver: 'even-odd' },
      engines: [{ name: 'coupled-learning', nudging: 'one-sided', eta: 0.1 }],
    },
    /engine 'coupled-learning' .* does not look for a state of the network alone, which even-odd asks for/,
  ],
  'examples that leave a solver which moves them together': [
    { second: { solver: 'newton-krylov', at_rest: 'leave' } },
    /second\.at_rest: newton-krylov moves all examples of a batch together: none can leave it/,
  ],
  'the same in phase one': [
    { free: { solver: 'newton-krylov', at_rest: 'leave' } },
    /free\.at_rest: newton-krylov moves all examples of a batch together/,
  ],
  'examples that leave what goes back through their steps': [
    { free: { at_rest: 'leave' }, second: {}, engines: [ep, { name: 'rbp', method: 'bptt', steps: 5 }] },
    /free\.at_rest: engine 'rbp' \(rbp, method: bptt\) goes back through the steps of phase one, which all examples must take/,
  ],
  'at_rest of steps': [{ second: { at_rest: 'leave' } }, /second\.at_rest is of a solver, and none is named/],
  'a mirror image without a pair': [
    { second: { ...second, start_at: 'mirrored' }, engines: [{ name: 'ep', nudging: 'one-sided', beta: 0.1 }] },
    /second\.start_at: no engine has copies nudged by β and by −β/,
  ],
  'the same of an engine': [
    { engines: [{ name: 'ep', nudging: 'one-sided', beta: 0.1, solver: 'anderson', start_at: 'mirrored' }] },
    /engines\.0\.start_at: engine 'ep' \(ep, nudging: one-sided\) has no copies nudged by β and by −β/,
  ],
  'no layers to sweep': [
    {
      second: { ...second, solver: 'even-odd' },
      network: { energy: 'hopfield', units: 4, inputs: 2, outputs: 2, activation: 'tanh' },
      data: { name: 'random', examples: 1 },
    },
    /second\.solver: even-odd updates whole layers at a time/,
  ],
};

for (const [name, [change, expected]] of Object.entries(cases)) {
  test(`refused: ${name}`, (t) => {
    t.regex(refused(t, change), expected);
  });
}

test('engines without a phase two in time take part; those with steps of their own keep them', (t) => {
  t.notThrows(() => planned(t, { engines: [ep, { name: 'rbp', method: 'cg', tolerance: 1e-8 }] }));
  t.notThrows(() => planned(t, { engines: [ep, { name: 'ep', id: 'exact-ep', nudging: 'exact', steps: 40 }] }));
  t.notThrows(() => planned(t, { engines: [{ name: 'ep', nudging: 'agnostic' }] }));
});

test('what is not said of examples at rest and of where copies start changes no spec', (t) => {
  const spec = planned(t, {});
  t.false('at_rest' in spec.free || 'at_rest' in spec.second || 'start_at' in spec.second);
  const said = planned(t, {
    free: { at_rest: 'leave' },
    second: { ...second, at_rest: 'leave', start_at: 'mirrored' },
  });
  t.like(said, { free: { at_rest: 'leave' }, second: { at_rest: 'leave', start_at: 'mirrored' } } as never);
});
