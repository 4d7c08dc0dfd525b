import test from 'ava';
import { type BoundRule, judgeSlope, RunWatch } from '../../src/metrics/assertions.js';
import { tables } from '../../src/metrics/columns.js';

const { columns, file } = tables.equivalence;
const equivalence = () => tables.equivalence;
const row = (
  step: number,
  error_scaled: number,
  cell: { engine?: string; quantity?: string; reference?: string } = {},
) => {
  const cells: Record<string, string | number> = {
    step,
    engine: 'ep',
    reference: 'rbp',
    quantity: 'state',
    error_scaled,
    ...cell,
  };
  return columns.map(({ name }) => cells[name] ?? 0);
};
const rule: BoundRule = { engine: 'ep', quantity: 'state', column: 'error_scaled', max: 0.5 };
const judge = (rules: BoundRule, rows: ReturnType<typeof row>[]) => {
  const watch = new RunWatch(equivalence, [rules], []);
  for (const item of rows) watch.see(item, file);
  return watch.verdicts()[0];
};

test('a bound holds in every row that matches, and the worst is told with its step', (t) => {
  t.like(judge(rule, [row(0, 0.1), row(1, 0.4), row(2, 0.2)]), {
    passed: true,
    text: 'ep state error_scaled ≤ 0.5: worst 0.4 at step 1',
  });
  t.like(judge(rule, [row(0, 0.1), row(1, 0.6), row(2, 0.9), row(3, 0.7)]), {
    passed: false,
    text: 'ep state error_scaled ≤ 0.5: got 0.9 at step 2',
  });
  t.true(judge(rule, [row(0, 0.1), row(1, 9, { engine: 'x' }), row(1, 9, { quantity: 'params' })]).passed);
  t.true(judge({ ...rule, reference: 'rbp' }, [row(0, 0.1), row(1, 9, { reference: 'exact' })]).passed);
});

test('what fails by less than three digits show is told in all of them, limits too', (t) => {
  t.is(judge(rule, [row(0, 0.50001)]).text, 'ep state error_scaled ≤ 0.5: got 0.50001 at step 0');
  t.is(
    judge({ ...rule, max: 0.123456 }, [row(0, 0.1234567)]).text,
    'ep state error_scaled ≤ 0.123456: got 0.1234567 at step 0',
  );
  t.is(judge(rule, [row(0, 0.123456)]).text, 'ep state error_scaled ≤ 0.5: worst 0.123 at step 0');
});

test('NaN fails, and so does no row at all', (t) => {
  t.like(judge(rule, [row(0, Number.NaN), row(1, 0.9)]), {
    passed: false,
    text: 'ep state error_scaled ≤ 0.5: got NaN at step 0',
  });
  t.like(judge(rule, []), { passed: false, text: 'ep state error_scaled ≤ 0.5: no row matches' });
});

test('both limits, the last step, a range of steps', (t) => {
  t.false(judge({ ...rule, min: 0.2 }, [row(0, 0.1)]).passed);
  const rows = [row(0, 0.9), row(1, 0.3), row(2, 0.1)];
  t.true(judge({ ...rule, steps: 'last' }, rows).passed);
  t.false(
    judge(
      { ...rule, steps: 'last' },
      rows.toReversed().map((cells, step) => cells.with(0, step)),
    ).passed,
  );
  t.true(judge({ ...rule, steps: [1, 2] }, rows).passed);
  t.false(judge({ ...rule, steps: [0, 1] }, rows).passed);
});

const slope = {
  slope: 'error_scaled',
  over: 'b',
  engine: 'ep',
  quantity: 'state',
  range: [0.01, 1],
  min: 0.9,
  max: 1.1,
} as const;
const points = (exponent: number, others: object = {}) =>
  [0.001, 0.01, 0.1, 1].map((b) => ({ changes: { b, ...others }, value: 3 * b ** exponent }));

