/**
 * The right to change the folder of a run. Locks tell processes that live from dead ones; this holds against one that was
 * stopped, was taken for dead, and goes on in the middle of whatever it was at.
 *
 * All that a holder does to the names in the folder comes by a rename from, or to, a folder of its own in it. Whoever takes
 * over removes the folders of others first: from then on none of their renames has a source, so that nothing of theirs
 * arrives, however late. There is no moment between looking and doing. And every file that is gone on with is a copy, so
 * that what they still have open has no name.
 */
import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RunError } from '../errors.js';
import { isOwnFolder, newFolder } from '../io/make-folder.js';
import { readBlocks } from '../io/read.js';
import { removeFile, removeIfEmpty, removeThrough, removeTree } from '../io/remove.js';
import { markFrom, WholeFile, writeFrom, writing } from '../io/write.js';
import { MAKING, RUN_FILE } from '../metrics/results.js';
import type { Lock } from './lock.js';

/** Another process has taken over what this one was at; it goes on there. */
export class TakenOver extends RunError {}

export class Hold {
  private constructor(
    private readonly folder: string,
    private readonly lock: Pick<Lock, 'isOwn'>,
    readonly token: string,
    /** Where the parts of files lie until they take their places. */
    readonly room: string,
  ) {}

  /** Takes the folder of a run from whoever held it before, whose results count as they are. @throws TakenOver, RunError */
  static take(folder: string, lock: Pick<Lock, 'isOwn'>): Hold {
    isOwnFolder(folder);
    const token = randomBytes(8).toString('hex');
    const hold = new Hold(folder, lock, token, newFolder(join(folder, `.hold-${token}`)));
    try {
      if (!lock.isOwn) throw hold.lost();
      for (const other of holdsIn(folder)) if (other !== hold.room) hold.displace(other);
    } catch (error) {
      hold.release();
      throw error;
    }
    return hold;
  }

  /** From here on no record in the folder counts but that of this holder. @throws TakenOver, RunError */
  begin(): void {
    const own = `${MAKING}${this.token}`;
    this.attempt(() => writing(own, () => markFrom(this.room, join(this.folder, own))));
    this.remove(RUN_FILE);
    for (const name of readdirSync(this.folder)) if (name.startsWith(MAKING) && name !== own) this.remove(name);
  }

  private displace(other: string): void {
    this.attempt(() => {
      try {
        removeThrough(this.room, other);
      } catch (error) {
        // it has let go, or another process has been quicker
        if (isThere(other)) throw error;
      }
    });
    this.check();
  }

  /** Writes a whole file. @throws TakenOver, RunError */
  write(name: string, ...contents: readonly (string | Uint8Array)[]): void {
    this.attempt(() => writeFrom(this.room, join(this.folder, name), ...contents));
  }

  /** Writes a copy of a file, however large, as it comes; its SHA-256. @throws TakenOver, RunError, UserError */
  copy(name: string, from: string): string {
    const hash = createHash('sha256');
    this.attempt(() => {
      const file = new WholeFile(join(this.folder, name), this.room);
      try {
        for (const block of readBlocks(from)) {
          hash.update(block);
          file.write(block);
        }
        file.finish();
      } catch (error) {
        file.abandon();
        throw error;
      }
    });
    return hash.digest('hex');
  }

  /** Removes a file, where there is one. @throws TakenOver, RunError */
  remove(name: string): void {
    const path = join(this.folder, name);
    if (isThere(path)) this.attempt(() => writing(path, () => removeThrough(this.room, path)));
  }

  /** Does something whose files come from `room`. @throws TakenOver in place of what goes wrong for that reason; RunError */
  attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.isOwn ? error : this.lost();
    }
  }

  /** @throws TakenOver where the folder is another's by now; RunError where it is gone. */
  check(): void {
    if (!this.isOwn) throw this.lost();
  }

  private get isOwn(): boolean {
    return this.lock.isOwn && isThere(this.room);
  }

  private lost(): RunError {
    if (!isThere(this.folder)) return new RunError(`${this.folder} was removed during the run`);
    return new TakenOver(`another process has taken over ${this.folder}: this one was silent for too long`);
  }

  /** What others have put there stays. */
  release(): void {
    try {
      removeFile(join(this.folder, `${MAKING}${this.token}`));
      removeTree(this.room);
    } catch {}
    removeIfEmpty(this.folder);
  }
}

const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

const HOLD = /^\.hold-[0-9a-f]+$/;

/** The folders that holders have, or have left, in that of a run. */
function holdsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => HOLD.test(name))
    .map((name) => join(folder, name));
}

/** Whether a name in the folder of a run is a holder's own, which only a holder that was killed leaves. */
export function isOfHolder(name: string): boolean {
  return HOLD.test(name) || name.startsWith(MAKING);
}
