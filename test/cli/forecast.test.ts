/** How long a plan says that it takes; and the words for it that other programs have taught. */
import { join } from 'node:path';
import test from 'ava';
import { duration } from '../../src/cli/forecast.js';
import { plan } from '../../src/plan/plan.js';
import { Course, paceOfEarlier, paceOfTrial, workOfSpec } from '../../src/run/duration.js';
import { filesIn, quick, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { inProcess, runHere } from '../_support/in-process.js';

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
  t.true(Math.abs(pace.seconds * workOfSpec(planned.runs[0].spec) - seconds[1]) <= 1e-9);
  t.true(pace.spread![0] <= 1 && pace.spread![1] >= 1);
  const longer = plan(writeSpec(workspace(t), { ...spec, second: { step: 0.1, steps: 10 + 10_010 } })).runs[0];
  const ratio = workOfSpec(longer.spec) / workOfSpec(planned.runs[0].spec);
  t.true(Math.abs(ratio - 2) < 0.01, `twice the steps: ${ratio}`);
});

test('by the first moments of a run, of which nothing is written', (t) => {
  const work = workspace(t);
  const planned = plan(writeSpec(work, { ...quick, figures: [] }));
  const pace = paceOfTrial(planned.runs[0], planned)!;
  t.true(pace.seconds > 0 && Number.isFinite(pace.seconds));
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
