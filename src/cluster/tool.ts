/** The commands of a scheduler, by which alone this program knows it. */
import { spawnSync } from 'node:child_process';
import { RunError, UserError } from '../errors.js';

/** Runs a command to its end and gives what it wrote to stdout. */
export type Tool = (name: string, words: readonly string[], stdin?: string) => string;

/** A controller that is away is waited for by the commands themselves, for some time. */
const LONGEST_MS = 600_000;

/** @throws UserError where it is not there; RunError with what it says, where it refuses */
export const commandOf: Tool = (name, words, stdin = '') => {
  const { error, status, signal, stdout, stderr } = spawnSync(name, words, {
    input: stdin,
    encoding: 'utf8',
    timeout: LONGEST_MS,
    maxBuffer: 1 << 28,
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') throw missing(name);
  if (error) throw new RunError(`${name} could not be run: ${error.message}`);
  if (status !== 0) throw new RunError(`${name} says: ${said(stderr || stdout) || `exit code ${status ?? signal}`}`);
  return stdout;
};

function missing(name: string): UserError {
  return new UserError({
    message: `there is no ${name} here`,
    hint: 'submit where the cluster takes jobs, or write the scripts with --print and run them there',
  });
}

const MOST_LINES = 5;

/** One line of what it complained about. */
const said = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replace(/^\w+: error: /, '').trim())
    .filter((line) => line !== '')
    .slice(0, MOST_LINES)
    .join('; ');
