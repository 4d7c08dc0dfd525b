import type { System } from '../model/types.js';
import type { Blocks } from '../numerics/blocks.js';
import { lowerAt, upperAt } from '../numerics/bounds.js';
import type { Numbers } from '../numerics/numbers.js';
import { boundsOf } from '../solver/field.js';
import { benchOf, problemOf } from './bench.js';
import { energySlopes } from './differences.js';
import { type Network, rangesOf, type Setting } from './networks.js';

/**
 * J has no derivative where a unit rests on a bound without being pressed against it, and none to see where every output
 * is pinned: the first seed for which neither is so.
 */
export function differentiableSeed(network: Network): number {
  const seed = findSeed(network);
  if (seed === undefined) throw new Error('no seed gives a differentiable objective');
  return seed;
}

/** The same; undefined where there is none. */
export function findSeed(network: Network, setting: Setting = {}): number | undefined {
  for (let seed = 1; seed < 100; seed++) {
    const { system, free } = problemOf(benchOf({ ...setting, network, seed }));
    // a map keeps to no bounds, but has kinks where its activation does
    const bounds = boundsOf(system) ?? rangesOf(network, free);
    if (bounds === undefined) return seed;
    const push = pushOut(system, free);
    const room = Array.from(free.data, (s, i) =>
      Math.min(Math.abs(s - lowerAt(bounds, i)), Math.abs(s - upperAt(bounds, i))),
    );
    const resting = room.some((left, i) => left < 1e-4 && Math.abs(push[i]) < 1e-4);
    const { from, to } = system.dynamics.outputs;
    if (!resting && room.slice(from - to).some((left) => left > 0)) return seed;
  }
  return undefined;
}

/**
 * What presses a unit against a bound: the force, or for a map, whose F vanishes there too, −∂E/∂s = a − s. Where a
 * prediction is at a bound nothing else is, and its kink is met by accident only.
 */
function pushOut(system: System, s: Blocks): Numbers {
  if (system.predictions) return s.data.map(() => 1);
  if (system.dynamics.time === 'discrete') return energySlopes(system, s).slopes;
  const force = s.like();
  system.force(s, force);
  return force.data;
}
