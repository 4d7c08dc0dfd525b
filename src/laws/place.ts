/** Where the laws of dynamics look: a network at a state that is drawn, and directions of states and parameters. */
import { coordinatesOf, type Tensor } from '../model/tensor.js';
import type { System } from '../model/types.js';
import { Blocks } from '../numerics/blocks.js';
import { randomStream } from '../numerics/random.js';
import type { Bench } from '../protocol/protocol.js';
import { benchOf } from './bench.js';
import type { Claims } from './law.js';
import type { Network, Setting } from './networks.js';

/** What is promised of a network, and what tries it. */
export type Promised = readonly [says: string, holds: (at: At, t: Claims) => void];

export function randomLike(blocks: Blocks, purpose: string, inside = false): Blocks {
  const random = randomStream(7, purpose);
  const out = blocks.like();
  for (let i = 0; i < out.data.length; i++) out.data[i] = inside ? 0.1 + 0.8 * random.uniform() : random.normal();
  return out;
}

/** F(s) of a system, in a buffer of its own. */
export const force = (system: System) => (s: Blocks) => {
  const out = s.like();
  system.force(s, out);
  return out.data;
};

/** A network at hand: inside every box, so that no kink is near. */
export interface At {
  readonly network: Network;
  readonly setting: Setting;
  readonly bench: Bench;
  readonly system: System;
  readonly s: Blocks;
}

export function setup(network: Network, setting: Setting): At {
  const engines = [{ name: 'rbp', method: 'direct' }];
  const bench = benchOf({ ...setting, network, engines, protocol: 'gradient', reference: 'exact' });
  // where biases are 0 so are preactivations of silent units, and kinks of ρ are nowhere else
  bench.dynamics.parameters.forEach(({ name, kind }, k) => {
    const random = randomStream(7, name);
    const { data } = bench.theta.parts[0][k];
    if (kind === 'bias') for (let i = 0; i < data.length; i++) data[i] += 0.1 * random.normal();
  });
  const system = bench.dynamics.bind(bench.theta, bench.x);
  return { network, setting, bench, system, s: randomLike(Blocks.real(system.shapes), 's', true) };
}

/** A random direction of θ in which the cells of a tied pair move alike, and the same with each pair counted once. */
export function tiedDirection(tensors: readonly Tensor[], like: Blocks): { both: Blocks; once: Blocks } {
  const random = randomLike(like, 'θ');
  const [both, once] = [like.like(), like.like()];
  for (const places of coordinatesOf(tensors)) {
    once.data[places[0]] = random.data[places[0]];
    for (const at of places) both.data[at] = random.data[places[0]];
  }
  return { both, once };
}
