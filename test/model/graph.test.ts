/** Graphs by rule, and every way in which one that is written down can be wrong. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { edgeDynamics } from '../../src/model/graph/edge-dynamics.js';
import { grid, mostEdges, random, triangular } from '../../src/model/graph/generators.js';
import { type GraphChoice, graphOf, graphProblems } from '../../src/model/graph/graph.js';
import { springs as springLaw } from '../../src/model/graph/springs.js';
import { graphTopology } from '../../src/model/graph/topology.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { Matrix } from '../../src/numerics/matrix.js';

const distance = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]) => Math.hypot(a - c, b - d);

test('neighbours of a lattice are one spacing apart, and there are as many as there should be', (t) => {
  for (const [rows, columns] of [
    [1, 1],
    [1, 5],
    [4, 5],
    [5, 4],
  ]) {
    const [square, hexagons] = [grid(rows, columns), triangular(rows, columns)];
    t.is(square.edges.length, rows * (columns - 1) + (rows - 1) * columns);
    t.is(hexagons.edges.length, rows * (columns - 1) + (rows - 1) * (2 * columns - 1));
    for (const { positions, edges } of [square, hexagons]) {
      t.is(positions.length, rows * columns);
      for (const [a, b] of edges) t.true(Math.abs(distance(positions[a], positions[b]) - 1) < 1e-12);
    }
  }
});

testProp(
  'a random graph has the edges asked for, none twice, hangs together, keeps its nodes apart, and is the same again',
  [fc.integer({ min: 2, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(1000)],
  (t, nodes, density, seed) => {
    const wanted = nodes - 1 + Math.floor(density * (mostEdges(nodes) - nodes + 1));
    const made = random(nodes, wanted, seed);
    t.deepEqual(random(nodes, wanted, seed), made);
    t.is(made.edges.length, wanted);
    const choice: GraphChoice = { ...made, sources: [0], fixed: [], targets: [nodes - 1] };
    t.deepEqual(graphProblems(choice), []);
    for (const [i, at] of made.positions.entries())
      for (const other of made.positions.slice(0, i)) t.true(distance(at, other) >= 0.3);
  },
);

test('units are the free nodes as they are numbered, the targets last in their order', (t) => {
  const choice = { nodes: 8, edges: [[0, 1]] as const, sources: [0, 2], fixed: [5], targets: [6, 3] };
  t.deepEqual(graphOf(choice).free, [1, 4, 7, 6, 3]);
});

const sound: GraphChoice = {
  positions: [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ],
  edges: [
    [0, 1],
    [1, 2],
    [2, 3],
  ],
  sources: [0],
  fixed: [],
  targets: [3],
};

const wrong: [title: string, change: Partial<GraphChoice>, path: (string | number)[], message: RegExp][] = [
  [
    'an edge to no node',
    {
      edges: [
        [0, 1],
        [1, 2],
        [2, 4],
      ],
    },
    ['edges', 2],
    /leads to node 4, which is not there: nodes are numbered from 0 to 3/,
  ],
  [
    'an edge twice',
    {
      edges: [
        [0, 1],
        [1, 2],
        [2, 3],
        [2, 1],
      ],
    },
    ['edges', 3],
    /joins nodes 2 and 1 again, as edge 1 does/,
  ],
  [
    'a self-loop',
    {
      edges: [
        [0, 1],
        [1, 1],
        [1, 2],
        [2, 3],
      ],
    },
    ['edges', 1],
    /from node 1 to itself/,
  ],
  [
    'nodes that nothing holds',
    {
      edges: [
        [0, 1],
        [2, 3],
      ],
    },
    ['targets', 0],
    /no path leads from nodes 2, 3 to a source or a fixed node/,
  ],
  [
    'a hidden node that nothing holds',
    {
      edges: [
        [0, 1],
        [1, 3],
      ],
    },
    ['edges'],
    /no path leads from node 2 to/,
  ],
  ['a target that is a source', { targets: [0] }, ['targets', 0], /node 0 is a source: a target must be free/],
  ['a target that is fixed', { fixed: [3] }, ['targets', 0], /node 3 is fixed: a target must be free/],
  ['a source that is fixed', { fixed: [0] }, ['sources', 0], /node 0 is fixed/],
  ['a source twice', { sources: [0, 0] }, ['sources', 1], /node 0 is listed twice/],
  [
    'a source that is not there',
    { sources: [9] },
    ['sources', 0],
    /there is no node 9: nodes are numbered from 0 to 3/,
  ],
  [
    'two nodes in one place',
    {
      positions: [
        [0, 0],
        [1, 0],
        [-0, 0],
        [1, 1],
      ],
    },
    ['positions', 2],
    /node 2 is in the place of node 0/,
  ],
  ['no nodes', { positions: undefined }, ['edges'], /say how many nodes there are, or where/],
  ['nodes and positions that differ', { nodes: 5 }, ['nodes'], /there are 4 positions, got 5 nodes/],
  [
    'a rule that makes other nodes',
    { edges: { name: 'grid', rows: 3, columns: 3 } },
    ['positions'],
    /the rule 'grid' makes 9 nodes, got 4/,
  ],
  [
    'too few edges to hang together',
    { positions: undefined, edges: { name: 'random', nodes: 9, edges: 7, seed: 1 } },
    ['edges', 'edges'],
    /9 nodes has 8 to 36 edges, got 7/,
  ],
];

for (const [title, change, path, message] of wrong) {
  test(`told with its place: ${title}`, (t) => {
    const problems = graphProblems({ ...sound, ...change });
    t.deepEqual(
      problems.map(([where]) => where),
      [path],
    );
    t.regex(problems[0][1], message);
  });
}

test('a sound graph has no problems', (t) => {
  t.deepEqual(graphProblems(sound), []);
});

test('units are called by their nodes: a displaced source moves the node that is named, along the axis that is', (t) => {
  const graph = graphOf({ ...sound, targets: [1] });
  const [s] = graphTopology(graph, 'potentials').states;
  t.deepEqual(s.units, ['node 2', 'node 3', 'node 1']);
  const springs = graphTopology(graph, 'displacements');
  t.deepEqual(springs.states[0].units?.slice(2, 4), ['node 3 x', 'node 3 y']);
  t.is(springs.states[0].units?.length, springs.states[0].cols);
  // node 0 alone is held, and edge 0 leads from it to node 1, along x
  const dynamics = edgeDynamics('elastic', springs, springLaw);
  const theta = Blocks.real(dynamics.parameters);
  theta.parts[0][0].data.fill(1);
  theta.parts[0][1].data.set([1, Math.SQRT2, 1]);
  const system = dynamics.bind(theta, Matrix.from([[0.1, 0]]));
  const [at, force] = [Blocks.real(system.shapes), Blocks.real(system.shapes)];
  system.force(at, force);
  const pulled = springs.states[0].units?.filter((_, i) => Math.abs(force.data[i]) > 1e-12);
  t.deepEqual(pulled, ['node 1 x']);
});
