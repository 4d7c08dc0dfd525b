/** Numbers on the command line, as they are typed. */
import { type Issue, UserError } from '../errors.js';
import { type Found, shardOfArray } from '../run/shard.js';
import { meantNumber } from '../spec/suggest.js';
import { quoted } from '../text.js';

/** @param word what else may be given. @throws UserError */
export function wholeNumber(option: string, given: string, least: number, word?: string): number {
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw refused(`${option} must be a whole number of at least ${least}${word ? `, or ${word}` : ''}`, given);
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

/** `2/3`, or `auto/3` in a task of an array. @throws UserError */
export function shardOf(given: string): Found {
  const [, which, of] = /^(\d+|auto)\/(\d+)$/.exec(given) ?? [];
  const [index, parts] = [Number(which), Number(of)];
  if (which === 'auto' && parts >= 1 && Number.isSafeInteger(parts)) return shardOfArray(parts);
  if (index >= 1 && index <= parts && Number.isSafeInteger(parts)) return { shard: { index, of: parts } };
  throw new UserError({
    message: `--shard must be i/n with 1 ≤ i ≤ n, got ${quoted(given)}`,
    hint: 'write --shard 1/3, or auto/3 in an array of jobs',
  });
}

function refused(expected: string, given: string): UserError {
  const meant = meantNumber(given);
  const issue: Issue = {
    message: `${expected}, got ${quoted(given)}`,
    ...(meant.hint === `write ${given}` ? {} : meant),
  };
  return new UserError(issue);
}
