/** Submits to Slurm what is unfinished and not on its way already. What is so is asked of the files and of squeue alone. */
import { RunError, UserError } from '../errors.js';
import { ownFolder } from '../io/make-folder.js';
import { shellCommand } from '../text.js';
import { arrayJob, type Job, LOG_FOLDER, lastJob, parsedName } from './slurm-jobs.js';
import { keyOf, rungsAfter, type Standing, type Submission, standingOf } from './submission.js';
import { commandOf, type Tool } from './tool.js';

/** What was done, and what stands. Numbers of jobs; undefined where none was needed. */
export interface Submitted extends Standing {
  /** One, but of a queue that is all but full several. */
  readonly arrays: readonly string[];
  /** Tasks of those. */
  readonly submitted: readonly number[];
  /** Tasks that were on their way before. */
  readonly going: readonly number[];
  /** Tasks that there is no room for now. */
  readonly waiting: readonly number[];
  /** Rungs after this one that there is no room for now. */
  readonly rungsWaiting: number;
  /** Where it was needed and is undefined, there is no room for it either. */
  readonly last: string | undefined;
}

/** @throws UserError, RunError with what Slurm says */
export function submitToSlurm(submission: Submission, given: readonly string[], tool: Tool = commandOf): Submitted {
  const standing = standingOf(submission);
  const queued = queueOf(submission, tool);
  const due = standing.open.filter((task) => !queued.tasks.has(task));
  const shared = { ...standing, going: [...queued.tasks.keys()].sort((a, b) => a - b) };
  const before = new Set(queued.tasks.values());
  if (due.length === 0 && (before.size === 0 || queued.hasLast))
    return { ...shared, submitted: [], arrays: [], waiting: [], rungsWaiting: 0, last: undefined };
  ownFolder(submission.out, LOG_FOLDER);
  const { arrays, waiting } = sentInParts(submission, due, given, tool);
  const submitted = due.slice(0, due.length - waiting.length);
  try {
    // where all of this one was on its way before, so were those
    const rungs = arrays.length === 0 ? [] : laterRungs(submission, standing);
    const later = waiting.length === 0 ? laterArrays(submission, rungs, arrays, given, tool) : [];
    const rungsWaiting = rungs.length - later.length;
    const last = sentUnlessFull(lastJob(submission, [...before, ...arrays, ...later], given), tool);
    return { ...shared, submitted, arrays, waiting, rungsWaiting, last: last instanceof RunError ? undefined : last };
  } catch (error) {
    if (!(error instanceof RunError) || arrays.length === 0) throw error;
    throw new RunError(
      `array ${arrays.join(', ')} is submitted, but not all that comes after it, to judge and report at last (the same command again submits that): ${error.message}`,
    );
  }
}

/**
 * As many of these tasks as the queue takes, and those that it has no room for; the last job has room in any case. sbatch
 * itself tries for two minutes where there is none, so that it is asked before.
 * @throws RunError where there is none for any
 */
function sentInParts(
  submission: Submission,
  due: readonly number[],
  given: readonly string[],
  tool: Tool,
): { arrays: string[]; waiting: readonly number[] } {
  const arrays: string[] = [];
  let refusal: RunError | undefined;
  let [at, size] = [0, due.length];
  while (at < due.length && size > 0) {
    const id = sentWhereRoom(submission, due.slice(at, at + size), given, tool);
    if (id instanceof RunError) {
      refusal = id;
      size = Math.floor(size / 2);
    } else {
      arrays.push(id);
      at += size;
      size = Math.min(size, due.length - at);
    }
  }
  if (arrays.length === 0 && refusal) throw refusal;
  return { arrays, waiting: due.slice(at) };
}

/** Each of the further rungs after the one before, as long as there is room. */
function laterArrays(
  submission: Submission,
  rungs: readonly (readonly number[])[],
  first: readonly string[],
  given: readonly string[],
  tool: Tool,
): readonly string[] {
  const later: string[] = [];
  for (const indices of rungs) {
    const id = sentWhereRoom(submission, indices, given, tool, later.at(-1) ?? first.join(':'));
    if (id instanceof RunError) break;
    later.push(id);
  }
  return later;
}

/** No task has this index: it stands for the last job. */
const ONE_MORE = 0;

/** The number of the array, or how it is refused where the queue has no room for it and one more. @throws RunError */
function sentWhereRoom(
  submission: Submission,
  indices: readonly number[],
  given: readonly string[],
  tool: Tool,
  after?: string,
): string | RunError {
  const { options, script } = arrayJob(submission, [ONE_MORE, ...indices], given, after);
  try {
    tool('sbatch', ['--test-only', ...options], script);
  } catch (error) {
    if (error instanceof RunError && FULL.test(error.message)) return advised(error);
    // whatever else is wrong the job itself will be told
  }
  return sentUnlessFull(arrayJob(submission, indices, given, after), tool);
}

