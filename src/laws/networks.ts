/** Small networks of every registered energy, topology and activation: a new entry is tested without new test code. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { create } from '../entry.js';
import type { EnergyEntry } from '../model/topology.js';
import type { Dynamics, State } from '../model/types.js';
import type { Elementwise } from '../numerics/activation.js';
import type { EachBounds } from '../numerics/bounds.js';
import { registry } from '../registry.js';
import { dynamicsOf as made, networkProblems, networkSchema, topologiesOf } from '../spec/network.js';
import { type Law, law } from './law.js';
import { once } from './once.js';

export type Network = Record<string, unknown> & { energy: string };

/** What else a spec says where a law is tried: seed, cost, data. */
export type Setting = Readonly<Record<string, unknown>>;

/** Whether its field has no kink, as it says: elsewhere the active set changes, where slopes in β and differences break. */
export const isSmooth = (network: Network): boolean => dynamicsOf(network).offers.includes('analytic-field');

/** What the registry makes of a network that is valid. */
export const dynamicsOf = (network: Network): Dynamics => made(networkSchema.parse(network));

/** Integrators that suit a network: Euler projects and is the step of a map, so it suits every one. */
export function integratorsFor(network: Network): string[] {
  const { box, time } = dynamicsOf(network);
  return Object.keys(registry.integrators).filter((name) => name === 'euler' || (!box && time === 'continuous'));
}

/** Every combination of what the options that are one of a few words can say: [{nudge: 'inside'}, …], [{}] without. */
export function variants(options: z.ZodRawShape): Record<string, string>[] {
  return Object.entries(options).reduce<Record<string, string>[]>(
    (found, [key, schema]) => {
      const { type, innerType } = (schema as z.ZodType).def as { type: string; innerType?: z.ZodType };
      const inner = type === 'default' || type === 'optional' ? innerType : (schema as z.ZodType);
      if (inner?.def.type !== 'enum') return found;
      return (inner as z.ZodEnum).options.flatMap((word) => found.map((rest) => ({ ...rest, [key]: String(word) })));
    },
    [{}],
  );
}

/** Each for all units; and, where there are layers, another at the output than elsewhere. */
function activationsFor(network: Network): (string | string[])[] {
  const { states } = dynamicsOf({ ...network, activation: 'tanh' });
  return [...Object.keys(registry.activations), ...(states.length > 1 ? [mixed(states.length)] : [])];
}

export const mixed = (layers: number): string[] =>
  Array.from({ length: layers }, (_, l) => (l < layers - 1 ? 'tanh' : 'linear'));

/** One network for each example of an energy × topology × activation × variant of its options that go together. */
export const everyNetwork = once((): readonly Network[] =>
  distinct(
    Object.values(registry.energies).flatMap((entry) => {
      const { name: energy, options, examples = [{}] } = entry;
      const sizes = topologiesOf(entry).flatMap((topology) => topology.examples ?? []);
      return (sizes.length === 0 ? [{}] : sizes).flatMap((size) =>
        ('activation' in options
          ? [undefined, ...activationsFor({ energy, ...size, ...examples[0] })]
          : [undefined]
        ).flatMap((activation) =>
          variants(options).flatMap((variant) =>
            examples.map(
              (example): Network => ({ energy, ...size, ...(activation && { activation }), ...variant, ...example }),
            ),
          ),
        ),
      );
    }),
  ).filter(isValid),
);

/** Every example is a network by itself or with the sizes of some topology: what is not would never be tried. */
export const exampleLaw = ({ name, examples = [] }: Pick<EnergyEntry, 'name' | 'examples'>): Law =>
  law(`${name}: every example is tried`, (t) => {
    for (const example of examples) {
      const own = Object.entries(example);
      const isPart = (network: Network) => own.every(([key, value]) => isDeepStrictEqual(network[key], value));
      const isTried = everyNetwork().some((network) => network.energy === name && isPart(network));
      t.true(isTried, `no valid network comes of the example ${JSON.stringify(example)}`);
    }
  });

function isValid(network: Network): boolean {
  const { success, data } = networkSchema.safeParse(network);
  return success && networkProblems(data).length === 0;
}

/** Those that an example says as a whole come again with every activation and variant. */
function distinct(networks: readonly Network[]): Network[] {
  return [...new Map(networks.map((network) => [JSON.stringify(Object.entries(network).sort()), network])).values()];
}

/** Which of the topologies a network is laid out on. */
export const topologyOf = ({ energy, ...options }: Network) =>
  topologiesOf(registry.energies[energy]).find(({ options: own }) => z.object(own).safeParse(options).success);

export function title(network: Network): string {
  const topology = topologyOf(network);
  const told = Object.entries(network).filter(
    ([key]) => !(key in (topology?.options ?? {})) && key !== 'init' && key !== 'parameters',
  );
  const words = told.map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return [words[0], topology?.name, ...words.slice(1)].filter(Boolean).join(' ');
}

/** What its activations bound their units to, by one name or by one a layer; undefined where none does. */
export function rangesOf({ activation }: Network, like: State): EachBounds | undefined {
  const names = [activation].flat().filter((name) => typeof name === 'string');
  const boxes = names.map((name) => (create(registry.activations, { name }) as Elementwise).box);
  if (boxes.every((box) => box === undefined)) return undefined;
  const [lower, upper] = [like.like(), like.like()];
  like.shapes.forEach((_, k) => {
    const box = boxes[k] ?? (boxes.length === 1 ? boxes[0] : undefined);
    lower.parts[0][k].data.fill(box?.lower ?? Number.NEGATIVE_INFINITY);
    upper.parts[0][k].data.fill(box?.upper ?? Number.POSITIVE_INFINITY);
  });
  return { lower: lower.data, upper: upper.data };
}
