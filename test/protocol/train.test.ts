import test from 'ava';
import { numberSet } from '../../src/data/example-set.js';
import { Matrix } from '../../src/numerics/matrix.js';
import { readNpz } from '../../src/numerics/npz.js';
import type { Bench } from '../../src/protocol/protocol.js';
import { FEW, unsettledShare, unsettledWarning } from '../../src/protocol/train/diagnosis.js';
import type { Lane } from '../../src/protocol/train/lane.js';
import { distance } from '../_support/numbers.js';
import { bench, cellsOf, small, trained, withClasses } from '../_support/train.js';

const classes = (made: Parameters<typeof withClassesBench>[0]) => withClassesBench(made);
function withClassesBench(made: import('../../src/protocol/protocol.js').Bench) {
  const train = withClasses(made.dataset.train);
  return bench(made, { dataset: { train, validation: train, test: train } });
}

const protocol = (more: object) => ({ ...small.protocol, ...more });
const weights = (run: ReturnType<typeof trained>, file: string) => readNpz(run.files.get(file)!);

test('in the limit β → 0 EP and RBP learn alike: one step, and weights after two epochs', (t) => {
  const run = trained({});
  const cells = cellsOf(run, 'train');
  t.is(cells.length, 2 * 2 * 3);
  for (const column of ['cost', 'free_steps', 'free_residual']) {
    t.is(cells[0][column], cells[1][column], `${column} of the first batch`);
  }
  const [ep, rbp] = ['ep', 'rbp'].map((id) => weights(run, `${id}-last.npz`));
  for (const name of Object.keys(rbp)) t.true(distance(ep[name].data, rbp[name].data) < 1e-8, name);
});

test('evaluate_start: every set as it is before anything is learned, the rest as without', (t) => {
  const [plain, started] = [{}, { evaluate_start: true }].map((more) =>
    cellsOf(
      trained({ protocol: protocol(more) }, (made) =>
        bench(made, { dataset: { ...made.dataset, test: made.dataset.train } }),
      ),
      'evaluation',
    ),
  );
  const first = started.filter(({ epoch }) => epoch === 0);
  t.deepEqual(
    first.map(({ engine, split, examples }) => [engine, split, examples]),
    ['ep', 'rbp'].flatMap((engine) => ['train', 'test'].map((split) => [engine, split, 7])),
  );
  t.is(new Set(first.map(({ cost }) => cost)).size, 1);
  t.deepEqual(started.slice(first.length), plain);
});

test('every engine sees the same examples in the same order, each once an epoch; the last batch has the rest', (t) => {
  const seen: number[][] = [];
  const run = trained({}, (made) => {
    const { train } = made.dataset;
    const fill: typeof train.fill = (at, x, y) => {
      seen.push(Array.from(at));
      train.fill(at, x, y);
    };
    return bench(made, { dataset: { train: { ...train, fill }, test: undefined } });
  });
  t.deepEqual(
    seen.slice(0, 6).map(({ length }) => length),
    [3, 3, 1, 3, 3, 1],
  );
  for (const epoch of [seen.slice(0, 3), seen.slice(3, 6)]) {
    t.deepEqual(
      epoch.flat().sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6],
    );
  }
  t.notDeepEqual(seen.slice(0, 3), seen.slice(3, 6));
  const examples = cellsOf(run, 'train').filter(({ engine }) => engine === 'ep');
  t.deepEqual(
    examples.map((cells) => [cells['epoch'], cells['iteration'], cells['examples']]),
    [
      [1, 1, 3],
      [1, 2, 6],
      [1, 3, 7],
      [2, 4, 10],
      [2, 5, 13],
      [2, 6, 14],
    ],
  );
});

test('without shuffle the examples come as they are', (t) => {
  const seen: number[][] = [];
  trained({ protocol: protocol({ shuffle: false }) }, (made) => {
    const { train } = made.dataset;
    const fill: typeof train.fill = (at, x, y) => {
      seen.push(Array.from(at));
      train.fill(at, x, y);
    };
    return bench(made, { dataset: { train: { ...train, fill }, test: undefined } });
  });
  t.deepEqual(
    seen.slice(0, 6),
    [0, 1].flatMap(() => [[0, 1, 2], [3, 4, 5], [6]]),
  );
});

