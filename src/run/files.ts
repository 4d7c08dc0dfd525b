/** Files as results need them: whole or not at all. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { RunError } from '../errors.js';
import { makeFolder } from '../files/make-folder.js';

/** What a file is called until it is whole. */
export const PART = '.part';

/** Writes a file so that it is there whole or not at all: its parts one after the other, none copied. @throws RunError */
export function writeWhole(path: string, ...contents: readonly (string | Uint8Array)[]): void {
  const part = path + PART;
  try {
    makeFolder(dirname(path));
    const descriptor = openSync(part, 'w');
    try {
      for (const item of contents) {
        const block = typeof item === 'string' ? Buffer.from(item) : item;
        for (let done = 0; done < block.length; ) done += writeSync(descriptor, block, done);
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, path);
  } catch (error) {
    removeIfThere(part);
    throw new RunError(`cannot write ${path}: ${(error as Error).message}`);
  }
}

/** The same piece by piece. @throws RunError */
export class WholeFile {
  private readonly descriptor: number;

  constructor(private readonly path: string) {
    this.descriptor = this.attempt(() => {
      makeFolder(dirname(path));
      return openSync(path + PART, 'w');
    });
  }

  write(text: string): void {
    const block = Buffer.from(text);
    this.attempt(() => {
      for (let done = 0; done < block.length; ) done += writeSync(this.descriptor, block, done);
    });
  }

  finish(): void {
    this.attempt(() => {
      fsyncSync(this.descriptor);
      closeSync(this.descriptor);
      renameSync(this.path + PART, this.path);
    });
  }

  abandon(): void {
    try {
      closeSync(this.descriptor);
    } catch {}
    removeIfThere(this.path + PART);
  }

  private attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw new RunError(`cannot write ${this.path}: ${(error as Error).message}`);
    }
  }
}

/** What cannot be removed is left. */
function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
