import { type Domain, near, positive } from '../domain.js';
import type { Sketch } from '../sketch.js';
import { type Tensor, tensor } from '../tensor.js';
import { type Topology, topology } from '../topology.js';
import { type Graph, graphOf, graphOptions, graphProblems, nodesOption, positionsOption } from './graph.js';

/** What stands at the nodes: one number, or a displacement in the plane. */
const dimensions = { potentials: 1, displacements: 2 } as const;
type Kind = keyof typeof dimensions;

/** A graph as a network: one block of free nodes, the targets last, and parameters on the edges. */
export interface GraphTopology extends Topology {
  readonly graph: Graph;
  readonly dimension: 1 | 2;
}

export function graphTopology(graph: Graph, kind: Kind): GraphTopology {
  const dimension = dimensions[kind];
  const units = graph.free.length * dimension;
  return {
    name: 'graph',
    graph,
    dimension,
    inputs: graph.sources.length * dimension,
    outputs: { block: 's', from: units - graph.targets.length * dimension, to: units },
    sketch: sketchOf(graph, dimension),
    states: [tensor({ name: 's', kind: 'state', shape: [units], layer: 1, units: unitsOf(graph, dimension) })],
    parameters: [
      onEdges(graph, 'k', 'stiffness', positive()),
      ...(kind === 'displacements' ? [onEdges(graph, 'l', 'length', lengths(graph))] : []),
    ],
  };
}

function sketchOf({ nodes, edges, positions, sources, fixed, targets, free }: Graph, dimension: 1 | 2): Sketch {
  return { nodes, edges, ...(positions && { positions }), sources, fixed, targets, holds: 'nodes', free, dimension };
}

/** `node 3`, or `node 3 x`, `node 3 y`. */
function unitsOf({ free }: Graph, dimension: 1 | 2): string[] {
  const axes = dimension === 1 ? [''] : [' x', ' y'];
  return free.flatMap((node) => axes.map((axis) => `node ${node}${axis}`));
}

/** One number an edge; each by itself feeds one force. */
function onEdges({ edges }: Graph, name: string, kind: Tensor['kind'], domain: Tensor['domain']): Tensor {
  return tensor({ name, kind, shape: [edges.length], layer: 1, fan: { in: 1, out: 1 }, domain });
}

/** Near the distances of the ends, where it is known where those are. */
function lengths({ edges, positions }: Graph): Domain {
  if (positions === undefined) return positive();
  return near(
    edges.map(([from, to]) => {
      const [dx, dy] = ([0, 1] as const).map((axis) => positions[from][axis] - positions[to][axis]);
      return Math.sqrt(dx * dx + dy * dy);
    }),
  );
}

export const graphEntry = topology({
  name: 'graph',
  summary: 'nodes and edges: sources held at the input, fixed nodes, free nodes, of which the targets are the outputs',
  options: { nodes: nodesOption(), positions: positionsOption(), ...graphOptions },
  gives: Object.keys(dimensions),
  examples: [
    {
      positions: [
        [0, 0],
        [1, 0.1],
        [2, 0],
        [0.1, 1],
        [1.1, 0.9],
        [2, 1.1],
        [0.6, 1.9],
        [1.7, 2],
      ],
      edges: [
        [0, 1],
        [1, 2],
        [0, 3],
        [0, 4],
        [1, 4],
        [1, 3],
        [2, 4],
        [2, 5],
        [1, 5],
        [3, 4],
        [4, 5],
        [3, 6],
        [4, 6],
        [4, 7],
        [5, 7],
        [6, 7],
      ],
      sources: [1],
      fixed: [0, 2],
      targets: [7],
    },
  ],
  problems: graphProblems,
  label: (choice) => {
    const { free, edges } = graphOf(choice);
    return `of ${free.length} free nodes and ${edges.length} edges`;
  },
  create: (options, interaction) => graphTopology(graphOf(options), interaction as Kind),
});
