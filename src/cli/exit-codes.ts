/** What a script can trust: exit codes of every command. */
export const EXIT = { ok: 0, runFailed: 1, usage: 2, assertionFailed: 3, SIGINT: 130, SIGTERM: 143 } as const;

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
