/** Threads of this process as the system sees them: whether one is still there can be asked while the event loop stands. */
import { existsSync, readlinkSync } from 'node:fs';

/** The system's number of the calling thread; 0 where it does not tell. */
export function threadNumber(): number {
  try {
    return Number(/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Whether a thread has ended; undefined where the system does not tell. */
export function hasEnded(number: number): boolean | undefined {
  return number > 0 ? !existsSync(`/proc/self/task/${number}`) : undefined;
}
