/** The jobs of a submission to Slurm: their scripts, and how `sbatch` is called for them. */
import { join, resolve } from 'node:path';
import { UserError } from '../errors.js';
import { shellCommand } from '../text.js';
import { keyOf, program, runWords, type Submission } from './submission.js';

/** A script for sbatch, and its options. */
export interface Job {
  readonly options: readonly string[];
  readonly script: string;
}

/** Below the folder of results. */
export const LOG_FOLDER = '.slurm';

/** Names of jobs say whose they are, and into how many parts they divide the runs: see parsedName. */
const nameOf = (submission: Submission, what: string | number) => {
  const readable = submission.plans
    .map(({ name }) => name)
    .join('+')
    .slice(0, LONGEST_NAME);
  return `${readable}.${keyOf(submission)}.${what}`;
};

const LONGEST_NAME = 40;
const LAST = 'last';

/** What the name of a job says: the key of its submission, and its number of parts; 'last' of the job after them. */
export function parsedName(name: string): { key: string; parts: number | typeof LAST } | undefined {
  const [, key, what] = /\.([0-9a-f]{8})\.(\d+|last)$/.exec(name) ?? [];
  return key === undefined ? undefined : { key, parts: what === LAST ? LAST : Number(what) };
}

/** `1-4,7,9-12`. */
export function indexList(indices: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const index of indices) {
    const last = ranges.at(-1);
    if (last?.[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/** An array of these tasks. @param given options of the user's @param after the number of the array before it */
export function arrayJob(
  submission: Submission,
  indices: readonly number[],
  given: readonly string[],
  after?: string,
): Job {
  const { tasks } = submission;
  return {
    options: [
      ...usual(submission, '%x-%a.log'),
      // what ends it before its time is told a minute before, and the job is queued again
      '--requeue',
      '--signal=B:USR1@60',
      ...given,
      `--job-name=${nameOf(submission, tasks)}`,
      `--array=${indexList(indices)}`,
      ...(after === undefined ? [] : [`--dependency=afterany:${after}`]),
    ],
    script: [
      '#!/bin/sh',
      `# a task of this array does one of ${tasks} parts of all runs, of which no two share one`,
      `${shellCommand(['cd', '--', submission.cwd])} || exit`,
      '# signals are for node, which keeps what it is at',
      `exec ${shellCommand([...program, ...runWords(submission, ['--shard', `auto/${tasks}`, '--requeue'])])}`,
      '',
    ].join('\n'),
  };
}

/** What is done when the arrays are over, however they ended. @param after the numbers of their jobs */
export function lastJob(submission: Submission, after: readonly string[], given: readonly string[]): Job {
  const { plans, out, cwd } = submission;
  const folders = plans.map(({ name }) => join(out, name));
  const collected = folders.map((folder) => shellCommand([...program, 'collect', '--', folder]));
  return {
    options: [
      ...usual(submission, '%x.log'),
      ...given,
      `--job-name=${nameOf(submission, LAST)}`,
      // the last, to which numbers may be added
      `--dependency=afterany:${after.join(':')}`,
    ],
    script: [
      '#!/bin/sh',
      '# what is finished is judged, drawn, reported and collected; nothing is run',
      `${shellCommand(['cd', '--', cwd])} || exit`,
      shellCommand([...program, ...runWords(submission, ['--finished', '--report'])]),
      'code=$?',
      ...collected,
      'exit $code',
      '',
    ].join('\n'),
  };
}

/** A task that says nothing of cores has one, and its log goes on where it is queued again. @throws UserError */
function usual({ cwd, out }: Submission, log: string): string[] {
  // Slurm looks for signs in the working folder, too, where the path is relative
  const folder = resolve(cwd, out, LOG_FOLDER);
  if (folder.includes('\\'))
    throw new UserError({
      where: { file: folder },
      message: 'Slurm writes no logs below a folder with a backslash in its name',
      hint: 'give another folder by --out',
    });
  return [
    '--parsable',
    '--cpus-per-task=1',
    '--open-mode=append',
    `--output=${join(folder.replaceAll('%', '%%'), log)}`,
  ];
}

/** Options of sbatch that are this program's: it finds its jobs again by them, and ends when they are queued. */
const OWN = [
  '--array',
  '-a',
  '--job-name',
  '-J',
  '--dependency',
  '-d',
  '--wrap',
  '--wait',
  '-W',
  '--test-only',
  '--parsable',
];

/** The first of the user's options that is none of the user's. sbatch takes the start of a name for the name. */
export function ownOption(given: readonly string[]): string | undefined {
  return given.find((word) => {
    const [name] = word.split('=');
    if (name.startsWith('--')) return OWN.some((own) => own === name || (name.length > 4 && own.startsWith(name)));
    return OWN.some((own) => /^-\w$/.test(own) && word.startsWith(own));
  });
}
