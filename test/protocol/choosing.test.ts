/** The validation set chooses, epoch by epoch and engine by engine; the test set is only looked at. */
import test from 'ava';
import { checkProtocol } from '../../src/plan/check-protocol.js';
import { planWarnings } from '../../src/plan/warnings.js';
import { Standing } from '../../src/protocol/train/standing.js';
import { specOf } from '../_support/bench.js';
import { dynamicsOf } from '../_support/networks.js';
import { bench, cellsOf, small, trained } from '../_support/train.js';

const protocol = (more: object) => ({ ...small.protocol, batch: 10, optimizer: { name: 'sgd', rates: 1.5 }, ...more });
/** Noisy classes that a network learns and unlearns: the validation errors of its engines go up and down. */
const noisy = {
  network: { ...small.network, layers: [2, 6, 2] },
  data: { name: 'two-moons', examples: 30, test: 40, noise: 0.5, split: { validation: 20 } },
  free: { step: 0.5, tolerance: 1e-4, max_steps: 300 },
  second: { step: 0.5, steps: 15 },
  engines: [
    { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.5 },
    { id: 'mlp', name: 'backprop', output: 'activation' },
  ],
};
const errors = (run: ReturnType<typeof trained>, engine: string, split: string) =>
  cellsOf(run, 'evaluation').filter((cells) => cells['engine'] === engine && cells['split'] === split);
const least = (found: readonly { error?: number | string }[]) =>
  found.reduce((best, { error }, i) => (Number(error) < Number(found[best].error) ? i : best), 0);

test('the best epoch is that of the least validation error, whatever the test says, and run.json tells both', (t) => {
  const run = trained({ ...noisy, protocol: protocol({ epochs: 12 }) });
  let disagree = 0;
  for (const id of ['ep', 'mlp']) {
    const [validation, tested] = ['validation', 'test'].map((split) => errors(run, id, split));
    t.is(validation.length, 12);
    const best = least(validation);
    const { measured } = run.outcome.engines[id];
    t.like(measured, {
      epoch: 12,
      best_epoch: best + 1,
      best_validation_error: validation[best]['error'] as number,
      best_test_error: tested[best]['error'] as number,
      validation_error: validation.at(-1)!['error'] as number,
      test_error: tested.at(-1)!['error'] as number,
      test_cost: tested.at(-1)!['cost'] as number,
    });
    t.false('stopped_epoch' in measured!);
    // the weights are those of that epoch
    const cut = trained({ ...noisy, protocol: protocol({ epochs: best + 1 }) });
    t.deepEqual(run.files.get(`${id}-best.npz`), cut.files.get(`${id}-last.npz`));
    if (least(tested) !== best) disagree++;
  }
  t.true(disagree > 0, 'else this shows nothing');
});

test('another test set changes its own rows and nothing else', (t) => {
  const given = { ...noisy, protocol: protocol({ epochs: 6, stop: { patience: 2 } }) };
  const run = trained(given);
  const other = trained(given, (made) => {
    const { train } = made.dataset;
    return bench(made, { dataset: { ...made.dataset, test: train } });
  });
  t.notDeepEqual(errors(run, 'ep', 'test'), errors(other, 'ep', 'test'));
  t.deepEqual(run.files, other.files);
  t.deepEqual(run.rows['train'], other.rows['train']);
  for (const split of ['train', 'validation']) t.deepEqual(errors(run, 'ep', split), errors(other, 'ep', split));
});

test('an engine that stops has the bytes of a training cut there; the others go on; the run is completed', (t) => {
  const stop = { patience: 2 };
  const whole = trained({ ...noisy, protocol: protocol({ epochs: 30, stop }) });
  t.is(whole.outcome.status, 'completed');
  t.deepEqual(
    whole.outcome.warnings.filter((warning) => warning.includes('stopped')),
    [],
  );
  const ends = ['ep', 'mlp'].map((id) => whole.outcome.engines[id].measured!['stopped_epoch']!);
  t.true(ends[0] !== ends[1] && Math.max(...ends) < 30, `${ends}`);
  for (const [i, id] of ['ep', 'mlp'].entries()) {
    const { best_epoch, epoch } = whole.outcome.engines[id].measured!;
    t.deepEqual([epoch, best_epoch! + stop.patience], [ends[i], ends[i]]);
    const cut = trained({ ...noisy, protocol: protocol({ epochs: ends[i] }) });
    for (const table of ['train', 'updates', 'evaluation', 'confusion'] as const) {
      const own = (run: typeof whole) => cellsOf(run, table).filter(({ engine }) => engine === id);
      t.deepEqual(own(whole), own(cut), `${id} ${table}`);
    }
    for (const which of ['last', 'best'])
      t.deepEqual(whole.files.get(`${id}-${which}.npz`), cut.files.get(`${id}-${which}.npz`));
  }
  const epochs = cellsOf(whole, 'train').map(({ epoch }) => Number(epoch));
  t.is(Math.max(...epochs), Math.max(...ends), 'and it ends when all have');
});

