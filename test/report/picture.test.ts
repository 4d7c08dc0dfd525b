/** The picture shows what the tables say: areas, widths, gaps; and who has no picture. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import { stringify } from 'yaml';
import { type FinishedRun, readRecord } from '../../src/metrics/record.js';
import { plan } from '../../src/plan/plan.js';
import { castOf } from '../../src/report/picture/cast.js';
import { drawing } from '../../src/report/picture/draw.js';
import { filmOf } from '../../src/report/picture/film.js';
import { discRadius, lineWidth, type Packed, twoDigits } from '../../src/report/picture/mapping.js';
import { pageData, peaksOf } from '../../src/report/picture/pack.js';
import { pictureOf } from '../../src/report/picture/picture.js';
import { caption, chapters, numbers, sayingOf } from '../../src/report/picture/words.js';
import { runExperiment } from '../../src/run/schedule.js';
import { parseOverride } from '../../src/spec/overrides.js';
import { root, workspace } from '../_support/cli.js';

type Context = Parameters<typeof workspace>[0];

async function made(t: Context, file: string): Promise<FinishedRun> {
  return madeIn(workspace(t), file);
}

async function madeIn(out: string, file: string): Promise<FinishedRun> {
  const planned = plan(file, [parseOverride('figures=[]')]);
  await runExperiment(planned, { out });
  const reading = readRecord(join(out, planned.name, planned.runs[0].id));
  if (reading.kind !== 'record') throw new Error('no run');
  return reading;
}

const small = (t: Context, more: object): string => {
  const file = join(workspace(t), 'small.yaml');
  const spec = {
    name: 'small',
    protocol: 'equivalence',
    network: { energy: 'hopfield', layers: [3, 4, 2], activation: 'tanh' },
    data: { name: 'random', examples: 2 },
    free: { tolerance: 1e-8 },
    second: { steps: 10 },
    engines: [
      { id: 'a', name: 'ep', nudging: 'centered', beta: 0.1 },
      { id: 'b', name: 'rbp', method: 'ode' },
    ],
    reference: 'b',
    record: { processes: true, free_path: true },
    ...more,
  };
  writeFileSync(file, stringify(spec));
  return file;
};

const shared = mkdtempSync(join(tmpdir(), 'eprbp-picture-'));
test.after.always(() => rmSync(shared, { recursive: true, force: true }));
/** The run of the gallery, made once. */
let gallery: Promise<FinishedRun> | undefined;
function picture(): Promise<FinishedRun> {
  gallery ??= madeIn(shared, join(root, 'experiments/picture.yaml'));
  return gallery;
}

interface Row {
  readonly step: string;
  readonly engine: string;
  readonly tensor: string;
  readonly row: string;
  readonly column: string;
  readonly value: string;
}
const rowsOf = ({ folder }: FinishedRun): Row[] =>
  parse(readFileSync(join(folder, 'processes.csv')), { columns: true });

function unpacked({ peak, base64 }: Packed): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 2 }, (_, i) => (bytes.readInt16LE(2 * i) / 32767) * peak);
}

test('areas and widths at every frame, and gaps to two digits, are those of processes.csv', async (t) => {
  const run = await picture();
  const rows = rowsOf(run);
  const film = (await filmOf(run))!;
  const data = pageData(film, peaksOf(film));
  const steps = [...new Set(rows.map(({ step }) => step))];
  t.is(data.times.length, steps.length);
  const lanes = [{ ...data.reference, id: 'rbp' }, ...data.engines];
  t.is(lanes.length, 6);
  for (const { id, states, weights } of lanes) {
    for (const [kind, packed, peaks] of [
      ['s', states, data.peaks.states],
      ['W', weights, data.peaks.weights],
    ] as const) {
      for (const [l, one] of packed.entries()) {
        const told = rows.filter(({ engine, tensor }) => engine === id && tensor === `${kind}${l + 1}`);
        const values = told.map(({ value }) => Math.abs(Number(value)));
        const shown = unpacked(one).map((value) =>
          kind === 's' ? discRadius(value, peaks[l], 9) ** 2 / 81 : lineWidth(value, peaks[l]) / 3.2,
        );
        t.is(shown.length, values.length);
        // a share of the largest of the layer, over all engines
        t.true(shown.every((share, i) => Math.abs(share - values[i] / peaks[l]) < 1e-4 && share <= 1));
      }
    }
  }
  const reference = new Map(
    rows.filter(({ engine }) => engine === 'rbp').map((row) => [placeOf(row), Number(row.value)]),
  );
  for (const { id, gap } of data.engines) {
    let worst = 0;
    for (const row of rows)
      if (row.engine === id) worst = Math.max(worst, Math.abs(Number(row.value) - reference.get(placeOf(row))!));
    t.is(gap.at(-1), worst);
    t.true(gap.every((value, k) => k === 0 || value >= gap[k - 1]));
    t.true(numbers(film).text.includes(`<td>${twoDigits(worst)}</td>`), id);
  }
});
const placeOf = ({ step, tensor, row, column }: Row) => [step, tensor, row, column].join();

