/** Who a process is, for other processes on this machine and on others. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { UserError } from '../errors.js';

const DEFAULT_SILENCE_S = 30;

/** The name of this machine in locks and in run.json: EPRBP_HOST, or what the system calls it. */
export const hostName = (): string => process.env['EPRBP_HOST'] || hostname();

/**
 * How long this process may show no sign of life before another machine takes over what it holds: EPRBP_SILENCE, in
 * seconds. @throws UserError
 */
export function silenceMs(): number {
  const given = process.env['EPRBP_SILENCE'];
  if (given === undefined || given === '') return 1000 * DEFAULT_SILENCE_S;
  const seconds = Number(given);
  if (seconds >= 1 && seconds <= 86_400) return 1000 * seconds;
  throw new UserError({ message: `EPRBP_SILENCE must be seconds from 1 to 86400, got '${given}'` });
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
  const facts = [hostName(), text('/proc/sys/kernel/random/boot_id'), attempt(() => readlinkSync('/proc/self/ns/pid'))];
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 8);
});

/** `<place>-<pid>-<start>`: a name that no two processes have. */
export const self = once(() => `${place()}-${process.pid}-${processStatus(process.pid)?.start ?? '0'}`);

/** Whether the process of such a name lives; undefined where that cannot be seen from here. */
export function lives(name: string): boolean | undefined {
  const [where, pid, start] = name.split('-');
  return where === place() ? processLives(Number(pid), start) : undefined;
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
  const status = text(`/proc/${pid}/stat`);
  if (status === undefined) return undefined;
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return { start: fields[19], ended: fields[0] === 'Z' || fields[0] === 'X' };
}

const text = (path: string) => attempt(() => readFileSync(path, 'utf8'));

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
