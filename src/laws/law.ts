/** A law: what an entry promises, to be tried by whatever runs tests. */
import { isDeepStrictEqual } from 'node:util';

export interface Law {
  /** What is promised, of what. */
  readonly name: string;
  /** Throws where it does not hold. What runs the test may hand itself over: see Runner. */
  check(runner?: unknown): void;
}

/** What a law tells whoever tries it, as far as they listen: ava's own context counts assertions. */
export interface Runner {
  pass?(): void;
  /** Of numbers that must be small: what was measured, and the most that it may be. */
  measured?(what: string, got: number, most: number): void;
  /** A case that was drawn is none that the law is about, and why; who does not listen gets an error. */
  beside?(why: string): void;
}

/** What laws are written with. Each throws where it does not hold, with what was got, and what was expected. */
export interface Claims {
  /** The law is about nothing else: what examples of an entry must be, and networks that are drawn may not be. */
  suppose(value: boolean, message: string): void;
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
  override readonly name: string = 'Broken';
}

/** A law that has nothing to say. */
class Beside extends Broken {
  override readonly name = 'Beside';
}

const broken = (what: string, ...parts: readonly string[]): Broken =>
  new Broken([what, parts.join(', ')].filter((part) => part !== '').join(': '));

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

const claims: Claims = {
  suppose(value, message) {
    if (!value) throw new Beside(message);
  },
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

/** The same claims, and whoever wants to know is told of the numbers; of several the worst. */
function telling({ measured }: Runner): Claims {
  if (measured === undefined) return claims;
  const largest = (got: number | ArrayLike<number>, expected: number | ArrayLike<number>) => {
    const at = (numbers: number | ArrayLike<number>, i: number) => (typeof numbers === 'number' ? numbers : numbers[i]);
    const length = typeof got === 'number' ? 1 : got.length;
    let most = 0;
    for (let i = 0; i < length; i++) most = Math.max(most, Math.abs(at(got, i) - at(expected, i)));
    return most;
  };
  return {
    ...claims,
    atMost(got, most, what) {
      measured(what, got, most);
      claims.atMost(got, most, what);
    },
    near(got, expected, tolerance, what) {
      measured(what, largest(got, expected), tolerance);
      claims.near(got, expected, tolerance, what);
    },
  };
}

/** A law by its name and what it claims; where it does not hold, its message begins with its name. */
export const law = (name: string, holds: (t: Claims) => void): Law => ({
  name,
  check(given) {
    const runner = (given ?? {}) as Runner;
    try {
      holds(telling(runner));
    } catch (error) {
      if (error instanceof Beside && runner.beside) return runner.beside(error.message);
      if (error instanceof Broken) error.message = `${name} — ${error.message}`;
      throw error;
    }
    runner.pass?.();
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
  suppose: (value, message) => t.suppose(value, `${message} (${which})`),
  true: (value, message) => t.true(value, `${message} (${which})`),
  is: (got, expected, message = '') => t.is(got, expected, `${message} (${which})`.trim()),
  equal: (got, expected, message = '') => t.equal(got, expected, `${message} (${which})`.trim()),
  matches: t.matches,
  atMost: (got, most, what) => t.atMost(got, most, `${what} (${which})`),
  atLeast: (got, least, what) => t.atLeast(got, least, `${what} (${which})`),
  near: (got, expected, tolerance, what) => t.near(got, expected, tolerance, `${what} (${which})`),
});
