/** The finished runs that a path stands for. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { type Issue, UserError } from '../errors.js';
import { KINDS } from '../io/kinds.js';
import { readText } from '../io/read.js';
import { type FinishedRun, readRecord } from './record.js';
import { FILE_NAME } from './record-schema.js';
import { PACKAGE_FILE } from './results.js';

export interface Readable {
  /** The folder of the experiment. */
  readonly experiment: string;
  readonly runs: readonly FinishedRun[];
  /** Why others that are there are left out, one line each: for who asked to be told. */
  readonly problems: readonly Issue[];
}

/**
 * The finished runs that a path stands for, at least one: those of an experiment's latest data package (older ones may lie
 * beside them), or the one run whose folder it is.
 * @throws UserError where none can be read, with all that is wrong.
 */
export function readableRuns(path: string): Readable {
  const found = foundRuns(path);
  if (found.runs.length === 0) throw new UserError(found.problems);
  return found;
}

/** The same where every run may be damaged. @throws UserError where there is none at all. */
export function foundRuns(path: string): Readable {
  const folder = wholeName(resolve(path));
  const own = readRecord(folder);
  if (own.kind === 'record') return { experiment: dirname(folder), runs: [own], problems: [] };
  if (own.kind === 'problem') return { experiment: dirname(folder), runs: [], problems: [own.problem] };
  const { folders = foldersIn(folder), problem } = packagedRuns(folder);
  const readings = folders.map(readRecord);
  const runs = readings.filter((reading) => reading.kind === 'record');
  const bad = readings.flatMap((reading) => (reading.kind === 'problem' ? reading.problem : []));
  const problems = problem ? [problem, ...bad] : bad;
  if (runs.length > 0 || bad.length > 0) return { experiment: folder, runs, problems };
  const message = existsSync(folder) ? 'no finished run (run.json) here' : 'no such folder';
  throw new UserError({ where: { file: path }, message, hint: 'give results/<name>, or the folder of a run' });
}

/** `2a45713b`, the end of the name of a run, or a name as it is shown on a terminal, `rates-0.1…-2a45713b`. */
const END = /^(?:.*…-)?([0-9a-f]{8}|[0-9a-f]{16})$/;

/** The folder that is meant by its end alone, where there is none of that name. */
function wholeName(path: string): string {
  const [, end] = END.exec(basename(path)) ?? [];
  if (end === undefined || existsSync(path)) return path;
  const found = foldersIn(dirname(path)).filter((folder) => folder.endsWith(`-${end}`));
  return found.length === 1 ? found[0] : path;
}

/** Several paths at once, each run once. @throws UserError where one of them has none that can be read. */
export function readableRunsOf(paths: readonly string[]): Pick<Readable, 'runs' | 'problems'> {
  const found = paths.map(readableRuns);
  const runs = new Map(found.flatMap((one) => one.runs).map((run) => [run.folder, run]));
  return { runs: [...runs.values()], problems: found.flatMap((one) => one.problems) };
}

/** One that is not `.` or `..`, nor more than one. */
const FOLDER_NAME = /^(?!\.{1,2}$)[^/\\\0]+$/;

/** Only what is read of it. A path leads to a file in a folder beside it, and nowhere else. */
const packageSchema = z.object({
  resources: z.array(
    z.object({
      path: z.string().refine((path) => {
        const parts = path.split('/');
        return parts.length === 2 && FOLDER_NAME.test(parts[0]) && FILE_NAME.test(parts[1]);
      }),
    }),
  ),
});

/** The folders of the runs that an experiment's data package lists; none where there is no package, or none to believe. */
export function packagedRuns(folder: string): { folders?: readonly string[]; problem?: Issue } {
  const file = join(folder, PACKAGE_FILE);
  if (!existsSync(file)) return {};
  const ignored = (message: string) => ({
    problem: {
      where: { file },
      message: `${message}, and is not used: every run that is in the folder counts`,
      hint: 'running the spec again renews it',
    },
  });
  try {
    const { success, data } = packageSchema.safeParse(JSON.parse(readText(file, KINDS.package)));
    if (!success) return ignored('is no list of files in the folders of runs');
    return { folders: [...new Set(data.resources.map(({ path }) => join(folder, dirname(path))))] };
  } catch (error) {
    return ignored(error instanceof UserError ? error.issues[0].message : 'is not JSON');
  }
}

function foldersIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => join(folder, name))
    .sort();
}
