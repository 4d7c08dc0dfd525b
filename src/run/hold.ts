/**
 * The right to change the folder of a run. Locks tell processes that live from dead ones; this holds against one that was
 * stopped, was taken for dead, and goes on in the middle of whatever it was at.
 *
 * All that a holder does to the names in the folder comes by a rename from, or to, a folder of its own in it. Whoever takes
 * over removes the folders of others first: from then on none of their renames has a source, so that nothing of theirs
 * arrives, however late. There is no moment between looking and doing. And every file that is gone on with is a copy, so
 * that what they still have open has no name.
 */
import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RunError } from '../errors.js';
import { isOwnFolder, newFolder } from '../io/make-folder.js';
import { removeThrough, removeTree } from '../io/remove.js';
import { writeFrom, writing } from '../io/write.js';
import { HOLD_NAME, type HoldKind } from '../metrics/record.js';
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

  /**
   * Takes the folder of a run from whoever held it before.
   * @param kind `making`: until it is released, no record in the folder counts but that of this holder.
   * @throws TakenOver, RunError
   */
  static take(folder: string, lock: Pick<Lock, 'isOwn'>, kind: HoldKind): Hold {
    isOwnFolder(folder);
    const token = randomBytes(8).toString('hex');
    const hold = new Hold(folder, lock, token, newFolder(join(folder, `.${kind}-${token}`)));
    try {
      if (!lock.isOwn) throw hold.lost();
      for (const other of holdsIn(folder)) if (other !== hold.room) hold.displace(other);
    } catch (error) {
      hold.release();
      throw error;
    }
    return hold;
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
      removeTree(this.room);
    } catch {}
  }
}

const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** The folders that holders have, or have left, in that of a run. */
export function holdsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => HOLD_NAME.test(name))
    .map((name) => join(folder, name));
}
