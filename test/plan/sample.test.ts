/** Points of a sweep that are drawn. */
import test, { type ExecutionContext } from 'ava';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { drawnFrom } from '../../src/spec/draw.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';

const [beta, steps, step] = ['engines.ep.beta', 'second.steps', 'second.step'];
const logarithmic = { from: 1e-4, to: 1, scale: 'log' };

const changesOf = (t: ExecutionContext, sweep: object, more: object = {}) =>
  plan(writeSpec(workspace(t), { ...quick, sweep, ...more })).runs.map(({ changes }) => changes);

const problemsOf = (t: ExecutionContext, sweep: object, more: object = {}): string =>
  t.throws(() => plan(writeSpec(workspace(t), { ...quick, sweep, ...more })), { instanceOf: UserError })!.message;

for (const method of ['sobol', 'random']) {
  test(`${method}: within the range, in digits that one can read, the first points the same however many`, (t) => {
    const sweep = (points: number, seed = 1) => ({ [beta]: logarithmic, sample: { points, method, seed } });
    const values = changesOf(t, sweep(50)).map((changes) => changes[beta] as number);
    t.is(values.length, 50);
    for (const value of values) {
      t.true(value >= 1e-4 && value <= 1);
      t.true(Number(value.toPrecision(4)) === value, String(value));
    }
    // a quarter in each decade
    const decades = [1e-4, 1e-3, 1e-2, 1e-1].map((from) => values.filter((v) => v >= from && v < 10 * from).length);
    for (const count of decades) t.true(count >= (method === 'sobol' ? 11 : 5), String(decades));
    t.deepEqual(
      changesOf(t, sweep(20)).map((changes) => changes[beta]),
      values.slice(0, 20),
    );
    t.notDeepEqual(changesOf(t, sweep(2, 2)), changesOf(t, sweep(2)));
  });
}

test('the points are those of before, on every machine', (t) => {
  t.snapshot(changesOf(t, { [beta]: logarithmic, [steps]: { from: 5, to: 20, integer: true }, sample: { points: 6 } }));
});

test('lists, counted ranges and zipped keys are drawn from, each value as often as another; every point for every seed', (t) => {
  const sweep = {
    [beta]: [0.1, 0.2],
    [step]: { from: 0.1, to: 0.4, count: 4 },
    zip: { 'free.step': [0.1, 0.2], 'free.tolerance': [1e-9, 1e-8] },
    sample: { points: 16 },
  };
  const drawn = changesOf(t, sweep);
  for (const [key, each] of [
    [beta, 8],
    [step, 4],
    ['free.step', 8],
  ] as const) {
    // 16 points of a net: exactly
    const all = plan(
      writeSpec(workspace(t), {
        ...quick,
        sweep: { [key]: (sweep as never)[key] ?? [0.1, 0.2], sample: { points: 16 } },
      }),
    );
    t.is(all.runs.length, 16 / each);
  }
  t.true(drawn.every((changes) => (changes['free.step'] === 0.1) === (changes['free.tolerance'] === 1e-9)));
  const seeded = changesOf(t, { [beta]: logarithmic, sample: { points: 4 } }, { seeds: 2 });
  t.deepEqual(
    seeded.map(({ seed }) => seed),
    [1, 2, 1, 2, 1, 2, 1, 2],
  );
  t.is(seeded[0][beta], seeded[1][beta]);
});

test('objects of a list are values like others', (t) => {
  const solvers = [{ name: 'euler' }, { name: 'anderson' }];
  const drawn = changesOf(t, { 'free.solver': solvers, [beta]: logarithmic, sample: { points: 8 } });
  t.is(drawn.filter((changes) => (changes['free.solver'] as { name: string }).name === 'anderson').length, 4);
});

test('points are left out by an exclusion, which need not meet any, and added by an inclusion', (t) => {
  const sweep = { [beta]: [0.1, 0.2], sample: { points: 8 }, exclude: [{ [beta]: 0.1 }], include: [{ [beta]: 0.7 }] };
  t.deepEqual(changesOf(t, sweep), [{ [beta]: 0.2 }, { [beta]: 0.7 }]);
  t.notThrows(() => changesOf(t, { ...sweep, exclude: [{ [beta]: 0.3 }] }));
});

