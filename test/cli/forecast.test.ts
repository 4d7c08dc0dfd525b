/** How long a plan says that it takes; and the words for it that other programs have taught. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { duration } from '../../src/cli/forecast.js';
import type { RunRecord } from '../../src/metrics/results.js';
import { plan } from '../../src/plan/plan.js';
import { Course, paceOfEarlier, paceOfTrial, workOfSpec } from '../../src/run/duration.js';
import { filesIn, quick, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { inProcess, runHere } from '../_support/in-process.js';
import { search } from '../_support/search.js';

test('durations have two digits and the largest unit that fits', (t) => {
  const said: [number, string][] = [
    [0.0123, '0.01 s'],
    [3.14, '3.1 s'],
    [59, '59 s'],
    [89, '89 s'],
    [90, '1.5 min'],
    [7200, '2 h'],
    [4e5, '4.6 d'],
  ];
  for (const [seconds, text] of said) t.is(duration(seconds), text);
});

test('by earlier runs: the median of what they took, in proportion to what a run comes to', async (t) => {
  const out = join(workspace(t), 'out');
  const spec = { ...quick, seeds: 3, figures: [] };
  const planned = plan(writeSpec(workspace(t), spec));
  t.is(paceOfEarlier(planned, out), undefined);
  const { finished } = await runHere(planned.file, out);
  const seconds = finished.map(({ record }) => Number(record.environment['seconds'])).sort((a, b) => a - b);
  const pace = paceOfEarlier(planned, out)!;
  t.is(pace.runs, 3);
  t.true(Math.abs(pace.of(planned.runs[0].spec) - seconds[1]) <= 1e-9);
  t.true(pace.spread![0] <= 1 && pace.spread![1] >= 1);
  const longer = plan(writeSpec(workspace(t), { ...spec, second: { step: 0.1, steps: 10 + 10_010 } })).runs[0];
  const ratio = workOfSpec(longer.spec) / workOfSpec(planned.runs[0].spec);
  t.true(Math.abs(ratio - 2) < 0.01, `twice the steps: ${ratio}`);
});

test('by the first moments of a run, of which nothing is written', (t) => {
  const work = workspace(t);
  const planned = plan(writeSpec(work, { ...quick, figures: [] }));
  const pace = paceOfTrial(planned.runs[0], planned)!;
  const seconds = pace.of(planned.runs[0].spec);
  t.true(seconds > 0 && Number.isFinite(seconds));
  t.is(pace.spread, undefined);
  t.deepEqual(filesIn(work), ['spec.yaml']);
});

test('the share of a run that is done: what a phase leaves of its steps is not to be done any more', (t) => {
  const course = new Course(120);
  const share = (done: number, of: number) => {
    course.see({ done, of });
    return course.share;
  };
  t.is(course.share, 0);
  t.is(share(5, 100), 5 / 120);
  t.is(share(10, 100), 10 / 120);
  // at rest after 10 of 100: two phases of 10 are left
  t.is(share(5, 10), 15 / 30);
  t.is(share(10, 10), 20 / 30);
  t.is(share(1, 10), 21 / 30, 'the next of as many');
  t.is(share(10, 10), 1);
});

/** Gives finished runs the times of a script. */
function scripted(experiment: string, secondsOf: (record: RunRecord) => number): void {
  for (const run of runsIn(experiment)) {
    const record = recordIn(run);
    const environment = { ...record.environment, seconds: secondsOf(record), continued: false };
    writeFileSync(join(run, 'run.json'), JSON.stringify({ ...record, environment }));
  }
}

