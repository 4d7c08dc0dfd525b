/** What people and build servers are told of a schedule: events, cases, rows, the report; over lanes of this process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { commandForFailed } from '../../src/cli/again.js';
import { events, tellPlan } from '../../src/cli/events.js';
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.js';
import { writeJunit } from '../../src/cli/junit.js';
import { RowStream } from '../../src/cli/row-stream.js';
import { complaints, report, totals } from '../../src/cli/summary.js';
import { plan } from '../../src/plan/plan.js';
import type { ExperimentResult } from '../../src/run/experiment.js';
import { type Ending, type Lane, inProcess as lane } from '../../src/run/lane.js';
import { type Observer, type RunOptions, runExperiment } from '../../src/run/schedule.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';
import { captured } from '../_support/in-process.js';

const assert = [{ engine: 'ep', quantity: 'state', column: 'error_scaled', max: 1e-9 }];

interface Told {
  readonly result: ExperimentResult;
  readonly stdout: string;
  readonly out: string;
}

/** Three runs: what `instead` says of a seed comes of it, and else what is computed. */
async function told(
  t: ExecutionContext,
  instead: (seed: number, attempt: number) => Ending | undefined,
  { observer = events, spec = {}, ...options }: Partial<RunOptions> & { observer?: Observer; spec?: object } = {},
): Promise<Told> {
  const work = workspace(t);
  const out = join(work, 'results');
  const planned = plan(writeSpec(work, { ...quick, seeds: 3, ...spec }));
  const attempts = new Map<number, number>();
  const lanes: RunOptions['lanes'] = (all) => {
    const real = lane(all);
    const attempt: Lane['attempt'] = (task, onWork) => {
      const { seed } = task.run.spec;
      attempts.set(seed, (attempts.get(seed) ?? 0) + 1);
      const ending = instead(seed, attempts.get(seed)!);
      return ending ? Promise.resolve(ending) : real.attempt(task, onWork);
    };
    return [{ attempt, close() {} }];
  };
  const { value, stdout } = await captured(() => runExperiment(planned, { out, lanes, ...options }, observer));
  return { result: value, stdout, out };
}

const lost: Ending = { kind: 'failed', message: 'no room\n::error::<here> "&" \x1b[2J' };
const parsed = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('events: each run starts once and ends once, with what came of it; retries and runs that others are at between', async (t) => {
  const busy: Ending = { kind: 'busy', holder: 'another host' };
  const { stdout } = await told(
    t,
    (seed, attempt) => (seed === 1 ? lost : seed === 2 && attempt === 1 ? busy : undefined),
    { retries: 1 },
  );
  const all = parsed(stdout);
  const of = (event: string) => all.filter((one) => one['event'] === event);
  t.deepEqual(of('run-retried').length, 1);
  t.like(of('run-held')[0], { holder: 'another host' });
  t.deepEqual(
    of('run-failed').map(({ index, message }) => [index, message]),
    [[0, (lost as { message: string }).message]],
  );
  t.deepEqual(
    of('run-finished')
      .map(({ index }) => index)
      .sort(),
    [1, 2],
  );
  t.like(all.at(-1), { event: 'experiment-finished', experiment: 'quick', left: 0 });
  t.false(stdout.includes('\x1b') || /^::/m.test(stdout), 'nothing in it acts');
});

test('a plan is told before it begins', async (t) => {
  const planned = plan(writeSpec(workspace(t), { ...quick, sweep: { 'engines.ep.beta': [0.1, 0.2] } }));
  const { stdout } = await captured(() => tellPlan(planned));
  t.deepEqual(parsed(stdout), [
    { event: 'planned', experiment: 'quick', file: planned.file, runs: 2, swept: ['engines.ep.beta'] },
  ]);
});

test('JUnit: as many cases, failures, errors and runs left as the suite says, and text that cannot break it', async (t) => {
  const { result, out } = await told(t, (seed) => (seed === 2 ? lost : undefined), {
    observer: {},
    spec: { assert },
    shard: { index: 1, of: 1 },
  });
  const { result: first } = await told(t, () => undefined, { observer: {}, shard: { index: 1, of: 3 } });
  const file = join(out, 'junit.xml');
  writeJunit(file, [result, first]);
  const xml = readFileSync(file, 'utf8');
  const suites = xml.split('<testsuite ').slice(1);
  t.is(suites.length, 2);
  for (const [suite, expected] of [
    [suites[0], { tests: 5, failures: 2, errors: 1, skipped: 0 }],
    [suites[1], { tests: 3, failures: 0, errors: 0, skipped: 2 }],
  ] as const) {
    const count = (tag: string) => suite.split(`<${tag}`).length - 1;
    t.deepEqual(
      { tests: count('testcase '), failures: count('failure '), errors: count('error '), skipped: count('skipped') },
      expected,
    );
    for (const [key, number] of Object.entries(expected)) t.true(suite.includes(` ${key}="${number}"`), key);
  }
  t.false(xml.includes('\x1b') || xml.includes('<here>'));
});

