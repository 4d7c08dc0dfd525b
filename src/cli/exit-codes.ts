import { type EndingSignal, exitCodeOfSignal } from '../io/signals.js';
import type { ExperimentResult } from '../run/experiment.js';

/** What a script can trust: exit codes of every command; and 128 + its number of a signal that ended it. */
export const EXIT = {
  ok: 0,
  runFailed: 1,
  different: 1,
  usage: 2,
  assertionFailed: 3,
} as const;

/** Ctrl-C or a polite kill; what was reported as written is on disk. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(
    readonly signal: EndingSignal,
    kept: string,
  ) {
    super(`interrupted by ${signal}; ${kept}`);
  }

  get exitCode(): number {
    return exitCodeOfSignal(this.signal);
  }
}

let begun = false;

/** From here on an error of the system is no longer one of the command line: something may have been done. */
export function workBegins(): void {
  begun = true;
}

/** The exit code of an error of the system. */
export function exitCodeOfSystem(): number {
  return begun ? EXIT.runFailed : EXIT.usage;
}

/** The same where nothing was to be run: what is not finished is missing, and so is the rest of a search. */
export function exitCodeOfFinished(results: readonly ExperimentResult[]): number {
  return (
    exitCodeOf(results) ||
    (results.some(({ left, search }) => left > 0 || search !== undefined) ? EXIT.runFailed : EXIT.ok)
  );
}

/** A plugin at fault beats a failed run, and that a failed assertion. */
export function exitCodeOf(results: readonly ExperimentResult[]): number {
  if (results.some(({ failed }) => failed.some(({ mistaken }) => mistaken))) return EXIT.usage;
  const broken = results.some(
    ({ failed, finished, problems }) =>
      failed.length > 0 || problems.length > 0 || finished.some(({ record }) => record.status === 'diverged'),
  );
  if (broken) return EXIT.runFailed;
  const verdicts = results.flatMap(({ slopes, finished }) => [...slopes, ...finished.flatMap((end) => end.verdicts)]);
  return verdicts.every(({ passed }) => passed) ? EXIT.ok : EXIT.assertionFailed;
}
