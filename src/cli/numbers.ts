/** Numbers on the command line, as they are typed. */
import { type Issue, UserError } from '../errors.js';
import { meantNumber } from '../spec/suggest.js';
import { quoted } from '../text.js';

/** @throws UserError */
export function wholeNumber(option: string, given: string, least: number): number {
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw refused(`${option} must be a whole number of at least ${least}`, given);
}

/** @throws UserError */
export function positiveNumber(option: string, given: string, most = Number.MAX_VALUE): number {
  const value = given.trim() === '' ? Number.NaN : Number(given);
  if (value > 0 && value <= most) return value;
  const bound = most < Number.MAX_VALUE ? ` of at most ${most}` : '';
  throw refused(`${option} must be a positive number${bound}`, given);
}

/** @throws UserError */
export function notNegative(option: string, given: string): number {
  return Number(given) === 0 && given.trim() !== '' ? 0 : positiveNumber(option, given);
}

/** Seconds, 24 days: a timer of Node that is set to more milliseconds than 2³¹ − 1 goes off at once. */
const LONGEST_TIMEOUT = 2_147_483;

/** Of `--timeout`. @throws UserError */
export function secondsOf(timeout: string | undefined): number | undefined {
  return timeout === undefined ? undefined : positiveNumber('--timeout', timeout, LONGEST_TIMEOUT);
}

/** `2/3`. @throws UserError */
export function shardOf(given: string): { index: number; of: number } {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(given) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index >= 1 && shard.index <= shard.of && Number.isSafeInteger(shard.of)) return shard;
  throw new UserError({
    message: `--shard must be i/n with 1 ≤ i ≤ n, got ${quoted(given)}`,
    hint: 'write --shard 1/3',
  });
}

function refused(expected: string, given: string): UserError {
  const issue: Issue = { message: `${expected}, got ${quoted(given)}`, ...meantNumber(given) };
  return new UserError(issue);
}
