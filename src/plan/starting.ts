import { create } from '../entry.js';
import { initialise } from '../model/initialise.js';
import type { Params } from '../model/types.js';
import type { Allocator } from '../numerics/blocks.js';
import { randomStream } from '../numerics/random.js';
import { registry } from '../registry.js';
import type { GivenParameters } from '../spec/parameter-file.js';
import { toParams } from '../spec/parameters.js';
import type { Spec } from '../spec/schema.js';
import { dynamicsOf } from './parts.js';

/** θ that a run starts from: as given, or drawn, each tensor from a stream of its own under the seed. */
export function startingParameters(
  { network, seed }: Pick<Spec, 'network' | 'seed'>,
  given: GivenParameters | undefined,
  arena?: Allocator,
): Params {
  const { parameters } = dynamicsOf(network);
  if (given) return toParams(given, parameters, arena);
  const init = create(registry.initialisers, network.init!);
  return initialise(parameters, init, (tensor) => randomStream(seed, `init/${tensor}`), arena);
}
