/** Assertions that are meant for some points of a sweep alone. */

import type { Issue, Location } from '../errors.js';
import type { Assertion } from '../spec/assertion.js';
import type { Draft } from '../spec/overrides.js';
import type { AnySpec } from '../spec/schema.js';
import { suggestion } from '../spec/suggest.js';
import type { Plan } from './run-plan.js';

type Changes = Readonly<Record<string, unknown>>;

/** Those of a run, as they stand in a spec that sweeps nothing. */
export function assertedAt(assertions: AnySpec['assert'], changes: Changes): AnySpec['assert'] {
  if (assertions.every((assertion) => conditionsOf(assertion).length === 0)) return assertions;
  return assertions.flatMap((assertion) => {
    if (!applies(assertion, changes)) return [];
    const { where, ...rest } = assertion as Assertion & { readonly where?: unknown };
    return [rest as Assertion];
  });
}

/** Where those of the assertions stand that are judged in a run by itself, in the order of its verdicts. */
export function judgedPlaces({ asserted }: Pick<Plan, 'asserted'>, changes: Changes): Location[] {
  return asserted
    .filter(({ assertion }) => 'column' in assertion && applies(assertion, changes))
    .map(({ where }) => where);
}

/** Conditions on what is not swept, or that no point meets: such an assertion would hold whatever happens. */
export function idleAssertions(
  assertions: AnySpec['assert'],
  points: readonly Changes[],
  swept: readonly string[],
  draft: Draft,
): Issue[] {
  return assertions.flatMap((assertion, i): Issue[] => {
    const unknown = conditionsOf(assertion).filter(([key]) => !swept.includes(key));
    if (unknown.length > 0) {
      return unknown.map(([key]) => ({
        where: draft.locate(['assert', i, 'where', key]),
        message: `assert: '${key}' is not swept`,
        hint: suggestion(key, swept),
      }));
    }
    if (points.some((changes) => applies(assertion, changes))) return [];
    return [
      { where: draft.locate(['assert', i, 'where']), message: 'assert: no point of the sweep is of these values' },
    ];
  });
}

const conditionsOf = (assertion: Assertion): [key: string, value: unknown][] =>
  'where' in assertion ? Object.entries(assertion.where ?? {}) : [];

const applies = (assertion: Assertion, changes: Changes): boolean =>
  conditionsOf(assertion).every(([key, value]) => JSON.stringify(changes[key]) === JSON.stringify(value));
