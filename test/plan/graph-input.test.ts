/** Mistakes in networks of edges and creases, from a spec's text to a message with its line and column. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { workspace } from '../_support/cli.js';

/** The network stands in line 5 and further on, two spaces in. */
const specOf = (network: string) => `name: mistakes
protocol: relaxation
data: {name: random, examples: 1}
network:
${network.replace(/^/gm, '  ')}
`;

function planned(t: ExecutionContext, network: string, files: Record<string, string> = {}) {
  const work = workspace(t);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(work, name), text);
  writeFileSync(join(work, 'spec.yaml'), specOf(network));
  return plan(join(work, 'spec.yaml'));
}

/** Lines of a sound network; a line begins with its key. */
const networks = {
  resistive: `energy: resistive
nodes: 4
edges: [[0, 1], [1, 2], [2, 3]]
sources: [0]
targets: [3]`,
  elastic: `energy: elastic
positions: [[0, 0], [2, 0], [1, 1]]
edges: [[0, 1], [1, 2], [0, 2]]
sources: [0]
fixed: [1]
targets: [2]`,
  'creased-sheet': `energy: creased-sheet
vertices:
- {creases: [0, 1, 2, 3], degrees: [0, 80, 170, 250]}
face_stiffness: 1
outputs: 1`,
} as const;
type Energy = keyof typeof networks;

/** The network with other lines, by their first words; new ones at the end. */
function changed(energy: Energy, lines: Readonly<Record<string, string | undefined>>): string {
  const rest = { ...lines };
  const kept = networks[energy].split('\n').flatMap((line) => {
    const [key] = line.split(':');
    if (!(key in rest)) return [line];
    const value = rest[key];
    delete rest[key];
    return value === undefined ? [] : [`${key}: ${value}`];
  });
  return [...kept, ...Object.entries(rest).map(([key, value]) => `${key}: ${value}`)].join('\n');
}

const at = (line: number, column: number, message: string) => new RegExp(`spec\\.yaml:${line}:${column}: ${message}`);

