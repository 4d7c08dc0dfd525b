/** The signals by which a user, a terminal or a scheduler ends a process; nobody else names them. */
import { constants } from 'node:os';

const NAMES = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'] as const;

export type EndingSignal = (typeof NAMES)[number];

/** Those that this system has. Schedulers warn by SIGUSR1 and SIGUSR2, and Node opens its debugger at the first. */
export const ENDING_SIGNALS: readonly EndingSignal[] = NAMES.filter((name) => name in constants.signals);

/** As shells have it: 128 + its number here. */
export function exitCodeOfSignal(name: EndingSignal): number {
  return 128 + constants.signals[name];
}

/**
 * For a process that works for another: a signal of a terminal or a scheduler reaches every process of the group, and whoever
 * gave the work says when to stop.
 */
export function leaveSignals(): void {
  for (const name of ENDING_SIGNALS) process.on(name, () => {});
}

const NO_DEBUGGER = '--disable-sigusr1';

/** Options of Node for such a process: until it leaves signals alone SIGUSR1 would open its debugger. */
export const deaf: readonly string[] = process.allowedNodeEnvironmentFlags.has(NO_DEBUGGER) ? [NO_DEBUGGER] : [];
