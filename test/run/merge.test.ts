/** Folders of shards as one: each run once, as far as it has come anywhere, and what contradicts itself is told. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
// before anything that reads the registry
import '../_support/counting.js';

import { UserError } from '../../src/errors.js';
import { readRecord } from '../../src/metrics/record.js';
import { plan } from '../../src/plan/plan.js';
import { merge } from '../../src/run/merge.js';
import { verifyAgain, verifyFiles } from '../../src/run/verify.js';
import { filesIn, quick, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { counting } from '../_support/counting.js';
import { inProcess, runHere } from '../_support/in-process.js';

const counts = { name: 'x', protocol: 'counting', network: quick.network, data: quick.data, seeds: 6, figures: [] };

/** Six runs that three machines have shared. */
async function shards(
  t: ExecutionContext,
  spec: object = counts,
): Promise<{ work: string; file: string; nodes: string[] }> {
  counting.interruptAt = Number.POSITIVE_INFINITY;
  const work = workspace(t);
  const file = writeSpec(work, spec);
  const nodes = [1, 2, 3].map((index) => join(work, `node${index}`));
  for (const [i, node] of nodes.entries()) await runHere(file, node, { shard: { index: i + 1, of: 3 } });
  return { work, file, nodes };
}

const bytesOf = (folder: string) =>
  Object.fromEntries(
    filesIn(folder)
      .filter((file) => !file.endsWith('run.json'))
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );

test.serial('shards come to what one machine would have made, package and resolved specs included', async (t) => {
  const theta = {
    W1: Array.from({ length: 3 }, () => [0.1, 0.2, 0.3, 0.4]),
    W2: Array.from({ length: 4 }, () => [0.5, -0.1]),
    b1: [0, 0, 0, 0],
    b2: [0, 0],
  };
  const place = workspace(t);
  writeFileSync(join(place, 'theta.json'), JSON.stringify(theta));
  const spec = writeSpec(place, {
    ...quick,
    name: 'x',
    seeds: 6,
    figures: [],
    network: { ...quick.network, parameters: { file: 'theta.json' } },
  });
  // at other depths, so that relative paths differ
  const apart = ['a/b/node1', 'node2', 'c/node3'].map((name) => join(place, name));
  for (const [i, node] of apart.entries()) await runHere(spec, node, { shard: { index: i + 1, of: 3 } });
  const [whole, out] = [join(place, 'whole'), join(place, 'merged')];
  await runHere(spec, whole);
  t.like(await merge(apart, out), [{ copied: 6, kept: 0, unfinished: 0, problems: [] }]);
  t.deepEqual(bytesOf(out), bytesOf(whole));
  const before = bytesOf(out);
  t.like(await merge([...apart, out], out), [{ copied: 0, kept: 6, problems: [] }]);
  t.deepEqual(bytesOf(out), before);
  const reading = readRecord(runsIn(join(out, 'x'))[4]);
  t.is(reading.kind, 'record');
  if (reading.kind !== 'record') return;
  t.deepEqual(await verifyFiles(reading), []);
  t.deepEqual(await verifyAgain(reading, new AbortController().signal), []);
  t.true((await runHere(spec, out)).finished.every(({ cached }) => cached));
});

test.serial(
  'the folder that takes them may be one of them, and an experiment may be called after its machine',
  async (t) => {
    const { work, nodes } = await shards(t);
    t.like(await merge(nodes, nodes[0]), [{ folder: join(nodes[0], 'x'), copied: 4, kept: 2 }]);
    const named = join(work, 'laptop');
    cpSync(join(nodes[1], 'x'), named, { recursive: true });
    t.like(await merge([named], join(work, 'out')), [{ folder: join(work, 'out/x'), copied: 2, kept: 0 }]);
  },
);

test.serial(
  'two finished runs of one id with other bytes are an error that names both, and nothing is written',
  async (t) => {
    const { work, nodes } = await shards(t);
    const [run] = runsIn(join(nodes[0], 'x'));
    const twin = join(nodes[1], 'x', run.split('/').at(-1)!);
    cpSync(run, twin, { recursive: true });
    t.like(await merge(nodes, join(work, 'same')), [{ copied: 6 }], 'the same bytes are no conflict');
    const other = `${readFileSync(join(twin, 'metrics.csv'), 'utf8').slice(0, -2)}9\n`;
    writeFileSync(join(twin, 'metrics.csv'), other);
    const record = recordIn(twin);
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(other).digest('hex');
    const outputs = { ...record.outputs, 'metrics.csv': { ...record.outputs['metrics.csv'], sha256 } };
    writeFileSync(join(twin, 'run.json'), JSON.stringify({ ...record, outputs }));
    const error = await t.throwsAsync(merge(nodes, join(work, 'out')), { instanceOf: UserError });
    t.true(
      error?.message.includes(`${run} and ${twin} are the same run, both finished, with other bytes in metrics.csv`),
    );
    t.false(existsSync(join(work, 'out')));
  },
);

