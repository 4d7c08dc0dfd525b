import { once } from '../../numerics/numbers.js';
import { type Dynamics, layoutOf } from '../types.js';
import type { Diodes } from './diodes.js';
import type { EdgeLaw } from './edge-law.js';
import { edgeSystem, extentsOf } from './edge-system.js';
import type { GraphTopology } from './topology.js';

/** E = Σ_e E_e over the edges of a graph, ds/dt = −∂E/∂s. */
export function edgeDynamics(name: string, topology: GraphTopology, law: EdgeLaw, diodes?: Diodes): Dynamics {
  // index lists are made with the first system, not with every plan
  const extents = once(() => extentsOf(topology.graph, topology.dimension));
  const dynamics: Dynamics = {
    ...layoutOf(topology),
    name,
    time: 'continuous',
    agreement: 'process',
    offers: ['energy', 'linearisation', 'complex-field', ...(diodes ? [] : (['analytic-field'] as const))],
    isLinear: law.isLinear && diodes === undefined,
    // what confines each unit, the system knows
    box: diodes && { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY },
    bind(theta, x) {
      return edgeSystem(dynamics, extents(theta.precision), law, theta, x, diodes);
    },
  };
  return dynamics;
}