const toldOf = async (file: string, out: string) => {
  const { stdout } = await inProcess('plan', file, '-o', out);
  const [, value, unit, what] =
    /about ([\d.]+) (s|min|h) of computing for (.*?)(?:, \S+ \S+ with| \()/.exec(stdout) ?? [];
  return { seconds: Number(value) * { s: 1, min: 60, h: 3600 }[unit as 's'], what };
};

test('a size that has been measured is told by that, whatever others took; another in proportion to the nearest', async (t) => {
  const [work, out] = [workspace(t), join(workspace(t), 'out')];
  // ten times the work, and hardly more time
  const spec = (steps: number[], seeds: number) =>
    writeSpec(work, { ...quick, seeds, figures: [], sweep: { 'free.max_steps': steps } });
  const [small, large, huge] = [1000, 10_000, 40_000];
  await runHere(spec([small, large], 2), out);
  scripted(join(out, 'quick'), ({ changes }) => (changes['free.max_steps'] === small ? 10 : 12));
  t.like(await toldOf(spec([small], 4), out), { seconds: 20, what: '2 runs' });
  t.like(await toldOf(spec([large], 4), out), { seconds: 24, what: '2 runs' });
  const { seconds } = await toldOf(spec([huge], 1), out);
  t.true(Math.abs(seconds - 48) < 1, `four times ${large}: ${seconds}`);
});

test('of a search it is what is left of its ladder, by the time that epochs took: on every rung about what it comes to', async (t) => {
  const [work, out] = [workspace(t), join(workspace(t), 'out')];
  const sweep = { ...search.sweep, sample: { points: 4 }, prune: { after: 1, keep: 0.5 } };
  const file = writeSpec(work, { ...search, sweep });
  // two seconds an epoch: 8 runs to epoch 1, 4 to 2, 2 to 4, 2 to 5; each shard also begins the rung after the one it completes
  const left = [8 + 8 + 8 + 4, 4 + 8 + 4, 4 + 4, 2];
  for (const [i, seconds] of left.entries()) {
    await runHere(file, out, { shard: { index: 1 + (i % 2), of: 2 } });
    scripted(join(out, 'search'), ({ pruned }) => 2 * (pruned?.epochs ?? 5));
    t.is((await toldOf(file, out)).seconds, seconds);
  }
  await runHere(file, out);
  t.is(
    (await toldOf(file, out)).what as string | undefined,
    undefined,
    'when it is over nothing is to be done, though runs are pruned',
  );
});

test('plan tells it, and what it rests on; what is done takes no time', async (t) => {
  const [work, out] = [workspace(t), join(workspace(t), 'out')];
  const file = writeSpec(work, { ...quick, seeds: 2, figures: [] });
  const first = await inProcess('plan', file, '-o', out);
  t.regex(first.stdout, / no {6}~ [\d.]+ (s|min)\n/);
  t.regex(first.stdout, /about [\d.]+ (s|min) of computing for 2 runs.* \(by the first moments of one run; where/);
  t.is((await inProcess('run', '-q', '-j', '1', '-s', 'seeds=1', file, '-o', out)).code, 0);
  const second = await inProcess('plan', file, '-o', out);
  t.regex(second.stdout, /about [\d.]+ (s|min) of computing for 1 run \(by 1 earlier run, which took 1 to 1 times/);
  await runHere(file, out);
  t.notRegex((await inProcess('plan', file, '-o', out)).stdout, /about|~/);
});

test('--dry-run is plan, -o is --out, --seed is -s seed=, --resume is what run does anyway', async (t) => {
  const [work, out] = [workspace(t), join(workspace(t), 'out')];
  const file = writeSpec(work, { ...quick, seeds: 2, figures: [] });
  for (const word of ['--dry-run', '-n']) {
    const { code, stdout } = await inProcess('run', word, file, '-o', out, '--seed', '7');
    t.is(code, 0);
    t.regex(stdout, /: 1 run\n/);
    t.deepEqual(filesIn(out), []);
  }
  t.is((await inProcess('run', '-q', '--resume', file, '--out', out, '--seed', '7')).code, 0);
  t.deepEqual(
    runsIn(join(out, 'quick')).map((run) => recordIn(run).seed),
    [7],
  );
  const both = await inProcess('run', '--resume', '--force', file, '-o', out);
  t.is(both.code, 2);
  t.regex(both.stderr, /--resume and --force exclude each other/);
  const wrong = await inProcess('plan', file, '--seed', 'x');
  t.is(wrong.code, 2);
  t.regex(wrong.stderr, /^error -s seed=x: /);
});