test.serial('damaged runs are told, and count only where there is no other copy of them', async (t) => {
  const { work, nodes } = await shards(t);
  const [run, second] = runsIn(join(nodes[0], 'x'));
  const bad = join(nodes[1], 'x', run.split('/').at(-1)!);
  cpSync(run, bad, { recursive: true });
  // of the same size: only its digest tells
  const text = readFileSync(join(bad, 'metrics.csv'), 'utf8');
  writeFileSync(
    join(bad, 'metrics.csv'),
    text.replace(/\d\n$/, (last) => (last === '1\n' ? '2\n' : '1\n')),
  );
  appendFileSync(join(second, 'metrics.csv'), 'x');
  for (const order of [nodes, [...nodes].reverse()]) {
    const out = join(work, order[0].slice(-1));
    const { code, stdout, stderr } = await inProcess('merge', ...order, '-o', out);
    t.is(code, 1);
    t.regex(stdout, /x: 5 runs copied, 0 there before/);
    t.regex(stderr, /metrics\.csv is not what was written.*; another copy is taken/);
    t.regex(stderr, /metrics\.csv: has \d+ bytes, run\.json says \d+ bytes.*(?<!taken)\n/);
  }
  // what is damaged in the folder itself is replaced
  t.like(await merge([nodes[0]], nodes[1]), [{ copied: 1, kept: 2 }]);
  t.deepEqual(bytesOf(bad), bytesOf(run));
});

test.serial(
  'a finished run beats one that is not, and one that is finished nowhere goes on where it is merged',
  async (t) => {
    const { work, file, nodes } = await shards(t);
    const [run, other] = plan(file).runs;
    const half = async (index: number, at: number) => {
      const folder = join(work, `half${index}-${at}`);
      counting.interruptAt = at;
      await runHere(file, folder, { shard: { index, of: 6 } });
      counting.interruptAt = Number.POSITIVE_INFINITY;
      t.true(existsSync(join(folder, 'x', plan(file).runs[index - 1].id, 'checkpoint.bin')));
      return folder;
    };
    const halves = [await half(1, 10), await half(2, 10), await half(2, 30)];
    rmSync(join(nodes[1], 'x', other.id), { recursive: true });
    const out = join(work, 'out');
    t.like(await merge([...halves, ...nodes], out), [{ copied: 5, kept: 0, unfinished: 1, problems: [] }]);
    t.true(readRecord(join(out, 'x', run.id)).kind === 'record');
    t.false(existsSync(join(out, 'x', run.id, 'checkpoint.bin')));
    const { finished } = await runHere(file, out);
    t.is(finished.filter(({ cached }) => cached).length, 5);
    t.like(finished[1].record.environment, { continued: true });
    t.deepEqual(counting.begun.slice(-1), [28], 'from the farther of the two');
  },
);

test.serial('links are not followed: not to runs, not to files, and not where copies belong', async (t) => {
  const { work, nodes } = await shards(t);
  const [run, second] = runsIn(join(nodes[0], 'x'));
  const outside = join(work, 'outside');
  mkdirSync(outside);
  renameSync(run, join(outside, 'run'));
  symlinkSync(join(outside, 'run'), run);
  renameSync(join(second, 'metrics.csv'), join(outside, 'metrics.csv'));
  symlinkSync(join(outside, 'metrics.csv'), join(second, 'metrics.csv'));
  const out = join(work, 'out');
  const [merged] = await merge(nodes, out);
  t.is(merged.copied, 4);
  t.regex(merged.problems.map(({ issue }) => issue.message).join(), /metrics\.csv is a link, which is not followed/);
  const before = filesIn(outside);
  symlinkSync(outside, join(work, 'x'));
  mkdirSync(join(work, 'planted'));
  symlinkSync(outside, join(work, 'planted/x'));
  await t.throwsAsync(merge(nodes, join(work, 'planted')), { message: /it is a link, which is not followed/ });
  t.deepEqual(filesIn(outside), before);
});