function sentUnlessFull(job: Job, tool: Tool): string | RunError {
  try {
    return sent(job, tool);
  } catch (error) {
    if (error instanceof RunError && FULL.test(error.message)) return error;
    throw error;
  }
}

/** What is said of a queue that takes no more: of all (MaxJobCount), or of one user's (MaxSubmitJobs). */
const FULL = /temporarily un(able|available)|queue full|submit limit|MaxSubmit/i;

/** The tasks of the arrays after the first: which of them have something to do nobody knows yet. */
function laterRungs(submission: Submission, standing: Standing): number[][] {
  const tasks = Array.from({ length: submission.tasks }, (_, i) => i + 1);
  return Array.from({ length: rungsAfter(submission, standing) }, () => tasks);
}

/** What sbatch refuses by, and what to do about it. */
const REFUSALS: readonly [RegExp, string][] = [
  [/array spec/i, 'an array has fewer tasks here (MaxArraySize of scontrol show config): give a smaller --tasks'],
  [
    /temporarily un|queue full|qos|limit|policy/i,
    'Slurm takes no more jobs now: give a smaller --tasks, or the same command again when some are over',
  ],
  [/unable to contact|connect/i, 'try the same command again later'],
];

/** @returns the number of the job @throws RunError */
function sent({ options, script }: Job, tool: Tool): string {
  try {
    const [id] = tool('sbatch', options, script).trim().split(';');
    if (/^\d+$/.test(id)) return id;
    throw new RunError(`sbatch gives no number of a job, but '${id}'`);
  } catch (error) {
    throw error instanceof RunError ? advised(error) : error;
  }
}

/** The same, with what to do about it. */
function advised(error: RunError): RunError {
  const [, advice] = REFUSALS.find(([pattern]) => pattern.test(error.message)) ?? [];
  return advice === undefined ? error : new RunError(`${error.message}; ${advice}`);
}

/** The states of a job that will still do something. */
const ALIVE = /^(PENDING|RUNNING|CONFIGURING|SUSPENDED|REQUEUED|REQUEUE_HOLD|RESIZING|STOPPED)$/;

/** Which tasks of a submission are queued or run, in which jobs. @throws UserError where they divide the runs otherwise */
function queueOf(
  submission: Submission,
  tool: Tool,
): { readonly tasks: ReadonlyMap<number, string>; readonly hasLast: boolean } {
  const key = keyOf(submission);
  const lines = tool('squeue', ['--me', '--noheader', '--array', '--format=%i %T %j']).split('\n');
  const tasks = new Map<number, string>();
  let hasLast = false;
  for (const line of lines) {
    const [, job, task, state, name] = /^(\d+)(?:_(\d+))? (\w+) (.*)$/.exec(line.trim()) ?? [];
    const said = name === undefined ? undefined : parsedName(name);
    if (said?.key !== key || !ALIVE.test(state)) continue;
    if (said.parts === 'last') hasLast = true;
    else if (said.parts !== submission.tasks) throw otherwiseDivided(job, said.parts, submission.tasks);
    else if (task !== undefined) tasks.set(Number(task), job);
  }
  return { tasks, hasLast };
}

function otherwiseDivided(job: string, parts: number, asked: number): UserError {
  return new UserError({
    message: `job ${job} is still at these runs in ${parts} parts, this would be ${asked}`,
    hint: `give --tasks ${parts}, or end it first: scancel ${job}`,
  });
}

/** The same as a script for a POSIX shell, which asks nothing of squeue. */
export function slurmScript(submission: Submission, given: readonly string[]): string {
  const { cwd, out } = submission;
  const standing = standingOf(submission);
  const { open } = standing;
  const [array, last] = [arrayJob(submission, open, given), lastJob(submission, [], given)];
  return [
    '#!/bin/sh',
    '# What eprbp submit does: an array of jobs for the runs that are not finished, and a job when it is over.',
    'set -eu',
    shellCommand(['cd', '--', cwd]),
    shellCommand(['mkdir', '-p', '--', `${out}/${LOG_FOLDER}`]),
    '',
    ...here('array_script', array.script),
    '',
    ...here('last_script', last.script),
    '',
    `array=$(array_script | ${shellCommand(['sbatch', ...array.options])})`,
    ...laterRungs(submission, standing).map((indices) => {
      const { options } = arrayJob(submission, indices, given, '');
      return `array=$(array_script | ${shellCommand(['sbatch', ...options])}"\${array%%;*}")`;
    }),
    // its last option ends with the numbers of arrays
    `last_script | ${shellCommand(['sbatch', ...last.options])}"\${array%%;*}"`,
    '',
  ].join('\n');
}

/** A function that writes a text, whatever is in it. */
function here(name: string, text: string): string[] {
  const lines = text.split('\n');
  let end = 'END';
  while (lines.includes(end)) end += '_';
  return [`${name}() {`, `cat <<'${end}'`, text.replace(/\n$/, ''), end, '}'];
}
