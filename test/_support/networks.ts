/** Small networks of every registered energy, topology and activation: a new entry is tested without new test code. */
import fc from 'fast-check';
import { activations } from '../../src/numerics/activation.js';
import { registry } from '../../src/registry.js';

type Network = Record<string, unknown> & { energy: string };

/** Whether ρ is smooth: piecewise linear ones have a changing active set, where slopes in β and differences break. */
export function isSmooth(network: Network): boolean {
  const name = network['activation'] as keyof typeof activations | undefined;
  return name === undefined || activations[name].analytic;
}

const layers = [3, 5, 4, 2];
const sizes = { units: 6, inputs: 3, outputs: 2 };

/** One network for each energy × topology × activation. */
export const everyNetwork: readonly Network[] = Object.entries(registry.energies).flatMap(([energy, { options }]) => {
  const topologies = 'layers' in options ? [{ layers }, sizes] : [sizes];
  const names = 'activation' in options ? Object.keys(registry.activations) : [undefined];
  return topologies.flatMap((topology) =>
    names.map(
      (activation): Network => ({
        energy,
        ...topology,
        ...(activation === undefined ? {} : { activation }),
        // ρ that does not saturate needs small weights to have a fixed point
        init: { name: 'glorot-uniform', gain: activation === 'linear' || activation === 'relu' ? 0.3 : 0.6 },
      }),
    ),
  );
});

export const title = ({ energy, layers: sized, activation }: Network): string =>
  [energy, sized ? 'layered' : 'recurrent', activation].filter(Boolean).join(' ');

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
