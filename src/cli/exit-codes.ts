import type { ExperimentResult } from '../run/experiment.js';

/** What a script can trust: exit codes of every command. */
export const EXIT = {
  ok: 0,
  runFailed: 1,
  different: 1,
  usage: 2,
  assertionFailed: 3,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** Ctrl-C or a polite kill; what was reported as written is on disk. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(
    readonly signal: 'SIGINT' | 'SIGTERM',
    kept: string,
  ) {
    super(`interrupted by ${signal}; ${kept}`);
  }
}

/** A failed run beats a failed assertion. */
export function exitCodeOf(results: readonly ExperimentResult[]): number {
  const broken = results.some(
    ({ failed, finished, problems }) =>
      failed.length > 0 || problems.length > 0 || finished.some(({ record }) => record.status === 'diverged'),
  );
  if (broken) return EXIT.runFailed;
  const verdicts = results.flatMap(({ slopes, finished }) => [...slopes, ...finished.flatMap((end) => end.verdicts)]);
  return verdicts.every(({ passed }) => passed) ? EXIT.ok : EXIT.assertionFailed;
}
