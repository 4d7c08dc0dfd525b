import { join } from 'node:path';
import test from 'ava';
import { plan } from '../../src/plan/plan.js';
import type { RunPlan } from '../../src/plan/run-plan.js';
import { planWarnings } from '../../src/plan/warnings.js';
import { workload } from '../../src/plan/workload.js';
import type { Spec } from '../../src/spec/schema.js';
import { specOf } from '../_support/bench.js';
import { quick, root, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

const network = { energy: 'hopfield', layers: [3, 4, 2], activation: 'tanh' };
const oneSided = (beta: number) => ({ id: 'one', name: 'ep', nudging: 'one-sided', beta });
const rbp = { id: 'rbp', name: 'rbp', method: 'ode' };

test('double precision goes without saying: runs keep the names that they had before there was another', (t) => {
  const [first] = plan(join(root, 'experiments/beta-slopes.yaml')).runs;
  t.is(first.id, 'one-sided.beta-0.1_centered.beta-0.1-fd93cad4');
  t.is(first.hash, 'fd93cad4856db153');
  t.is((first.spec as Spec).precision, 'float64');
});

test('precision is of the identity of a run, and may be swept', (t) => {
  const work = workspace(t);
  const runsOf = (more: object): readonly RunPlan[] => plan(writeSpec(work, { ...quick, ...more })).runs;
  const [plain] = runsOf({});
  const [double] = runsOf({ precision: 'float64' });
  const [single] = runsOf({ precision: 'float32' });
  t.is(double.hash, plain.hash);
  t.not(single.hash, plain.hash);
  const swept = runsOf({ sweep: { precision: ['float64', 'float32'] } });
  t.deepEqual(
    swept.map(({ hash }) => hash),
    [plain.hash, single.hash],
  );
  t.deepEqual(
    swept.map(({ id }) => id.replace(/-\w{8}$/, '')),
    ['precision-float64', 'precision-float32'],
  );
});

test('what is a few digits above round-off follows the precision, unless it is said', (t) => {
  const defaults = (precision: string, more: object = {}) => {
    const { free, finite_difference } = specOf({ network, precision, free: { step: 0.1 }, ...more });
    return [free.tolerance, finite_difference.step];
  };
  t.deepEqual(defaults('float64'), [1e-12, 1e-5]);
  t.deepEqual(defaults('float32'), [1e-6, 2e-3]);
  t.deepEqual(defaults('float32', { free: { tolerance: 1e-3 }, finite_difference: { step: 0.1 } }), [1e-3, 0.1]);
});

test('numbers of half the size are counted with half their bytes', (t) => {
  const bytes = (precision: string) => workload({ spec: specOf({ network, precision }), data: undefined }).bytes;
  t.is(bytes('float32'), bytes('float64') / 2);
});

test('assertions below round-off are told of, with the floor and what to do', (t) => {
  const warnings = (beta: number, max: number, given: object = {}) => {
    const assert = [{ column: 'error_abs', engine: 'one', max }];
    const free = { step: 0.1, tolerance: 2e-7 };
    const engines = [oneSided(beta), rbp];
    return planWarnings(specOf({ network, engines, assert, free, precision: 'float32', ...given }), [
      'engines.one.beta',
    ]);
  };
  t.deepEqual(warnings(0.1, 1e-7), [
    "engine 'one': round-off/β = 1.2e-6 of float32 exceeds the accuracy asserted (1e-7): use precision: float64, or raise " +
      'its beta (now 0.1), or assert well above 1.2e-6',
  ]);
  t.deepEqual(warnings(0.1, 1e-5), []);
  const free = { step: 0.1, tolerance: 1e-14 };
  t.deepEqual(warnings(0.1, 1e-7, { precision: 'float64', free }), []);
  t.deepEqual(warnings(0.1, 1e-5, { free }), [
    'round-off = 1.2e-7 of float32 exceeds free.tolerance (1e-14): use precision: float64, or raise free.tolerance above 1.2e-7',
  ]);
});

test('relative measures are noise in single precision after 16 time constants', (t) => {
  const told = (precision: string, steps: number) =>
    planWarnings(
      specOf({
        network,
        precision,
        free: { step: 0.1, tolerance: 1e-6 },
        engines: [{ id: 'dual', name: 'ep', nudging: 'exact' }, rbp],
        second: { step: 0.1, steps },
        assert: [{ column: 'error_rel', engine: 'dual', quantity: 'state', max: 0.1 }],
      }),
      [],
    ).filter((line) => line.startsWith('second phase of')).length;
  t.deepEqual([told('float64', 200), told('float32', 200), told('float32', 150)], [0, 1, 0]);
});

test('another precision is no word of a spec', async (t) => {
  const work = workspace(t);
  const wrong = await inProcess('validate', writeSpec(work, { ...quick, precision: 'float16' }));
  t.is(wrong.code, 2);
  t.regex(
    wrong.stderr,
    /spec\.yaml:\d+:\d+: precision must be one of float64, float32, got 'float16'; did you mean 'float32'/,
  );
});
