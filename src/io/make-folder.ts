import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RunError, reasonOf } from '../errors.js';

/**
 * mkdir -p, for folders that the user names: links are followed. Node's own recursive mkdir does not return where a parent
 * cannot be made (under /proc, say).
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  make(path, () => statSync(path).isDirectory());
}

/**
 * A folder of the program's own, below one that the user names: made where it is not there. What came with a folder of
 * somebody else's cannot lead out of it: a link in its place is refused, not followed.
 * @throws RunError naming what is in the way.
 */
export function ownFolder(named: string, ...below: readonly string[]): string {
  try {
    makeFolder(named);
  } catch (error) {
    throw new RunError(`cannot write ${named}: ${reasonOf(error)}`);
  }
  return below.reduce((folder, name) => {
    const path = join(folder, name);
    if (isOwnFolder(path)) return path;
    try {
      make(path, () => isOwnFolder(path));
    } catch (error) {
      throw new RunError(`cannot write ${path}: ${reasonOf(error)}`);
    }
    return path;
  }, named);
}

/** A folder that must not be there yet. @throws RunError */
export function newFolder(path: string): string {
  try {
    mkdirSync(path);
    return path;
  } catch (error) {
    throw new RunError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}

/** Whether there is a folder of the program's own. @throws RunError where something else has its name. */
export function isOwnFolder(path: string): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.isDirectory()) return there !== undefined;
  const what = there.isSymbolicLink() ? 'a link, which is not followed' : 'no folder';
  throw new RunError(`cannot write ${path}: it is ${what}; remove it, or give another folder`);
}

/** Whether there is a file of the program's own: what a link of somebody else leads to is none. */
export function isOwnFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function make(path: string, isThere: () => boolean): void {
  try {
    mkdirSync(path);
  } catch (error) {
    // another process may have been quicker
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isThere()) throw error;
  }
}
