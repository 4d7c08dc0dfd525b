import { diodeProblems, diodesOn, diodesOption } from './graph/diodes.js';
import { edgeDynamics } from './graph/edge-dynamics.js';
import { resistors } from './graph/resistors.js';
import type { GraphTopology } from './graph/topology.js';
import { energy } from './topology.js';

export const resistiveEntry = energy({
  name: 'resistive',
  summary:
    'a network of resistors: half the power Σ ½ k_e Δp_e² that it takes, potentials at its nodes, conductances k',
  source: 'Stern, Hexner, Rocks & Liu 2021',
  takes: 'potentials',
  init: { name: 'uniform', min: 0.5, max: 2 },
  options: { diodes: diodesOption() },
  examples: [
    {},
    {
      diodes: [
        [1, 6],
        [2, 4],
      ],
    },
  ],
  problems: ({ diodes = [] }, { graph }: GraphTopology) => diodeProblems(diodes, graph),
  create: ({ diodes = [] }, topology: GraphTopology) =>
    edgeDynamics('resistive', topology, resistors, diodes.length > 0 ? diodesOn(diodes, topology.graph) : undefined),
});
