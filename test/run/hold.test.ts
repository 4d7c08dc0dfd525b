/** Two holders of one run: whatever the one that was taken for dead still does, nothing of it arrives. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
// before anything that reads the registry
import '../_support/counting.js';

import { RunError } from '../../src/errors.js';
import { GrowingFile } from '../../src/io/growing.js';
import { WholeFile } from '../../src/io/write.js';
import { readRecord } from '../../src/metrics/record.js';
import type { RunRecord } from '../../src/metrics/results.js';
import { plan } from '../../src/plan/plan.js';
import { execute } from '../../src/run/execute.js';
import { Hold, TakenOver } from '../../src/run/hold.js';
import { filesIn, quick, workspace, writeSpec } from '../_support/cli.js';
import { counting, STEPS } from '../_support/counting.js';
import { madeRecord } from '../_support/records.js';

const lock = { isOwn: true };
const making = (folder: string) => {
  const hold = Hold.take(folder, lock);
  hold.begin();
  return hold;
};
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const bytesIn = (folder: string) =>
  Object.fromEntries(filesIn(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));

/** Everything that a holder does to a folder, as far as it can get before it is stopped, and how it goes on. */
const late: Record<string, (hold: Hold, folder: string) => () => void> = {
  'write a file': (hold) => () => hold.write('best.bin', 'late'),
  'vouch for all of it': (hold) => () => hold.write('run.json', '{}'),
  'put a file in its place that is whole already': (hold, folder) => {
    const file = new WholeFile(join(folder, 'run.json'), hold.room);
    file.write('{}');
    return () => hold.attempt(() => file.finish());
  },
  'begin a table': (hold, folder) => () =>
    hold.attempt(() => new GrowingFile(join(folder, 'metrics.csv'), false, hold.room)),
  'go on with a table': (hold, folder) => () =>
    hold.attempt(() => new GrowingFile(join(folder, 'metrics.csv'), true, hold.room)),
  'remove a file': (hold) => () => hold.remove('checkpoint.bin'),
  'look whether it still holds': (hold) => () => hold.check(),
};

test('of a holder that goes on after another has taken over nothing arrives, and it is told', (t) => {
  for (const [what, begin] of Object.entries(late)) {
    const folder = workspace(t);
    const first = making(folder);
    for (const name of ['metrics.csv', 'best.bin', 'checkpoint.bin', 'run.json']) first.write(name, 'first');
    const open = new GrowingFile(join(folder, 'metrics.csv'), false, first.room);
    const goOn = begin(first, folder);
    const second = making(folder);
    for (const name of ['metrics.csv', 'best.bin', 'checkpoint.bin', 'run.json']) second.write(name, 'second');
    open.append(Buffer.from('late'));
    const before = bytesIn(folder);
    t.throws(goOn, { instanceOf: TakenOver, message: /another process has taken over/ }, what);
    first.release();
    t.deepEqual(bytesIn(folder), before, what);
    second.release();
    const after = bytesIn(folder);
    t.deepEqual(Object.keys(after), ['best.bin', 'checkpoint.bin', 'metrics.csv', 'run.json'], what);
    t.throws(goOn, { instanceOf: TakenOver }, `${what}, when nobody holds any more`);
    t.deepEqual(bytesIn(folder), after, what);
  }
});

test('who has lost its lock takes nothing over', (t) => {
  const folder = workspace(t);
  const first = making(folder);
  t.throws(() => Hold.take(folder, { isOwn: false }), { instanceOf: TakenOver });
  first.write('a', 'first');
  t.is(readFileSync(join(folder, 'a'), 'utf8'), 'first');
});

test('a record counts beside the files of its own holder only', (t) => {
  const folder = workspace(t);
  const first = making(folder);
  first.write('run.json', JSON.stringify(madeRecord({ holder: first.token })));
  t.is(readRecord(folder).kind, 'record');
  writeFileSync(join(folder, '.making-0123456789abcdef'), '');
  t.is(readRecord(folder).kind, 'absent', 'another is at it, or was when it died');
  first.write('run.json', JSON.stringify(madeRecord({})));
  t.is(readRecord(folder).kind, 'absent', 'nor one of 0.1.0');
  const second = making(folder);
  t.deepEqual(readdirSync(folder).sort(), [`.hold-${second.token}`, `.making-${second.token}`], 'it is made again');
});

/** What is not as it should be: a record that is believed, beside other bytes than it says. */
function wrong(folder: string): string | undefined {
  const reading = readRecord(folder);
  if (reading.kind === 'problem') return reading.problem.message;
  const bad = Object.entries(reading.kind === 'record' ? reading.record.outputs : {}).find(
    ([name, { sha256: expected }]) => sha256(readFileSync(join(folder, name))) !== expected,
  );
  return bad && `${bad[0]} is not what run.json says`;
}

