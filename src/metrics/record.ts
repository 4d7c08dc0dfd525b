/** A finished run as it is found on disk: believed where its run.json is whole and fits the files beside it. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Issue, UserError } from '../errors.js';
import { KINDS } from '../io/kinds.js';
import { readText } from '../io/read.js';
import { build } from '../package.js';
import { schemaProblem } from './record-problem.js';
import { MAKING, RESULTS_FORMAT, RUN_FILE, RUNG_FILE, type RunRecord } from './results.js';

/** A finished run, and where it lies. */
export interface FinishedRun {
  readonly folder: string;
  readonly record: RunRecord;
}

/** Whether the program that made a run may compute otherwise than this one. */
export const isOfOtherBuild = (record: Pick<RunRecord, 'build'>): boolean => record.build !== build;

export type Reading =
  | ({ readonly kind: 'record' } & FinishedRun)
  /** No run.json, or none of the files that are there: the run is not finished, or there is none. */
  | { readonly kind: 'absent' }
  /** It is not to be believed, or cannot be understood. */
  | { readonly kind: 'problem'; readonly folder: string; readonly problem: Issue };

/** What `run.json` of a folder says. Never throws: what is wrong with it is a value. */
export function readRecord(folder: string): Reading {
  const file = join(folder, RUN_FILE);
  if (!isThere(file)) return { kind: 'absent' };
  const wrong = (problem: Issue): Reading => ({ kind: 'problem', folder, problem });
  let value: unknown;
  try {
    value = JSON.parse(readText(file, KINDS.record));
  } catch (error) {
    if (!isThere(file)) return { kind: 'absent' };
    if (error instanceof UserError) return wrong({ hint: AGAIN, ...error.issues[0] });
    return wrong({ where: { file }, message: 'is not JSON: half of it may be missing', hint: AGAIN });
  }
  const newer = formatProblem(value);
  if (newer) return wrong({ where: { file }, ...newer });
  const message = schemaProblem(value);
  if (message !== undefined) return wrong({ where: { file }, message, hint: AGAIN });
  const run = { folder, record: value as RunRecord };
  if (isHeldByAnother(run)) return { kind: 'absent' };
  const problem = outputsProblem(run);
  if (problem === undefined) return { kind: 'record', ...run };
  // someone may have begun to make them again meanwhile
  return isHeldByAnother(run) ? { kind: 'absent' } : wrong(problem);
}

/** What a run that a search goes on with came to on the rung before: its tables have grown since, and begin as they were. */
export function readRung(folder: string): FinishedRun | undefined {
  const file = join(folder, RUNG_FILE);
  if (!isThere(file)) return undefined;
  try {
    const value: unknown = JSON.parse(readText(file, KINDS.record));
    const isOne = formatProblem(value) === undefined && schemaProblem(value) === undefined;
    return isOne ? { folder, record: value as RunRecord } : undefined;
  } catch {
    return undefined;
  }
}

const AGAIN = "make the run again with 'eprbp run --force', or remove its folder";

function formatProblem(value: unknown): Pick<Issue, 'message' | 'hint'> | undefined {
  const format = (value as { format?: unknown } | null)?.format;
  if (!Number.isSafeInteger(format) || format === RESULTS_FORMAT) return undefined;
  if ((format as number) < RESULTS_FORMAT)
    return { message: `is of format ${format}, this eprbp reads ${RESULTS_FORMAT}`, hint: AGAIN };
  return {
    message: `written by a newer eprbp: format ${format}, this one reads ${RESULTS_FORMAT}`,
    hint: 'use that one',
  };
}

/** Whether someone makes, or has left half made, the files beside a record of somebody else. */
function isHeldByAnother({ folder, record: { holder } }: FinishedRun): boolean {
  try {
    return readdirSync(folder).some((name) => name.startsWith(MAKING) && name !== `${MAKING}${holder}`);
  } catch {
    return true;
  }
}

/** What is wrong with the sizes of a run's files, without reading them. */
function outputsProblem({ folder, record }: FinishedRun): Issue | undefined {
  for (const [name, { bytes }] of Object.entries(record.outputs)) {
    const problem = sizeProblem(join(folder, name), bytes);
    if (problem) return problem;
  }
  return undefined;
}

function sizeProblem(path: string, bytes: number): Issue | undefined {
  const found = statOf(path);
  if (found?.isFile() && found.size === bytes) return undefined;
  const got = found === undefined ? 'is missing' : found.isFile() ? `has ${found.size} bytes` : 'is no file';
  return notAsWritten(path, got, bytes);
}

/** A file that is not what run.json says. */
export const notAsWritten = (file: string, got: string, bytes: number): Issue => ({
  where: { file },
  message: `${got}, ${RUN_FILE} says ${bytes} bytes`,
  hint: "make the run again with 'eprbp run --force', or see 'eprbp verify'",
});

function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Whether there is something of that name, be it out of reach. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOTDIR';
  }
}
