/** What figures say is what their rows say: the defects that readers found, and that a sentence follows its numbers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as z from 'zod';
import { readCaption } from '../../src/figure/caption.js';
import type { FigureEntry } from '../../src/figure/define.js';
import { type FigureName, type FigureRequest, figures } from '../../src/figure/figures.js';
import { FRAME } from '../../src/figure/frame.js';
import { openSource } from '../../src/figure/source.js';
import type { Row } from '../../src/metrics/columns.js';
import { estimates } from './estimates.js';
import { allDrawn, betaSweep, csv, metrics, processes, scratch, solverSweep, textsOf, writeRun } from './fixture.js';
import { sweptTrainings, trainings } from './trainings.js';

async function draw(runs: readonly string[], request: FigureRequest) {
  const [drawn] = await allDrawn(runs, [{ ...request, format: ['svg'] }], join(scratch(), 'figures'));
  const svg = readFileSync(drawn.svg, 'utf8');
  return { svg, texts: textsOf(svg), ...readCaption(drawn.caption) };
}

/** What a figure says, without drawing it. */
async function said(runs: readonly string[], { name, ...options }: FigureRequest & { name: FigureName }) {
  const figure = figures[name] as FigureEntry;
  return (await figure.build(openSource(runs), z.object(figure.options).parse(options), FRAME)).finding;
}

/** Other contents of a file, as if the run had written them. */
function rewrite(directory: string, file: string, text: string): void {
  writeFileSync(join(directory, file), text);
  const path = join(directory, 'run.json');
  const record = JSON.parse(readFileSync(path, 'utf8'));
  record.outputs[file].bytes = Buffer.byteLength(text);
  writeFileSync(path, JSON.stringify(record));
}

/** A training of one engine: residuals and steps of phase one, cosines where there are such. */
function training(rows: readonly { residual: number; steps: number; cosine?: number }[]): string[] {
  const lines = rows.map(
    ({ residual, steps, cosine = Number.NaN }, i): Row => [
      1,
      i + 1,
      i + 1,
      'ep',
      0.5,
      0.5,
      steps,
      residual,
      8,
      0.5,
      1e-3,
      cosine,
    ],
  );
  const free = { solver: { name: 'euler' }, step: 0.1, tolerance: 1e-3, max_steps: 60 };
  const spec = { protocol: { name: 'train' }, reference: [], free };
  return [writeRun(scratch(), 'run', { spec, files: { 'metrics.csv': csv('train', lines) } })];
}

/** Where the paths of marks go, downwards from the top of their panel. */
function ordinates(svg: string, mark: string): number[] {
  const groups = [...svg.matchAll(new RegExp(`<g class="mark-${mark} [^>]*>(.*?)</g>`, 'g'))];
  return groups.flatMap(([, inner]) =>
    [...inner.matchAll(/ d="([^"]*)"/g)].flatMap(([, path]) =>
      [...path.matchAll(/[ML]?(-?[\d.]+),(-?[\d.]+)/g)].map(([, , y]) => Number(y)),
    ),
  );
}

test('A1: the largest residual is drawn and said, one spike among thousands, and so is the cap that phases hit', async (t) => {
  const rows = Array.from({ length: 3000 }, (_, i) => ({ residual: i === 1234 ? 0.52 : 1e-4, steps: i % 2 ? 60 : 20 }));
  const { finding, texts, caption } = await draw(training(rows), { name: 'residual-over-training' });
  t.true(finding.endsWith('residuals of up to 0.52'), finding);
  t.true(texts.includes('cap: 60'), String(texts));
  t.regex(caption, /the mean is a line, the range a band/);
  // the band of the residual reaches as far below the top of its axis as that lies above the largest value
  const { svg } = await draw(training(rows), { name: 'over-training', column: ['free_residual'] });
  const scale = Math.log(0.52 * 1.5) - Math.log(1e-4 / 1.5);
  const top = (Math.log(1.5) / scale) * 135;
  t.true(Math.abs(Math.min(...ordinates(svg, 'area')) - top) < 0.2, String([Math.min(...ordinates(svg, 'area')), top]));
});

test('A2: a curve ends at the evaluations that its name says, however soon its energy is round-off', async (t) => {
  const runs = solverSweep(scratch(), [{ name: 'euler' }, { name: 'even-odd' }]);
  const { svg, texts } = await draw(runs, { name: 'energy-descent', x: 'linear' });
  const told = texts.flatMap((text) => /: (\d+) evaluations$/.exec(text)?.[1] ?? []).map(Number);
  const points = [...svg.matchAll(/<path aria-label="([^"]*)"[^>]*aria-roledescription="point"/g)].map(
    ([, label]) => label,
  );
  const ends = points.map((label) => Number(/evaluations of F: (\d+)/.exec(label)![1]));
  t.deepEqual([...ends].sort(), [...told].sort());
  t.is(told.length, 2);
});

