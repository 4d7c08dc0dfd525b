/** One of n parts of all runs, which share no run and together have them all; and which one a scheduler's array asks for. */
import { UserError } from '../errors.js';
import { quoted } from '../text.js';

/** Every `of`-th run from the `index`-th (from 1), counted over all plans. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** Whether the shard has the run of this place (from 0). */
export const isOfShard = (place: number, { index, of }: Shard): boolean => place % of === index - 1;

/** How the tasks of an array learn their index. */
interface ArrayIndex {
  readonly scheduler: string;
  readonly variable: string;
  /** The index of its first task: by custom, where the user chooses it. */
  readonly first: 0 | 1;
  /** What it says outside arrays. */
  readonly none?: string;
}

/** The first that is there is taken. */
export const ARRAY_INDICES: readonly ArrayIndex[] = [
  { scheduler: 'Slurm', variable: 'SLURM_ARRAY_TASK_ID', first: 1 },
  { scheduler: 'PBS', variable: 'PBS_ARRAY_INDEX', first: 1 },
  { scheduler: 'PBS', variable: 'PBS_ARRAYID', first: 1 },
  { scheduler: 'Grid Engine', variable: 'SGE_TASK_ID', first: 1, none: 'undefined' },
  { scheduler: 'LSF', variable: 'LSB_JOBINDEX', first: 1, none: '0' },
  { scheduler: 'Kubernetes', variable: 'JOB_COMPLETION_INDEX', first: 0 },
  { scheduler: 'AWS Batch', variable: 'AWS_BATCH_JOB_ARRAY_INDEX', first: 0 },
];

type Environment = Readonly<Record<string, string | undefined>>;

/** A shard by the index of an array's task, and what is to be said of how it was found. */
export interface Found {
  readonly shard: Shard;
  readonly said?: string;
}

/** Of `auto/n`. @throws UserError outside an array, and where its index is none of 1…n */
export function shardOfArray(of: number, env: Environment = process.env): Found {
  const there = ARRAY_INDICES.filter(({ variable, none }) => ![undefined, '', none].includes(env[variable]));
  const [taken, ...others] = there;
  if (taken === undefined) throw new UserError(outside(of));
  const given = env[taken.variable]!;
  const index = /^\d{1,15}$/.test(given) ? Number(given) - taken.first + 1 : Number.NaN;
  if (!(index >= 1 && index <= of)) throw new UserError(wrongIndex(taken, given, of));
  if (others.length === 0) return { shard: { index, of } };
  const left = others.map(({ scheduler, variable }) => `${variable}=${env[variable]} (${scheduler})`).join(', ');
  return {
    shard: { index, of },
    said: `--shard auto: ${taken.variable}=${given} (${taken.scheduler}) is taken, not ${left}`,
  };
}

function outside(of: number) {
  const variables = ARRAY_INDICES.map(({ variable }) => variable).join(', ');
  return {
    message: `--shard auto/${of}: this is no task of an array, none of ${variables} is set`,
    hint: `write --shard 1/${of}`,
  };
}

function wrongIndex({ scheduler, variable, first }: ArrayIndex, given: string, of: number) {
  const range = `${first}…${of - 1 + first}`;
  return {
    message: `--shard auto/${of}: ${variable} must be ${range} (${scheduler}), got ${quoted(given)}`,
    hint: `give the array the indices ${first}-${of - 1 + first}`,
  };
}
