/** `eprbp bench` measures; how fast a machine is, no test says. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { better, compare } from '../../src/bench/baseline.js';
import type { Result } from '../../src/bench/benchmark.js';
import { benchmarks } from '../../src/bench/benchmarks.js';
import { median, medianMs } from '../../src/bench/measure.js';
import { eprbp, finish, start, workspace } from '../_support/cli.js';

const quickOnes = [
  'gemm-f64-512',
  'gemm-f64-50x512x784',
  'sigmoid-f64',
  'ep-batch-64-32-10',
  'equivalence-10-50-5',
  'csv-rows',
];

test('results as JSON: value, unit, what is better, and the ratio to a limit measured in the same run', async (t) => {
  const only = quickOnes.flatMap((name) => ['--only', name]);
  const { code, stdout, stderr } = await eprbp(workspace(t), 'bench', '--json', '--seconds', '0.02', ...only);
  t.is(code, 0, stderr);
  const { results, machine } = JSON.parse(stdout) as { results: Result[]; machine: Record<string, unknown> };
  t.deepEqual(
    results.map(({ name }) => name),
    [...quickOnes, 'csv-process-rows'],
  );
  for (const { name, value, unit, better, limit, ratio } of results) {
    t.true(value > 0 && Number.isFinite(value), name);
    t.true(unit.length > 0 && ['higher', 'lower'].includes(better));
    t.is(ratio, limit === undefined ? undefined : value / limit);
  }
  t.is(machine['backend'], 'wasm');
  t.deepEqual(stderr.trim().split('\n'), quickOnes);
});

test('as a table for people; an unknown benchmark or a wrong time is refused with a hint', async (t) => {
  const work = workspace(t);
  const shown = await eprbp(work, 'bench', '--seconds', '0.02', '--only', 'ep-batch-64-32-10');
  t.regex(shown.stdout, /benchmark\s+value\s+unit[\s\S]*ep-batch-64-32-10\s+[\d.]+\s+ms/);
  const unknown = await eprbp(work, 'bench', '--only', 'gemm-f64-521');
  t.is(unknown.code, 2);
  t.regex(unknown.stderr, /no benchmark is called 'gemm-f64-521'; did you mean 'gemm-f64-512'\?/);
  for (const seconds of ['0', '-1', 'soon']) {
    const { code, stderr } = await eprbp(work, 'bench', '--seconds', seconds);
    t.is(code, 2);
    t.regex(stderr, /--seconds must be a positive number/);
  }
});

test('the canonical workloads are all there, each with a line on what it does', (t) => {
  const names = benchmarks.map(({ name }) => name);
  for (const name of [
    ...quickOnes,
    'ep-batch-784-512-10',
    'ep-batch-784-512-10-sparse80',
    'ep-batch-784-512-512-10',
    'hopfield-relax-784-500-500-10',
    'startup',
    'threads-scaling',
    'train-epoch-784-512-10',
    'time-to-error',
  ]) {
    t.true(names.includes(name), name);
  }
  for (const { summary } of benchmarks) t.true(summary.length > 10);
});

test('a median is of one piece of work, however many are done at a time', (t) => {
  let done = 0;
  const ms = medianMs((repetitions) => {
    for (let i = 0; i < repetitions; i++) {
      const end = performance.now() + 2;
      while (performance.now() < end) done++;
    }
  }, 0.05);
  t.true(done > 0);
  t.true(ms >= 1.9, String(ms));
  t.is(median([3, 1, 2]), 2);
  t.is(median([4, 1, 2, 3]), 2.5);
});

const measured = (value: number, better: 'higher' | 'lower' = 'lower'): Result => ({
  name: 'x',
  value,
  unit: 'ms',
  better,
});

test('slower is what takes longer, by how much, whichever way is better; noise is neither', (t) => {
  const [{ slower }] = compare([measured(3)], [measured(2)]);
  t.is(slower, 0.5);
  t.is(compare([measured(2, 'higher')], [measured(3, 'higher')])[0].slower, 0.5);
  t.like(compare([measured(1.09)], [measured(1)])[0], { isSlower: false, isFaster: false });
  t.like(compare([measured(0.5)], [measured(1)])[0], { isSlower: false, isFaster: true });
  t.deepEqual(
    compare(
      [measured(1)],
      [
        { ...measured(1), unit: 's' },
        { ...measured(1), name: 'y' },
      ],
    ),
    [],
  );
  t.deepEqual(better([measured(3)], [measured(2)]), [measured(2)]);
  t.deepEqual(better([measured(3, 'higher')], [measured(2, 'higher')]), [measured(3, 'higher')]);
});

test('a baseline: what has become slower is told, and ends with 3 only where that is asked for', async (t) => {
  const work = workspace(t);
  const once = ['bench', '--seconds', '0.02', '--only', 'sigmoid-f64'];
  const file = join(work, 'then.json');
  const { stdout } = await eprbp(work, ...once, '--json');
  const then = JSON.parse(stdout) as { results: Result[]; machine: object };
  const faster = then.results.map((one) => ({ ...one, value: one.value / 1000 }));
  writeFileSync(file, JSON.stringify({ ...then, results: faster, machine: { ...then.machine, node: '1.0' } }));
  const told = await eprbp(work, ...once, '--baseline', file);
  t.is(told.code, 0, told.stderr);
  t.regex(told.stdout, /sigmoid-f64 +[\de.+]+ % slower/);
  t.regex(told.stdout, /not the machine of the baseline: node 1\.0, now/);
  t.is((await eprbp(work, ...once, '--baseline', file, '--fail-above', '20')).code, 3);
  writeFileSync(file, '{"results": 1}');
  const none = await eprbp(work, ...once, '--baseline', file);
  t.is(none.code, 2);
  t.regex(none.stderr, /is no baseline/);
  t.is((await eprbp(work, ...once, '--fail-above', '20')).code, 2);
});

test('a baseline without change, or without what is measured, is told as such', async (t) => {
  const work = workspace(t);
  const once = ['bench', '--seconds', '0.02', '--only', 'sigmoid-f64'];
  const file = join(work, 'then.json');
  const { stdout } = await eprbp(work, ...once, '--json');
  const then = JSON.parse(stdout) as { results: Result[]; machine: object };
  // far apart enough for any noise: nothing is slower, and nothing faster, by 10,000 %
  const same = await eprbp(work, ...once, '--baseline', writeBaseline(then.results), '--fail-above', '10000');
  t.is(same.code, 0, same.stderr);
  t.regex(same.stdout, /\n\n1 of the baseline measured again, 0 slower by more than 10000 %/);
  for (const results of [[], then.results.map((one) => ({ ...one, name: 'other' }))]) {
    const told = await eprbp(work, ...once, '--baseline', writeBaseline(results));
    t.is(told.code, 0, told.stderr);
    t.regex(told.stdout, /not in the baseline: sigmoid-f64\n0 of the baseline measured again/);
    const asked = await eprbp(work, ...once, '--baseline', writeBaseline(results), '--fail-above', '20');
    t.is(asked.code, 2);
    t.regex(asked.stderr, /nothing of the baseline was measured again/);
  }
  const json = await eprbp(work, ...once, '--json', '--precision', 'float32', '--baseline', file);
  const { results, baseline, missing, differences } = JSON.parse(json.stdout);
  t.is(results[0].name, 'sigmoid-f32');
  t.deepEqual([baseline, missing], [[], ['sigmoid-f32']]);
  t.regex(differences.join(), /precision float64, now float32/);
  writeFileSync(file, JSON.stringify({ ...then, results: then.results.map((one) => ({ ...one, value: 0 })) }));
  t.is((await eprbp(work, ...once, '--baseline', file)).code, 2);

  function writeBaseline(results: readonly Result[]): string {
    writeFileSync(file, JSON.stringify({ ...then, results }));
    return file;
  }
});

test('a signal that comes while a figure is measured ends with what there is, and the number of the signal', async (t) => {
  const child = start(['bench', '--seconds', '1', '--only', 'sigmoid-f64'], workspace(t));
  child.stderr!.once('data', () => child.kill('SIGTERM'));
  const { code, stderr } = await finish(child);
  t.is(code, 143, stderr);
  t.regex(stderr, /interrupted by SIGTERM/);
});
