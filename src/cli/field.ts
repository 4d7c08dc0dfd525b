/** The learning rules of the registry, as lines of the table of the field. */
import { memberOf, titleOf } from '../engine/family.js';
import type { Entry } from '../entry.js';
import type { FinishedRun } from '../metrics/record.js';
import { registry } from '../registry.js';
import { fieldTable, type LearningRule } from '../report/field.js';

/** By the entry that claims; a family that claims for its members is one. */
const engineRules = new Map<object, LearningRule>(
  Object.values(registry.engines).flatMap((family): [object, LearningRule][] =>
    family.claims
      ? [[family, { title: family.symbol, claims: family.claims }]]
      : Object.values(family.members).flatMap((member): [object, LearningRule][] =>
          member.claims ? [[member, { title: titleOf(family, member.name), claims: member.claims }]] : [],
        ),
  ),
);

/** Where a spec names what learns, if no engine does, and what it is called. */
const PLACES = [
  { entries: registry.agents, named: (spec) => spec['agent'], kind: 'agent' },
  { entries: registry.initialisers, named: (spec) => (spec['network'] as Spec | undefined)?.['init'], kind: 'init' },
  { entries: registry.protocols, named: (spec) => spec['protocol'], kind: 'protocol' },
] satisfies {
  entries: Readonly<Record<string, Pick<Entry<unknown>, 'name' | 'claims'>>>;
  named: (spec: Spec) => unknown;
  kind: string;
}[];

type Spec = Readonly<Record<string, unknown>>;

const otherRules = new Map<object, LearningRule>(
  PLACES.flatMap(({ entries, kind }) =>
    Object.values<Pick<Entry<unknown>, 'name' | 'claims'>>(entries).flatMap((entry): [object, LearningRule][] =>
      entry.claims ? [[entry, { title: `${kind} ${entry.name}`, claims: entry.claims }]] : [],
    ),
  ),
);

/** What an assertion about this engine, or about none, is about in a run: the only engine, else whoever else learns. */
function ruleOf({ record: { spec } }: FinishedRun, id: string | undefined): LearningRule | undefined {
  const engines = (spec['engines'] ?? []) as { readonly id: string; readonly name: string }[];
  if (id !== undefined || engines.length === 1) {
    const engine = id === undefined ? engines[0] : engines.find((one) => one.id === id);
    const family = engine && registry.engines[engine.name];
    return family && (engineRules.get(family) ?? engineRules.get(memberOf(family, engine)));
  }
  const named = PLACES.flatMap(({ entries, named: of }) => {
    const name = (of(spec) as { name?: string } | undefined)?.name;
    return name !== undefined && Object.hasOwn(entries, name) ? [entries[name] as object] : [];
  });
  return named.flatMap((entry) => otherRules.get(entry) ?? [])[0];
}

/** As Markdown, every rule, with what these runs have measured. @throws RunError where their rows cannot be read. */
export const fieldOf = (runs: readonly FinishedRun[]): Promise<string> =>
  fieldTable([...engineRules.values(), ...otherRules.values()], ruleOf, runs);
