/** What is submitted to Slurm, by a cluster that is made up: what is unfinished and not on its way, once. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, testProp } from '@fast-check/ava';
import test, { type ExecutionContext } from 'ava';
import { slurmScript, submitToSlurm } from '../../src/cluster/slurm.js';
import { arrayJob, indexList, lastJob, ownOption, parsedName } from '../../src/cluster/slurm-jobs.js';
import { keyOf, type Submission } from '../../src/cluster/submission.js';
import type { Tool } from '../../src/cluster/tool.js';
import { RunError, UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { shellCommand } from '../../src/text.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';
import { runHere } from '../_support/in-process.js';

const SEEDS = 7;

function submissionIn(work: string, tasks: number, more: Partial<Submission> = {}): Submission {
  const file = writeSpec(work, { ...quick, figures: [], seeds: SEEDS });
  const shared = { out: join(work, 'out'), cwd: work, tasks, acceptBuild: false };
  return { plans: [plan(file)], ...shared, specs: [file], which: ['--backend=wasm'], how: [], ...more };
}

/** A job as it was handed over. */
interface Sent {
  readonly id: string;
  readonly options: readonly string[];
  readonly script: string;
}

/** Takes every job, and says what is told to stand in the queue. @param refuse of jobs, and of those that it is asked about */
function cluster(queue: (sent: readonly Sent[]) => readonly string[] = () => [], refuse?: (sent: Sent) => void) {
  const sent: Sent[] = [];
  const tool: Tool = (name, words, script = '') => {
    if (name === 'squeue') return `${queue(sent).join('\n')}\n`;
    const job = { id: `${100 + sent.length}`, options: words, script };
    refuse?.(job);
    if (words.includes('--test-only')) return '';
    sent.push(job);
    return `${job.id};somewhere\n`;
  };
  return { sent, tool };
}

const optionOf = ({ options }: Sent, name: string) =>
  options.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
const expanded = (list: string) =>
  list.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });

testProp(
  'a list of indices says them all, and no other',
  [fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 })],
  (t, some) => {
    const indices = some.sort((a, b) => a - b);
    t.deepEqual(expanded(indexList(indices)), indices);
  },
);

test('every word reaches a command of a shell as it is', (t) => {
  const words = [
    "it's",
    '$(id)',
    '`id`',
    'a b',
    '',
    '-n',
    '"',
    '\\',
    'a\nEND\nb',
    '*',
    '~',
    '#',
    '!',
    '%x',
    'ü',
    '&;|<>',
    '{1,2}',
    '\t',
  ];
  const got = execFileSync('sh', ['-c', shellCommand(['printf', '%s\\0', ...words])], { encoding: 'utf8' });
  t.deepEqual(got.split('\0').slice(0, -1), words);
});

test('whatever is finished or queued, each open task is submitted once, and a last job waits for all arrays', async (t) => {
  const work = workspace(t);
  const submission = submissionIn(work, 4);
  await runHere(submission.specs[0], submission.out);
  const runs = submission.plans[0].runs.map(({ id }) => join(work, 'out/quick', id));
  // seeds 1…7 go to tasks 1 2 3 4 1 2 3
  for (const seed of [2, 3, 5, 6]) rmSync(runs[seed - 1], { recursive: true });
  const key = keyOf(submission);
  const first = cluster(() => [
    `90_2 RUNNING quick.${key}.4`,
    '91_3 RUNNING other.00000000.4',
    `92_3 COMPLETING quick.${key}.4`,
  ]);
  const done = submitToSlurm(submission, [], first.tool);
  t.like(done, { runs: 7, finished: 3, open: [1, 2, 3], submitted: [1, 3], going: [2], arrays: ['100'], last: '101' });
  const [array, last] = first.sent;
  t.deepEqual(expanded(optionOf(array, '--array')!), [1, 3]);
  t.regex(array.script, /exec .* run --shard auto\/4 --requeue /);
  t.is(optionOf(last, '--dependency'), 'afterany:90:100');
  t.true(existsSync(join(work, 'out/.slurm')), 'Slurm makes no folder for logs');
  const names = first.sent.map((job) => optionOf(job, '--job-name')!);
  t.deepEqual(names.map(parsedName), [
    { key, parts: 4 },
    { key, parts: 'last' },
  ]);

  const second = cluster(() => [`100_1 PENDING ${names[0]}`, `100_3 PENDING ${names[0]}`, `90_2 RUNNING ${names[0]}`]);
  t.like(submitToSlurm(submission, [], second.tool), { submitted: [], arrays: [], last: '100' });
  t.is(optionOf(second.sent[0], '--dependency'), 'afterany:100:90');
  const third = cluster(() => [
    `100_1 PENDING ${names[0]}`,
    `90_2 RUNNING ${names[0]}`,
    `100_3 RUNNING ${names[0]}`,
    `101 PENDING ${names[1]}`,
  ]);
  t.like(submitToSlurm(submission, [], third.tool), { submitted: [], arrays: [], last: undefined });
  t.is(third.sent.length, 0);

  t.throws(() => submitToSlurm({ ...submission, tasks: 5 }, [], second.tool), {
    instanceOf: UserError,
    message: /job 100 is still at these runs in 4 parts, this would be 5; give --tasks 4, or end it first: scancel 100/,
  });
  await runHere(submission.specs[0], submission.out);
  const none = cluster();
  t.like(submitToSlurm(submission, [], none.tool), { finished: 7, open: [], arrays: [], last: undefined });
  t.is(none.sent.length, 0);
});

