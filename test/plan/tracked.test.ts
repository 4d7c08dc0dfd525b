/** What is remembered by what was looked at is what would be computed, and is computed no more often than it must be. */
import { testProp } from '@fast-check/ava';
import fc from 'fast-check';
import { Tracked } from '../../src/plan/tracked.js';

type Facts = Record<'switch' | 'a' | 'b' | 'c', number>;

const facts: fc.Arbitrary<Facts> = fc.record({
  switch: fc.nat(2),
  a: fc.nat(2),
  b: fc.nat(2),
  c: fc.nat(2),
});

/** Which keys it looks at depends on what it finds; c of the second is never looked at. */
const rule = (one: Facts, two: Partial<Facts>): string => {
  if (one.switch === 0) return `a ${one.a}`;
  if (one.switch === 1) return `b ${one.b} of ${'c' in two ? 'a whole' : 'a part'}`;
  return `${two.a} ${Object.keys(one).length}`;
};

/** All that the rule looks at, in the same words. */
const looksOf = (one: Facts, two: Partial<Facts>): string =>
  JSON.stringify([one.switch, one.switch === 0 ? one.a : one.switch === 1 ? [one.b, Object.keys(two)] : two.a]);

testProp(
  'the same answer as computed anew, once for each of what is looked at',
  [
    fc.array(
      fc.tuple(
        facts,
        fc.oneof(
          facts,
          facts.map(({ c, ...rest }) => rest),
        ),
      ),
      { maxLength: 60 },
    ),
  ],
  (t, pairs) => {
    const tracked = new Tracked<string>();
    let computed = 0;
    for (const [one, two] of pairs) {
      const got = tracked.of([one, two] as [Facts, Partial<Facts>], (...watched) => {
        computed++;
        return rule(...watched);
      });
      t.is(got, rule(one, two));
    }
    t.is(computed, new Set(pairs.map(([one, two]) => looksOf(one, two))).size);
  },
);
