/** What the world does to a sweep: processes that die, disks that are full, files that vanish, two at a time. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.js';
import { totals } from '../../src/cli/summary.js';
import { eprbp, filesIn, finish, quick, recordIn, root, runsIn, start, workspace, writeSpec } from '../_support/cli.js';
import { runHere } from '../_support/in-process.js';
import { childrenOf, isRunning } from '../stress/stress.js';

const hasProc = existsSync('/proc/self/task');
/** Four runs of about a second each, few rows. */
const slow = { ...quick, protocol: 'gradient', name: 'slow', seeds: 4, second: { steps: 60_000 } };

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2400; i++) {
    if (holds()) return;
    await setTimeout(25);
  }
  throw new Error(`never came: ${what}`);
}

const csvBytes = (folder: string) =>
  Object.fromEntries(
    filesIn(folder)
      .filter((file) => file.endsWith('.csv'))
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
const leftOver = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.part$|\.locks|checkpoint/.test(name));

if (hasProc) {
  test('a worker that is killed costs one run, which says so; the sweep goes on, and a retry makes it good', async (t) => {
    for (const retries of [0, 1]) {
      const work = workspace(t);
      const child = start(['run', '-j', '2', '--retries', String(retries), writeSpec(work, slow)], work);
      const ended = finish(child);
      await until(
        'a run under way',
        () => existsSync(join(work, 'results/slow')) && runsIn(join(work, 'results/slow')).length > 0,
      );
      process.kill(childrenOf(child.pid!)[0], 'SIGKILL');
      const { code, stderr, stdout } = await ended;
      t.is(code, retries === 0 ? 1 : 0, stderr);
      t.regex(stdout, retries === 0 ? /3 runs, 1 run failed/ : /4 runs, 0 assertions/);
      if (retries === 0) {
        t.regex(stderr, /✗ seed-\d-\w+: its process ended by SIGKILL: killed, perhaps for want of memory/);
        t.regex(stderr, /what failed again: {2}eprbp run -j 2 --retries 0 \S+spec\.yaml --rerun failed/);
        t.is((await eprbp(work, 'run', '-q', join(work, 'spec.yaml'), '--rerun', 'failed')).code, 0);
      }
      t.is(runsIn(join(work, 'results/slow')).filter((run) => existsSync(join(run, 'run.json'))).length, 4);
      t.deepEqual(leftOver(join(work, 'results')), []);
    }
  });

  test('workers end with the process that started them, even where it is killed', async (t) => {
    for (const [signal, code] of [
      ['SIGKILL', null],
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const work = workspace(t);
      const child = start(['run', '-j', '2', writeSpec(work, { ...slow, second: { steps: 10_000_000 } })], work);
      const ended = finish(child);
      await until(
        'two runs under way',
        () => existsSync(join(work, 'results/slow')) && runsIn(join(work, 'results/slow')).length > 1,
      );
      const workers = childrenOf(child.pid!);
      t.is(workers.length, 2);
      child.kill(signal);
      const result = await ended;
      t.is(result.code, code);
      if (code !== null) t.regex(result.stderr, /interrupted by SIG(TERM|INT); every row so far is on disk/);
      await until('their end', () => !workers.some(isRunning));
    }
  });
}

test('two at a time on one folder share the work: the bytes of one alone, and nothing left over', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, seeds: 12, figures: ['gap-over-time'] });
  t.is((await eprbp(work, 'run', '-q', '--out', 'alone', file)).code, 0);
  const both = await Promise.all([1, 2].map(() => eprbp(work, 'run', '-q', '-j', '2', file)));
  for (const { code, stderr } of both) t.is(code, 0, stderr);
  t.deepEqual(csvBytes(join(work, 'results')), csvBytes(join(work, 'alone')));
  t.deepEqual(leftOver(join(work, 'results')), []);
});

test('a run that takes too long is stopped and told of; its neighbours are not', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...slow, seeds: undefined, sweep: { 'second.steps': [10, 100_000_000] } });
  const { code, stderr, stdout } = await eprbp(work, 'run', '--timeout', '8', file);
  t.is(code, 1);
  t.regex(stderr, /✗ steps-100000000-\w+: took longer than 8 s \(--timeout\)/);
  t.regex(stdout, /1 run, 1 run failed/);
});