test('A3: how much of the bias is gone comes from the two numbers at the end of phase two', async (t) => {
  const off = { strong: 0.137, symmetric: 0.017, weak: 0.015 };
  const rows = Object.entries(off).flatMap(([engine, error]) =>
    [1, 2].map((step): Row => [step, step, engine, 'bptt', 'params', 1, 1, error, error, error, 1, 1]),
  );
  const nudged = (id: string, nudging: string, beta: number) => ({ id, name: 'ep', nudging, beta, rule: 'energy' });
  const engines = [
    nudged('strong', 'one-sided', 0.1),
    nudged('symmetric', 'centered', 0.1),
    nudged('weak', 'one-sided', 0.01),
    { id: 'bptt', name: 'rbp', method: 'bptt' },
  ];
  const files = { 'metrics.csv': csv('equivalence', rows) };
  const run = writeRun(scratch(), 'run', { spec: { engines, reference: 'bptt' }, files });
  const { finding } = await draw([run], { name: 'gap-over-time', quantity: ['params'] });
  t.is(finding, 'EP one-sided (β = 0.1) ends 13.7 % off BPTT, EP centered at 1.7 %: 87.6 % less');
});

test('A4: processes are called by the run that is drawn, and a map is not integrated', async (t) => {
  const folder = scratch();
  const network = { energy: 'prototypical', layers: [3, 4, 2], activation: { name: 'tanh' } };
  const runs = ['outside', 'inside'].map((nudge) =>
    writeRun(folder, nudge, {
      changes: { 'network.nudge': nudge },
      spec: { network: { ...network, nudge } },
      files: { 'processes.csv': processes() },
    }),
  );
  const { finding, caption, texts } = await draw(runs, { name: 'processes' });
  t.regex(finding, /nudge = outside/);
  t.regex(caption, /a map/);
  t.notRegex(`${finding} ${caption} ${texts}`, /Euler|inside/);
  t.true(texts.includes('step t of phase two'));
});

test('A5: dips of the cosine are told with the phases that did not come to rest, and marked', async (t) => {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const dips = i % 10 === 5;
    return { residual: dips && i > 9 ? 0.5 : 1e-4, steps: 20, cosine: dips ? 0.48 : 0.98 };
  });
  const { svg, finding, caption } = await draw(training(rows), { name: 'gradient-cosine', pinned: false });
  t.is(
    finding,
    'The cosine to dJ/dθ is 0.98 in the median, 0.48 at least: 3 of the 4 dips below 0.9 follow a phase one that had not come to rest',
  );
  t.is([...svg.matchAll(/aria-roledescription="point"/g)].length, 3);
  t.regex(caption, /Crosses: phase one had not come to rest/);
});

test('A6: a spike between thousands of steps is drawn, and the caption says what is left out', async (t) => {
  const rows = Array.from({ length: 5000 }, (_, step): Row => {
    const error = step === 3333 ? 0.9 : 1e-3;
    return [step, step / 10, 'ep', 'rbp', 'state', 1, 1, error, error, error, 1, 1];
  });
  const run = writeRun(scratch(), 'run', { files: { 'metrics.csv': csv('equivalence', rows) } });
  const { svg, caption } = await draw([run], { name: 'gap-over-time', quantity: ['state'] });
  // of the decades 10⁻³ to 1 on the axis
  const top = Math.min(...ordinates(svg, 'line'));
  t.true(Math.abs(top - (-Math.log10(0.9) / 3) * 135) < 0.2, String(top));
  t.regex(caption, /Of every 16 successive values the lowest and the highest are drawn/);
});

/** A figure's runs, and how to change a number that it draws. */
const cases: Record<
  string,
  { request: FigureRequest & { name: FigureName }; runs(): string[]; file: string; change(text: string): string }