test('evaluation.csv: means over the epoch for train, all examples afterwards for test, and confusions add up to them', (t) => {
  const run = trained({}, classes);
  const rows = cellsOf(run, 'evaluation');
  t.deepEqual(
    rows.map(({ epoch, engine, split, examples }) => [epoch, engine, split, examples]),
    [1, 2].flatMap((epoch) =>
      ['ep', 'rbp'].flatMap((id) => ['train', 'validation', 'test'].map((split) => [epoch, id, split, 7])),
    ),
  );
  const batches = cellsOf(run, 'train').filter(({ engine, epoch }) => engine === 'ep' && epoch === 1);
  const [first] = rows;
  const mean = (column: string) => [3, 3, 1].reduce((sum, size, i) => sum + size * Number(batches[i][column]), 0) / 7;
  t.true(Math.abs(Number(first['cost']) - mean('cost')) < 1e-15);
  t.true(Math.abs(Number(first['error']) - mean('error')) < 1e-15);
  t.is(first['free_residual_max'], Math.max(...batches.map((cells) => Number(cells['free_residual']))));
  t.is(first['free_steps_mean'], batches.reduce((sum, cells) => sum + Number(cells['free_steps']), 0) / 3);
  const confusion = cellsOf(run, 'confusion').filter(({ engine }) => engine === 'ep');
  const count = (keep: (cells: (typeof confusion)[number]) => boolean) =>
    confusion.filter(keep).reduce((sum, cells) => sum + Number(cells['count']), 0);
  t.deepEqual(
    [0, 1].map((label) => count((cells) => cells['label'] === label)),
    [4, 3],
  );
  const last = rows.findLast(({ engine, split }) => engine === 'ep' && split === 'test')!;
  t.is(count((cells) => cells['label'] !== cells['prediction']) / 7, last['error'] as number);
});

test('evaluate_every thins evaluation.csv, the last epoch stays', (t) => {
  const run = trained({ protocol: protocol({ epochs: 5, evaluate_every: 2 }) });
  const epochs = cellsOf(run, 'evaluation').filter(({ engine }) => engine === 'ep');
  t.deepEqual(
    epochs.map(({ epoch, split }) => [epoch, split]),
    [
      [2, 'train'],
      [4, 'train'],
      [5, 'train'],
    ],
  );
});

for (const [what, given] of Object.entries({
  sgd: {},
  'momentum, persistent particles, cosines': {
    protocol: protocol({
      optimizer: { name: 'momentum', rates: 0.05, weight_decay: 1e-3, decay: 0.9 },
      persistent: true,
      cosine_every: 2,
      checkpoint_every: 1,
    }),
    free: { step: 0.5, tolerance: 1e-3, max_steps: 3 },
  },
  'adam, one engine without a phase one': {
    protocol: protocol({ optimizer: { name: 'adam', rates: 0.01 }, checkpoint_every: 1 }),
    engines: [
      { id: 'ep', name: 'ep', nudging: 'centered', beta: 0.1 },
      { id: 'mlp', name: 'backprop', output: 'activation' },
    ],
  },
})) {
  test(`resumed at any iteration, training yields what it would have: ${what}`, (t) => {
    const spec = { protocol: protocol({ checkpoint_every: 1 }), ...given };
    const whole = trained(spec, classes);
    t.is(whole.checkpoints.length, 6);
    for (const { data, rowsBefore } of whole.checkpoints) {
      const rest = trained(spec, (made) => bench(classes(made), { resume: data }));
      for (const [table, rows] of Object.entries(whole.rows)) {
        t.deepEqual(rest.rows[table] ?? [], rows.slice(rowsBefore[table] ?? 0), table);
      }
      t.deepEqual(rest.files, whole.files);
      t.deepEqual(rest.outcome, whole.outcome);
    }
  });
}

test('checkpoint_every counts iterations and changes no number', (t) => {
  const [often, never] = [1, 100].map((checkpoint_every) => trained({ protocol: protocol({ checkpoint_every }) }));
  t.is(never.checkpoints.length, 0);
  t.deepEqual(often.rows, never.rows);
});

test('the update of a tensor is told against its size, and overall', (t) => {
  const run = trained({ protocol: protocol({ epochs: 1, batch: 7 }) });
  const updates = cellsOf(run, 'updates').filter(({ engine }) => engine === 'ep');
  t.deepEqual(
    updates.map(({ tensor }) => tensor),
    ['W1', 'b1', 'W2', 'b2'],
  );
  for (const [k, { tensor, gradient_norm, weight_norm, update_ratio }] of updates.entries()) {
    const rate = k < 2 ? 0.1 : 0.05;
    const expected = (rate * Number(gradient_norm)) / Number(weight_norm);
    t.true(update_ratio === expected || Math.abs(Number(update_ratio) / expected - 1) < 1e-14, String(tensor));
  }
  t.is(updates[1]['update_ratio'], Number.POSITIVE_INFINITY, 'biases start at 0');
  const squares = (column: string, scale: (k: number) => number) =>
    Math.sqrt(updates.reduce((sum, cells, k) => sum + (scale(k) * Number(cells[column])) ** 2, 0));
  const overall = squares('gradient_norm', (k) => (k < 2 ? 0.1 : 0.05)) / squares('weight_norm', () => 1);
  t.true(Math.abs(Number(cellsOf(run, 'train')[0]['update_ratio']) / overall - 1) < 1e-14);
});

