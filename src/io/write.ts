/**
 * The door by which files leave. A file is there whole or not at all: its parts go to a name that nobody can guess, which
 * must not exist yet, are flushed, and take their place by a rename, which replaces a link there and never follows it.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { RunError, reasonOf } from '../errors.js';
import { makeFolder } from './make-folder.js';

/** How the name of a file ends until it is whole. */
const PART = '.part';

const partOf = (path: string) => `${path}.${randomBytes(6).toString('hex')}${PART}`;

/** Whether a name is that of half a file: of `whole`, where that is given. */
export function isPart(name: string, whole?: string): boolean {
  return name.endsWith(PART) && (whole === undefined || name.startsWith(`${whole}.`));
}

const NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** Writes a file so that it is there whole or not at all: its parts one after the other, none copied. @throws RunError */
export function writeWhole(path: string, ...contents: readonly (string | Uint8Array)[]): void {
  const file = new WholeFile(path);
  try {
    for (const item of contents) file.write(item);
    file.finish();
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** The same piece by piece. @throws RunError */
export class WholeFile {
  private readonly part: string;
  private readonly descriptor: number;

  constructor(private readonly path: string) {
    this.part = partOf(path);
    this.descriptor = writing(path, () => {
      makeFolder(dirname(path));
      return openSync(this.part, NEW, 0o666);
    });
  }

  write(item: string | Uint8Array): void {
    const block = typeof item === 'string' ? Buffer.from(item) : item;
    writing(this.path, () => {
      for (let done = 0; done < block.length; ) done += writeSync(this.descriptor, block, done);
    });
  }

  finish(): void {
    writing(this.path, () => {
      fsyncSync(this.descriptor);
      closeSync(this.descriptor);
      renameSync(this.part, this.path);
      flushFolder(dirname(this.path));
    });
  }

  abandon(): void {
    try {
      closeSync(this.descriptor);
    } catch {}
    removeIfThere(this.part);
  }
}

/**
 * Opens an empty file that grows in its place, for reading and writing. What was there, a file or a link, is removed:
 * whoever still writes to it writes to nothing that has a name. @throws the system's error
 */
export function createFile(path: string): number {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there && !there.isFile() && !there.isSymbolicLink()) throw new Error('there is something that is no file');
  if (there) rmSync(path);
  return openSync(path, NEW, 0o666);
}

/**
 * Opens a copy of a file in its place, for reading and writing: whoever still has the old one open writes to nothing that
 * has a name. @throws the system's error
 */
export function renewFile(path: string): number {
  const part = partOf(path);
  try {
    copyFileSync(path, part, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const descriptor = openSync(part, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
    renameSync(part, path);
    return descriptor;
  } catch (error) {
    removeIfThere(part);
    throw error;
  }
}

/** Makes the names in a folder outlive a power cut, where the system can. */
export function flushFolder(path: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY);
    fsyncSync(descriptor);
  } catch {
    // Windows opens no folders, and some file systems do not flush them: the name is there all the same
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** What cannot be removed is left. */
function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

/** An error of the system while a file is written is one sentence that names it. */
export function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new RunError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}
