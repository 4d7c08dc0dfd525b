/** A run that is interrupted and continued leaves the bytes of one that was not. */
import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
// before anything that reads the registry
import '../_support/counting.js';

import { RunError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { execute } from '../../src/run/execute.js';
import { filesIn, quick, recordIn, workspace, writeSpec } from '../_support/cli.js';
import { counting, STEPS } from '../_support/counting.js';

const spec = {
  name: 'count',
  protocol: 'counting',
  network: quick.network,
  data: quick.data,
  assert: [{ column: 'residual_max', max: 0 }],
};

/** Runs the spec once; what came of it, and the bytes that it left. */
async function run(t: ExecutionContext, work: string, options: { interruptAt?: number; force?: boolean } = {}) {
  counting.interruptAt = options.interruptAt ?? Number.POSITIVE_INFINITY;
  const planned = plan(writeSpec(work, spec));
  const folder = join(work, 'out/count', planned.runs[0].id);
  const ending = execute(planned, planned.runs[0], {
    out: join(work, 'out'),
    again: options.force ? 'always' : 'never',
    environment: {},
  });
  if (options.interruptAt === undefined) {
    const end = await ending;
    if ('holder' in end) return t.fail('nobody else is at it') as never;
    return { folder, end };
  }
  await t.throwsAsync(ending, { instanceOf: RunError });
  return { folder, end: undefined };
}

const bytesIn = (folder: string) =>
  Object.fromEntries(
    filesIn(folder)
      .filter((name) => name !== 'run.json')
      .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );

async function reference(t: ExecutionContext) {
  const { folder, end } = await run(t, workspace(t));
  return { bytes: bytesIn(folder), verdicts: end!.verdicts, outputs: end!.record.outputs };
}

test.serial('wherever it is interrupted, once or twice, it continues from its last checkpoint', async (t) => {
  const expected = await reference(t);
  t.deepEqual(Object.keys(expected.bytes), ['best.bin', 'free_state.csv', 'metrics.csv', 'spec.yaml']);
  for (const [first, second] of [
    [1, undefined],
    [6, 9],
    [7, 7],
    [20, 37],
    [39, 39],
  ]) {
    const work = workspace(t);
    counting.begun = [];
    for (const interruptAt of [first, second]) if (interruptAt !== undefined) await run(t, work, { interruptAt });
    const { folder, end } = await run(t, work);
    const begins = [0, first, second].filter((step) => step !== undefined).map((step) => step - (step % 7));
    t.deepEqual(counting.begun, begins);
    t.deepEqual(bytesIn(folder), expected.bytes);
    t.deepEqual(end!.verdicts, expected.verdicts, 'assertions see the rows before the interruption too');
    t.deepEqual(end!.record.outputs, expected.outputs);
    t.is(recordIn(folder).environment['continued'], begins.at(-1)! > 0);
  }
});

test.serial('what does not fit together is not continued: the run starts over and says why', async (t) => {
  const expected = await reference(t);
  const damage: Record<string, [(folder: string) => void, RegExp]> = {
    'a checkpoint cut short': [(folder) => truncateSync(join(folder, 'checkpoint.bin'), 200), /it is damaged/],
    'an empty checkpoint': [(folder) => truncateSync(join(folder, 'checkpoint.bin'), 0), /it is damaged/],
    'another byte in it': [(folder) => appendFileSync(join(folder, 'checkpoint.bin'), 'x'), /it is damaged/],
    'rows lost': [(folder) => truncateSync(join(folder, 'metrics.csv'), 300), /metrics\.csv: has 300 bytes, expected/],
    'rows changed': [
      (folder) => {
        const file = join(folder, 'metrics.csv');
        writeFileSync(file, readFileSync(file, 'utf8').replace('counting', 'COUNTING'));
      },
      /metrics\.csv: is not what was written/,
    ],
    'a table gone': [(folder) => rmSync(join(folder, 'free_state.csv')), /free_state\.csv: no such file/],
  };
  for (const [what, [change, reason]] of Object.entries(damage)) {
    const work = workspace(t);
    const { folder } = await run(t, work, { interruptAt: 30 });
    change(folder);
    counting.begun = [];
    const { end } = await run(t, work);
    t.deepEqual(counting.begun, [0], what);
    t.deepEqual(bytesIn(folder), expected.bytes, what);
    t.regex(end!.record.warnings.join('\n'), reason);
    t.regex(end!.record.warnings.join('\n'), /the checkpoint is not continued, the run starts over/);
  }
});

test.serial('the checkpoint of another run is not continued', async (t) => {
  const work = workspace(t);
  const { folder } = await run(t, work, { interruptAt: 30 });
  const other = join(work, 'other.bin');
  copyFileSync(join(folder, 'checkpoint.bin'), other);
  const [digest, header] = readFileSync(other, 'utf8').split('\n');
  t.regex(digest, /^[0-9a-f]{64}$/);
  const { hash } = JSON.parse(header) as { hash: string };
  const { checkpointBytes } = await import('../../src/run/checkpoint.js');
  const nothing = { tables: {}, files: new Map<string, Uint8Array>(), data: [] };
  const { writeWhole } = await import('../../src/io/write.js');
  writeWhole(join(folder, 'checkpoint.bin'), ...checkpointBytes(hash.replace(/./g, '0'), nothing));
  counting.begun = [];
  const { end } = await run(t, work);
  t.deepEqual(counting.begun, [0]);
  t.regex(end!.record.warnings.join('\n'), /it belongs to another run/);
});

test.serial('the checkpoint of another build is not continued', async (t) => {
  const work = workspace(t);
  const { folder } = await run(t, work, { interruptAt: 30 });
  const file = join(folder, 'checkpoint.bin');
  const bytes = readFileSync(file);
  const body = bytes.subarray(bytes.indexOf('\n') + 1);
  body.write('"build":"sourcf"', body.indexOf('"build":"source"'));
  writeFileSync(file, Buffer.concat([Buffer.from(`${createHash('sha256').update(body).digest('hex')}\n`), body]));
  counting.begun = [];
  const { end } = await run(t, work);
  t.deepEqual(counting.begun, [0]);
  t.regex(end!.record.warnings.join('\n'), /the run starts over: it was written by another build of this program/);
});

test.serial('--force starts over, and a finished run leaves no checkpoint', async (t) => {
  const work = workspace(t);
  const { folder } = await run(t, work, { interruptAt: 30 });
  t.true(existsSync(join(folder, 'checkpoint.bin')));
  counting.begun = [];
  await run(t, work, { force: true });
  t.deepEqual(counting.begun, [0]);
  t.false(existsSync(join(folder, 'checkpoint.bin')));
  t.is(Number(recordIn(folder).outputs['metrics.csv'].rows), STEPS);
});