test('resumed at any iteration, a training that stops yields what it would have', (t) => {
  const given = { ...noisy, protocol: protocol({ epochs: 20, stop: { patience: 2 }, checkpoint_every: 1 }) };
  const whole = trained(given);
  t.true(whole.checkpoints.length > 10);
  for (const { data, rowsBefore } of whole.checkpoints.filter((_, i) => i % 4 === 3)) {
    const rest = trained(given, (made) => bench(made, { resume: data }));
    for (const [table, rows] of Object.entries(whole.rows))
      t.deepEqual(rest.rows[table] ?? [], rows.slice(rowsBefore[table] ?? 0), table);
    t.deepEqual(rest.files, whole.files);
    t.deepEqual(rest.outcome, whole.outcome);
  }
});

test('without classes the cost chooses', (t) => {
  const run = trained({
    data: { name: 'random', examples: 7, split: { validation: 3 } },
    protocol: { ...small.protocol, epochs: 6, optimizer: { name: 'sgd', rates: 2 } },
  });
  const costs = errors(run, 'ep', 'validation').map(({ cost }) => Number(cost));
  const { measured } = run.outcome.engines['ep'];
  t.is(measured?.['best_validation_cost'], Math.min(...costs));
  t.is(measured?.['best_validation_error'], null);
  t.is(measured?.['best_epoch'], costs.indexOf(Math.min(...costs)) + 1);
});

test('without a validation set no weights are the best, and a warning says why; stop is refused', (t) => {
  const without = { ...noisy, data: { ...noisy.data, split: undefined } };
  const run = trained({ ...without, protocol: protocol({ epochs: 2 }) });
  t.deepEqual([...run.files.keys()], ['ep-last.npz', 'mlp-last.npz']);
  t.false('best_epoch' in run.outcome.engines['ep'].measured!);
  const warned = (given: object) => planWarnings(specOf({ ...small, ...given }), []);
  const about = (lines: readonly string[]) => lines.filter((line) => line.includes('validation'));
  t.deepEqual(about(warned(without)), [
    'no weights are written as the best, for there is no validation set to choose them by: data.split: {validation: n} keeps examples for one',
  ]);
  t.deepEqual(about(warned(noisy)), []);
  t.deepEqual(about(warned({ ...without, protocol: protocol({ weights: [] }) })), []);
  const problems = (given: object) => {
    const spec = specOf({ ...small, ...given });
    const where = () => ({ file: 'a' });
    return checkProtocol(spec, dynamicsOf(noisy.network as never), {
      file: 'a',
      data: spec,
      locate: where,
      locateKey: where,
    });
  };
  const stops = { protocol: protocol({ stop: {} }) };
  t.deepEqual(problems({ ...noisy, ...stops }), []);
  t.regex(problems({ ...without, ...stops })[0].message, /^protocol\.stop needs a validation set: data\.split/);
});

test('patience counts evaluations, and min_delta says what is better; a validation of NaN is not', (t) => {
  const waits = (scores: readonly number[], minDelta = 0, patience = 2) => {
    const standing = new Standing();
    const stop = { on: 'validation' as const, patience, min_delta: minDelta };
    const at = scores.findIndex((cost, i) => {
      standing.take(i + 1, { train: { error: 0, cost: 0 }, validation: { error: Number.NaN, cost } }, minDelta);
      return standing.hasWaited(stop);
    });
    return [at + 1, standing.bestEpoch];
  };
  t.deepEqual(waits([3, 2, 1, 2, 1, 0]), [5, 3]);
  t.deepEqual(waits([3, 2, 1, 2, 0.5, 1, 1]), [7, 5]);
  t.deepEqual(waits([3, 2.9, 2.8, 2.7], 0.5), [3, 3], 'the best weights are the best all the same');
  t.deepEqual(waits([Number.NaN, Number.NaN, 1]), [2, 0]);
});
