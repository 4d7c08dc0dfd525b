/**
 * Sweeps through a real Slurm. RUNS and KILLS (60 and 20 by default) say how many runs there are, and how many of their
 * tasks are killed without a word.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { eprbp, filesIn, quick, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { writeStressSpecs } from '../stress/specs.js';
import { Cluster, isHalf, withSlurm } from './cluster.js';

const [RUNS, KILLS] = [Number(process.env['RUNS'] ?? 60), Number(process.env['KILLS'] ?? 20)];

/** Clusters by what is odd about them: only one is there at a time. */
let cluster: { readonly of: object; readonly slurm: Cluster } | undefined;
const USUAL = {};
async function started(more: Readonly<Record<string, number>> = USUAL): Promise<Cluster> {
  if (cluster?.of !== more) {
    await cluster?.slurm.stop();
    cluster = { of: more, slurm: await Cluster.start(more) };
  }
  return cluster.slurm;
}
test.after.always(() => cluster?.slurm.stop());

const random = xoroshiro128plus(1);
const below = (n: number) => (random.next() >>> 0) % n;

/** Who has made each finished run: another token for the same run is the same work twice. */
function makers(out: string): Map<string, string> {
  const there = existsSync(out) ? readdirSync(out, { withFileTypes: true }) : [];
  const experiments = there.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const runs = experiments.flatMap(({ name }) => runsIn(join(out, name)));
  return new Map(runs.filter((run) => existsSync(join(run, 'run.json'))).map((run) => [run, recordIn(run).holder!]));
}

