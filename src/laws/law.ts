/** A law: what an entry promises, to be tried by whatever runs tests. */
import { isDeepStrictEqual } from 'node:util';

export interface Law {
  /** What is promised, of what. */
  readonly name: string;
  /** Throws where it does not hold. What runs the test may hand itself over: one that counts assertions is told of one. */
  check(runner?: unknown): void;
}

/** What laws are written with. Each throws where it does not hold, with what was got, and what was expected. */
export interface Claims {
  /** @param message what is so where it is not true, with its numbers */
  true(value: boolean, message: string): void;
  is<T>(got: T, expected: T, message?: string): void;
  equal(got: unknown, expected: unknown, message?: string): void;
  matches(text: string, pattern: RegExp): void;
  /** got ≤ most */
  atMost(got: number, most: number, what: string): void;
  /** got ≥ least */
  atLeast(got: number, least: number, what: string): void;
  /** |got − expected| ≤ tolerance, of numbers, or place by place. */
  near(got: number | ArrayLike<number>, expected: number | ArrayLike<number>, tolerance: number, what: string): void;
}

/** A law that does not hold. */
class Broken extends Error {
  override readonly name = 'Broken';
}

const broken = (what: string, ...parts: readonly string[]): Broken =>
  new Broken([what, parts.join(', ')].filter((part) => part !== '').join(': '));

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

const claims: Claims = {
  true(value, message) {
    if (!value) throw broken(message);
  },
  is(got, expected, message = '') {
    if (!Object.is(got, expected)) throw broken(message, `got ${show(got)}`, `expected ${show(expected)}`);
  },
  equal(got, expected, message = '') {
    if (isDeepStrictEqual(got, expected)) return;
    const [at, one, other] = difference(got, expected);
    throw broken([message, at].filter((part) => part !== '').join(' '), `got ${show(one)}`, `expected ${show(other)}`);
  },
  matches(text, pattern) {
    if (!pattern.test(text)) throw broken('', `got ${show(text)}`, `expected ${pattern}`);
  },
  atMost(got, most, what) {
    if (!(got <= most)) throw broken(what, `got ${got}`, `expected at most ${most}`);
  },
  atLeast(got, least, what) {
    if (!(got >= least)) throw broken(what, `got ${got}`, `expected at least ${least}`);
  },
  near(got, expected, tolerance, what) {
    const [a, b] = [got, expected].map((numbers) => (typeof numbers === 'number' ? [numbers] : Array.from(numbers)));
    if (a.length !== b.length) throw broken(what, `got ${a.length} numbers`, `expected ${b.length}`);
    const at = a.findIndex((value, i) => !(Math.abs(value - b[i]) <= tolerance));
    if (at < 0) return;
    const place = typeof got === 'number' ? what : `${what}, number ${at}`;
    throw broken(place, `got ${a[at]}`, `expected ${b[at]}`, `tolerance ${tolerance}`);
  },
};

/** Where two values differ first: the place, and what each has there; the whole where they have no such places. */
function difference(got: unknown, expected: unknown): [at: string, got: unknown, expected: unknown] {
  if (!isList(got) || !isList(expected)) return ['', got, expected];
  if (got.length !== expected.length) return ['length', got.length, expected.length];
  const at = Array.from(got).findIndex((value, i) => !isDeepStrictEqual(value, expected[i]));
  if (at < 0) return ['', got, expected];
  const [inner, one, other] = difference(got[at], expected[at]);
  return [`[${at}]${inner}`, one, other];
}

const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || ArrayBuffer.isView(value);

/** A law by its name and what it claims; where it does not hold, its message begins with its name. */
export const law = (name: string, holds: (t: Claims) => void): Law => ({
  name,
  check(runner) {
    try {
      holds(claims);
    } catch (error) {
      if (error instanceof Broken) error.message = `${name} — ${error.message}`;
      throw error;
    }
    const { pass } = (runner ?? {}) as { pass?: unknown };
    if (typeof pass === 'function') pass.call(runner);
  },
});

/** The same of an entry that was defined somewhere: where it does not hold, that place is told. */
export const lawOf = ({ name, check }: Law, place: string): Law => ({
  name,
  check(runner) {
    try {
      check(runner);
    } catch (error) {
      if (error instanceof Broken) error.message = `${place}: ${error.message}`;
      throw error;
    }
  },
});

/** The same claims of one of several that are tried alike: `what` tells which. */
export const of = (t: Claims, which: string): Claims => ({
  true: (value, message) => t.true(value, `${message} (${which})`),
  is: (got, expected, message = '') => t.is(got, expected, `${message} (${which})`.trim()),
  equal: (got, expected, message = '') => t.equal(got, expected, `${message} (${which})`.trim()),
  matches: t.matches,
  atMost: (got, most, what) => t.atMost(got, most, `${what} (${which})`),
  atLeast: (got, least, what) => t.atLeast(got, least, `${what} (${which})`),
  near: (got, expected, tolerance, what) => t.near(got, expected, tolerance, `${what} (${which})`),
});