test('what sbatch says is told, with what to do; of an array that is there without its last job, too', (t) => {
  const refusing = (say: string, which = '') => {
    const { tool } = cluster(
      () => [],
      ({ options }) => {
        if (options.some((one) => one.includes(which))) throw new RunError(`sbatch says: ${say}`);
      },
    );
    return t.throws(() => submitToSlurm(submissionIn(workspace(t), 4), [], tool), { instanceOf: RunError }).message;
  };
  t.regex(refusing('Invalid job array specification'), /Invalid job array specification; .*smaller --tasks/);
  t.regex(
    refusing("Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"),
    /again when some/,
  );
  t.regex(refusing('Slurm temporarily unable to accept job'), /Slurm takes no more jobs now: .*again when some/);
  t.regex(
    refusing('invalid partition', 'afterany'),
    /^array 100 is submitted, but not all that comes after it.*invalid partition$/,
  );
});

/** A queue that takes so many jobs, tasks of arrays counted one by one; it asks before it takes, or takes no more of one user. */
function narrow(room: number, asks: boolean) {
  let left = room;
  const fullness = asks
    ? 'sbatch says: allocation failure: Resource temporarily unavailable'
    : "sbatch says: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)";
  return cluster(
    () => [],
    (job) => {
      const isQuestion = job.options.includes('--test-only');
      if (isQuestion && !asks) return;
      const indices = optionOf(job, '--array');
      const count = indices === undefined ? 1 : expanded(indices).length;
      if (count > left) throw new RunError(fullness);
      if (!isQuestion) left -= count;
    },
  );
}

testProp(
  'of a queue that is all but full every place is used, the last for the job that judges; what waits is told',
  [fc.integer({ min: 0, max: 14 }), fc.integer({ min: 1, max: SEEDS }), fc.integer({ min: 1, max: 3 })],
  async (t, room, tasks, rungs) => {
    const submission = submissionIn(workspace(t), tasks, { rungs });
    const { sent, tool } = narrow(room, true);
    if (room < 2) {
      t.throws(() => submitToSlurm(submission, [], tool), {
        instanceOf: RunError,
        message: /Slurm takes no more jobs now/,
      });
      t.is(sent.length, 0);
      return;
    }
    const { submitted, waiting, rungsWaiting, last } = submitToSlurm(submission, [], tool);
    t.deepEqual(
      [...submitted, ...waiting],
      submission.plans[0].runs.slice(0, tasks).map((_, i) => i + 1),
    );
    t.is(submitted.length, Math.min(tasks, room - 1));
    t.is(rungsWaiting, waiting.length > 0 ? rungs - 1 : Math.max(0, rungs - Math.floor((room - 1) / tasks)));
    t.is(sent.at(-1)!.id, last!);
    t.is(optionOf(sent.at(-1)!, '--dependency')!.split(':').length - 1, sent.length - 1, 'it waits for all');
  },
  { numRuns: 40 },
);

