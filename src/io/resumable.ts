/** A file that comes over several attempts: what is there of it has a name that the next one finds. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { removeFile } from './remove.js';
import { claimFile, flushFolder, writing } from './write.js';

const BLOCK_BYTES = 1 << 20;

const { O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** Since its name is known beforehand, only a file that could be of an attempt is gone on with. @throws RunError */
export class ResumableFile {
  readonly part: string;
  private readonly descriptor: number;
  private length: number;

  constructor(readonly path: string) {
    this.part = `${path}.part`;
    [this.descriptor, this.length] = writing(this.part, () => opened(this.part));
  }

  /** How much there is of it. */
  get bytes(): number {
    return this.length;
  }

  append(block: Uint8Array): void {
    writing(this.part, () => {
      for (let done = 0; done < block.length; )
        done += writeSync(this.descriptor, block, done, block.length - done, this.length + done);
    });
    this.length += block.length;
  }

  /** Begins again. */
  clear(): void {
    writing(this.part, () => ftruncateSync(this.descriptor, 0));
    this.length = 0;
  }

  /** Puts it in its place; a link there is replaced. */
  finish(): void {
    writing(this.path, () => {
      fsyncSync(this.descriptor);
      renameSync(this.part, this.path);
      flushFolder(dirname(this.path));
    });
  }

  /** SHA-256 of what there is. */
  digest(): string {
    return writing(this.part, () => {
      const hash = createHash('sha256');
      const block = Buffer.alloc(BLOCK_BYTES);
      for (let at = 0; at < this.length; ) {
        const got = readSync(this.descriptor, block, 0, Math.min(BLOCK_BYTES, this.length - at), at);
        if (got === 0) break;
        hash.update(block.subarray(0, got));
        at += got;
      }
      return hash.digest('hex');
    });
  }

  /** What there is stays for another attempt; nothing leaves nothing. */
  close(): void {
    closeSync(this.descriptor);
    if (this.length === 0) removeFile(this.part);
  }
}

/** What is no file of this user's with one name (a link, a pipe, a second name of another file) is removed. */
function opened(path: string): [descriptor: number, bytes: number] {
  if (!isAttempt(lstatSync(path, { throwIfNoEntry: false }))) removeFile(path);
  claimFile(path, '');
  const descriptor = openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  const stat = fstatSync(descriptor);
  if (isAttempt(stat)) return [descriptor, stat.size];
  closeSync(descriptor);
  throw new Error('another process changes it');
}

function isAttempt(stat: ReturnType<typeof lstatSync>): boolean {
  const user = process.getuid?.();
  return stat?.isFile() === true && stat.nlink === 1 && (user === undefined || stat.uid === user);
}
