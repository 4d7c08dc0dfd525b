/** Networks of everything that is registered: those that the laws are tried on, and others drawn at random. */
import fc from 'fast-check';
import { everyNetwork as all, mixed, type Network, topologyOf } from '../../src/laws/networks.js';

export {
  dynamicsOf,
  integratorsFor,
  isSmooth,
  type Network,
  title,
  variants,
} from '../../src/laws/networks.js';

export const everyNetwork = all();

/** Networks of random size and gain, where the sizes are those of layers or of a block; as they are elsewhere. */
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
    .map(({ network, layers, hidden, inputs, outputs, gain }) => {
      const topology = topologyOf(network)?.name;
      const sizes = { layered: { layers }, recurrent: { units: hidden + outputs, inputs, outputs } }[topology ?? ''];
      if (sizes === undefined) return network;
      const activation = Array.isArray(network['activation']) && { activation: mixed(layers.length - 1) };
      return { ...network, ...sizes, ...activation, init: { name: 'glorot-uniform', gain } };
    });
}