> = {
  processes: {
    request: { name: 'processes' },
    runs: () => [writeRun(scratch(), 'run', { files: { 'processes.csv': processes() } })],
    file: 'processes.csv',
    change: (text) => text.replace(/^(10,1,ep,s1,0,0,).*$/m, '$19'),
  },
  'gap-over-time': {
    request: { name: 'gap-over-time' },
    runs: () => [writeRun(scratch(), 'run', { files: { 'metrics.csv': metrics() } })],
    file: 'metrics.csv',
    change: () => metrics(0.02),
  },
  'gap-over-beta': {
    request: { name: 'gap-over-beta' },
    runs: () => betaSweep(scratch(), [0.01, 1e-3]),
    file: 'metrics.csv',
    change: () => metrics(0.02),
  },
  'over-key': {
    request: { name: 'over-key', key: 'engines.ep.beta' },
    runs: () => betaSweep(scratch(), [0.01, 1e-3]),
    file: 'metrics.csv',
    change: () => metrics(0.02),
  },
  estimators: {
    request: { name: 'estimators' },
    runs: () => estimates(scratch()),
    file: 'metrics.csv',
    change: (text) => text.replaceAll(/0\.01(?=,)/g, '0.5'),
  },
  'residual-over-evaluations': {
    request: { name: 'residual-over-evaluations' },
    runs: () => solverSweep(scratch(), [{ name: 'euler' }, { name: 'even-odd' }]),
    file: 'metrics.csv',
    change: (text) => text.replace(/,40,/, ',44,'),
  },
  'energy-descent': {
    request: { name: 'energy-descent' },
    runs: () => solverSweep(scratch(), [{ name: 'euler' }, { name: 'even-odd' }]),
    file: 'metrics.csv',
    change: (text) => text.replaceAll(/,-2\.99/g, ',-2.9'),
  },
  'learning-curves': {
    request: { name: 'learning-curves', split: ['test'] },
    runs: () => trainings(scratch(), [1]),
    file: 'evaluation.csv',
    change: (text) => text.replace(/^(4,rbp,test,20,)[^,]*,[^,]*/m, '$10.3,0.3'),
  },
  'error-over-key': {
    request: { name: 'error-over-key' },
    runs: () => sweptTrainings(scratch(), [0.1, 0.01, 0.03], [0.5], [1]),
    file: 'evaluation.csv',
    change: (text) => text.replace(/^(2,ep,validation,20,)[^,]*,[^,]*/m, '$10.01,0.01'),
  },
  'gradient-cosine': {
    request: { name: 'gradient-cosine' },
    runs: () => trainings(scratch(), [1]),
    file: 'metrics.csv',
    change: (text) => text.replace(/,1$/m, ',0.25'),
  },
  'residual-over-training': {
    request: { name: 'residual-over-training' },
    runs: () => trainings(scratch(), [1]),
    file: 'metrics.csv',
    change: (text) => text.replace(/^(1,3,12,ep,0\.5,0\.5,\d+,)[^,]*/m, '$10.7'),
  },
  'over-training': {
    request: { name: 'over-training', column: ['update_ratio'] },
    runs: () => trainings(scratch(), [1]),
    file: 'metrics.csv',
    change: (text) => text.replaceAll(',0.001,', ',0.5,'),
  },
  filters: {
    request: { name: 'filters' },
    runs: () => trainings(scratch(), [1]),
    file: 'filters.csv',
    change: (text) => text.replace(/^(rbp,0,0,0,).*$/m, '$12'),
  },
  confusion: {
    request: { name: 'confusion' },
    runs: () => trainings(scratch(), [1]),
    file: 'confusion.csv',
    change: (text) => text.replace(/^(rbp,test,0,1,).*$/m, '$17'),
  },
};

for (const [name, { request, runs, file, change }] of Object.entries(cases)) {
  test(`${name}: the sentence has a number, and follows the rows`, async (t) => {
    const directories = runs();
    const finding = await said(directories, request);
    t.regex(finding, /\d/);
    const before = readFileSync(join(directories[0], file), 'utf8');
    const after = change(before);
    t.not(after, before, 'the rows are changed');
    rewrite(directories[0], file, after);
    t.not(await said(directories, request), finding);
  });
}

test('no figure without numbers is a blank panel: it is a sentence', async (t) => {
  const nan = (table: string) =>
    table.replaceAll(/(?<=,)-?\d[\d.e-]*(?=,|$)/gm, (cell) => (cell.length > 2 ? 'NaN' : cell));
  for (const files of [{ 'metrics.csv': csv('equivalence', []) }, { 'metrics.csv': nan(metrics()) }]) {
    const run = writeRun(scratch(), 'run', { files });
    await t.throwsAsync(said([run], { name: 'gap-over-time' }), { message: /gap-over-time/ });
  }
  const empty = (...tables: ('filters' | 'confusion' | 'evaluation' | 'processes')[]) =>
    Object.fromEntries(tables.map((table) => [`${table}.csv`, csv(table, [])]));
  const files = { ...empty('filters', 'confusion', 'evaluation', 'processes'), 'metrics.csv': csv('train', []) };
  const run = writeRun(scratch(), 'run', { spec: { protocol: { name: 'train' } }, files });
  const requests = [
    { name: 'filters' },
    { name: 'confusion' },
    { name: 'learning-curves' },
    { name: 'processes' },
    { name: 'gradient-cosine' },
  ] as const;
  for (const request of requests) await t.throwsAsync(said([run], request), { message: new RegExp(request.name) });
});

test('one row is a figure, without an axis of no length', async (t) => {
  const one: Row = [1, 0.1, 'ep', 'rbp', 'state', 1, 1, 0.1, 0.1, 0.1, 0.9, 1];
  const run = writeRun(scratch(), 'run', { files: { 'metrics.csv': csv('equivalence', [one]) } });
  const { svg, finding } = await draw([run], { name: 'gap-over-time' });
  t.notRegex(svg, /NaN|Infinity/);
  t.regex(finding, /10 %/);
});
