import { indexedJobs } from '../../cluster/kubernetes.js';
import { type Submitted, slurmScript, submitToSlurm } from '../../cluster/slurm.js';
import { indexList, LOG_FOLDER, ownOption } from '../../cluster/slurm-jobs.js';
import { type Standing, type Submission, standingOf } from '../../cluster/submission.js';
import { UserError } from '../../errors.js';
import { requireWritable } from '../../run/store.js';
import { STDIN } from '../../spec/stdin.js';
import { counted, quoted, shellCommand } from '../../text.js';
import type { CLUSTERS } from '../choices.js';
import { EXIT, workBegins } from '../exit-codes.js';
import { secondsOf, wholeNumber } from '../numbers.js';
import { planAll, type SpecArguments } from '../specs.js';
import { planWarningLines } from '../summary.js';
import { note, print, styled, write } from '../terminal.js';

interface SubmitArguments extends SpecArguments {
  readonly to: (typeof CLUSTERS)[number] | undefined;
  readonly tasks: string | undefined;
  readonly print: boolean;
  readonly image: string | undefined;
  readonly claim: string | undefined;
  readonly acceptBuild: boolean;
  readonly timeout: string | undefined;
  readonly retries: string;
  readonly sbatch?: readonly string[];
}

/** `eprbp submit`: nothing stays alive; what stands is asked of the files and of the scheduler each time. */
export function submit(args: SubmitArguments): number {
  const { to } = args;
  if (to === undefined)
    throw new UserError({ message: 'submit needs --to', hint: 'write --to slurm, or --to kubernetes --print' });
  return places[to](args);
}

const places: Readonly<Record<(typeof CLUSTERS)[number], (args: SubmitArguments) => number>> = {
  slurm(args) {
    const { image, claim, sbatch = [] } = args;
    refuse({ '--image': image, '--claim': claim }, 'is for --to kubernetes');
    const own = ownOption(sbatch);
    if (own !== undefined)
      throw new UserError({
        message: `${quoted(own)} behind -- is no option to give: submit sets it itself`,
        hint: 'how many jobs there are is said by --tasks',
      });
    const submission = submissionOf(args);
    if (!args.print) return tell(sentTo(submission, sbatch), submission);
    return printed(submission, () => slurmScript(submission, sbatch));
  },

  kubernetes(args) {
    const { image, claim, sbatch = [] } = args;
    if (sbatch.length > 0) throw new UserError({ message: 'options behind -- are those of sbatch: of --to slurm' });
    if (image === undefined || claim === undefined || !args.print)
      throw new UserError({
        message: 'a job for Kubernetes is printed, and needs an image and a claim',
        hint: 'write --to kubernetes --image IMAGE --claim CLAIM --print',
      });
    const submission = submissionOf(args);
    return printed(submission, (standing) => indexedJobs(submission, standing, { image, claim }));
  },
};

/** What would be submitted, if anything. */
function printed(submission: Submission, text: (standing: Standing) => string): number {
  const standing = standingOf(submission);
  if (standing.open.length > 0) write(text(standing));
  else note(nothingLeft(standing, submission));
  return EXIT.ok;
}

function nothingLeft({ finished, runs }: Standing, { specs }: Submission): string {
  const judging = shellCommand(['eprbp', 'run', '--finished', '--report', ...specs]);
  return `nothing to submit: ${finished} of ${counted(runs, 'run')} finished; ${judging} judges and draws`;
}

function refuse(given: Readonly<Record<string, unknown>>, why: string): void {
  for (const [option, value] of Object.entries(given))
    if (value !== undefined) throw new UserError({ message: `${option} ${why}` });
}

/** As many jobs as a scheduler takes without being asked. */
const USUAL_TASKS = 100;

/** @throws UserError */
function submissionOf(args: SubmitArguments): Submission {
  const { spec, set, seed, out, backend, timeout, retries, acceptBuild } = args;
  if (spec.includes(STDIN))
    throw new UserError({ message: 'a spec on stdin cannot be submitted', hint: 'jobs read it later: give a file' });
  // what the jobs would refuse is told now
  secondsOf(timeout);
  wholeNumber('--retries', retries, 0);
  const plans = planAll(args);
  for (const line of plans.flatMap(planWarningLines)) note(`${styled('yellow', 'warning', process.stderr)} ${line}`);
  const runs = plans.reduce((sum, plan) => sum + plan.runs.length, 0);
  return {
    plans,
    out,
    cwd: process.cwd(),
    tasks: args.tasks === undefined ? Math.min(USUAL_TASKS, runs) : wholeNumber('--tasks', args.tasks, 1),
    // of a search each rung is an array, since what it does hangs on all of the one before
    rungs: Math.max(1, ...plans.map(({ ladder }) => ladder?.rungs.length ?? 1)),
    acceptBuild,
    specs: spec,
    which: [
      `--backend=${backend}`,
      ...set.map((text) => `--set=${text}`),
      ...(seed === undefined ? [] : [`--seed=${seed}`]),
    ],
    how: [
      ...(timeout === undefined ? [] : [`--timeout=${timeout}`]),
      ...(retries === '0' ? [] : [`--retries=${retries}`]),
      ...(acceptBuild ? ['--accept-build'] : []),
    ],
  };
}

function sentTo(submission: Submission, sbatch: readonly string[]): Submitted {
  requireWritable(submission.out);
  workBegins();
  return submitToSlurm(submission, sbatch);
}

/** @returns the exit code */
function tell(done: Submitted, submission: Submission): number {
  const { out } = submission;
  const { runs, finished, arrays, submitted, going, waiting, rungsWaiting, last } = done;
  const state = `${finished} of ${counted(runs, 'run')} finished`;
  if (arrays.length > 0) {
    print(`array ${arrays.join(', ')}: ${counted(submitted.length, 'task')} (${indexList(submitted)}); ${state}`);
    note(`logs: ${out}/${LOG_FOLDER}/; what is unfinished when it is over is submitted by the same command again`);
  } else if (going.length > 0) print(`nothing new: ${counted(going.length, 'task')} on the way; ${state}`);
  else print(nothingLeft(done, submission));
  if (last !== undefined) print(`job ${last} judges, draws, reports and collects after them`);
  const rest = [
    ...(waiting.length > 0 ? [`${counted(waiting.length, 'task')} (${indexList(waiting)})`] : []),
    ...(rungsWaiting > 0 ? [counted(rungsWaiting, 'later rung')] : []),
    ...(last === undefined && arrays.length > 0 ? ['the job that judges'] : []),
  ];
  if (rest.length === 0) return EXIT.ok;
  note(
    `not submitted, for Slurm takes no more jobs now: ${rest.join(', ')}; give the same command again when some are over, or a smaller --tasks then`,
  );
  return EXIT.runFailed;
}
