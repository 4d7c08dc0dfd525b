import test from 'ava';
import { lastBatchWarnings } from '../../src/plan/last-batch.js';
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

test('a last batch that is all but empty is told of, with the sizes that divide the training set', (t) => {
  const said = (examples: number, batch: number, split?: object) => {
    const protocol = { name: 'train', epochs: 1, batch, optimizer: { name: 'sgd', rates: 0.1 } };
    const spec = specOf({
      network,
      engines: [engines[1]],
      protocol,
      data: { name: 'random', examples, ...(split && { split }) },
    });
    return lastBatchWarnings(spec, undefined);
  };
  for (const examples of [1, 7, 12, 13, 20, 97]) {
    for (let batch = 1; batch <= 14; batch++) {
      const last = examples % batch;
      const isTold = examples > batch && last > 0 && last < batch / 4;
      t.is(said(examples, batch).length, Number(isTold), `${examples} in ${batch}`);
      const [, sizes] =
        /set protocol\.batch \(now \d+\) to ([\d or]+), which divides/.exec(said(examples, batch)[0] ?? '') ?? [];
      for (const size of sizes?.split(' or ') ?? []) t.deepEqual(said(examples, Number(size)), []);
    }
  }
  const [text] = said(100, 33);
  t.is(
    text,
    'the last batch of an epoch has 1 of 33 examples, takes a step as large as that of the others, and the epoch is judged right ' +
      'after it: set protocol.batch (now 33) to 25 or 50, which divides the training set',
  );
  t.regex(said(97, 12)[0], /: choose protocol\.batch, or the number of examples, so that one divides the other$/);
  t.deepEqual(lastBatchWarnings(specOf({ network, engines }), undefined), [], 'of no training');
});