test('the cosine to dJ/dθ is 1 for a direct solve, and told every so many iterations', (t) => {
  for (const network of [
    small.network,
    { ...small.network, energy: 'prototypical' },
    { ...small.network, activation: 'hard-sigmoid' },
  ]) {
    const run = trained({
      network,
      protocol: protocol({ cosine_every: 2 }),
      second: network.energy === 'prototypical' ? { steps: 10 } : small.second,
      engines: [{ id: 'rbp', name: 'rbp', method: 'direct' }],
    });
    const cosines = cellsOf(run, 'train').map(({ cosine }) => Number(cosine));
    t.deepEqual(
      cosines.map((cosine) => Number.isNaN(cosine) || 1 - cosine < 1e-9),
      Array(6).fill(true),
    );
    t.deepEqual(cosines.map(Number.isNaN), [true, false, true, false, true, false], network.energy);
  }
});

test('persistent particles start phase one where it ended, and shorten it', (t) => {
  const steps = (persistent: boolean) =>
    cellsOf(
      trained({ protocol: protocol({ epochs: 8, persistent, optimizer: { name: 'sgd', rates: 1e-6 } }) }),
      'train',
    )
      .filter(({ engine }) => engine === 'ep')
      .map(({ free_steps }) => Number(free_steps));
  const [kept, fresh] = [steps(true), steps(false)];
  t.deepEqual(kept.slice(0, 3), fresh.slice(0, 3), 'at first there is nothing to start from');
  t.true(
    kept.slice(-3).every((count, i) => count < fresh.at(i - 3)! / 2),
    `${kept} against ${fresh}`,
  );
});

test('a training lays out its batches, never all examples at once', (t) => {
  const blind = (made: Bench) =>
    bench(made, {
      get x(): Matrix {
        throw new RangeError('all of them');
      },
    });
  for (const free of [small.free, { solver: 'anderson', tolerance: 1e-8, max_steps: 100 }]) {
    const network = { ...small.network, energy: 'prototypical', activation: 'shifted-sigmoid' };
    const run = trained(
      { network, free, protocol: protocol({ persistent: true }), engines: [small.engines[0]] },
      blind,
    );
    t.is(run.outcome.status, 'completed');
  }
});

test('weights are written as numbers that parameters take: last and best, .npz and .json alike', (t) => {
  const run = trained({ protocol: protocol({ weights: ['npz', 'json'] }) }, classes);
  t.deepEqual(
    [...run.files.keys()].sort(),
    ['ep', 'rbp'].flatMap((id) => ['best.json', 'best.npz', 'last.json', 'last.npz'].map((end) => `${id}-${end}`)),
  );
  const listed = JSON.parse(new TextDecoder().decode(run.files.get('ep-last.json')));
  for (const [name, { shape, data }] of Object.entries(weights(run, 'ep-last.npz'))) {
    t.deepEqual(listed[name].flat(), Array.from(data));
    t.is(listed[name].length, name.startsWith('b') ? shape[1] : shape[0]);
  }
  t.deepEqual([...trained({ protocol: protocol({ weights: [] }) }).files], []);
});

test('filters.csv holds the weights into the first units, laid out as the image is', (t) => {
  const run = trained({ protocol: protocol({ filters: 2 }) }, (made) => {
    const x = new Matrix(
      4,
      3,
      Float64Array.from({ length: 12 }, (_, i) => i / 12),
    );
    const train = { ...numberSet(x, new Matrix(4, 2)), image: [1, 3] as [number, number] };
    return bench(made, { dataset: { train, test: undefined } });
  });
  const filters = cellsOf(run, 'filters').filter(({ engine }) => engine === 'ep');
  const { data } = weights(run, 'ep-last.npz')['W1'];
  t.deepEqual(
    filters.map(({ unit, row, column, value }) => [unit, row, column, value]),
    [0, 1].flatMap((unit) => [0, 1, 2].map((pixel) => [unit, 0, pixel, data[5 * pixel + unit]])),
  );
});

