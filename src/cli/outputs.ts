/** Files that an option names: made sure of before the work, and never files that are the program's own. */
import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { RunError, reasonOf, UserError } from '../errors.js';
import { namedFile } from '../io/write.js';
import { tables } from '../metrics/columns.js';
import { PACKAGE_FILE, REPORT_FILE, RUN_FILE, SPEC_FILE } from '../metrics/results.js';

/** What a command reads and writes, which no option of it may replace. */
export interface Taken {
  /** Folders of experiments: their folders are the program's. */
  readonly experiments?: readonly string[];
  readonly files?: readonly string[];
}

/**
 * Makes sure that the file that an option names can be written, and may be.
 * @throws UserError
 */
export function requireOutput(option: string, path: string, taken: Taken): void {
  const refuse = (why: string): never => {
    throw new UserError({ where: { file: path }, message: `${option} cannot be written: ${why}` });
  };
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) refuse('it is a folder, not a file');
    // to open a pipe could wait for its reader
    if (there && !there.isFile()) return;
    const real = realPath(path);
    const owner = ownerOf(real, taken);
    if (owner !== undefined) refuse(owner);
    namedFile(path).abandon();
  } catch (error) {
    if (error instanceof UserError) throw error;
    // the door has named the file already
    refuse(error instanceof RunError ? error.message.replace(/^cannot write .*?: (?=[^:]*$)/, '') : reasonOf(error));
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
    if (inside === PACKAGE_FILE || inside === REPORT_FILE || /^best(-.*)?\.yaml$/.test(inside))
      return 'a file of the results is called that';
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
  // to a file that is to be made
  const isLink = lstatSync(absolute, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink) return realPath(resolve(dirname(absolute), readlinkSync(absolute)));
  const above = dirname(absolute);
  return above === absolute ? absolute : join(realPath(above), basename(absolute));
}
