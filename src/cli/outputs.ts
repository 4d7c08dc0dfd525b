/** Files that an option names: made sure of before the work, and never files that are the program's own. */
import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { RunError, reasonOf, UserError } from '../errors.js';
import { WholeFile } from '../io/write.js';
import { tables } from '../metrics/columns.js';
import { PACKAGE_FILE, RUN_FILE, SPEC_FILE } from '../metrics/results.js';
import { REPORT_FILE } from '../run/report.js';

/** What a command reads and writes, which no option of it may replace. */
export interface Taken {
  /** Folders of experiments: their folders are the program's. */
  readonly experiments?: readonly string[];
  readonly files?: readonly string[];
}

/**
 * The path that an option names, links followed, once it is certain that a file can be written there.
 * @throws UserError
 */
export function requireOutput(option: string, path: string, taken: Taken): string {
  const refuse = (why: string): never => {
    throw new UserError({ where: { file: path }, message: `${option} cannot be written: ${why}` });
  };
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) refuse('it is a folder, not a file');
    // a descriptor by its name may lead to a regular file, which must stay the one that is open
    if ((there && !there.isFile()) || /^\/(dev\/(fd|std)|proc\/)/.test(resolve(path)))
      refuse('it is a device or a pipe, not a file');
    if (!there && lstatSync(path, { throwIfNoEntry: false })) refuse('it is a symbolic link that leads to no file');
    const real = realPath(path);
    const owner = ownerOf(real, taken);
    if (owner !== undefined) refuse(owner);
    new WholeFile(real).abandon();
    return real;
  } catch (error) {
    if (error instanceof UserError) throw error;
    // the door has named the file already
    return refuse(
      error instanceof RunError ? error.message.replace(/^cannot write .*?: (?=[^:]*$)/, '') : reasonOf(error),
    );
  }
}

/** Why a file is not the user's to write. */
function ownerOf(path: string, { experiments = [], files = [] }: Taken): string | undefined {
  if (files.some((file) => realPath(file) === path)) return 'the command reads it';
  const folder = dirname(path);
  if (isRun(folder)) return 'it is in the folder of a run, whose files are its record';
  for (const experiment of experiments.map(realPath)) {
    const inside = relative(experiment, path);
    if (inside.startsWith(`..${sep}`) || inside === '..') continue;
    if (inside.includes(sep)) return 'it is in a folder of the results that the command writes or reads';
    if (inside === PACKAGE_FILE || inside === REPORT_FILE) return 'a file of the results is called that';
  }
  return undefined;
}

/** Finished or not. */
function isRun(folder: string): boolean {
  const has = (file: string) => existsSync(join(folder, file));
  return has(RUN_FILE) || (has(SPEC_FILE) && Object.values(tables).some(({ file }) => has(file)));
}

/** Absolute, with the links in what is there followed. */
function realPath(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  const above = dirname(absolute);
  return above === absolute ? absolute : join(realPath(above), basename(absolute));
}
