/** What a sweep comes to. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { parseOverride } from '../../src/spec/overrides.js';
import { valuesOf } from '../../src/spec/sweep.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';

const changesOf = (t: ExecutionContext, change: object) =>
  plan(writeSpec(workspace(t), { ...quick, ...change })).runs.map(({ changes }) => Object.values(changes).join(' '));

const problemsOf = (t: ExecutionContext, change: object): string =>
  t.throws(() => plan(writeSpec(workspace(t), { ...quick, ...change })), { instanceOf: UserError })!.message;

const [beta, step] = ['engines.ep.beta', 'second.step'];

test('the product of lists, the last fastest; seeds after all', (t) => {
  const sweep = { [beta]: [0.1, 0.2], [step]: [0.01, 0.02] };
  t.deepEqual(changesOf(t, { sweep }), ['0.1 0.01', '0.1 0.02', '0.2 0.01', '0.2 0.02']);
  t.deepEqual(changesOf(t, { sweep: { [beta]: [0.1, 0.2] }, seeds: 2 }), ['0.1 1', '0.1 2', '0.2 1', '0.2 2']);
  t.deepEqual(changesOf(t, { seeds: [7, 3] }), ['7', '3']);
});

test("an override of seeds takes the place of the file's seed, and one of seed that of its seeds", (t) => {
  const seedsOf = (spec: object, ...overrides: string[]) =>
    plan(writeSpec(workspace(t), { ...quick, ...spec }), overrides.map(parseOverride)).runs.map((run) => run.spec.seed);
  t.deepEqual(seedsOf({ seed: 7 }, 'seeds=2'), [1, 2]);
  t.deepEqual(seedsOf({ seeds: 3 }, 'seed=7'), [7]);
  t.throws(() => seedsOf({}, 'seed=7', 'seeds=2'), { message: /seed and seeds exclude each other/ });
});

test('zipped keys move together, group by group', (t) => {
  const one = { zip: { [beta]: [0.1, 0.2], [step]: [0.01, 0.02] } };
  t.deepEqual(changesOf(t, { sweep: one }), ['0.1 0.01', '0.2 0.02']);
  const two = { zip: [one.zip, { 'free.step': [1, 2], 'free.tolerance': [3, 4] }] };
  t.deepEqual(changesOf(t, { sweep: two }), ['0.1 0.01 1 3', '0.1 0.01 2 4', '0.2 0.02 1 3', '0.2 0.02 2 4']);
});

test('points are left out where they agree with an exclusion, and added by an inclusion, for every seed', (t) => {
  const sweep = {
    [beta]: [0.1, 0.2],
    [step]: [0.01, 0.02],
    exclude: [{ [beta]: 0.1, [step]: 0.02 }, { [beta]: 0.2 }],
    include: [{ [beta]: 0.5 }, { [step]: 0.5, [beta]: 0.7 }],
  };
  t.deepEqual(changesOf(t, { sweep }), ['0.1 0.01', '0.5', '0.5 0.7']);
  t.deepEqual(changesOf(t, { sweep, seeds: 2 }).slice(0, 4), ['0.1 0.01 1', '0.1 0.01 2', '0.5 1', '0.5 2']);
  t.deepEqual(changesOf(t, { sweep: { include: [{ [beta]: 0.5 }] } }), ['0.5']);
});

test('ranges hold their ends exactly and numbers as one would write them', (t) => {
  const range = (from: number, to: number, count: number, scale: 'linear' | 'log') =>
    valuesOf({ from, to, count, scale });
  t.deepEqual(range(0.1, 0.5, 5, 'linear'), [0.1, 0.2, 0.3, 0.4, 0.5]);
  t.deepEqual(range(10, 1, 4, 'linear'), [10, 7, 4, 1]);
  t.deepEqual(range(1e-4, 1, 5, 'log'), [1e-4, 1e-3, 1e-2, 1e-1, 1]);
  t.deepEqual(range(-1, -100, 3, 'log'), [-1, -10, -100]);
  t.deepEqual(range(1e-150, 1e150, 3, 'log'), [1e-150, 1, 1e150]);
  t.deepEqual(range(1, 3, 3, 'log'), [1, 1.73205080757, 3]);
  t.deepEqual(changesOf(t, { sweep: { 'second.steps': { from: 1, to: 3, count: 3 } } }), ['1', '2', '3']);
  const beta01 = { from: 1e-3, to: 1e-1, count: 3, scale: 'log' };
  t.deepEqual(changesOf(t, { sweep: { [beta]: beta01 } }), ['0.001', '0.01', '0.1']);
});

test('a value given twice is one run', (t) => {
  t.deepEqual(changesOf(t, { sweep: { [beta]: [0.1, 0.1, 0.2] } }), ['0.1', '0.2']);
});

test('an override of a key that every point sets itself is a mistake: it would change nothing', (t) => {
  const planned = (sweep: object) => () =>
    plan(writeSpec(workspace(t), { ...quick, sweep }), [parseOverride('free.step=0.07')]);
  for (const sweep of [{ 'free.step': [0.1, 0.05] }, { zip: { 'free.step': [0.1, 0.05], 'second.step': [0.1, 0.05] } }])
    t.throws(planned(sweep), {
      instanceOf: UserError,
      message:
        "-s free.step=0.07: 'free.step' is swept, so that no run would have this value; override the list, sweep.free.step=[…]",
    });
  t.notThrows(planned({ 'second.step': [0.1], include: [{ 'free.step': 0.1 }] }));
});

test('what makes no sense is refused where it stands', (t) => {
  const cases: [object, RegExp][] = [
    [{ sweep: { [beta]: { from: 1, to: -1, count: 3, scale: 'log' } } }, /same sign where scale is log/],
    [{ sweep: { [beta]: { from: 1, to: 2, count: 1 } } }, /sweep\.engines\.ep\.beta\.count must be at least 2/],
    [{ sweep: { [beta]: { from: 1, to: 2, cuont: 3 } } }, /count/],
    [{ sweep: { [beta]: [] } }, /needs at least 1 item,/],
    [{ sweep: { [beta]: [1, 2], zip: { [beta]: [1], [step]: [1] } } }, /'engines\.ep\.beta' is swept twice/],
    [
      { sweep: { zip: { [beta]: [1, 2], [step]: [1] } } },
      /one length: engines\.ep\.beta has 2 values, second\.step has 1/,
    ],
    [{ sweep: { [beta]: [1], exclude: [{ [beta]: 3 }] } }, /no point agrees with \{engines\.ep\.beta: 3\}/],
    [
      { sweep: { [beta]: [1], exclude: [{ 'engines.ep.bta': 1 }] } },
      /'engines\.ep\.bta' is not swept; did you mean 'engines\.ep\.beta'\?/,
    ],
    [{ sweep: { [beta]: [1], exclude: [{ [beta]: 1 }] } }, /every point is excluded/],
    [{ seeds: 2, sweep: { seed: [1, 2] } }, /seeds and a sweep over 'seed' exclude each other/],
    [{ sweep: { include: [{ name: 'x' }] } }, /'name' cannot be swept/],
    [{ seeds: 10_000_000 }, /10,000,000 runs: a spec may have 250,000 at most/],
    [{ sweep: { [beta]: { from: 1, to: 2, count: 1e9 } } }, /1,000,000,000 runs/],
  ];
  for (const [change, expected] of cases) t.regex(problemsOf(t, change), expected);
});

test('what is wrong at some points of a sweep is told once, with the place of its value', (t) => {
  const work = workspace(t);
  const file = join(work, 'spec.yaml');
  writeSpec(work, { ...quick, seeds: 50 });
  writeFileSync(
    file,
    'name: q\nprotocol: equivalence\nnetwork: {energy: hopfield, layers: [3, 2], activation: tanh}\n' +
      'data: {name: random, examples: 2}\nengines:\n  - {id: ep, name: ep, nudging: one-sided, beta: 0.01}\n' +
      '  - {id: rbp, name: rbp, method: ode}\nreference: rbp\nseeds: 50\nsweep:\n  engines.ep.beta: [0.1, nope, 0.2]\n' +
      '  network.activation: [tanh, thna]\n  foo.bar: [1, 2]\n',
  );
  const issues = t.throws(() => plan(file), { instanceOf: UserError })!.message.split('\n');
  t.is(issues.length, 4, issues.join('\n'));
  t.regex(issues.join('\n'), /:11:26: engines\.ep\.beta must be a number, got 'nope'/);
  t.regex(issues.join('\n'), /:12:30: network\.activation must be one of .*'thna'/);
  t.regex(issues.join('\n'), /:13:13: unknown key 'foo'/);
});

test('points that share their parts are checked like specs by themselves: same hash, same spec', (t) => {
  const work = workspace(t);
  const sweep = {
    [beta]: [0.1, 0.2],
    'free.step': [0.1, 0.2],
    network: [quick.network, { ...quick.network, layers: [3, 2] }],
  };
  const { runs } = plan(writeSpec(work, { ...quick, sweep, seeds: 2 }));
  t.is(new Set(runs.map(({ hash }) => hash)).size, 16);
  for (const { hash, spec, warnings } of runs) {
    const [alone] = plan(writeSpec(work, spec, 'alone.yaml')).runs;
    t.deepEqual([alone.hash, alone.spec], [hash, spec]);
    t.deepEqual(alone.warnings.length > 0 || warnings.length === 0, true);
  }
});