/** A holder as the runner is one, in steps between which it may be stopped: rows, a file that changes, a record. */
function* holding(folder: string): Generator<void> {
  const hold = making(folder);
  try {
    yield;
    hold.remove('run.json');
    yield;
    const table = hold.attempt(() => new GrowingFile(join(folder, 'metrics.csv'), false, hold.room));
    for (let i = 0; i < 4; i++) {
      yield;
      table.append(Buffer.from(`row ${i}\n`));
      const file = hold.attempt(() => new WholeFile(join(folder, 'best.bin'), hold.room));
      file.write(`best ${i}`);
      yield;
      hold.attempt(() => file.finish());
    }
    yield;
    const outputs = {
      'metrics.csv': { bytes: 24, sha256: sha256(Buffer.from('row 0\nrow 1\nrow 2\nrow 3\n')) },
      'best.bin': { bytes: 6, sha256: sha256(Buffer.from('best 3')) },
    } satisfies RunRecord['outputs'];
    const record = hold.attempt(() => new WholeFile(join(folder, 'run.json'), hold.room));
    record.write(JSON.stringify(madeRecord({ outputs, holder: hold.token })));
    yield;
    hold.attempt(() => record.finish());
    table.close();
    yield;
  } finally {
    hold.release();
  }
}

test('three holders, each stopped and going on at any moment or killed: no record that is believed over other bytes', (t) => {
  const random = xoroshiro128plus(7);
  const below = (n: number) => (random.next() >>> 0) % n;
  let [takenOver, finished, i] = [0, 0, 0];
  for (let round = 0; round < 12; round++) {
    const folder = workspace(t);
    const holders: (Generator<void> | undefined)[] = [undefined, undefined, undefined];
    for (let step = 0; step < 80; step++) {
      // mostly the same one goes on; one that is killed leaves what it has
      if (below(12) === 0) i = below(holders.length);
      if (below(40) === 0) holders[i] = undefined;
      const holder = holders[i] ?? holding(folder);
      holders[i] = holder;
      try {
        if (holder.next().done) holders[i] = undefined;
      } catch (error) {
        t.true(error instanceof TakenOver, String(error));
        holders[i] = undefined;
        takenOver++;
      }
      t.is(wrong(folder), undefined);
      if (readRecord(folder)) finished++;
    }
    for (const _ of holding(folder)) t.is(wrong(folder), undefined);
    t.deepEqual(readdirSync(folder).sort(), ['best.bin', 'metrics.csv', 'run.json']);
  }
  t.true(takenOver > 10 && finished > 10, `${takenOver} taken over, ${finished} finished`);
});

const spec = { name: 'count', protocol: 'counting', network: quick.network, data: quick.data };

async function carryOut(t: ExecutionContext, work: string) {
  const planned = plan(writeSpec(work, spec));
  const options = { out: join(work, 'out'), again: 'never', environment: {} } as const;
  const folder = join(work, 'out/count', planned.runs[0].id);
  t.teardown(() => {
    counting.before = undefined;
  });
  return { folder, ending: execute(planned, planned.runs[0], options) };
}

test.serial(
  'a run that another has finished meanwhile ends with a word, and its files stay those of the other',
  async (t) => {
    const { folder, ending } = await carryOut(t, workspace(t));
    await ending;
    const whole = filesIn(folder).map((name) => [name, readFileSync(join(folder, name))] as const);
    for (const at of [0, 3, 6, 7, 20, STEPS - 1]) {
      const work = workspace(t);
      let there: string | undefined;
      counting.before = (step) => {
        if (step !== at) return;
        [there] = readdirSync(join(work, 'out/count')).filter((name) => !name.startsWith('.'));
        const other = making(join(work, 'out/count', there));
        other.remove('checkpoint.bin');
        for (const [name, data] of whole) other.write(name, data);
        other.release();
      };
      await t.throwsAsync((await carryOut(t, work)).ending, { instanceOf: TakenOver }, `at step ${at}`);
      t.deepEqual(bytesIn(join(work, 'out/count', there!)), bytesIn(folder), `at step ${at}`);
      t.false(existsSync(join(work, 'out/count', there!, '.locks')));
    }
  },
);

test.serial('a run whose folder is removed meanwhile is not called taken over', async (t) => {
  const { rmSync } = await import('node:fs');
  const work = workspace(t);
  counting.before = (step) => {
    if (step === 20) rmSync(join(work, 'out/count'), { recursive: true });
  };
  const error = await t.throwsAsync((await carryOut(t, work)).ending, { instanceOf: RunError });
  t.regex(error!.message, /was removed during the run$/);
});
