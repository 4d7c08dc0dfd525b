/** What scripts and build servers get: JSON events, JUnit, annotations, rows on stdout, completion, schemas. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as z from 'zod';
import { candidates } from '../../src/cli/completion.js';
import { vocabulary } from '../../src/cli/vocabulary.js';
import { runRecordSchema } from '../../src/metrics/record-schema.js';
import type { RunRecord } from '../../src/metrics/results.js';
import { registry } from '../../src/registry.js';
import { eprbp, finish, quick, recordIn, runsIn, start, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

const failing = {
  ...quick,
  sweep: { 'free.step': [0.1, 5] },
  assert: [{ engine: 'ep', quantity: 'state', column: 'error_scaled', max: 1e-9 }],
};

test('--json: every line is an event, the last says the exit code; nothing else is on stdout', async (t) => {
  const work = workspace(t);
  const { code, stdout } = await eprbp(work, 'run', '--json', '-j', '2', writeSpec(work, failing));
  t.is(code, 1);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  t.like(events[0], { event: 'planned', experiment: 'quick', runs: 2, swept: ['free.step'] });
  t.like(events.at(-1), { event: 'done', exit_code: 1 });
  const finished = events.filter(({ event }) => event === 'run-finished');
  t.deepEqual(finished.map(({ index, status }) => [index, status]).sort(), [
    [0, 'completed'],
    [1, 'diverged'],
  ]);
  t.like(
    events.find(({ event }) => event === 'experiment-finished'),
    { experiment: 'quick', failed: [], left: 0 },
  );
});

test('--junit: a case for each run and each assertion, with what failed', async (t) => {
  const work = workspace(t);
  t.is((await eprbp(work, 'run', '-q', '--junit', 'out/j.xml', writeSpec(work, failing))).code, 1);
  const xml = readFileSync(join(work, 'out/j.xml'), 'utf8');
  t.regex(xml, /<testsuite name="quick" tests="4" failures="2" errors="1" skipped="0"/);
  t.regex(xml, /<testcase classname="quick" name="step-0\.1-\w+"[^>]*\/>/);
  t.regex(xml, /<error message="free phase diverged at step/);
  t.regex(xml, /<failure message="ep state error_scaled ≤ 1e-9: got/);
});

test('under GITHUB_ACTIONS mistakes and failures are annotated where they stand', async (t) => {
  const work = workspace(t);
  const env = { GITHUB_ACTIONS: 'true' };
  const file = writeSpec(work, { ...quick, network: { ...quick.network, activation: 'tahn' } });
  const wrong = await finish(start(['validate', 'spec.yaml'], work, { env }));
  t.regex(
    wrong.stderr,
    /^::error file=spec\.yaml,line=9,col=15::network\.activation must be one of .*did you mean 'tanh'\?$/m,
  );
  writeSpec(work, failing);
  const failed = await finish(start(['run', '-q', file], work, { env }));
  const lines = readFileSync(file, 'utf8').split('\n');
  const lineOf = (text: string) => 1 + lines.findIndex((line) => line.includes(text));
  const place = (text: string) => `^::error file=\\S+spec\\.yaml,line=${lineOf(text)},col=\\d+::`;
  t.regex(failed.stderr, new RegExp(`${place('- engine: ep')}step-0\\.1-\\w+: ep state error_scaled ≤ 1e-9: got`, 'm'));
  // a run that fails is one of the sweep
  t.regex(failed.stderr, new RegExp(`${place('free.step:')}step-\\w+`, 'm'));
  t.notRegex((await eprbp(work, 'run', '-q', file)).stderr, /::error/);
});

test('--csv -: the rows of one run as they are in its file, of a sweep as collect has them, in the order of the plan', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, second: { step: 0.1, steps: 300 } });
  for (const _ of ['computed', 'from before']) {
    const { stdout, stderr, code } = await eprbp(work, 'run', '--csv', '-', file);
    t.is(code, 0);
    t.is(stdout, readFileSync(join(runsIn(join(work, 'results/quick'))[0], 'metrics.csv'), 'utf8'));
    t.regex(stderr, /1 experiment, 1 run/);
  }
  const swept = writeSpec(
    work,
    { ...quick, name: 'swept', seeds: 3, sweep: { 'engines.ep.beta': [0.01, 0.1] } },
    'swept.yaml',
  );
  const one = await eprbp(work, 'run', '-q', '--csv', '-', '-j', '1', '--out', 'one', swept);
  const two = await eprbp(work, 'run', '-q', '--csv', '-', '-j', '2', swept);
  t.is(one.stdout, two.stdout);
  t.is(two.stdout, (await eprbp(work, 'collect', 'results/swept', '--to', '-')).stdout);
  const several = await eprbp(work, 'run', '--csv', '-', file, swept);
  t.is(several.code, 2);
  t.regex(several.stderr, /--csv - takes one spec of one protocol, got 2 specs/);
});

test('a spec on stdin; its mistakes have their place', async (t) => {
  const work = workspace(t);
  const feed = async (text: string, ...args: string[]) => {
    const child = start(args, work);
    child.stdin!.end(text);
    return finish(child);
  };
  const text = readFileSync(writeSpec(work, quick), 'utf8');
  const { code, stdout } = await feed(text, 'run', '-s', 'seed=3', '-');
  t.is(code, 0);
  t.regex(stdout, /1 experiment, 1 run/);
  const wrong = await feed(text.replace('tanh', 'tahn'), 'validate', '-');
  t.is(wrong.code, 2);
  t.regex(wrong.stderr, /<stdin>:\d+:\d+: network\.activation must be one of/);
});

test('run.json is what its schema says, and the schema knows all of it', async (t) => {
  const work = workspace(t);
  t.is(
    (await inProcess('run', '--out', join(work, 'results'), '-q', writeSpec(work, { ...quick, figures: [] }))).code,
    0,
  );
  const record = recordIn(runsIn(join(work, 'results/quick'))[0]);
  const parsed: RunRecord = runRecordSchema.parse(record) as RunRecord;
  t.deepEqual(parsed, record, 'nothing is stripped');
  const { stdout } = await inProcess('schema', 'run');
  const { properties, required } = JSON.parse(stdout) as { properties: object; required: string[] };
  // units are those of networks of nodes, learners those of agents; what is pruned is of a search
  const absent = ['learners', 'plugins', 'pruned', 'sketch', 'units'];
  t.deepEqual(Object.keys(properties).sort(), [...Object.keys(record), ...absent].sort());
  const { holder, references, tables, tensors, labels, time, phase_two, ...old } = record;
  t.regex(holder!, /^[0-9a-f]{16}$/);
  t.deepEqual(references, {});
  t.truthy(tables && tensors && labels && time && phase_two);
  t.deepEqual(required.sort(), Object.keys(old).sort(), 'those of 0.1.0 have none of them');
  t.truthy(z.toJSONSchema(runRecordSchema.shape.environment));
});

test('completion knows commands, options, specs, keys with the engines of a spec, and registered names', async (t) => {
  const work = workspace(t);
  const spec = writeSpec(work, quick);
  const ask = (...words: string[]) => candidates(words, async () => vocabulary);
  t.deepEqual(await ask('va'), ['validate']);
  t.deepEqual(await ask('run', '--sh'), ['--shard']);
  t.deepEqual(await ask('run', `${work}/s`), [spec]);
  t.true((await ask('run', spec, '-s', 'engines.')).includes('engines.ep.beta='));
  t.deepEqual(await ask('run', spec, '-s', 'second.st'), ['second.step=', 'second.steps=', 'second.start_at=']);
  t.deepEqual(
    (await ask('run', spec, '-s', 'free.solver=')).sort(),
    Object.keys(registry.solvers)
      .map((name) => `free.solver=${name}`)
      .sort(),
  );
  t.deepEqual(await ask('list', 'sol'), ['solvers']);
  t.deepEqual(await ask('data', 'fe'), ['fetch']);
  t.deepEqual(await ask('data', 'fetch', 'mn'), ['mnist']);
  t.true((await ask('new', '')).includes('equivalence'));
  t.deepEqual(await ask('run', '--backend', 'w'), ['wasm']);
  for (const shell of ['bash', 'zsh', 'fish'])
    t.regex((await inProcess('completion', shell)).stdout, /eprbp complete --/);
  t.is((await eprbp(work, 'complete', '--', 'li')).stdout, 'list\n');
});

test('mistakes on the command line are refused before anything runs', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, quick);
  const cases: [string[], RegExp][] = [
    [['run', file, '-j', '0'], /--jobs must be a whole number of at least 1, got '0'/],
    [['run', file, '-j', 'all'], /--jobs must be a whole number/],
    [['run', file, '--threads', '0'], /--threads must be a whole number of at least 1, or auto, got '0'/],
    [['run', file, '--shard', '3/2'], /--shard must be i\/n with 1 ≤ i ≤ n, got '3\/2'/],
    [['run', file, '--timeout', '-1'], /--timeout must be a positive number/],
    [['run', file, '--timeout', '3e6'], /--timeout must be a positive number of at most 2147483, got '3e6'/],
    [['run', file, '--retries', '1.5'], /--retries must be a whole number/],
    [['run', file, '--rerun', 'all'], /rerun/],
    [['run', file, '--sharrd', '1/2'], /unknown option --sharrd; did you mean --shard\?/],
    [['plan', file, '--shard', '1/2'], /unknown option --shard/],
    [['run', '-', '-'], /- \(a spec on stdin\) is given twice/],
    [['diff', 'a', 'b', '--rtol', 'x'], /--rtol must be a positive number, got 'x'/],
  ];
  for (const [args, expected] of cases) {
    const { code, stderr } = await inProcess(...args);
    t.is(code, 2, `${args.join(' ')}: ${stderr}`);
    t.regex(stderr, expected);
    t.notRegex(stderr, /\n\s+at /);
  }
});

test('a spec of ten megabytes, and one that unfolds without end, are refused', async (t) => {
  const work = workspace(t);
  writeFileSync(join(work, 'big.yaml'), `name: x\n${'# padding\n'.repeat(1_000_000)}`);
  t.regex(
    (await inProcess('validate', join(work, 'big.yaml'))).stderr,
    /a spec may have 2000000 bytes at most, got 10000008; keep data/,
  );
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`),
  ];
  writeFileSync(join(work, 'bomb.yaml'), `${bomb.join('\n')}\nname: *i\n`);
  const { code, stderr } = await inProcess('validate', join(work, 'bomb.yaml'));
  t.is(code, 2);
  t.regex(stderr, /bomb\.yaml:\d+:\d+: aliases repeat more than 100000 values/);
});
