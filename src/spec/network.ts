/** The network of a spec: an energy of the registry, laid out on one of the topologies that it takes. */
import * as z from 'zod';
import { choice, type LabelPart, type Named, remembered } from '../entry.js';
import type { EnergyEntry, NetworkProblem, Topology, TopologyEntry } from '../model/topology.js';
import type { Dynamics } from '../model/types.js';
import { late, ofOrigin } from '../origin.js';
import { registry } from '../registry.js';
import { explicitParameters, type WithParameters } from './parameter-schema.js';

const init = choice(registry.initialisers).optional();

export interface NetworkSpec extends WithParameters {
  readonly energy: string;
  readonly init?: Named | undefined;
  readonly mask?: 'existing' | undefined;
  readonly [option: string]: unknown;
}

/** The topologies that an energy takes. */
export function topologiesOf({ takes }: Pick<EnergyEntry, 'takes'>): TopologyEntry[] {
  return Object.values(registry.topologies).filter(({ gives }) => takes !== undefined && gives.includes(takes));
}

export const networkSchema = late(
  () =>
    z.discriminatedUnion(
      'energy',
      Object.values(registry.energies).map((energy) => ofOrigin(energy, networkOf(energy))) as never,
    ) as unknown as z.ZodType<NetworkSpec>,
);

const networkOf = (energy: EnergyEntry) =>
  z.strictObject({
    energy: z.literal(energy.name),
    ...sizeOptions(topologiesOf(energy)),
    ...energy.options,
    init: init.describe(`initialiser of the parameters; default ${Object.values(energy.init).join(', gain ')}`),
    parameters: explicitParameters.optional(),
    mask: z
      .literal('existing')
      .optional()
      .describe('weights that are 0 in parameters are no connections, and stay 0; default all may learn'),
  });

/** Where there is a choice of topologies none of their options is required, and one may mean several things. */
function sizeOptions(taken: readonly TopologyEntry[]): z.ZodRawShape {
  const [only, ...others] = taken;
  if (only === undefined || others.length === 0) return only?.options ?? {};
  const schemas = new Map<string, z.ZodType[]>();
  for (const { options } of taken) {
    for (const [key, schema] of Object.entries(options)) {
      schemas.set(key, [...(schemas.get(key) ?? []), schema as z.ZodType]);
    }
  }
  return Object.fromEntries(
    [...schemas].map(([key, all]) => {
      const schema = all.length === 1 ? all[0] : z.union(all);
      return [key, schema.optional().describe(all[0].description ?? '')];
    }),
  );
}

/** What is wrong with a network whose options each look right. */
export const networkProblems = remembered((network: NetworkSpec): NetworkProblem[] => {
  const { energy, ...options } = network;
  const entry = registry.energies[energy];
  const taken = topologiesOf(entry);
  const chosen = chosenAmong(taken, options);
  const wrong = taken.length === 0 ? [] : chosen ? foreign(chosen, taken, options) : [missing(taken, options)];
  if (wrong.length > 0) return wrong;
  if (network.mask && network.parameters === undefined) return [['mask', NO_ZEROS]];
  const own = chosen?.problems?.(options) ?? [];
  return own.length > 0 ? own : (entry.problems?.(options, laidOut(entry, options)) ?? []);
});

const NO_ZEROS =
  'existing connections are those that are not 0 in parameters: give them, or leave mask out (layers without it have the connections of layers alone)';

/** The dynamics of a network without problems, as if all its connections existed. */
export const dynamicsOf = remembered(({ energy, init, parameters, ...options }: NetworkSpec): Dynamics => {
  const entry = registry.energies[energy];
  return entry.create(options, laidOut(entry, options));
});

/** What a network without problems is called in figures: its energy, its size, and what of the rest belongs there. */
export function networkLabel({ energy, ...options }: NetworkSpec): LabelPart[] {
  const entry = registry.energies[energy];
  const topology = chosenAmong(topologiesOf(entry), options);
  const size = topology ? [{ keys: Object.keys(topology.options), text: topology.label(options) }] : [];
  const masked = options.mask ? [{ keys: ['mask'], text: 'masked' }] : [];
  return [{ keys: ['energy'], text: energy }, ...size, ...(entry.label?.(options) ?? []), ...masked];
}

function laidOut(entry: EnergyEntry, options: Record<string, unknown>): Topology {
  return chosenAmong(topologiesOf(entry), options)?.create(options, entry.takes!) as Topology;
}

type Options = Readonly<Record<string, unknown>>;

/** The first topology that the options describe in full; one that knows all of them, where there is one. */
function chosenAmong(taken: readonly TopologyEntry[], options: Options): TopologyEntry | undefined {
  const fitting = taken.filter((entry) => z.object(entry.options).safeParse(options).success);
  return fitting.find((entry) => foreign(entry, taken, options).length === 0) ?? fitting[0];
}

function foreign(chosen: TopologyEntry, taken: readonly TopologyEntry[], options: Options): [string, string][] {
  const given = (entry: TopologyEntry) => Object.keys(entry.options).filter((key) => options[key] !== undefined);
  const own = given(chosen);
  const others = new Set(taken.flatMap(given).filter((key) => !own.includes(key)));
  const names = taken.map(({ name }) => name).join(' or ');
  return [...others].map((key) => [key, `${own.join(', ')} and ${key} exclude each other: a network is ${names}`]);
}

function missing(taken: readonly TopologyEntry[], options: Options): [string, string] {
  const needed = ({ options: own }: TopologyEntry) =>
    Object.keys(own).filter((key) => !(own[key] as z.ZodType).isOptional());
  const begun = taken.find(({ options: own }) => Object.keys(own).some((key) => options[key] !== undefined));
  if (begun === undefined)
    return ['', `the network needs sizes: ${taken.map((one) => enumerated(needed(one))).join(', or ')}`];
  const absent = needed(begun).filter((key) => options[key] === undefined);
  return ['', `a ${begun.name} network also needs ${enumerated(absent)}`];
}

function enumerated(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
