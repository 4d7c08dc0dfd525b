/** Submits to Slurm what is unfinished and not on its way already. What is so is asked of the files and of squeue alone. */
import { RunError, UserError } from '../errors.js';
import { ownFolder } from '../io/make-folder.js';
import { shellCommand } from '../text.js';
import { arrayJob, type Job, LOG_FOLDER, lastJob, parsedName } from './slurm-jobs.js';
import { keyOf, type Standing, type Submission, standingOf } from './submission.js';
import { commandOf, type Tool } from './tool.js';

/** What was done, and what stands. Numbers of jobs; undefined where none was needed. */
export interface Submitted extends Standing {
  readonly array: string | undefined;
  /** Tasks of that array. */
  readonly submitted: readonly number[];
  /** Tasks that were on their way before. */
  readonly going: readonly number[];
  readonly last: string | undefined;
}

/** @throws UserError, RunError with what Slurm says */
export function submitToSlurm(submission: Submission, given: readonly string[], tool: Tool = commandOf): Submitted {
  const standing = standingOf(submission);
  const queued = queueOf(submission, tool);
  const going = new Set(queued.tasks.keys());
  const submitted = standing.open.filter((task) => !going.has(task));
  const shared = { ...standing, submitted, going: [...going].sort((a, b) => a - b) };
  const arrays = new Set(queued.tasks.values());
  if (submitted.length === 0 && (arrays.size === 0 || queued.hasLast))
    return { ...shared, array: undefined, last: undefined };
  ownFolder(submission.out, LOG_FOLDER);
  const array = submitted.length > 0 ? sent(arrayJob(submission, submitted, given), tool) : undefined;
  if (array !== undefined) arrays.add(array);
  try {
    let before = array;
    for (const indices of laterRungs(submission)) {
      if (before === undefined) break;
      before = sent(arrayJob(submission, indices, given, before), tool);
      arrays.add(before);
    }
    return { ...shared, array, last: sent(lastJob(submission, [...arrays], given), tool) };
  } catch (error) {
    if (!(error instanceof RunError) || array === undefined) throw error;
    throw new RunError(
      `array ${array} is submitted, but not all that comes after it, to judge and report at last (the same command again submits that): ${error.message}`,
    );
  }
}

/** The tasks of the arrays after the first: which of them have something to do nobody knows yet. */
function laterRungs({ rungs = 1, tasks }: Submission): number[][] {
  return Array.from({ length: rungs - 1 }, () => Array.from({ length: tasks }, (_, i) => i + 1));
}

/** What sbatch refuses by, and what to do about it. */
const REFUSALS: readonly [RegExp, string][] = [
  [/array spec/i, 'an array has fewer tasks here (MaxArraySize of scontrol show config): give a smaller --tasks'],
  [
    /qos|limit|policy/i,
    'Slurm takes no more of your jobs now: give a smaller --tasks, or the same command again when some are over',
  ],
  [/temporarily|unable to contact|connect/i, 'try the same command again later'],
];

/** @returns the number of the job @throws RunError */
function sent({ options, script }: Job, tool: Tool): string {
  try {
    const [id] = tool('sbatch', options, script).trim().split(';');
    if (/^\d+$/.test(id)) return id;
    throw new RunError(`sbatch gives no number of a job, but '${id}'`);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const [, advice] = REFUSALS.find(([pattern]) => pattern.test(error.message)) ?? [];
    throw advice === undefined ? error : new RunError(`${error.message}; ${advice}`);
  }
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
  const { open } = standingOf(submission);
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
    ...laterRungs(submission).map((indices) => {
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
