/** A run that is told to end is kept as it is, wherever between its checkpoints it was, and goes on to the same bytes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { plan } from '../../src/plan/plan.js';
import { execute } from '../../src/run/execute.js';
import type { Finished } from '../../src/run/recall.js';
import { filesIn, workspace, writeSpec } from '../_support/cli.js';
import { small } from '../_support/train.js';

const specs: Record<string, object> = {
  train: { ...small, protocol: { ...small.protocol, epochs: 120, checkpoint_every: 1_000_000 } },
  timescales: {
    name: 'small',
    protocol: { name: 'timescales', epsilon: 0.01, step: 0.05, steps: 1_500, every: 300, learn: ['U'] },
    network: { energy: 'hopfield', units: 6, inputs: 3, outputs: 2, activation: 'tanh' },
    data: { name: 'random', examples: 8 },
  },
  trials: {
    name: 'small',
    protocol: { name: 'trials', trials: 1500, networks: 2, checkpoint_every: 1_000_000 },
    task: 'saccade',
    agent: 'augment',
  },
};

for (const [name, spec] of Object.entries(specs)) {
  test(`${name}: kept when it is told to end, and continued to the same bytes`, async (t) => {
    const work = workspace(t);
    const planned = plan(writeSpec(work, spec));
    const [run] = planned.runs;
    const carryOut = (out: string, stop?: AbortController) =>
      execute(planned, run, {
        out: join(work, out),
        again: 'never',
        environment: {},
        ...(stop && { signal: stop.signal, onWork: () => stop.abort(new Error('told')) }),
      });
    const folder = (out: string) => join(work, out, 'small', run.id);
    const whole = await carryOut('whole');
    await t.throwsAsync(carryOut('parts', new AbortController()), { message: 'told' });
    t.true(existsSync(join(folder('parts'), 'checkpoint.bin')));
    const end = await carryOut('parts');
    t.like(end, { record: { environment: { continued: true } } });
    t.deepEqual((end as Finished).record.warnings, (whole as Finished).record.warnings);
    t.deepEqual(filesIn(folder('parts')), filesIn(folder('whole')));
    for (const file of filesIn(folder('whole')).filter((one) => one !== 'run.json' && one !== 'spec.yaml'))
      t.deepEqual(readFileSync(join(folder('parts'), file)), readFileSync(join(folder('whole'), file)), file);
  });
}
