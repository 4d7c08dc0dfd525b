import type { Issue } from '../errors.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import { worksOnAgent } from '../spec/schema.js';

/** A sweep over protocols stays with those that work on the same parts: the schema has looked at the first alone. */
export function checkStage({ protocol }: PartialSpec, draft: Draft, swept: readonly string[]): Issue[] {
  const key = ['protocol', 'protocol.name'].find((one) => swept.includes(one));
  if (key === undefined || protocol === undefined) return [];
  const given = (draft.data ?? {}) as object;
  const wanted = worksOnAgent(protocol) ? ['task', 'agent'] : ['network', 'data'];
  const missing = wanted.filter((part) => !(part in given));
  if (missing.length === 0) return [];
  const message = `protocol ${protocol.name} works on ${wanted.join(' and ')}, which this spec has not: it cannot be swept with the others`;
  return [{ where: draft.locate(['protocol']), message, hint: 'make several specs of it' }];
}
