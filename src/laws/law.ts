/** A law: what an entry promises, to be tried by whatever runs tests. */
import { isDeepStrictEqual } from 'node:util';

export interface Law {
  /** What is promised, of what. */
  readonly name: string;
  /** Throws where it does not hold. What runs the test may hand itself over: one that counts assertions is told of one. */
  check(runner?: unknown): void;
}

/** What laws are written with. Each throws where it does not hold. */
export interface Claims {
  true(value: boolean, message?: string): void;
  is<T>(got: T, expected: T, message?: string): void;
  equal(got: unknown, expected: unknown, message?: string): void;
  matches(text: string, pattern: RegExp): void;
}

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

const claims: Claims = {
  true(value, message = 'it does not hold') {
    if (!value) throw new Error(message);
  },
  is(got, expected, message = '') {
    if (!Object.is(got, expected)) throw new Error(`${message} got ${show(got)}, expected ${show(expected)}`.trim());
  },
  equal(got, expected, message = '') {
    if (!isDeepStrictEqual(got, expected))
      throw new Error(`${message} got ${show(got)}, expected ${show(expected)}`.trim());
  },
  matches(text, pattern) {
    if (!pattern.test(text)) throw new Error(`got ${show(text)}, expected ${pattern}`);
  },
};

/** A law by its name and what it claims. */
export const law = (name: string, holds: (t: Claims) => void): Law => ({
  name,
  check(runner) {
    holds(claims);
    const { pass } = (runner ?? {}) as { pass?: unknown };
    if (typeof pass === 'function') pass.call(runner);
  },
});
