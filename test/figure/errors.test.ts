import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { RunError, UserError } from '../../src/errors.js';
import { drawFigures } from '../../src/figure/draw.js';
import type { FigureRequest } from '../../src/figure/figures.js';
import { drawPicture } from '../../src/figure/picture.js';
import { openSource } from '../../src/figure/source.js';
import { betaSweep, csv, metrics, processes, scratch, writeRun } from './fixture.js';

const one = (files: Record<string, string> = { 'metrics.csv': metrics() }) => [writeRun(scratch(), 'run', { files })];

const own = (spec: unknown): FigureRequest => {
  const file = join(scratch(), 'mine.vl.json');
  writeFileSync(file, typeof spec === 'string' ? spec : JSON.stringify(spec));
  return { file };
};

const message = async (runs: readonly string[], request: unknown): Promise<string> => {
  try {
    await drawPicture(openSource(runs), request as FigureRequest);
  } catch (error) {
    if (error instanceof UserError) return error.issues.map((issue) => `${issue.message}; ${issue.hint}`).join('\n');
    throw error;
  }
  throw new Error('nothing was wrong');
};

const cases: Record<string, { runs: () => readonly string[]; request: unknown; says: RegExp }> = {
  'no run': {
    runs: () => [join(scratch(), 'nowhere')],
    request: { name: 'gap-over-time' },
    says: /no finished run to draw .*run the spec first/,
  },
  'an unknown figure': {
    runs: one,
    request: { name: 'gap-over-space' },
    says: /no figure 'gap-over-space'; there are processes, gap-over-time, gap-over-beta, gap-over-feedback, over-key/,
  },
  'an unknown option': {
    runs: one,
    request: { name: 'gap-over-time', colunm: 'angle' },
    says: /figure 'gap-over-time': .*colunm/,
  },
  'no processes': {
    runs: one,
    request: { name: 'processes' },
    says: /^figure 'processes' needs processes.csv, and no run has it; set record: {processes: true}$/,
  },
  'a tensor that was not recorded': {
    runs: () => one({ 'processes.csv': processes() }),
    request: { name: 'processes', tensors: ['W9'] },
    says: /no tensor 'W9'; processes.csv has s1, s2, W1/,
  },
  'an engine that is not there': {
    runs: () => one({ 'processes.csv': processes() }),
    request: { name: 'processes', engine: 'epp' },
    says: /no engine 'epp'; set its option engine to one of ep, ep-centered, ep-exact, rbp/,
  },
  'an example that is not there': {
    runs: () => one({ 'processes.csv': processes() }),
    request: { name: 'processes', example: 7 },
    says: /no numbers for example 7; examples count from 0/,
  },
  'a reference without a process': {
    runs: () => [writeRun(scratch(), 'run', { spec: { reference: 'exact' }, files: { 'processes.csv': processes() } })],
    request: { name: 'processes' },
    says: /compares processes in time, and 'exact' has none; set its option reference/,
  },
  'no metrics': {
    runs: () => one({}),
    request: { name: 'gap-over-time' },
    says: /figure 'gap-over-time' needs metrics.csv, and no run has it/,
  },
  'the metrics of another protocol': {
    runs: () => {
      const rows = [['ep', 'exact', 'params', 1, 1, 0, 0, 1, 1, 20, 0]];
      const spec = { protocol: { name: 'gradient' }, reference: 'exact' };
      return [writeRun(scratch(), 'run', { spec, files: { 'metrics.csv': csv('gradient', rows) } })];
    },
    request: { name: 'gap-over-time' },
    says: /needs the column 'step', which metrics.csv of protocol gradient does not have; it has engine, reference/,
  },
  'a quantity that is not there': {
    runs: one,
    request: { name: 'gap-over-time', quantity: ['state.s9'] },
    says: /no row of quantity state.s9; metrics.csv has params, state/,
  },
  'nothing finite': {
    runs: () => {
      const rows = [[0, 0, 'ep', 'rbp', 'state', NaN, NaN, NaN, NaN, NaN, NaN, NaN]];
      return one({ 'metrics.csv': csv('equivalence', rows) });
    },
    request: { name: 'gap-over-time' },
    says: /no finite number of error_scaled to draw; none of these runs has one, though not all of them diverged/,
  },
  'nothing finite, since nothing went well': {
    runs: () => {
      const rows = [[0, 0, 'ep', 'rbp', 'state', NaN, NaN, NaN, NaN, NaN, NaN, NaN]];
      const files = { 'metrics.csv': csv('equivalence', rows) };
      return [writeRun(scratch(), 'run', { status: 'diverged', files })];
    },
    request: { name: 'gap-over-time' },
    says: /no finite number of error_scaled to draw; every run diverged/,
  },
  'a cosine that nobody asked for': {
    runs: () => {
      const rows = [[1, 1, 8, 'ep', 1, 1, 20, 0, 10, 0.5, 0.1, NaN]];
      const train = {
        protocol: { name: 'train' },
        engines: [{ id: 'ep', name: 'ep', nudging: 'centered', beta: 0.1 }],
      };
      return [writeRun(scratch(), 'run', { spec: train, files: { 'metrics.csv': csv('train', rows) } })];
    },
    request: { name: 'gradient-cosine' },
    says: /no finite number of cosine to draw; it is measured where protocol.cosine_every asks for it/,
  },
  'no swept β': {
    runs: one,
    request: { name: 'gap-over-beta' },
    says: /figure 'gap-over-beta' needs a sweep over engines.<id>.beta; these runs sweep nothing/,
  },
  'a key that was not swept': {
    runs: () => betaSweep(scratch(), [0.1, 0.01]),
    request: { name: 'over-key', key: 'free.tolerance' },
    says: /needs a sweep over free.tolerance; these runs sweep engines.ep.beta, engines.ep-centered.beta/,
  },
  'an unknown column': {
    runs: () => betaSweep(scratch(), [0.1, 0.01]),
    request: { name: 'over-key', key: 'engines.ep.beta', column: 'eror_abs' },
    says: /needs the column 'eror_abs', .* it has step, time, engine/,
  },
  'a log axis of what is not positive': {
    runs: () =>
      [-1, 1].map((x) =>
        writeRun(scratch(), `x${x}`, { changes: { 'data.shift': x }, files: { 'metrics.csv': metrics() } }),
      ),
    request: { name: 'over-key', key: 'data.shift', x: 'log' },
    says: /a log axis cannot show -1; set its option x: linear/,
  },
  'own: a file that is not there': { runs: one, request: { file: '/nowhere/x.vl.json' }, says: /no such file/ },
  'own: not JSON': { runs: one, request: own('{'), says: /is not JSON/ },
  'own: a URL': {
    runs: one,
    request: own({ data: { url: 'https://example.org/x.csv' }, mark: 'point' }),
    says: /data from a URL .* name one of metrics, processes, gradients, free_state/,
  },
  'own: unknown data': {
    runs: one,
    request: own({ data: { name: 'metrix' }, mark: 'point' }),
    says: /no data 'metrix'; name one of metrics/,
  },
  'own: data that was not recorded': {
    runs: one,
    request: own({ data: { name: 'gradients' }, mark: 'point' }),
    says: /data 'gradients' needs gradients.csv, and no run has it; set record: {gradients: true}/,
  },
  'own: an unknown field': {
    runs: one,
    request: own({
      data: { name: 'metrics' },
      mark: 'point',
      encoding: { x: { field: 'eror_abs', type: 'quantitative' } },
    }),
    says: /no field 'eror_abs' in data 'metrics'; it has run, step, time, engine/,
  },
  'own: what Vega-Lite warns of': {
    runs: one,
    request: own({
      data: { name: 'metrics' },
      mark: 'point',
      encoding: {
        x: { field: 'time', type: 'quantitative', scale: { type: 'log' } },
        shape: { field: 'time', type: 'quantitative' },
      },
    }),
    says: /shape/i,
  },
};

for (const [name, { runs, request, says }] of Object.entries(cases)) {
  test(`error: ${name}`, async (t) => {
    t.regex(await message(runs(), request), says);
  });
}

test('a figure that cannot be drawn does not keep the others from being drawn', async (t) => {
  const out = scratch();
  const requests: FigureRequest[] = [{ name: 'processes' }, { name: 'gap-over-time' }];
  const { drawn, issues } = await drawFigures(one(), requests, out);
  t.deepEqual(
    drawn.map(({ name }) => name),
    ['gap-over-time'],
  );
  t.is(issues.length, 1);
  t.true(existsSync(join(out, 'gap-over-time.svg')));
});

test('a broken row is an error that says where', async (t) => {
  const run = one({ 'metrics.csv': `${metrics()}1,2\n` });
  const error = await t.throwsAsync(drawFigures(run, [{ name: 'gap-over-time' }], scratch()), { instanceOf: RunError });
  t.regex(error?.message ?? '', /metrics.csv has a row of 2 cells, its header has 12: 1,2/);
});