test('the still drawing has the areas of its moment, filled where positive', async (t) => {
  const run = await picture();
  const film = (await filmOf(run))!;
  const { text } = drawing(film, peaksOf(film), 'wide');
  const discs = [...text.matchAll(/r="([\d.]+)" class="err (pos|neg)"/g)].map(
    ([, r, sign]) => [Number(r), sign] as const,
  );
  t.is(discs.length, 2 * 21);
  const { still, free } = pageData(film, peaksOf(film));
  const frame = still - (free.times.length - 1);
  const rim = Number(/r="([\d.]+)" class="rim"/.exec(text)![1]);
  for (const [side, id] of ['limit', 'rbp'].entries()) {
    const now = rowsOf(run).filter(
      ({ engine, tensor, step }) => engine === id && tensor[0] === 's' && Number(step) === 2 * frame,
    );
    const peaks = peaksOf(film).states;
    for (const [k, { tensor, value }] of now.entries()) {
      const [r, sign] = discs[21 * side + k];
      t.true(Math.abs(r ** 2 / rim ** 2 - Math.abs(Number(value)) / peaks[Number(tensor[1]) - 1]) < 1e-3);
      t.is(sign, Number(value) < 0 ? 'neg' : 'pos');
    }
  }
  t.notRegex(text, /NaN|undefined|Infinity/);
});

test('the error is said to travel: a layer later, the further from the output', async (t) => {
  const film = (await filmOf(await picture()))!;
  const said = [...sayingOf(film).matchAll(/s.? at t = (\d+(?:\.\d+)?)/g)].map(([, time]) => Number(time));
  t.is(said.length, 4);
  t.is(said[0], 0);
  for (let l = 1; l < 4; l++) t.true(said[l] > said[l - 1]);
  t.regex(chapters(film).text, /after 817 steps/);
});

test('of a large layer the units that move most are drawn, and it is said what is left out', async (t) => {
  const run = await made(t, small(t, { network: { energy: 'hopfield', layers: [3, 12, 2], activation: 'tanh' } }));
  const film = (await filmOf(run))!;
  t.deepEqual(
    film.layers.map(({ drawn }) => drawn.length),
    [3, 8, 2],
  );
  const peaks = Array.from({ length: 12 }, (_, j) =>
    Math.max(
      ...rowsOf(run)
        .filter(
          ({ engine, tensor, row, column }) => engine === 'b' && tensor === 's1' && row === '0' && Number(column) === j,
        )
        .map(({ value }) => Math.abs(Number(value))),
    ),
  );
  const others = peaks.filter((_, j) => !film.layers[1].drawn.includes(j));
  t.is(others.length, 4);
  t.is(film.layers[1].rest, Math.max(...others));
  t.true(film.layers[1].drawn.every((j) => peaks[j] >= film.layers[1].rest));
  t.true(caption(film).text.includes(`s₁: 8 of 12 units, the others at most ${twoDigits(film.layers[1].rest)}`));
  t.true(drawing(film, peaksOf(film), 'tall').text.includes('+ 4<'));
});

test('who lacks what is drawn has no picture', async (t) => {
  const lacking = {
    'no path': { record: { processes: true } },
    'no processes': { record: { free_path: true } },
    'one layer': { network: { energy: 'hopfield', units: 5, inputs: 2, outputs: 2, activation: 'tanh' } },
    'nobody nudged': {
      engines: [
        { id: 'a', name: 'rbp', method: 'neumann' },
        { id: 'b', name: 'rbp', method: 'ode' },
      ],
    },
  };
  for (const [why, more] of Object.entries(lacking))
    t.is(castOf((await made(t, small(t, more))).record), undefined, why);
  const thinned = await made(t, small(t, { record: { processes: { cells: 3 }, free_path: true } }));
  t.is(await filmOf(thinned), undefined);
  // without weights the units are drawn
  const states = (await filmOf(
    await made(t, small(t, { record: { processes: { tensors: ['s1', 's2'] }, free_path: true } })),
  ))!;
  t.deepEqual(states.engines[0].weights, []);
  t.notRegex(drawing(states, peaksOf(states), 'wide').text, /NaN|undefined/);
});

test('the picture of README.md is that of experiments/picture.yaml, byte for byte', async (t) => {
  const drawn = await pictureOf([await picture()]);
  const pinned = readFileSync(join(root, 'results/reference/picture.svg'), 'utf8');
  t.true(drawn!.svg === pinned, 'run npm start, and compare results/picture/figures/picture.svg with it as pictures');
  t.is(drawn!.finding, 'EP equals RBP at every moment, to 5.8 × 10⁻¹⁶');
});
