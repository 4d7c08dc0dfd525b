/** Small networks of every registered energy, topology and activation: a new entry is tested without new test code. */
import fc from 'fast-check';
import type * as z from 'zod';
import { create } from '../../src/entry.js';
import type { Dynamics } from '../../src/model/types.js';
import { activations } from '../../src/numerics/activation.js';
import { registry } from '../../src/registry.js';

export type Network = Record<string, unknown> & { energy: string };

/** Whether ρ is smooth: piecewise linear ones have a changing active set, where slopes in β and differences break. */
export function isSmooth(network: Network): boolean {
  const name = network['activation'] as keyof typeof activations | undefined;
  return name === undefined || activations[name].analytic;
}

/** What the registry makes of a network that is valid. */
export function dynamicsOf({ energy, init, parameters, activation, ...options }: Network): Dynamics {
  const named = activation === undefined ? {} : { activation: { name: activation } };
  return create(registry.energies, { ...options, ...named, name: energy });
}

/** Integrators that suit a network: Euler projects and is the step of a map, so it suits every one. */
export function integratorsFor(network: Network): string[] {
  const { box, time } = dynamicsOf(network);
  return Object.keys(registry.integrators).filter((name) => name === 'euler' || (!box && time === 'continuous'));
}

const layers = [3, 5, 4, 2];
const sizes = { units: 6, inputs: 3, outputs: 2 };

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

/** One network for each energy × topology × activation × variant of its options. */
export const everyNetwork: readonly Network[] = Object.entries(registry.energies).flatMap(([energy, { options }]) => {
  const topologies = 'layers' in options ? [{ layers }, sizes] : [sizes];
  const names = 'activation' in options ? Object.keys(registry.activations) : [undefined];
  return topologies.flatMap((topology) =>
    names.flatMap((activation) =>
      variants(options).map(
        (variant): Network => ({
          energy,
          ...topology,
          ...(activation === undefined ? {} : { activation }),
          ...variant,
          init: { name: 'glorot-uniform', gain: gainOf(energy, activation) },
        }),
      ),
    ),
  );
});

export const title = ({
  energy,
  layers: sized,
  units,
  inputs,
  outputs,
  activation,
  init,
  ...variant
}: Network): string =>
  [energy, sized ? 'layered' : 'recurrent', activation, ...Object.values(variant)].filter(Boolean).join(' ');

/** ρ that does not saturate needs small weights to have a fixed point, and a map of slope 1 at 0 to have one only. */
function gainOf(energy: string, activation: string | undefined): number {
  if (activation === 'linear' || activation === 'relu') return 0.3;
  return energy === 'prototypical' && activation === 'tanh' ? 0.45 : 0.6;
}

/** Networks of random size and gain. */
export function anyNetwork(choose: (network: Network) => boolean = () => true): fc.Arbitrary<Network> {
  const size = fc.integer({ min: 1, max: 7 });
  return fc
    .record({
      network: fc.constantFrom(...everyNetwork.filter(choose)),
      layers: fc.array(size, { minLength: 2, maxLength: 4 }),
      hidden: size,
      inputs: size,
      outputs: size,
      gain: fc.constantFrom(0.2, 0.4, 0.6, 0.8),
    })
    .map(({ network, layers: sized, hidden, inputs, outputs, gain }) => ({
      ...network,
      ...('layers' in network ? { layers: sized } : { units: hidden + outputs, inputs, outputs }),
      init: { name: 'glorot-uniform', gain },
    }));
}