test('sizes that no memory holds cost their run, without a stack trace', async (t) => {
  const work = workspace(t);
  const sweep = {
    'network.layers': [
      [3, 4, 2],
      [3, 40_000, 20_000, 2],
    ],
  };
  const { code, stderr } = await eprbp(work, 'run', writeSpec(work, { ...quick, sweep }));
  t.is(code, 1, stderr);
  t.regex(stderr, /✗ layers-3-40000-20000-2-\w+: the kernels' memory is full/);
  t.notRegex(stderr, /\n\s+at /);
  t.is(runsIn(join(work, 'results/quick')).filter((run) => existsSync(join(run, 'run.json'))).length, 1);
});

test('what failed is done again where that is asked for, and nothing else is', async (t) => {
  const work = workspace(t);
  const assert = [{ engine: 'ep', quantity: 'state', column: 'error_scaled', max: 1e-3 }];
  const sweep = { zip: { 'free.step': [0.1, 0.1, 5], 'engines.ep.beta': [0.01, 0.001, 0.001] } };
  const file = writeSpec(work, { ...quick, assert, sweep });
  for (const [again, before] of [
    ['never', ''],
    ['never', ' \\(3 from before\\)'],
    ['failed', ' \\(1 from before\\)'],
    ['always', ''],
  ] as const) {
    const result = await runHere(file, join(work, 'results'), { again });
    t.is(exitCodeOf([result]), EXIT.runFailed);
    t.regex(totals([result], 0), new RegExp(`1 experiment, 3 runs${before}, 1 run failed, 2 of 3 assertions failed`));
  }
});

test('the first failure ends it all where that is asked for; what was left is said', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, sweep: { 'free.step': [5, 0.1, 0.2, 0.3] } });
  const { code, stdout } = await eprbp(work, 'run', '-j', '1', '--fail-fast', file);
  t.is(code, 1);
  t.regex(stdout, /3 runs left/);
  t.is(runsIn(join(work, 'results/quick')).filter((run) => existsSync(join(run, 'run.json'))).length, 1);
});

