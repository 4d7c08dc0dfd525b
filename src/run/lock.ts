/**
 * One process at a time does a thing in a folder of results. Whoever wants to hold a key writes a file of its own,
 * `<key>.<place>-<pid>-<start>`, and looks who else has one: with anyone alive it steps back. A name is never used by two
 * processes, so removing the file of a dead one cannot hit a living one. Clocks are not compared.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RunError } from '../errors.js';
import { makeFolder } from '../io/make-folder.js';

export const LOCK_FOLDER = '.locks';

/** A holder elsewhere shows that it lives by touching its file; one that has not for so long is dead. */
const BEAT_MS = 2000;
const SILENCE_MS = 30_000;

export class Lock {
  private readonly beat: NodeJS.Timeout;

  private constructor(private readonly path: string) {
    this.beat = setInterval(() => attempt(() => utimesSync(path, new Date(), new Date())), BEAT_MS).unref();
  }

  /** The lock, or who holds it. @throws RunError where nothing can be written. */
  static take(folder: string, key: string): Lock | { readonly holder: string } {
    const locks = join(folder, LOCK_FOLDER);
    const own = join(locks, `${key}.${self()}`);
    if (!announce(locks, own)) return { holder: 'this process' };
    for (const other of othersOf(locks, key, own)) {
      if (isAlive(other)) {
        rmSync(own, { force: true });
        return { holder: describe(other) };
      }
      attempt(() => rmSync(other));
    }
    return new Lock(own);
  }

  release(): void {
    clearInterval(this.beat);
    attempt(() => rmSync(this.path));
  }
}

/** Removes what dead processes left in a folder, and the folder of locks where nobody needs it. */
export function sweepLocks(folder: string): void {
  const locks = join(folder, LOCK_FOLDER);
  attempt(() => {
    for (const name of readdirSync(locks)) if (!isAlive(join(locks, name))) rmSync(join(locks, name), { force: true });
    rmdirSync(locks);
  });
}

/** Who holds a key that begins so, if anyone alive does. */
export function holderOf(folder: string, start: string): string | undefined {
  const alive = namesIn(join(folder, LOCK_FOLDER), start).find(isAlive);
  return alive === undefined ? undefined : describe(alive);
}

/** Writes the file that says who wants to hold it; false where this process does so already. */
function announce(locks: string, own: string): boolean {
  for (let tries = 0; ; tries++) {
    try {
      makeFolder(locks);
      const descriptor = openSync(own, 'wx');
      writeSync(descriptor, `${process.pid} on ${hostname()}\n`);
      closeSync(descriptor);
      return true;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      attempt(() => rmSync(own, { force: true }));
      // another process may have found the folder empty and removed it
      if (code !== 'ENOENT' || tries > 20) throw new RunError(`cannot write ${own}: ${message}`);
    }
  }
}

function othersOf(locks: string, key: string, own: string): string[] {
  return namesIn(locks, `${key}.`).filter((path) => path !== own);
}

function namesIn(locks: string, start: string): string[] {
  const names = attempt(() => readdirSync(locks)) ?? [];
  return names.filter((name) => name.startsWith(start)).map((name) => join(locks, name));
}

/** Of files whose holder is elsewhere: when they were last touched by its clock, and since when that is so by ours. */
const seen = new Map<string, { touched: number; since: number }>();

function isAlive(path: string): boolean {
  const [, where, pid, start] = /\.([0-9a-f]+)-(\d+)-(\d+)$/.exec(path) ?? [];
  if (where === place()) return processLives(Number(pid), start);
  const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (touched === undefined) return false;
  const known = seen.get(path);
  const now = performance.now();
  if (known?.touched !== touched) seen.set(path, { touched, since: now });
  return known?.touched !== touched || now - known.since < SILENCE_MS;
}

function processLives(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const status = processStatus(pid);
  // a number may have been given to another process since
  return status === undefined || (status.start === start && !status.ended);
}

/** Of Linux; elsewhere the number of a process has to do. */
function processStatus(pid: number): { start: string; ended: boolean } | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { start: fields[19], ended: fields[0] === 'Z' || fields[0] === 'X' };
}

const once = <T>(make: () => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Where process numbers can be compared: one machine, since it was started, and one container. */
const place = once(() => {
  const facts = [
    hostname(),
    attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    attempt(() => readlinkSync('/proc/self/ns/pid')),
  ];
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 8);
});

const self = once(() => `${place()}-${process.pid}-${processStatus(process.pid)?.start ?? '0'}`);

function describe(path: string): string {
  return `process ${attempt(() => readFileSync(path, 'utf8'))?.trim() || 'unknown'}`;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