test('of a user who may submit no more, too', (t) => {
  const submission = submissionIn(workspace(t), 7);
  t.like(submitToSlurm(submission, [], narrow(5, false).tool), {
    arrays: ['100', '101', '102'],
    submitted: [1, 2, 3, 4, 5],
    waiting: [6, 7],
    last: undefined,
  });
  t.throws(() => submitToSlurm(submission, [], narrow(0, false).tool), { message: /submit limit.*again when some/ });
});

test("a user's options of sbatch win over those that are usual, and none may be those that jobs are found by", (t) => {
  const submission = submissionIn(workspace(t), 4);
  for (const { options } of [arrayJob(submission, [1], ['--time=5']), lastJob(submission, ['7'], ['--time=5'])]) {
    t.true(options.indexOf('--time=5') > options.findIndex((one) => one.startsWith('--output=')));
    t.true(options.indexOf('--time=5') < options.findIndex((one) => one.startsWith('--job-name=')));
  }
  for (const word of [
    '--array=1-3',
    '--arr=3',
    '-a',
    '-a1-3',
    '-Jx',
    '--job-name',
    '--dependency=x',
    '--wrap=x',
    '--wait',
  ])
    t.is(ownOption(['--time=5', word]), word);
  for (const word of [
    '--time=5',
    '-t5',
    '--mem=1G',
    '-A',
    'account',
    '--output=x',
    '--partition',
    '--nice',
    '--qos=x',
    '--array-of',
  ])
    t.is(ownOption([word]), undefined, word);
});

test('of several rungs each array waits for the one before, and the last job for all', (t) => {
  const submission = submissionIn(workspace(t), 3, { rungs: 3 });
  const { sent, tool } = cluster();
  t.like(submitToSlurm(submission, [], tool), { arrays: ['100'], submitted: [1, 2, 3], rungsWaiting: 0, last: '103' });
  t.deepEqual(
    sent.map((job) => optionOf(job, '--dependency')),
    [undefined, 'afterany:100', 'afterany:101', 'afterany:100:101:102'],
  );
  t.is(slurmScript(submission, []).match(/--dependency=afterany:"\$\{array%%;\*\}"\)?$/gm)?.length, 3);
});

test('logs go where % and relative paths mean what they say; where Slurm writes none, it is told', (t) => {
  const submission = submissionIn(workspace(t), 4);
  const output = (more: Partial<Submission>) =>
    arrayJob({ ...submission, ...more }, [1], []).options.find((one) => one.startsWith('--output='));
  t.is(output({ cwd: '/a %x', out: "r'%j" }), "--output=/a %%x/r'%%j/.slurm/%x-%a.log");
  t.throws(() => output({ cwd: '/a\\b', out: 'r' }), { instanceOf: UserError, message: /backslash/ });
});

test('a printed script carries everything out as submit would, from whatever folder', (t: ExecutionContext) => {
  const work = workspace(t);
  const folder = join(work, "a 'b' $(touch owned) %x\nEND\n");
  mkdirSync(folder);
  const submission = submissionIn(folder, 3, { cwd: folder });
  // an sbatch that keeps what it is given
  const fake = `#!/bin/sh\nn=$(ls "$KEPT" | wc -l)\ncat >"$KEPT/script-$n"\nprintf '%s\\0' "$@" >"$KEPT/words-$n"\necho "4$n;x"\n`;
  mkdirSync(join(work, 'bin'));
  mkdirSync(join(work, 'kept'));
  writeFileSync(join(work, 'bin/sbatch'), fake, { mode: 0o755 });
  const env = { ...process.env, PATH: `${join(work, 'bin')}:${process.env['PATH']}`, KEPT: join(work, 'kept') };
  execFileSync('sh', [], { input: slurmScript(submission, ['--time=1:00']), env, cwd: work });
  const real = cluster();
  submitToSlurm(submission, ['--time=1:00'], real.tool);
  const kept = (name: string) => execFileSync('cat', [join(work, 'kept', name)], { encoding: 'utf8' });
  t.deepEqual(readdirSync(join(work, 'kept')).length, 4);
  for (const [i, at] of ['0', '2'].entries()) {
    t.is(kept(`script-${at}`).trim(), real.sent[i].script.trim());
    const words = kept(`words-${at}`).split('\0').slice(0, -1);
    t.deepEqual(
      words,
      real.sent[i].options.map((one) => one.replace('afterany:100', 'afterany:40')),
    );
  }
  t.false(existsSync(join(work, 'owned')) || existsSync(join(folder, 'owned')));
});