test('rates that are too high: the engine stops and says so, the others go on, θ stays finite', (t) => {
  const run = trained({
    protocol: protocol({ epochs: 3, optimizer: { name: 'sgd', rates: 1e7 } }),
    network: { ...small.network, activation: 'linear', init: { name: 'glorot-uniform', gain: 0.1 } },
    engines: [
      { id: 'ep', name: 'ep', nudging: 'exact' },
      { id: 'mlp', name: 'backprop', output: 'linear' },
    ],
  });
  t.is(run.outcome.status, 'diverged');
  t.is(run.outcome.engines['ep'].status, 'diverged');
  const [warning] = run.outcome.warnings;
  t.regex(
    warning,
    /^engine 'ep' stopped at iteration 2 \(epoch 1\): the free phase diverged at step \d+ \(residual \S+\), and an update has changed θ by \S+ %: lower protocol\.optimizer\.rates \(now 10000000\)$/,
  );
  t.true(weights(run, 'ep-last.npz')['W1'].data.every(Number.isFinite));
  t.true(cellsOf(run, 'train').filter(({ engine }) => engine === 'mlp').length > 2);
});

test('a step that is too large is blamed where the rates are not', (t) => {
  const run = trained({ free: { step: 2.5, tolerance: 1e-10, max_steps: 5000 } });
  t.regex(
    run.outcome.warnings[0],
    /stopped at iteration 1 \(epoch 1\): the free phase diverged .*: reduce free\.step \(now 2\.5\), or reduce network\.init\.gain \(now 1\)$/,
  );
  t.false(
    run.outcome.warnings.some((warning) => warning.includes('free.max_steps')),
    'a free phase that diverged has not run out of steps',
  );
});

test('free phases that end early are told of once, and how many', (t) => {
  const run = trained({ free: { step: 0.5, tolerance: 1e-10, max_steps: 4 } });
  t.is(run.outcome.status, 'max-steps');
  t.is(run.outcome.warnings.length, 2);
  t.regex(
    run.outcome.warnings[0],
    /^engine 'ep': 6 of 6 free phases \(100 %\) ended before they were at rest, with residuals up to \d.*: raise free\.max_steps \(now 4\)/,
  );
  // one in a hundred and more makes the status, fewer are told and no more
  const one = (bad: number, all: number) => {
    const contestant = { settings: new Map() };
    const lane = {
      id: 'ep',
      contestant,
      ledger: { unsettled: bad, iterations: all, residualMax: 1e-3 },
    } as unknown as Lane;
    return [unsettledShare(lane) > FEW, unsettledWarning(lane)];
  };
  t.deepEqual(one(1, 100), [
    false,
    "engine 'ep': 1 of 100 free phases (1 %) ended before they were at rest, with residuals up to 1.0e-3, too few to matter: the training counts as completed",
  ]);
  t.true(one(2, 100)[0]);
});

test('advice at chance fits what was measured: too little that comes through, phases that did not end', (t) => {
  const stuck = (given: object) =>
    trained({ protocol: protocol({ epochs: 4, optimizer: { name: 'sgd', rates: 1e-3 } }), ...given }, classes)
      .outcome.warnings.filter((warning) => warning.includes('chance'))
      .join('\n');
  const flat = { energy: 'hopfield', layers: [3, 6, 6, 6, 2], activation: 'sigmoid' };
  const faint = stuck({ network: flat });
  t.regex(faint, /so little comes through: raise network\.init\.gain \(now 1\), or use a steeper network\.activation/);
  t.notRegex(faint, /smaller weights|saturated/);
  t.regex(
    stuck({ network: { ...flat, init: { name: 'normal', std: 1e-3 } } }),
    /answer every example alike, for too little reaches them: raise network\.init\.std/,
  );
  t.regex(
    stuck({ free: { step: 0.5, tolerance: 1e-10, max_steps: 2 } }),
    /likely: 100 % of the free phases were not at rest.*: raise free\.max_steps \(now 2\)/,
  );
});

test('an error that stays at chance is told of, with what may be behind it', (t) => {
  const stuck = (given: object) =>
    trained({ protocol: protocol({ epochs: 4 }), ...given }, classes).outcome.warnings.join('\n');
  t.regex(
    stuck({ protocol: protocol({ epochs: 4, optimizer: { name: 'sgd', rates: 1e-12 } }) }),
    /engine 'rbp': the error was no better than chance \(42\.9 %\) for 4 epochs; likely: .*raise the rates/,
  );
  t.regex(
    stuck({ network: { ...small.network, activation: 'hard-sigmoid', init: { name: 'normal', std: 20 } } }),
    /100 % of the output units are pinned at a bound, where RBP sees no error.*pinned: reduce network\.init\.std \(now 20\).*answer every example alike/s,
  );
});
