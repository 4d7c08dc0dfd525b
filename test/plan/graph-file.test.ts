/** Graphs from files: what is in the file is the spec's, and told with its place there. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { stringify } from 'yaml';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import type { RunPlan } from '../../src/plan/run-plan.js';
import type { Spec } from '../../src/spec/schema.js';
import { workspace } from '../_support/cli.js';

const edges = [
  [0, 2],
  [1, 3],
  [2, 3],
  [2, 4],
  [3, 4],
];
const resistors = { energy: 'resistive', nodes: 5, sources: [0, 1], targets: [4] };
const { nodes: _, ...unsized } = resistors;
const spec = {
  name: 'graph',
  protocol: 'gradient',
  data: { name: 'random', examples: 2 },
  free: { solver: 'direct' },
  engines: [{ id: 'rbp', name: 'rbp', method: 'direct' }],
  reference: 'exact',
};

function folder(t: ExecutionContext, files: Record<string, string>) {
  const work = workspace(t);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(work, name), text);
  return (network: object, rest: object = {}) => {
    const file = join(work, 'spec.yaml');
    writeFileSync(file, stringify({ ...spec, network, ...rest }));
    return plan(file);
  };
}

const networkOf = ({ spec }: Pick<RunPlan, 'spec'>) => (spec as Spec).network;

test('edges in a file are those of the spec, which needs no file any more', (t) => {
  const list = JSON.stringify(edges);
  const planned = folder(t, { 'list.json': list, 'map.json': `{"edges": ${list}, "nodes": 5}` });
  const [inline] = planned({ ...resistors, edges }).runs;
  const [fromList] = planned({ ...resistors, edges: { file: 'list.json' } }).runs;
  const [fromMap] = planned({ ...unsized, edges: { file: 'map.json' } }).runs;
  for (const { hash, spec } of [fromList, fromMap]) {
    t.is(hash, inline.hash);
    t.deepEqual(networkOf({ spec }), networkOf(inline));
  }
});

test('positions in a file are those of the spec', (t) => {
  const positions = edges.map((_, i) => [i, i % 2]);
  const planned = folder(t, { 'net.json': JSON.stringify({ positions, edges }) });
  const springs = { ...unsized, energy: 'elastic' };
  const euler = { free: { solver: 'euler' } };
  const [inline] = planned({ ...springs, positions, edges }, euler).runs;
  t.is(planned({ ...springs, edges: { file: 'net.json' } }, euler).runs[0].hash, inline.hash);
});

test('a run is known by what is in the file, not by where it is', (t) => {
  const others = edges.slice(0, 4);
  const files = { 'a.json': JSON.stringify(edges), 'b.json': JSON.stringify(edges), 'c.json': JSON.stringify(others) };
  const planned = folder(t, files);
  const hashes = Object.keys(files).map((file) => planned({ ...resistors, edges: { file } }).runs[0].hash);
  t.is(hashes[1], hashes[0]);
  t.not(hashes[2], hashes[0]);
});

test('a sweep goes over networks', (t) => {
  const planned = folder(t, {
    'a.json': JSON.stringify({ edges, nodes: 5 }),
    'b.json': JSON.stringify({ edges: [...edges, [4, 5]], nodes: 6 }),
  });
  const sweep = { 'network.edges': [{ file: 'a.json' }, { file: 'b.json' }], seed: [1, 2] };
  const { runs } = planned({ ...unsized, edges: { file: 'a.json' } }, { sweep });
  t.deepEqual(
    runs.map((run) => networkOf(run)['nodes']),
    [5, 5, 6, 6],
  );
  t.is(new Set(runs.map(({ hash }) => hash)).size, 4);
});

test('in a sweep over files a mistake in one has its place there', (t) => {
  const planned = folder(t, { 'a.json': JSON.stringify(edges), 'b.json': '[[0, 2],\n [1, 9]]' });
  const sweep = { 'network.edges': [{ file: 'a.json' }, { file: 'b.json' }] };
  const error = t.throws(() => planned({ ...resistors, edges: { file: 'a.json' } }, { sweep }), {
    instanceOf: UserError,
  });
  t.regex(error.message, /b\.json:2:2: network.edges.1: leads to node 9/);
});

const wrong: Record<string, [text: string, expected: RegExp]> = {
  'an edge to no node': ['[[0, 2],\n [1, 9]]', /net\.json:2:2: network.edges.1: leads to node 9, which is not there/],
  'a double edge': [
    '[[0, 2], [1, 3],\n[3, 1]]',
    /net\.json:2:1: network.edges.2: joins nodes 3 and 1 again, as edge 1 does/,
  ],
  'a self-loop': ['{"edges": [\n  [2, 2]]}', /net\.json:2:3: network.edges.0: leads from node 2 to itself/],
  'an edge of three nodes': ['[[0, 1],\n [1, 2, 3]]', /net\.json:2:2: network\.edges\.1 /],
  'half a node': ['[[0, 1],\n [1, 2.5]]', /net\.json:2:6: network\.edges\.1\.1 must be a whole number, got 2\.5/],
  'an unknown key': [
    '{"edges": [[0, 2]],\n "node": 5}',
    /net\.json:2:2: unknown key 'node' of a graph; did you mean 'nodes'\?/,
  ],
  'no edges': ['{"nodes": 5}', /net\.json:1:1: must be a list of edges/],
  'no list': ['"no"', /net\.json:1:1: must be a list of edges, .*, got 'no'/],
  'what the spec says, too': [
    '{"nodes": 5, "edges": [[0, 2]]}',
    /spec\.yaml:\d+:\d+: network: net\.json has nodes, too; leave one of them out/,
  ],
  'no JSON': ['{"edges": [[0, 1],', /net\.json:1:\d+: /],
  'too much': [`[${'[0, 1], '.repeat(70_000)}[0, 1]]`, /net\.json: a graph file may have 500000 bytes at most, got/],
};

for (const [title, [text, expected]] of Object.entries(wrong)) {
  test(`a graph file with ${title}`, (t) => {
    const planned = folder(t, { 'net.json': text });
    const error = t.throws(() => planned({ ...resistors, edges: { file: 'net.json' } }), { instanceOf: UserError });
    t.regex(error.message, expected);
  });
}

test('a graph file that is not there has its place in the spec', (t) => {
  const planned = folder(t, {});
  const error = t.throws(() => planned({ ...resistors, edges: { file: 'no.json' } }), { instanceOf: UserError });
  t.regex(error.message, /spec\.yaml:\d+:\d+: graph file .*no\.json: no such file/);
});

test('a plan holds what was in the file when it was made', (t) => {
  const work = workspace(t);
  const file = join(work, 'spec.yaml');
  writeFileSync(join(work, 'net.json'), JSON.stringify(edges));
  writeFileSync(file, stringify({ ...spec, network: { ...resistors, edges: { file: 'net.json' } } }));
  const { runs } = plan(file);
  rmSync(join(work, 'net.json'));
  writeFileSync(file, stringify(runs[0].spec));
  t.is(plan(file).runs[0].hash, runs[0].hash);
});