/** What all tasks have said; Slurm itself writes a line into the middle of theirs, which is left out. */
function logsIn(out: string): string {
  const folder = join(out, '.slurm');
  const logs = filesIn(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  return logs.join('\n').replace(/^slurmstepd-.*\n/gm, '');
}

const QUEUED_AGAIN = /is queued again, and will go on from here\ninterrupted by SIGUSR1/;

/** Whether a task has planned what it does, and says so. */
function hasBegun(out: string, job: string): boolean {
  const logs = join(out, '.slurm');
  const log = existsSync(logs) && readdirSync(logs).find((name) => name.endsWith(`-${job.split('_')[1]}.log`));
  return log !== false && log !== undefined && readFileSync(join(logs, log), 'utf8').includes('warning');
}

/** What was finished is finished still, by the same. */
function requireKept(t: ExecutionContext, before: ReadonlyMap<string, string>, out: string): Map<string, string> {
  const now = makers(out);
  for (const [run, maker] of before) t.is(now.get(run), maker, run);
  return now;
}

function requireAlike(t: ExecutionContext, expected: string, got: string): void {
  const tables = (folder: string) =>
    filesIn(folder).filter((file) => /[/](metrics|processes|evaluation)\.csv$|\.npz$/.test(file));
  t.deepEqual(tables(got), tables(expected));
  for (const file of tables(expected)) t.is(digest(join(got, file)), digest(join(expected, file)), file);
  const halves = /checkpoint\.bin|\.part$|\.locks|\.hold-|\.making-/;
  const left = filesIn(got).filter((file) => halves.test(file) && !isHalf(file));
  t.deepEqual(left, [], 'nothing half done is left');
}

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

withSlurm(
  `${RUNS} runs, ${KILLS} kills, two requeues: one more submit completes them, nothing twice, nothing lost`,
  async (t) => {
    const slurm = await started();
    const work = workspace(t);
    const specs = writeStressSpecs(join(work, "sp'e c%s"), RUNS);
    const [reference, out] = [join(work, 'reference'), join(work, 'out %x')];
    t.is((await eprbp(work, 'run', '-q', '--out', reference, specs)).code, 0);
    const tasks = String(Math.min(100, Math.ceil(RUNS / 2)));
    const submit = () => eprbp(work, 'submit', specs, '--to', 'slurm', '--tasks', tasks, '--out', out);
    const first = await submit();
    t.is(first.code, 0, first.stderr);
    let known = new Map<string, string>();
    const asked = { requeue: 0, signal: 0 };
    for (let kills = 0; ; await setTimeout(50 + below(300))) {
      const queue = slurm.queue();
      if (queue.length === 0) break;
      if (below(10) === 0) known = requireKept(t, known, out);
      const running = queue.filter(({ job, state }) => state === 'RUNNING' && job.includes('_'));
      if (running.length === 0) continue;
      const { job } = running[below(running.length)];
      // most of them when they have begun, some while they start
      if (!hasBegun(out, job) && below(4) > 0) continue;
      if (kills > 2 && asked.requeue < 1) asked.requeue += Number(slurm.requeue(job));
      else if (kills > 4 && !QUEUED_AGAIN.test(logsIn(out)) && hasBegun(out, job)) {
        // as before it is preempted: node keeps what it is at, and asks to be queued again
        slurm.cancel('--batch', '--signal=USR1', job);
        asked.signal++;
      } else if (kills < KILLS) {
        // Slurm still warns by TERM, unless the script alone is meant
        slurm.cancel('--signal=KILL', ...(kills % 2 === 0 ? ['--batch'] : []), job);
        kills++;
      }
    }
    known = requireKept(t, known, out);
    t.log(`${known.size} of ${RUNS} runs finished by the first array; ${JSON.stringify(asked)}`);
    t.true(known.size < makers(reference).size, 'kills have cost something');
    t.regex(logsIn(out), QUEUED_AGAIN);
    const second = await submit();
    t.is(second.code, 0, second.stderr);
    t.regex(second.stdout, new RegExp(`${known.size} of ${makers(reference).size} runs finished`));
    await slurm.quiet();
    requireKept(t, known, out);
    requireAlike(t, reference, out);
    t.true(existsSync(join(out, 'index.html')));
    for (const name of ['rows', 'end', 'training']) t.true(existsSync(join(out, name, 'collected.csv')), name);
    const third = await submit();
    t.regex(third.stdout, /nothing to submit/);
  },
);

withSlurm('who cancels is not contradicted, and goes on by the same command', async (t) => {
  const slurm = await started();
  const work = workspace(t);
  const spec = writeSpec(work, { ...quick, seeds: 6, second: { step: 0.01, steps: 60_000 }, figures: [] });
  const submit = () => eprbp(work, 'submit', spec, '--to', 'slurm', '--tasks', '3');
  const { stdout } = await submit();
  const [, array] = /^array (\d+)/.exec(stdout) ?? [];
  await slurm.until(() => slurm.queue().some(({ job, state }) => state === 'RUNNING' && job.startsWith(`${array}_`)));
  t.regex((await submit()).stdout, /nothing new: 3 tasks on the way/);
  await setTimeout(2000);
  slurm.cancel(array);
  await slurm.quiet();
  t.notRegex(logsIn(join(work, 'results')), /is queued again/);
  t.true(makers(join(work, 'results')).size < 6);
  t.regex((await submit()).stdout, /^array \d+: /);
  await slurm.quiet();
  t.is(makers(join(work, 'results')).size, 6);
});

withSlurm('what Slurm does not take is told in its words, with what to do, and nothing is queued', async (t) => {
  const slurm = await started();
  const work = workspace(t);
  const spec = writeSpec(work, { ...quick, seeds: 1100, figures: [] });
  const submit = (...words: string[]) => eprbp(work, 'submit', spec, '--to', 'slurm', ...words);
  const large = await submit('--tasks', '1100');
  t.is(large.code, 1);
  t.regex(large.stderr, /sbatch says: .*Invalid job array specification; .*smaller --tasks/);
  const long = await submit('--', '--time=2-0');
  t.is(long.code, 1);
  t.regex(long.stderr, /sbatch says: .*time limit/i);
  const unknown = await submit('--', '--partition=none');
  t.regex(unknown.stderr, /sbatch says: .*invalid partition/i);
  t.deepEqual(slurm.queue(), []);
  t.regex((await submit('--', '--hold')).stdout, /^array \d+: 100 tasks \(1-100\)/);
  slurm.cancel('--me');
  await slurm.quiet();
});

/** Jobs that are over are forgotten soon: a queue counts them until then. */
const NARROW = { MaxJobCount: 12, MinJobAge: 2 };

withSlurm(
  'a queue that is all but full takes what it has room for, at once, and the rest by the same command',
  async (t) => {
    const slurm = await started(NARROW);
    const work = workspace(t);
    const spec = writeSpec(work, { ...quick, seeds: 20, figures: [] });
    const submit = () => eprbp(work, 'submit', spec, '--to', 'slurm', '--tasks', '20');
    const first = await submit();
    t.is(first.code, 1, first.stderr);
    const [, submitted] = /^array [\d, ]+: (\d+) tasks \(1-\d+\); 0 of 20 runs finished/.exec(first.stdout) ?? [];
    t.is(
      Number(submitted),
      NARROW.MaxJobCount - 2,
      'one place is that of the job that judges; the last one Slurm keeps',
    );
    t.regex(first.stdout, /\njob \d+ judges/);
    t.regex(
      first.stderr,
      /not submitted, for Slurm takes no more jobs now: 10 tasks \(11-20\); give the same command again/,
    );
    const full = await submit();
    t.is(full.code, 1);
    t.regex(
      full.stderr,
      /^error sbatch says: .*Slurm takes no more jobs now: give a smaller --tasks, or the same command again/,
    );
    let rounds = 1;
    for (; rounds < 20; rounds++) {
      await slurm.quiet();
      await slurm.until(() => slurm.isForgotten());
      const { code, stdout, stderr } = await submit();
      if (/nothing to submit/.test(stdout)) break;
      t.true(code === 0 || /not submitted/.test(stderr), stderr);
    }
    t.true(rounds < 20);
    t.is(makers(join(work, 'results')).size, 20);
    t.true(existsSync(join(work, 'results/index.html')));
  },
);
