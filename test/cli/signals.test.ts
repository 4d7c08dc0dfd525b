/** Signals that end a process: one table, gracefully, with exit code 128 + number, in every kind of work. */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { Interrupted } from '../../src/cli/exit-codes.js';
import { underSignals } from '../../src/cli/signals.js';
import { ENDING_SIGNALS } from '../../src/io/signals.js';
import { plan } from '../../src/plan/plan.js';
import { preview } from '../../src/run/preview.js';
import { finish, quick, runsIn, start, workspace, writeSpec } from '../_support/cli.js';
import { childrenOf, isRunning } from '../stress/stress.js';

// HUP is nobody's order without a terminal, which a test may have
const heard = ENDING_SIGNALS.filter((name) => name !== 'SIGHUP');

for (const name of heard) {
  test.serial(`${name} ends work at its next breath, and the exit code says which it was`, async (t) => {
    const before = process.listenerCount(name);
    const error = await t.throwsAsync(
      underSignals(async (signal) => {
        process.emit(name, name);
        // npm hands on what the terminal has sent already
        process.emit(name, name);
        await setTimeout(1);
        signal.throwIfAborted();
      }, 'nothing is lost'),
      { instanceOf: Interrupted, message: `interrupted by ${name}; nothing is lost` },
    );
    t.is(error?.exitCode, 128 + constants.signals[name]);
    t.is(process.listenerCount(name), before);
  });
}

test.serial('who signals again, after the echo of the first, ends it by the default of the system', async (t) => {
  const before = process.listenerCount('SIGTERM');
  const work = underSignals(async (signal) => {
    process.emit('SIGTERM', 'SIGTERM');
    t.is(process.listenerCount('SIGTERM'), before + 1);
    while (process.listenerCount('SIGTERM') > before) await setTimeout(20);
    signal.throwIfAborted();
  }, '');
  await t.throwsAsync(work, { instanceOf: Interrupted });
});

test('a look at the spectrum ends where it is told to', async (t) => {
  const far = { ...quick, free: { step: 1e-9, tolerance: 1e-12, max_steps: 1_000_000_000 } };
  const [run] = plan(writeSpec(workspace(t), far)).runs;
  await t.throwsAsync(preview('wasm', run, AbortSignal.abort(new Interrupted('SIGQUIT', ''))), {
    instanceOf: Interrupted,
  });
});

if (existsSync('/proc/self/task')) {
  test('a scheduler warns the whole group: workers leave it to the sweep, no debugger opens, HUP is passed over', async (t) => {
    const work = workspace(t);
    const long = { ...quick, seeds: 2, second: { step: 0.01, steps: 10_000_000 } };
    const child = start(['run', '-j', '2', writeSpec(work, long)], work, { detached: true });
    const ended = finish(child);
    const results = join(work, 'results/quick');
    await underWay(() => existsSync(results) && runsIn(results).length === 2);
    const workers = childrenOf(child.pid!);
    t.is(workers.length, 2);
    process.kill(-child.pid!, 'SIGHUP');
    process.kill(-child.pid!, 'SIGUSR1');
    const { code, stderr } = await ended;
    t.is(code, 128 + constants.signals.SIGUSR1);
    t.regex(stderr, /interrupted by SIGUSR1; every row so far is on disk; the same command goes on/);
    t.notRegex(stderr, /Debugger|failed/);
    await underWay(() => !workers.some(isRunning));
  });
}

async function underWay(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2400 && !holds(); i++) await setTimeout(25);
  if (!holds()) throw new Error('never came');
}
