import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { moments, trainingStatistics } from '../../src/metrics/statistics.js';
import { textsOf, trainedSheet } from '../../src/report/sheet/tables.js';

const engines = [
  { id: 'ep', name: 'ep', beta: 0.1 },
  { id: 'mlp', name: 'backprop' },
];

/** A training as run.json tells of it: what each engine measured. */
const record = (changes: object, measured: Record<string, object>, status: Record<string, string> = {}) =>
  ({
    changes,
    spec: { protocol: { name: 'train' }, engines },
    engines: Object.fromEntries(
      Object.entries(measured).map(([id, found]) => [
        id,
        { status: status[id] ?? 'completed', steps: 1, measured: found },
      ]),
    ),
  }) as never;
const chosenAt = (validation: number, tested: number) => ({
  train_error: 0.9,
  validation_error: 0.9,
  test_error: 0.9,
  best_epoch: 3,
  best_train_error: 0.01,
  best_validation_error: validation,
  best_test_error: tested,
});

testProp(
  'mean and deviation of a sample: shifted and scaled with it',
  [fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 12 }), fc.integer({ min: -9, max: 9 })],
  (t, values, shift) => {
    const [a, b] = [moments(values), moments(values.map((value) => 2 * value + shift))];
    t.true(Math.abs(b.mean - (2 * a.mean + shift)) < 1e-9);
    t.true(Math.abs(b.deviation - 2 * a.deviation) < 1e-9);
    const squares = values.flatMap((x) => values.map((y) => (x - y) ** 2)).reduce((sum, square) => sum + square, 0);
    // an independent form: half the mean square of all differences
    const n = values.length;
    t.true(Math.abs(a.deviation ** 2 - squares / (2 * n * (n - 1))) < 1e-6 * Math.max(1, squares));
  },
  { seed: 1987 },
);

test('of one number there is no deviation, of none no mean; what is missing is not counted', (t) => {
  t.deepEqual([moments([3, null, undefined]).count, moments([3, null]).mean], [1, 3]);
  t.true(Number.isNaN(moments([3]).deviation) && Number.isNaN(moments([]).mean));
});

const sweep = [
  [1, 0.1, 0.04, 0.2],
  [2, 0.1, 0.06, 0.3],
  [1, 0.2, 0.03, 0.5],
  [2, 0.2, 0.03, 0.7],
].map(([seed, rate, validation, tested]) =>
  record(
    { 'protocol.optimizer.rates': rate, seed },
    { ep: chosenAt(validation, tested), mlp: chosenAt(0.5 - validation, tested / 2) },
  ),
);

test('over seeds, point by point; the least mean validation chooses, engine by engine, whatever the test', (t) => {
  const { kind, results } = trainingStatistics(sweep)!;
  t.is(kind, 'error');
  t.deepEqual(
    results.map(({ engine, point, chosen, seeds }) => [engine, point[0][1], seeds, chosen]),
    [
      ['ep', 0.1, 2, false],
      ['ep', 0.2, 2, true],
      ['mlp', 0.1, 2, true],
      ['mlp', 0.2, 2, false],
    ],
  );
  t.like(results[1].test, { count: 2, mean: 0.6 });
  t.true(Math.abs(results[1].test.deviation - 0.2 / Math.SQRT2) < 1e-15);
  const sheet = trainedSheet(sweep)!;
  t.is(sheet.caption, 'at the epoch of the best validation, mean ± standard deviation over n = 2 seeds');
  t.deepEqual(textsOf(sheet), [
    ['engine', 'rates', 'validation error (%)', 'test error (%)', 'chosen'],
    ['ep', '0.1', '5.0 ± 1.4', '25.0 ± 7.1', ''],
    ['ep', '0.2', '3.0 ± 0.0', '60.0 ± 14.1', 'by validation'],
    ['mlp', '0.1', '45.0 ± 1.4', '12.5 ± 3.5', 'by validation'],
    ['mlp', '0.2', '47.0 ± 0.0', '30.0 ± 7.1', ''],
  ]);
  t.deepEqual(sheet.notes, [
    'bold: what validation chose, of each engine; what was learned from never is',
    'validation chose rates = 0.2 for ep: validation error (%) 3.0 ± 0.0',
    'validation chose rates = 0.1 for mlp: validation error (%) 45.0 ± 1.4',
  ]);
});

test('a point that lost a seed is told and not chosen; a sweep of another engine makes no point of this one', (t) => {
  const lost = [
    ...sweep.slice(0, 3),
    record(
      { 'protocol.optimizer.rates': 0.2, seed: 2 },
      { ep: chosenAt(0, 0), mlp: chosenAt(0.1, 0.1) },
      { ep: 'diverged' },
    ),
  ];
  const { results } = trainingStatistics(lost)!;
  t.deepEqual(
    results.map(({ seeds, test: { count }, chosen }) => [seeds, count, chosen]),
    [
      [2, 2, true],
      [2, 1, false],
      [2, 2, false],
      [2, 2, true],
    ],
  );
  t.is(textsOf(trainedSheet(lost)!)[2][3], '50.0 (n = 1)');
  const beta = [0.1, 0.2].map((value) =>
    record({ 'engines.ep.beta': value }, { ep: chosenAt(value, 1), mlp: chosenAt(1, 1) }),
  );
  t.deepEqual(
    trainingStatistics(beta)!.results.map(({ engine, point }) => [engine, point.length]),
    [
      ['ep', 1],
      ['ep', 1],
      ['mlp', 0],
    ],
  );
});

test('what a search has ended before is not chosen, however good it was then, and not shown but counted', (t) => {
  const early = sweep.map(
    (each, i) => ({ ...(each as object), ...(i > 1 && { pruned: { rung: 0, epochs: 1 } }) }) as never,
  );
  const { results } = trainingStatistics(early)!;
  t.deepEqual(
    results.map(({ chosen, pruned }) => [chosen, pruned]),
    [
      [true, undefined],
      [false, 1],
      [true, undefined],
      [false, 1],
    ],
  );
  const { lines, notes } = trainedSheet(early)!;
  t.is(lines.length, 2);
  t.true(notes.includes('2 points that a search ended before the end are left out'), notes.join());
  t.is(trainedSheet(early.slice(2))!.lines.length, 2);
});

test('without a validation set: after the last epoch, and nothing is chosen; without classes the cost', (t) => {
  const last = [1, 2].map((rate) =>
    record({ 'protocol.optimizer.rates': rate }, { ep: { train_error: null, train_cost: 0.5, test_cost: rate / 8 } }),
  );
  t.deepEqual(textsOf(trainedSheet(last)!)[2], ['ep', '2', '0.250']);
  t.is(trainedSheet(last)!.caption, 'test cost, after the last epoch');
  t.is(trainedSheet([{ changes: {}, engines: {}, spec: { protocol: { name: 'gradient' } } } as never]), undefined);
});
