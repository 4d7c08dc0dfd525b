import type { System } from '../../src/model/types.js';
import { activations } from '../../src/numerics/activation.js';
import type { ActivationName } from '../../src/numerics/activation-formulas.js';
import type { Blocks } from '../../src/numerics/blocks.js';
import { benchOf, problemOf } from './bench.js';
import { energySlopes } from './differences.js';
import type { Network } from './networks.js';

/**
 * J has no derivative where a unit rests on a bound without being pressed against it, and none to see where every output
 * is pinned: the first seed for which neither is so.
 */
export function differentiableSeed(network: Network): number {
  const bounds = activations[network['activation'] as ActivationName]?.box;
  if (!bounds) return 1;
  const { lower, upper } = bounds;
  for (let seed = 1; seed < 100; seed++) {
    const { system, free } = problemOf(benchOf({ network, seed }));
    const push = pushOut(system, free);
    const isNear = (s: number) => Math.min(Math.abs(s - lower), Math.abs(s - upper)) < 1e-4;
    const resting = free.data.some((s, i) => isNear(s) && Math.abs(push[i]) < 1e-4);
    const { from, to } = system.dynamics.outputs;
    if (!resting && free.data.slice(from - to).some((s) => s !== lower && s !== upper)) return seed;
  }
  throw new Error('no seed gives a differentiable objective');
}

/** What presses a unit against a bound: the force, or for a map, whose F vanishes there too, −∂E/∂s = a − s. */
function pushOut(system: System, s: Blocks): Float64Array {
  if (system.dynamics.time === 'discrete') return energySlopes(system, s);
  const force = s.like();
  system.force(s, force);
  return force.data;
}