test('rows stream in the order of the plan, whatever ends first, and leave out what failed', async (t) => {
  const work = workspace(t);
  const out = join(work, 'results');
  const planned = plan(writeSpec(work, { ...quick, seeds: 3 }));
  const { finished } = await runExperiment(planned, { out, lanes: (all) => [lane(all)] });
  const rows = (index: number) =>
    readFileSync(join(finished[index].folder, 'metrics.csv'), 'utf8').trim().split('\n').slice(1);
  const [header] = readFileSync(join(finished[0].folder, 'metrics.csv'), 'utf8').split('\n');
  const expected = (indices: readonly number[]) =>
    [
      `run,seed,${header}`,
      ...indices.flatMap((index) => rows(index).map((row) => `${finished[index].run.id},${index + 1},${row}`)),
      '',
    ].join('\n');
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    for (const without of [undefined, 0, 1, 2]) {
      const { stdout } = await captured(() => {
        const { observer } = new RowStream([planned], out);
        for (const index of order)
          if (index === without) observer.runFailed!(planned.runs[index], 'lost', index, planned);
          else observer.runFinished!(finished[index], index, planned);
      });
      t.is(stdout, expected([0, 1, 2].filter((index) => index !== without)), `${order} without ${without}`);
    }
  }
});

test('rows of several specs, or of several protocols, make no one table', (t) => {
  const work = workspace(t);
  const a = plan(writeSpec(work, quick));
  const b = plan(writeSpec(work, { ...quick, name: 'b', sweep: { protocol: ['equivalence', 'gradient'] } }, 'b.yaml'));
  t.throws(() => new RowStream([a, b], work), { message: /takes one spec of one protocol, got 2 specs/ });
  t.throws(() => new RowStream([b], work), { message: /got protocols equivalence, gradient/ });
});

test('the report, the complaints, the last line and the exit code say one thing', async (t) => {
  const observer = {};
  const good = await told(t, () => undefined, { observer });
  t.deepEqual(complaints(good.result), []);
  t.is(totals([good.result], 1.26), '1 experiment, 3 runs, 0 assertions hold, 0 figures, 1.3 s');
  t.is(commandForFailed([good.result], ['run', 'spec.yaml']), undefined);
  t.is(exitCodeOf([good.result]), EXIT.ok);

  const wrong = await told(t, () => undefined, { observer, spec: { assert } });
  t.is(complaints(wrong.result).filter((line) => /✗ .*error_scaled ≤ 1e-9: got/.test(line)).length, 3);
  const twice = { ...wrong.result, finished: [...wrong.result.finished, ...wrong.result.finished] };
  const [line, ...others] = complaints(twice).filter((line) => line.includes('✗'));
  t.regex(line, /error_scaled ≤ 1e-9: got .* \(and 5 more runs of 6 fail it, less far off\)$/);
  t.deepEqual(others, []);
  t.regex(totals([good.result, wrong.result], 0), /^2 experiments, 6 runs, 3 of 3 assertions failed/);
  t.is(exitCodeOf([good.result, wrong.result]), EXIT.assertionFailed);

  const broken = await told(t, (seed) => (seed === 3 ? lost : undefined), { observer, spec: { assert } });
  t.regex(totals([broken.result], 0), /^1 experiment, 2 runs, 1 run failed, 2 of 2 assertions failed/);
  t.is(exitCodeOf([broken.result]), EXIT.runFailed, 'what could not be run beats what does not hold');
  t.is(
    commandForFailed([broken.result], ['run', '--force', '-s', "title=it's", 'a b.yaml']),
    "eprbp run -s 'title=it'\\''s' 'a b.yaml' --rerun failed",
  );

  const part = await told(t, () => undefined, { observer, shard: { index: 2, of: 3 } });
  t.regex(report(part.result, true).join('\n'), /2 runs left: neither judged nor drawn/);
  t.regex(totals([part.result], 0), /^1 experiment, 1 run, 2 runs left/);
});