test('whole numbers have equal room, ends included; equal ratios over them, too', (t) => {
  const counts = (range: object, shares = 6000) => {
    const found = new Map<number, number>();
    for (let i = 0; i < shares; i++) {
      const value = drawnFrom(range as never, (i + 0.5) / shares);
      found.set(value, (found.get(value) ?? 0) + 1);
    }
    return [...found].sort(([a], [b]) => a - b);
  };
  t.deepEqual(
    counts({ from: 4, to: 1, scale: 'linear', integer: true }),
    [1, 2, 3, 4].map((n) => [n, 1500]),
  );
  const log = counts({ from: 1, to: 8, scale: 'log', integer: true });
  t.deepEqual(
    log.map(([n]) => n),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  for (const [n, count] of log) t.true(Math.abs(count / 6000 - Math.log((n + 0.5) / (n - 0.5)) / Math.log(17)) < 1e-3);
  t.deepEqual(
    counts({ from: -8, to: -1, scale: 'log', integer: true }),
    log.map(([n, count]) => [-n, count]).reverse(),
  );
});

test('a narrow range keeps a thousand values, and no value leaves its range', (t) => {
  for (const [from, to] of [
    [1000, 1001],
    [0.9999, 1],
    [-5, -4.9999],
    [0, 1e-300],
    [-1, 1],
    [1e300, -1e300],
  ]) {
    const values = Array.from({ length: 5000 }, (_, i) => drawnFrom({ from, to, scale: 'linear' }, (i + 0.5) / 5000));
    t.true(new Set(values).size >= 1000, `${from} ${to} ${new Set(values).size}`);
    t.true(values.every((value) => value >= Math.min(from, to) && value <= Math.max(from, to)));
  }
});

test('what cannot be drawn is told with its place', (t) => {
  const range = { from: 0.1, to: 1 };
  for (const [sweep, expected] of [
    [{ [beta]: range }, /sweep\.engines\.ep\.beta needs count: .*; or sweep\.sample/],
    [
      { zip: { [beta]: range, [step]: [1, 2] }, sample: { points: 2 } },
      /sweep\.zip\.engines\.ep\.beta needs count: keys that move together/,
    ],
    [{ sample: { points: 4 } }, /sweep\.sample has nothing to draw from; sweep a key over a range or a list/],
    [{ [beta]: range, sample: { points: 0 } }, /sweep\.sample\.points must be greater than 0, got 0/],
    [
      { [beta]: range, sample: { points: 4, method: 'sobl' } },
      /must be one of sobol, random, got 'sobl'; did you mean 'sobol'\?/,
    ],
    [{ [beta]: range, sample: {} }, /missing key 'sweep\.sample\.points'/],
    [
      { [beta]: { from: -1, to: 1, scale: 'log' }, sample: { points: 4 } },
      /must go from one number to another of the same sign where scale is log/,
    ],
    [{ [beta]: { from: 0, to: 1, scale: 'log' }, sample: { points: 4 } }, /of the same sign where scale is log/],
    [
      { [steps]: { from: 1.5, to: 4, integer: true }, sample: { points: 4 } },
      /must go from one whole number to another where integer is true/,
    ],
    [{ [beta]: range, sample: { points: 300_000 } }, /300,000 runs: a spec may have 250,000 at most/],
  ] as [object, RegExp][])
    t.regex(problemsOf(t, sweep), expected);
});

test('a range may give values that a key does not take: the first of them is told', (t) => {
  t.regex(
    problemsOf(t, { [steps]: { from: 1, to: 9 }, sample: { points: 4 } }),
    /second\.steps must be a whole number, got \d\.\d+/,
  );
});

test('what is wrong with all values of a range is told once, with how many, and how to mend it', (t) => {
  const said = problemsOf(t, { [steps]: { from: 2, to: 10 }, [step]: { from: -0.3, to: 3 }, sample: { points: 11 } });
  const lines = said.split('\n');
  t.is(lines.length, 2, said);
  t.regex(
    lines[0],
    /second\.steps must be a whole number, got [\d.]+ \(and 10 more of its values alike\); give the range integer: true$/,
  );
  t.regex(lines[1], /second\.step must be greater than 0, got -[\d.]+( \(and \d more of its values alike\))?$/);
  // each item of a list has a place of its own
  t.is(problemsOf(t, { [steps]: [1.5, 2.5, 3] }).split('\n').length, 2);
});
