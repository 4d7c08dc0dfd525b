import { edgeDynamics } from './graph/edge-dynamics.js';
import { springs } from './graph/springs.js';
import type { GraphTopology } from './graph/topology.js';
import { energy } from './topology.js';

export const elasticEntry = energy({
  name: 'elastic',
  summary:
    'a network of springs in the plane: Σ ½ k_e (r_e − ℓ_e)², displacements of its nodes, stiffnesses k, rest lengths ℓ',
  source: 'Stern, Hexner, Rocks & Liu 2021',
  takes: 'displacements',
  init: { name: 'uniform', min: 0.5, max: 2 },
  options: {},
  examples: [{}],
  problems: (_, { graph }: GraphTopology) =>
    graph.positions ? [] : [['', "springs have lengths: give the nodes' positions"]],
  create: (_, topology: GraphTopology) => edgeDynamics('elastic', topology, springs),
});
