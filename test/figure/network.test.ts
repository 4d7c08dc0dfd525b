/** The network as it is: places, widths and areas in proportion, and what is said of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readCaption } from '../../src/figure/caption.js';
import { laidOut, netOf } from '../../src/figure/places.js';
import { openSource } from '../../src/figure/source.js';
import { RECORDED, type Row, tables } from '../../src/metrics/columns.js';
import { sheetSketch } from '../../src/model/graph/sheet-places.js';
import { saidOf } from '../../src/plan/said.js';
import { runSpec, specOf } from '../_support/bench.js';
import { allDrawn, csv, scratch, writeRun } from './fixture.js';

const resistive = {
  energy: 'resistive',
  nodes: 4,
  edges: [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 0],
  ],
  sources: [0],
  targets: [2],
};
const spring = {
  energy: 'elastic',
  positions: [
    [0, 0],
    [2, 0],
    [1, 1.5],
  ],
  edges: [
    [0, 1],
    [1, 2],
    [2, 0],
  ],
  sources: [0],
  fixed: [1],
  targets: [2],
};
const sheet = {
  energy: 'creased-sheet',
  vertices: { name: 'grid', size: 2, jitter: 0.2 },
  face_stiffness: 5,
  outputs: 1,
};
const layers = { energy: 'hopfield', layers: [2, 3, 2], activation: 'tanh' };

/** A run on disk with what was computed of it. */
function run(network: object, record: object, more: object = {}): string {
  const spec = {
    network,
    record,
    data: { name: 'random', examples: 2 },
    free: { tolerance: 1e-9 },
    second: { steps: 30 },
    ...more,
  };
  const { rows } = runSpec(spec);
  const files = RECORDED.filter((name) => rows[name]).map((name) => [
    tables[name].file,
    csv(name, rows[name].map((row) => tables[name].columns.map(({ name: column }) => row[column])) as Row[]),
  ]);
  return writeRun(scratch(), 'run', { spec: { ...specOf(spec) }, files: Object.fromEntries(files) });
}

async function drawn(folder: string, more: object = {}) {
  const [{ svg }] = await allDrawn([folder], [{ name: 'network', ...more }], join(scratch(), 'figures'));
  return { svg: readFileSync(svg, 'utf8'), ...readCaption(svg.replace(/svg$/, 'caption.md')) };
}

const ALL = { free_state: true, processes: true, parameters: true };

test('networks of every kind are drawn, the same bytes twice, with what is recorded and without', async (t) => {
  for (const network of [resistive, spring, sheet, layers]) {
    for (const record of [ALL, {}, { parameters: true }, { free_state: true }]) {
      const folder = run(network, record);
      const { svg, finding } = await drawn(folder);
      t.notRegex(svg, /undefined|NaN|Infinity|\[object/);
      t.regex(finding, /\d/);
      if (record === ALL) t.is((await drawn(folder)).svg, svg);
    }
  }
});

test('the finding is of the tables: another number, another sentence', async (t) => {
  const folder = run(resistive, ALL);
  const first = await drawn(folder);
  t.regex(first.finding, /moves node 2 most/);
  const file = join(folder, 'processes.csv');
  // what node 1 does is made a hundred times as large; as many bytes
  const text = readFileSync(file, 'utf8').replace(/^(\d+,[\d.]+,ep,s,0,0,)(.*)$/gm, (_, cell, value: string) => {
    const large = value.startsWith('-') ? '-5' : '5';
    return cell + (value.length > large.length ? `${large}.`.padEnd(value.length, '0') : large);
  });
  writeFileSync(file, text);
  const second = await drawn(folder);
  t.regex(second.finding, /moves node 1 most/);
  t.not(second.svg, first.svg);
});

test('run.json says where nodes are, and which edges hold what', (t) => {
  const said = (network: object) => saidOf(specOf({ network })).sketch;
  t.deepEqual(said(spring)!.positions, [
    [0, 0],
    [2, 0],
    [1, 1.5],
  ]);
  t.is(said(resistive)!.positions, undefined);
  t.deepEqual(said(resistive)!.free, [1, 3, 2]);
  t.is(said(layers), undefined);
  t.is(
    said({
      ...resistive,
      nodes: undefined,
      edges: { name: 'grid', rows: 20, columns: 20 },
      sources: [0],
      targets: [5],
    }),
    undefined,
  );
  const folded = said(sheet)!;
  t.is(folded.edges.length, 12);
  t.is(folded.nodes, 4 + 8);
  t.is(folded.holds, 'edges');
});

test('a crease between two vertices joins them, and leaves each in the direction that the spec says', (t) => {
  const { edges, positions } = sheetSketch(
    {
      creases: 7,
      vertices: [
        { creases: [0, 1, 2, 3], degrees: [0, 80, 170, 250] },
        { creases: [4, 5, 0, 6], degrees: [10, 90, 180, 270] },
      ],
    },
    1,
  );
  t.deepEqual(edges[0], [0, 1]);
  t.deepEqual(positions![1], [1, 0]);
  const [x, y] = positions![edges[1][1]];
  t.true(Math.abs(Math.atan2(y, x) - (80 * Math.PI) / 180) < 2e-3);
});

test('nodes that nobody places are as far apart as they are along the edges', (t) => {
  const path = laidOut(5, [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
  ]);
  const distance = (a: number, b: number) => Math.hypot(path[a][0] - path[b][0], path[a][1] - path[b][1]);
  for (let i = 0; i < 5; i++)
    for (let j = 0; j < i; j++) t.true(Math.abs(distance(i, j) - (i - j)) < 0.05, `${i}, ${j}`);
  // two pieces, and nodes without an edge
  t.true(
    laidOut(4, [[0, 1]])
      .flat()
      .every(Number.isFinite),
  );
});

test('strengths after learning are those of the weights', async (t) => {
  const folder = run(resistive, { parameters: true });
  const before = readFileSync(join(folder, 'parameters.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => Number(row.split(',')[3]));
  const after = before.map((value, i) => (i === 1 ? value + 0.5 : 0.9 * value));
  const learned = writeRun(scratch(), 'run', {
    spec: { ...specOf({ network: resistive }) },
    files: {
      'parameters.csv': readFileSync(join(folder, 'parameters.csv'), 'utf8'),
      'ep-last.json': JSON.stringify({ k: after }),
    },
  });
  const { svg, finding } = await drawn(learned);
  t.is(finding, 'Learning by EP exact strengthens 1 of 4 connections, and changes one most, by 0.5');
  const widths = [...svg.matchAll(/<line[^>]*stroke="#B94A00"[^>]*?stroke-width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  const most = Math.max(...before, ...after);
  t.is(widths.length, 8);
  for (const [i, value] of [...before, ...after].entries())
    t.true(Math.abs(widths[i] / Math.max(...widths) - value / most) < 0.01);
});

test('a run that is not there, and a network that is too large, are told of', async (t) => {
  const source = openSource([run({ energy: 'hopfield', layers: [2, 30, 1], activation: 'tanh' }, {})]);
  t.throws(() => netOf(source.runs[0]), { message: /24 units a layer/ });
  await t.throwsAsync(drawn(run(resistive, {}), { run: 2 }), { message: /no run 2/ });
  await t.throwsAsync(drawn(run(resistive, { free_state: true }), { example: 7 }), {
    message: /no numbers for example 7/,
  });
});
