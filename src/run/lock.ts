/**
 * One process at a time does a thing in a folder of results. Whoever wants to hold a key writes a file of its own,
 * `<key>.<place>-<pid>-<start>`, and looks who else has one: with anyone alive it steps back. A name is never used by two
 * processes, so removing the file of a dead one cannot hit a living one. Clocks are not compared.
 *
 * A holder elsewhere that shows no sign of life may be stopped rather than dead, and go on: locks make two at a time
 * unlikely, and Hold makes them harmless.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RunError, reasonOf } from '../errors.js';
import { beat } from '../io/beat.js';
import { KINDS } from '../io/kinds.js';
import { isOwnFolder, ownFolder } from '../io/make-folder.js';
import { readText } from '../io/read.js';
import { removeFile, removeIfEmpty } from '../io/remove.js';
import { claimFile } from '../io/write.js';
import { inert } from '../text.js';

import { hostName, lives, self, silenceMs } from './holder.js';

export const LOCK_FOLDER = '.locks';

const LOCK_NAME = /\.([0-9a-f]{8}-\d+-\d+)$/;

/** A holder shows that it lives by touching its file so often in the time that it may be silent. */
const BEATS = 15;

export class Lock {
  private constructor(
    private readonly path: string,
    private readonly stopBeating: () => void,
  ) {}

  /** The lock, or who holds it. @throws RunError where nothing can be written. */
  static take(folder: string, key: string): Lock | { readonly holder: string } {
    const silence = silenceMs();
    const own = announce(folder, key, silence);
    if (own === undefined) return { holder: 'this process' };
    for (const other of othersOf(join(folder, LOCK_FOLDER), key, own)) {
      if (isAlive(other)) {
        attempt(() => removeFile(own));
        return { holder: describe(other) };
      }
      attempt(() => removeFile(other));
    }
    return new Lock(own, beat(own, silence / BEATS));
  }

  /** Whether nobody has taken this process for dead. */
  get isOwn(): boolean {
    return lstatSync(this.path, { throwIfNoEntry: false }) !== undefined;
  }

  release(): void {
    this.stopBeating();
    attempt(() => removeFile(this.path));
  }
}

/** Removes what dead processes left in a folder, and the folder of locks where nobody needs it. */
export function sweepLocks(folder: string): void {
  const locks = join(folder, LOCK_FOLDER);
  for (const path of namesIn(locks, '')) if (!isAlive(path)) attempt(() => removeFile(path));
  removeIfEmpty(locks);
}

/** Who holds a key that begins so, if anyone alive does. */
export function holderOf(folder: string, start: string): string | undefined {
  const alive = namesIn(join(folder, LOCK_FOLDER), start).find(isAlive);
  return alive === undefined ? undefined : describe(alive);
}

/** Writes the file that says who wants to hold a key; undefined where this process does so already. */
function announce(folder: string, key: string, silence: number): string | undefined {
  const own = join(folder, LOCK_FOLDER, `${key}.${self()}`);
  for (let tries = 0; ; tries++) {
    ownFolder(folder, LOCK_FOLDER);
    try {
      const facts = `${process.pid} on ${hostName()}\nsilent for ${silence / 1000} s at most\n`;
      return claimFile(own, facts) ? own : undefined;
    } catch (error) {
      attempt(() => removeFile(own));
      // another process may have found the folder empty and removed it
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries > 20)
        throw new RunError(`cannot write ${own}: ${reasonOf(error)}`);
    }
  }
}

function othersOf(locks: string, key: string, own: string): string[] {
  return namesIn(locks, `${key}.`).filter((path) => path !== own);
}

/** Paths of locks; of what else lies in the folder, or where a link leads, nothing is known. */
function namesIn(locks: string, start: string): string[] {
  const names = attempt(() => (isOwnFolder(locks) ? readdirSync(locks) : [])) ?? [];
  return names.filter((name) => name.startsWith(start) && LOCK_NAME.test(name)).map((name) => join(locks, name));
}

/** Of files whose holder is elsewhere: when they were last touched by its clock, and since when that is so by ours. */
const seen = new Map<string, { touched: number; since: number; silence: number }>();

function isAlive(path: string): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there?.isFile()) return false;
  const [, name] = LOCK_NAME.exec(path)!;
  const here = lives(name);
  if (here !== undefined) return here;
  const known = seen.get(path);
  const now = performance.now();
  if (known?.touched === there.mtimeMs) return now - known.since < known.silence;
  seen.set(path, { touched: there.mtimeMs, since: now, silence: silenceOf(path) });
  return true;
}

const contentsOf = (path: string) => attempt(() => readText(path, KINDS.note)) ?? '';

/** What the holder says of itself, in ms; of this process where it does not. */
function silenceOf(path: string): number {
  const [, seconds] = /^silent for (\d{1,5}(?:\.\d+)?) s/m.exec(contentsOf(path)) ?? [];
  return seconds === undefined ? silenceMs() : 1000 * Number(seconds);
}

function describe(path: string): string {
  return `process ${inert(contentsOf(path).split('\n')[0].slice(0, 200)) || 'unknown'}`;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
