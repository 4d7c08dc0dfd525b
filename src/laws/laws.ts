/**
 * The laws that every entry of this program is held to, for entries of one's own: `eprbp/laws`. With node:test or ava:
 * `for (const { name, check } of lawsOf(mine)) test(name, check);`
 */
import { create, type Named } from '../entry.js';
import { formatLocation, UserError } from '../errors.js';
import { originOf } from '../origin.js';
import { admit } from '../plugin/admit.js';
import { type Definition, definitionOf } from '../plugin/define.js';
import { registry } from '../registry.js';
import { specSchema } from '../spec/schema.js';
import { engineLaws } from './accuracy.js';
import { costLaws } from './costs.js';
import { dataLaws } from './data.js';
import { dynamicsLaws } from './dynamics.js';
import { type EngineChoice, everyEngine } from './engines.js';
import { entryLaw, type Listed, namedBy } from './entries.js';
import { equivalenceLaws } from './equivalence.js';
import { gradientLaws } from './gradients.js';
import { integratorLaws } from './integrators.js';
import { type Law, lawOf } from './law.js';
import { everyNetwork, exampleLaw, type Network, topologyOf } from './networks.js';
import { solverLaws } from './solvers.js';

export type { Law } from './law.js';

/**
 * The laws that entries made by `defineEnergy`, `defineEngine`, … are held to, each in itself and beside all that is built
 * in. All entries that a test file tries go into one call.
 * @throws UserError where one was not made by these, or its name is taken
 */
export function lawsOf(...entries: readonly object[]): Law[] {
  const definitions = entries.map((entry, i) => {
    const definition = definitionOf(entry);
    if (definition) return definition;
    throw new UserError({ message: `entry ${i + 1} is none that defineEnergy, defineEngine, … have made` });
  });
  const fresh = definitions.filter(({ entry }) => originOf(entry) === undefined);
  if (fresh.length > 0) admit(fresh, { file: 'the entries that are tried' });
  return definitions.flatMap((definition) => {
    const laws = lawsOfOne(definition);
    return definition.where ? laws.map((one) => lawOf(one, formatLocation(definition.where!))) : laws;
  });
}

function lawsOfOne(definition: Definition): Law[] {
  const { axis } = definition;
  const entry = definition.entry as Listed;
  return [entryLaw(axis, entry, axis !== 'energies'), ...(byAxis[axis]?.(definition, entry) ?? [])];
}

/** What is measured of an axis, beside what all promise. */
const byAxis: Partial<Record<Definition['axis'], (definition: Definition, entry: Listed) => Law[]>> = {
  energies: (_, { name }) => [exampleLaw(registry.energies[name]), ...ofNetworks(({ energy }) => energy === name)],
  topologies: (_, { name }) => ofNetworks((network) => topologyOf(network)?.name === name),
  activations: (_, { name }) => ofNetworks(({ activation }) => [activation].flat().includes(name)),
  costs: (_, entry) => namedBy(entry).flatMap(costLaws),
  engines: ({ family }, { name }) => everyEngine().filter(isOf(family, name)).flatMap(engineLaws),
  integrators: (_, entry) => namedBy(entry).flatMap(integratorLaws),
  solvers: (_, entry) =>
    everyNetwork()
      .filter(isPlain)
      .flatMap((network) => solverLaws(network, waysOf(entry))),
  data: (_, { name, examples = [{}] }) => examples.flatMap((example) => ofData({ name, ...example })),
};

const ofNetworks = (choose: (network: Network) => boolean): Law[] =>
  everyNetwork()
    .filter(choose)
    .flatMap((network) => [...dynamicsLaws(network), ...equivalenceLaws(network), ...gradientLaws(network)]);

/** One network of each energy and topology is enough for a solver. */
const isPlain = ({ activation = 'tanh' }: Network): boolean => activation === 'tanh' || activation === 'linear';

const isOf =
  (family: string | undefined, name: string) =>
  (choice: EngineChoice): boolean => {
    if (family === undefined) return choice.name === name;
    return choice.name === family && choice[registry.engines[family].key!] === name;
  };

const waysOf = ({ name, examples = [{}] }: Listed) =>
  examples.map((example) => {
    const { solver } = specSchema.shape.free.parse({ solver: { name, ...example } });
    return { label: name, solver: create(registry.solvers, solver) };
  });

/** Files are the author's own: what is in them is for tests beside these. */
function ofData(given: Named): Law[] {
  const named = specSchema.shape.data.parse(given) as Named;
  const source = create(registry.data, named);
  if (source.fixed && source.files.length > 0) return [];
  return dataLaws(named, () => {
    throw new Error('there are no files to read');
  });
}
