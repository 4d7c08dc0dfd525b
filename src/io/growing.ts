/** A file that grows in its place: whoever opened the one before it writes to something else. */
import { closeSync, fsyncSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { createFile, renewFile, writing } from './write.js';

const CHUNK_BYTES = 1 << 20;

/** What was appended has been handed to the system. @throws RunError where it cannot be written. */
export class GrowingFile {
  private readonly descriptor: number;
  private bytes = 0;
  private isOpen = true;

  /**
   * @param kept whether what is there is gone on with, instead of begun again.
   * @param room a folder from which the file comes to its place, which fails where the folder is gone.
   */
  constructor(
    readonly path: string,
    kept: boolean,
    room?: string,
  ) {
    this.descriptor = writing(path, () => (kept ? renewFile(path, room) : createFile(path, room)));
  }

  /** Goes on behind the first `bytes`, each block of which `see` looks at; a failure of its is one of the file. */
  keep(bytes: number, see: (block: Uint8Array) => void, done: () => void): void {
    this.attempt(() => {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      while (this.bytes < bytes) {
        const got = readSync(this.descriptor, chunk, 0, Math.min(chunk.length, bytes - this.bytes), this.bytes);
        if (got === 0) throw new Error(`has ${this.bytes} bytes, expected at least ${bytes}`);
        see(chunk.subarray(0, got));
        this.bytes += got;
      }
      done();
      ftruncateSync(this.descriptor, bytes);
    });
  }

  /** The whole block, or nothing of it. */
  append(block: Uint8Array): void {
    this.attempt(() => {
      let done = 0;
      try {
        while (done < block.length)
          done += writeSync(this.descriptor, block, done, block.length - done, this.bytes + done);
      } catch (error) {
        this.cutBack();
        throw error;
      }
    });
    this.bytes += block.length;
  }

  /** To the last whole block, where the file allows it; what went wrong before is what the user is told. */
  private cutBack(): void {
    try {
      ftruncateSync(this.descriptor, this.bytes);
    } catch {}
  }

  /** Flushes to the disk itself; how much there is. */
  flush(): number {
    this.attempt(() => fsyncSync(this.descriptor));
    return this.bytes;
  }

  /** Once: its number may be that of another file by the next time. */
  close(): void {
    if (this.isOpen) this.attempt(() => closeSync(this.descriptor));
    this.isOpen = false;
  }

  /** Lets go of a file that will not be finished; what is written stays. */
  abandon(): void {
    try {
      this.close();
    } catch {}
  }

  private attempt<T>(action: () => T): T {
    return writing(this.path, action);
  }
}