const wrong: Record<string, [energy: Energy, lines: Record<string, string | undefined>, expected: RegExp]> = {
  'an edge to no node': [
    'resistive',
    { edges: '[[0, 1], [1, 2], [2, 4]]' },
    at(7, 27, 'network.edges.2: leads to node 4, which is not there: nodes are numbered from 0 to 3'),
  ],
  'a node that is no number': [
    'resistive',
    { edges: '[[0, a]]' },
    at(7, 15, "network\\.edges\\.0\\.1 must be a number, got 'a'"),
  ],
  'a node below 0': [
    'resistive',
    { edges: '[[0, -1]]' },
    at(7, 15, 'network\\.edges\\.0\\.1 must be at least 0, got -1'),
  ],
  'an edge with one end': ['resistive', { edges: '[[0]]' }, at(7, 11, 'network\\.edges\\.0 ')],
  'no edges at all': ['resistive', { edges: '[]' }, at(7, 10, 'network\\.edges needs at least 1 items?, got \\[\\]')],
  'no key for edges': ['resistive', { edges: undefined }, at(5, 3, "missing key 'network\\.edges'")],
  'a double edge': [
    'resistive',
    { edges: '[[0, 1], [1, 2], [2, 3], [1, 0]]' },
    at(7, 35, 'network.edges.3: joins nodes 1 and 0 again, as edge 0 does'),
  ],
  'a self-loop': [
    'resistive',
    { edges: '[[0, 1], [1, 1], [2, 3]]' },
    at(7, 19, 'network.edges.1: leads from node 1 to itself'),
  ],
  'a target that nothing holds': [
    'resistive',
    { edges: '[[0, 1], [2, 3]]' },
    at(9, 13, 'network.targets.0: no path leads from nodes 2, 3 to a source or a fixed node'),
  ],
  'a hidden node that nothing holds': [
    'resistive',
    { edges: '[[0, 1], [1, 3]]' },
    at(7, 10, 'network.edges: no path leads from node 2 to a source or a fixed node'),
  ],
  'a target that is a source': [
    'resistive',
    { targets: '[3, 0]' },
    at(9, 16, 'network.targets.1: node 0 is a source: a target must be free'),
  ],
  'a target that is fixed': [
    'resistive',
    { fixed: '[3]' },
    at(9, 13, 'network.targets.0: node 3 is fixed: a target must be free'),
  ],
  'conductances that are drawn negative': [
    'resistive',
    { init: '{name: uniform, min: -2, max: -1}' },
    at(10, 9, 'network.init: k of resistive must be greater than 0, and uniform goes down to -2'),
  ],
  'a source that is not there': ['resistive', { sources: '[7]' }, at(8, 13, 'network.sources.0: there is no node 7')],
  'no sources': ['resistive', { sources: '[]' }, at(8, 12, 'network\\.sources needs at least 1 items?')],
  'a rule of another size': [
    'resistive',
    { edges: '{name: grid, rows: 2, columns: 3}' },
    at(6, 10, "network.nodes: the rule 'grid' makes 6 nodes, got 4"),
  ],
  'a rule that is none': [
    'resistive',
    { edges: '{name: gird, rows: 2, columns: 2}' },
    at(7, 17, "network\\.edges\\.name must be .*got 'gird'"),
  ],
  'two nodes in one place': [
    'elastic',
    { positions: '[[0, 0], [2, 0], [2, 0]]' },
    at(6, 31, 'network.positions.2: node 2 is in the place of node 1, \\[2, 0\\]'),
  ],
  'springs without places': [
    'elastic',
    { positions: undefined, nodes: '3' },
    at(5, 3, "network: springs have lengths: give the nodes' positions"),
  ],
  'resistances of 0': [
    'resistive',
    { parameters: '{k: [1, 0, 1]}' },
    at(10, 23, 'k must be greater than 0, got k\\[1\\] = 0'),
  ],
  'a wrong number of resistances': [
    'resistive',
    { parameters: '{k: [1, 1]}' },
    at(10, 19, 'parameter k must be 3 numbers, got 2 numbers'),
  ],
  'a length below 0': [
    'elastic',
    { parameters: '{k: [1, 1, 1], l: [2, 1, -1]}' },
    at(11, 40, 'l must be greater than 0, got l\\[2\\] = -1'),
  ],
  'no lengths': ['elastic', { parameters: '{k: [1, 1, 1]}' }, at(11, 15, "missing parameter 'l' \\(3 numbers\\)")],
  'a vertex of three creases': [
    'creased-sheet',
    { '- {creases': '[0, 1, 2], degrees: [0, 80, 170]}' },
    at(7, 15, 'network.vertices.0.creases: a vertex of 3 creases cannot fold with flat faces: at least 4'),
  ],
  'directions out of order': [
    'creased-sheet',
    { '- {creases': '[0, 1, 2, 3], degrees: [0, 170, 80, 250]}' },
    at(7, 47, 'network.vertices.0.degrees.2: directions must ascend around the vertex, got 80 after 170'),
  ],
  'directions beyond a turn': [
    'creased-sheet',
    { '- {creases': '[0, 1, 2, 3], degrees: [0, 80, 170, 380]}' },
    at(7, 38, 'network.vertices.0.degrees: directions must lie within one turn, got 380 degrees'),
  ],
  'directions too few': [
    'creased-sheet',
    { '- {creases': '[0, 1, 2, 3], degrees: [0, 80, 170]}' },
    at(7, 38, 'network.vertices.0.degrees: one direction for each of 4 creases, got 3'),
  ],
  'a crease that leaves twice': [
    'creased-sheet',
    { '- {creases': '[0, 1, 2, 0], degrees: [0, 80, 170, 250]}' },
    at(7, 25, 'network.vertices.0.creases.3: crease 0 leaves this vertex twice'),
  ],
  'more outputs than creases': [
    'creased-sheet',
    { outputs: '5' },
    at(9, 12, 'network.outputs: at most as many as there are creases \\(4\\), got 5'),
  ],
  'creases that no vertex has': [
    'creased-sheet',
    { creases: '6' },
    at(10, 12, 'network.creases: no vertex has creases 4, 5, of 6 numbered from 0'),
  ],
  'a number that no crease has': [
    'creased-sheet',
    { '- {creases': '[0, 1, 2, 4], degrees: [0, 80, 170, 250]}' },
    at(7, 3, 'network.vertices: no vertex has crease 3, of 5 numbered from 0'),
  ],
  'faces without stiffness': [
    'creased-sheet',
    { face_stiffness: '0' },
    at(8, 19, 'network\\.face_stiffness must be greater than 0'),
  ],
  'creases without stiffness': [
    'creased-sheet',
    { parameters: '{kappa: [1, 1, 0, 1]}' },
    at(10, 30, 'kappa must be greater than 0, got kappa\\[2\\] = 0'),
  ],
};

for (const energy of Object.keys(networks) as Energy[]) {
  test(`${energy}: the network that mistakes are made in is sound`, (t) => {
    t.is(planned(t, networks[energy]).runs.length, 1);
  });
}

for (const [title, [energy, lines, expected]] of Object.entries(wrong)) {
  test(`${energy}: ${title}`, (t) => {
    const error = t.throws(() => planned(t, changed(energy, lines)), { instanceOf: UserError });
    t.regex(error.message, expected);
    t.is(error.issues.length, 1);
  });
}

test('a second network that draws the targets is drawn greater than 0, too', (t) => {
  const work = workspace(t);
  const taught = (init: string) => {
    const text = specOf(networks.resistive).replace(
      '{name: random, examples: 1}',
      `{name: teacher, examples: 1${init}}`,
    );
    writeFileSync(join(work, 'spec.yaml'), text);
    return plan(join(work, 'spec.yaml')).runs.length;
  };
  t.is(taught(', init: {name: uniform}'), 1);
  const error = t.throws(() => taught(', init: {name: constant, value: 0}'), { instanceOf: UserError });
  t.regex(error.message, at(3, 42, 'data.init: k of resistive must be greater than 0, and constant goes down to 0'));
});

test('stiffnesses in a file have their places there', (t) => {
  const files = { 'p.json': '{\n"k": [1, 1,\n  -2]}' };
  const network = changed('resistive', { parameters: '{file: p.json}' });
  const error = t.throws(() => planned(t, network, files), { instanceOf: UserError });
  t.regex(error.message, /p\.json:3:3: k must be greater than 0, got k\[2\] = -2/);
});