test('a slope is fitted over the runs in range, for each setting of the other swept keys', (t) => {
  t.deepEqual(
    judgeSlope(slope, points(1)).map(({ passed }) => passed),
    [true],
  );
  t.regex(judgeSlope(slope, points(1))[0].text, /got 1.0000 over 3 runs/);
  const both = judgeSlope(slope, [...points(1, { seed: 1 }), ...points(2, { seed: 2 })]);
  t.deepEqual(
    both.map(({ passed }) => passed),
    [true, false],
  );
  t.regex(both[1].text, /\(seed = 2\): got 2.0000/);
});

test('keys that move with the swept one make no groups of their own; NaN and an empty range fail', (t) => {
  const zipped = [0.01, 0.1, 1].map((b) => ({ changes: { b, twin: b }, value: b }));
  t.deepEqual(
    judgeSlope(slope, zipped, ['b', 'twin']).map(({ passed }) => passed),
    [true],
  );
  t.false(judgeSlope(slope, [...points(1), { changes: { b: 0.5 }, value: Number.NaN }])[0].passed);
  t.regex(judgeSlope({ ...slope, range: [5, 6] }, points(1))[0].text, /no run lies in the range/);
  t.true(
    judgeSlope(
      slope,
      points(1).map(({ changes, value }) => ({ changes: { b: -changes.b }, value })),
    )[0].passed,
    'a negative β counts by its size',
  );
});

test('the largest value of a run is kept for the slope; a NaN spoils it', (t) => {
  const watch = (values: number[]) => {
    const seen = new RunWatch(equivalence, [], [slope]);
    for (const [step, value] of values.entries()) seen.see(row(step, value), file);
    return seen.largestValues();
  };
  t.deepEqual([watch([1, 3, 2]), watch([1, Number.NaN, 2]), watch([])], [[3], [Number.NaN], [Number.NaN]]);
});

test('only the files that something is asserted of need to be seen, and rows of others are not', (t) => {
  t.deepEqual(new RunWatch(equivalence, [], []).files, []);
  t.deepEqual(new RunWatch(equivalence, [rule], [slope]).files, [file]);
  const later: BoundRule = { table: 'evaluation', split: 'test', column: 'error', steps: 'last', max: 0.1 };
  const watch = new RunWatch(({ table }) => tables[table === 'evaluation' ? 'evaluation' : 'equivalence'], [later], []);
  t.deepEqual(watch.files, ['evaluation.csv']);
  watch.see(row(0, 0.1), file);
  for (const [epoch, split, error] of [
    [1, 'test', 0.9],
    [2, 'train', 0.8],
    [2, 'test', 0.05],
  ] as const)
    watch.see([epoch, 'ep', split, 10, 0.1, error, 5, 1e-3], 'evaluation.csv');
  t.deepEqual(
    watch.verdicts().map(({ passed, text }) => [passed, text]),
    [[true, 'test error ≤ 0.1 at the last epoch: worst 0.05 at epoch 2']],
  );
});

test('of whole processes, rows are chosen by their kind, too', (t) => {
  const rule: BoundRule = {
    table: 'summary',
    engine: 'ep',
    kind: 'cumulated',
    quantity: 'params',
    column: 'rel_mse',
    max: 0.1,
  };
  const watch = new RunWatch(() => tables.summary, [rule, { ...rule, kind: 'instantaneous' }], []);
  for (const [kind, value] of [
    ['cumulated', 0.05],
    ['instantaneous', 0.2],
  ] as const)
    watch.see(['ep', 'bptt', 'params', kind, 5, value, 1, 0], 'summary.csv');
  t.deepEqual(
    watch.verdicts().map(({ passed, text }) => [passed, text]),
    [
      [true, 'ep cumulated params rel_mse ≤ 0.1: worst 0.05'],
      [false, 'ep instantaneous params rel_mse ≤ 0.1: got 0.2'],
    ],
  );
});
