/**
 * The door by which files leave. A file is there whole or not at all: its parts go to a name that nobody can guess, which
 * must not exist yet, are flushed, and take their place by a rename, which replaces a link there and never follows it.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { RunError, reasonOf } from '../errors.js';
import { makeFolder } from './make-folder.js';

/** How the name of a file ends until it is whole. */
const PART = '.part';

const partOf = (path: string, room = dirname(path)) =>
  join(room, `${basename(path)}.${randomBytes(6).toString('hex')}${PART}`);

/** Whether a name is that of half a file: of `whole`, where that is given. */
export function isPart(name: string, whole?: string): boolean {
  return name.endsWith(PART) && (whole === undefined || name.startsWith(`${whole}.`));
}

const NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** Writes a file so that it is there whole or not at all: its parts one after the other, none copied. @throws RunError */
export function writeWhole(path: string, ...contents: readonly (string | Uint8Array)[]): void {
  filled(new WholeFile(path), contents);
}

/** The same for a file whose part lies in `room` until it is whole: where the room is gone by then, nothing is replaced. */
export function writeFrom(room: string, path: string, ...contents: readonly (string | Uint8Array)[]): void {
  filled(new WholeFile(path, room), contents);
}

/**
 * The same for a file that the user names on the command line, who may mean what a link leads to: the link stays. A pipe or
 * a device (/dev/stdout) is written to as it is. @throws RunError
 */
export function writeNamed(path: string, ...contents: readonly (string | Uint8Array)[]): void {
  const file = namedFile(path);
  filled(file, contents);
}

/** The same piece by piece. @throws RunError */
export function namedFile(path: string): Pick<WholeFile, 'write' | 'finish' | 'abandon'> {
  const there = writing(path, () => statSync(path, { throwIfNoEntry: false }));
  // a descriptor by its name may be a regular file, which stays the one that is open
  const isOpen = /^\/(dev\/(fd\/|std)|proc\/)/.test(path);
  if (there !== undefined && !there.isDirectory() && (isOpen || !there.isFile())) return new Stream(path);
  return new WholeFile(writing(path, () => target(path)));
}

/** Where links lead, the last of them perhaps to nothing yet. */
function target(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
  return statSync(path, { throwIfNoEntry: false }) ? realpathSync(path) : resolve(dirname(path), readlinkSync(path));
}

function filled(
  file: Pick<WholeFile, 'write' | 'finish' | 'abandon'>,
  contents: readonly (string | Uint8Array)[],
): void {
  try {
    for (const item of contents) file.write(item);
    file.finish();
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** Bytes to something open. @throws RunError */
class Stream {
  protected readonly descriptor: number;
  private isOpen = true;

  constructor(
    protected readonly path: string,
    open: () => number = () => openSync(path, constants.O_WRONLY | constants.O_APPEND),
  ) {
    this.descriptor = writing(path, open);
  }

  write(item: string | Uint8Array): void {
    const block = typeof item === 'string' ? Buffer.from(item) : item;
    writing(this.path, () => {
      for (let done = 0; done < block.length; ) done += writeSync(this.descriptor, block, done);
    });
  }

  finish(): void {
    writing(this.path, () => this.close());
  }

  abandon(): void {
    try {
      this.close();
    } catch {}
  }

  /** Once: its number may be that of another file by the next time. */
  protected close(): void {
    if (this.isOpen) closeSync(this.descriptor);
    this.isOpen = false;
  }
}

/** A file written piece by piece, there when it is finished. @throws RunError */
export class WholeFile extends Stream {
  private readonly part: string;

  /** @param room the folder where its part lies, beside it by default. */
  constructor(path: string, room?: string) {
    const part = partOf(path, room);
    super(path, () => {
      if (room === undefined) makeFolder(dirname(path));
      requireReplaceable(path);
      return openSync(part, NEW, 0o666);
    });
    this.part = part;
  }

  override finish(): void {
    writing(this.path, () => {
      fsyncSync(this.descriptor);
      this.close();
      renameSync(this.part, this.path);
      flushFolder(dirname(this.path));
    });
  }

  override abandon(): void {
    super.abandon();
    removeIfThere(this.part);
  }
}

/**
 * Opens an empty file that grows in its place, for reading and writing. What was there, a file or a link, is replaced:
 * whoever still writes to it writes to nothing that has a name. @throws the system's error
 */
export function createFile(path: string, room?: string): number {
  return inPlace(path, room, (part) => openSync(part, NEW, 0o666));
}

/**
 * Opens a copy of a file in its place, for reading and writing: whoever still has the old one open writes to nothing that
 * has a name. @throws the system's error
 */
export function renewFile(path: string, room?: string): number {
  const { O_RDONLY, O_NOFOLLOW = 0 } = constants;
  return inPlace(path, room, (part) => {
    // no link is copied from
    closeSync(openSync(path, O_RDONLY | O_NOFOLLOW));
    copyFileSync(path, part, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return openSync(part, constants.O_RDWR | O_NOFOLLOW);
  });
}

/** An empty file whose name says it all; it need not outlive a power cut. @throws the system's error */
export function markFrom(room: string, path: string): void {
  closeSync(createFile(path, room));
}

function inPlace(path: string, room: string | undefined, open: (part: string) => number): number {
  const part = partOf(path, room);
  requireReplaceable(path);
  let descriptor: number | undefined;
  try {
    descriptor = open(part);
    renameSync(part, path);
    return descriptor;
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    removeIfThere(part);
    throw error;
  }
}

/** A rename would put a file in place of a device. */
function requireReplaceable(path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there && !there.isFile() && !there.isSymbolicLink())
    throw new Error(there.isDirectory() ? 'is a folder, not a file' : 'there is something that is no file');
}

/** Writes a file that must not be there yet; false where it is. @throws the system's error */
export function claimFile(path: string, contents: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, NEW, 0o666);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(descriptor, contents);
  } finally {
    closeSync(descriptor);
  }
  return true;
}

/**
 * Adds to the end of a file that others read, made where it is not there: of a build server, say. Only a regular file is
 * written to, and no link followed. @throws RunError
 */
export function appendTo(path: string, text: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const stream = new Stream(path, () => {
    const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o666);
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
    throw new Error('there is something that is no file');
  });
  try {
    stream.write(text);
  } finally {
    stream.abandon();
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