/** A size that no file may exceed: writes fail as on a full disk. */
const limited = (work: string, blocks: number, ...args: string[]) =>
  spawnSync(
    'bash',
    ['-c', `ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath, join(root, 'bin/eprbp.js'), ...args],
    {
      cwd: work,
      encoding: 'utf8',
      env: { ...process.env, CI: '', NO_COLOR: '1' },
    },
  );

test('where nothing more can be written there are no half rows, nothing is vouched for, and the rest goes on', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, sweep: { 'second.steps': [2, 2000] } });
  const { status, stderr } = limited(work, 64, 'run', '-j', '2', file);
  t.is(status, 1, stderr);
  t.regex(stderr, /✗ steps-2000-\w+: cannot write .*metrics\.csv: the file would be larger/);
  t.notRegex(stderr, /\n\s+at /);
  const [short, long] = runsIn(join(work, 'results/quick')).sort((a, b) => a.length - b.length);
  t.true(existsSync(join(short, 'run.json')) && !existsSync(join(long, 'run.json')));
  t.true(readFileSync(join(long, 'metrics.csv'), 'utf8').endsWith('\n'));
  t.is((await eprbp(work, 'run', '-q', file)).code, 0);
  t.is((await eprbp(work, 'run', '-q', '--out', 'alone', file)).code, 0);
  t.deepEqual(csvBytes(join(work, 'results')), csvBytes(join(work, 'alone')));
});

test('a data package that cannot be written costs no other experiment', async (t) => {
  const work = workspace(t);
  writeSpec(join(work, 'specs'), { ...quick, name: 'a' }, 'a.yaml');
  writeSpec(join(work, 'specs'), { ...quick, name: 'b' }, 'b.yaml');
  mkdirSync(join(work, 'results/a/datapackage.json'), { recursive: true });
  const { code, stderr, stdout } = await eprbp(work, 'run', 'specs');
  t.is(code, 1);
  t.regex(stderr, /a {2}✗ cannot write results\/a\/datapackage\.json: is a folder/);
  t.regex(stdout, /2 experiments, 2 runs/);
  t.true(existsSync(join(work, 'results/b/datapackage.json')));
});

test('a folder that may only be read is refused before anything runs', async (t) => {
  if (process.getuid?.() === 0) {
    t.log('the superuser may write anywhere');
    t.pass();
    return;
  }
  const work = workspace(t);
  const file = writeSpec(work, quick);
  t.is((await eprbp(work, 'run', '-q', file)).code, 0);
  chmodSync(join(work, 'results'), 0o555);
  t.is((await eprbp(work, 'run', '-q', file)).code, 2);
  chmodSync(join(work, 'results'), 0o755);
});

test('files that vanish or change under a run are noticed: it is not called finished', async (t) => {
  for (const harm of [
    (run: string) => rmSync(run, { recursive: true }),
    (run: string) => rmSync(join(run, 'metrics.csv')),
  ]) {
    const work = workspace(t);
    const file = writeSpec(work, { ...quick, second: { step: 0.01, steps: 20_000 } });
    const ended = finish(start(['run', file], work));
    const folder = join(work, 'results/quick');
    await until(
      'rows',
      () =>
        existsSync(folder) &&
        runsIn(folder).some(
          (run) => existsSync(join(run, 'metrics.csv')) && readFileSync(join(run, 'metrics.csv')).length > 10_000,
        ),
    );
    harm(runsIn(folder)[0]);
    const { code, stderr } = await ended;
    t.is(code, 1, stderr);
    t.regex(stderr, /was removed during the run/);
    t.notRegex(stderr, /\n\s+at /);
    const short = writeSpec(work, { ...quick, second: { step: 0.01, steps: 20_000 } });
    t.is((await eprbp(work, 'run', '-q', short)).code, 0);
  }
});

test('a finished run that is damaged is made again; half files of others do not matter', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, seeds: 3 });
  await runHere(file, join(work, 'results'));
  const before = csvBytes(join(work, 'results'));
  const [a, b, c] = runsIn(join(work, 'results/quick'));
  truncateSync(join(a, 'metrics.csv'), 10);
  writeFileSync(join(b, 'run.json'), '{"hash": ');
  writeFileSync(join(c, 'run.json.part'), 'half');
  writeFileSync(join(c, 'checkpoint.bin'), 'old');
  const again = await runHere(file, join(work, 'results'));
  t.regex(totals([again], 0), /3 runs \(1 from before\)/);
  t.deepEqual(csvBytes(join(work, 'results')), before);
  t.deepEqual(leftOver(join(work, 'results')), []);
});

test('a spec that is edited between two attempts is another run: nothing is mixed', async (t) => {
  const work = workspace(t);
  const long = { ...quick, second: { step: 0.01, steps: 1_000_000 } };
  const child = start(['run', writeSpec(work, long)], work);
  const ended = finish(child);
  await until('a run', () => existsSync(join(work, 'results/quick')) && runsIn(join(work, 'results/quick')).length > 0);
  child.kill('SIGTERM');
  await ended;
  const [interrupted] = runsIn(join(work, 'results/quick'));
  t.is((await eprbp(work, 'run', '-q', writeSpec(work, { ...long, second: { step: 0.01, steps: 5 } }))).code, 0);
  const runs = runsIn(join(work, 'results/quick'));
  t.is(runs.length, 2);
  t.false(existsSync(join(interrupted, 'run.json')));
  t.is(recordIn(runs.find((run) => run !== interrupted)!).outputs['metrics.csv'].rows, 6 * 8);
});

test('nobody who reads on: the work is done and the exit code counts', async (t) => {
  const work = workspace(t);
  const child = start(['run', '--json', '-j', '2', writeSpec(work, { ...quick, seeds: 4 })], work);
  child.stdout!.destroy();
  child.stderr!.destroy();
  const code = await new Promise((resolve) => child.on('exit', resolve));
  t.is(code, 0);
  t.is(runsIn(join(work, 'results/quick')).filter((run) => existsSync(join(run, 'run.json'))).length, 4);
});
