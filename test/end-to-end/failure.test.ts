import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { csvIn, eprbp, finish, quick, recordIn, runsIn, start, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

test('a step too large ends as diverged with its step, a warning that says what to change and exit 1; the sweep goes on', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, sweep: { 'free.step': [0.1, 5] } });
  const { code, stdout, stderr } = await eprbp(work, 'run', file);
  t.is(code, 1);
  const records = runsIn(join(work, 'results/quick')).map(recordIn);
  t.deepEqual(records.map(({ status }) => status).sort(), ['completed', 'diverged']);
  const { free, warnings } = records.find(({ status }) => status === 'diverged')!;
  t.is(free.status, 'diverged');
  t.true(free.steps > 0 && free.steps < 100);
  t.regex(warnings.join('\n'), new RegExp(`free phase diverged at step ${free.steps} .*reduce free.step \\(now 5\\)`));
  t.regex(stderr, /✗ step-5-\w+: free phase diverged at step/);
  t.regex(stdout, /1 run failed/);
});

test('a second phase that diverges names the engine and keeps the rows before', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, second: { step: 6, steps: 200 } });
  t.is((await inProcess('run', '--out', join(work, 'results'), file)).code, 1);
  const [run] = runsIn(join(work, 'results/quick'));
  const { status, engines, warnings } = recordIn(run);
  t.is(status, 'diverged');
  t.regex(warnings.join('\n'), /diverged at step \d+ of phase two: reduce second.step/);
  const steps = Math.min(...Object.values(engines).map((engine) => engine.steps));
  t.is(Number(csvIn(run, 'metrics.csv').at(-1)!['step']), steps - 1);
});

test('not converging is a result: status max-steps, a warning, exit 0', async (t) => {
  const work = workspace(t);
  const { code, stderr } = await inProcess(
    'run',
    '--out',
    join(work, 'results'),
    writeSpec(work, { ...quick, free: { step: 0.1, max_steps: 7 } }),
  );
  t.is(code, 0);
  const { status, free } = recordIn(runsIn(join(work, 'results/quick'))[0]);
  t.deepEqual([status, free.status, free.steps], ['max-steps', 'max-steps', 7]);
  t.true((free.residual_max ?? 0) > 1e-6);
  t.regex(stderr, /! run-\w+: free phase did not converge: residual .* raise free.max_steps/);
});

test('a failed assertion is exit 3 and says what it got; NaN and no matching row fail; a failed run beats it', async (t) => {
  const work = workspace(t);
  const assertion = { engine: 'ep', quantity: 'state', column: 'error_scaled', max: 1e-9 };
  const failed = await eprbp(work, 'run', writeSpec(work, { ...quick, assert: [assertion] }));
  t.is(failed.code, 3);
  t.regex(failed.stderr, /✗ run-\w+: ep state error_scaled ≤ 1e-9: got [\d.e-]+ at step \d+/);
  const nan = { engine: 'ep', quantity: 'params', column: 'cosine', min: -1 };
  t.is((await eprbp(work, 'run', writeSpec(work, { ...quick, assert: [nan] }))).code, 3);
  const outside = { engine: 'ep', quantity: 'params', column: 'cosine', min: -1, steps: [50, 60] };
  t.regex((await eprbp(work, 'run', writeSpec(work, { ...quick, assert: [outside] }))).stderr, /no row matches/);
  const both = { ...quick, assert: [assertion], sweep: { 'free.step': [0.1, 5] } };
  t.is((await eprbp(work, 'run', writeSpec(work, both))).code, 1);
});

/** A system writes by pages, of this or a multiple of it, and a process that is killed may get some of a write done. */
const PAGE_BYTES = 4096;

/** Whole rows, each with all its cells; behind them at most the rest of a page, where the process was killed. */
function wholeRows(file: string, isKilled: boolean): number {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  const cells = lines[0].split(',').length;
  const isCutByTheSystem = isKilled && Buffer.byteLength(text) % PAGE_BYTES === 0;
  if (!text.endsWith('\n') && !isCutByTheSystem) throw new Error(`the last row is cut: ${lines.at(-1)}`);
  const odd = lines.slice(0, -1).find((line) => line.split(',').length !== cells);
  if (odd !== undefined) throw new Error(`half a row: ${odd}`);
  return lines.length - 2;
}

const long = { ...quick, second: { step: 0.01, steps: 1_000_000 }, record: { processes: { every: 100 } } };

for (const [signal, code] of [
  ['SIGKILL', null],
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const) {
  test(`${signal} in the middle: rows so far are on disk, no run.json, and the next run starts clean`, async (t) => {
    const work = workspace(t);
    const child = start(['run', writeSpec(work, long)], work);
    const ended = finish(child);
    let rows = 0;
    for (let i = 0; i < 2400 && rows < 2000; i++) {
      await setTimeout(25);
      const [run] = existsSync(join(work, 'results/quick')) ? runsIn(join(work, 'results/quick')) : [];
      rows =
        run && existsSync(join(run, 'metrics.csv'))
          ? readFileSync(join(run, 'metrics.csv'), 'utf8').split('\n').length
          : 0;
    }
    t.true(rows >= 2000, 'the run streams while it computes');
    child.kill(signal);
    const result = await ended;
    t.is(result.code, code);
    const [run] = runsIn(join(work, 'results/quick'));
    const isKilled = signal === 'SIGKILL';
    t.true(wholeRows(join(run, 'metrics.csv'), isKilled) >= rows - 2);
    t.true(wholeRows(join(run, 'processes.csv'), isKilled) > 0);
    t.false(existsSync(join(run, 'run.json')));
    if (!isKilled) t.regex(result.stderr, /interrupted by SIG(TERM|INT); every row so far is on disk/);
    // the same hash again: redone from its start
    const before = statSync(join(run, 'metrics.csv')).size;
    const again = start(['run', writeSpec(work, long)], work);
    const over = finish(again);
    let size = before;
    for (let i = 0; i < 2000 && size >= before; i++) {
      await setTimeout(10);
      size = statSync(join(run, 'metrics.csv'), { throwIfNoEntry: false })?.size ?? 0;
    }
    again.kill('SIGKILL');
    await over;
    t.true(size < before, 'the rows of the interrupted run are not added to');
  });
}

test('a reader that goes away is no error', async (t) => {
  const work = workspace(t);
  const child = start(['schema'], work);
  child.stdout!.once('data', () => child.stdout!.destroy());
  const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
    let text = '';
    child.stderr!.on('data', (chunk) => {
      text += chunk;
    });
    child.on('close', (exit) => resolve({ code: exit, stderr: text }));
  });
  t.is(code, 0);
  t.is(stderr, '');
});
