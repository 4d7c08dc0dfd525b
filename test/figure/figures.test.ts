import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as z from 'zod';
import { readCaption } from '../../src/figure/caption.js';
import { type FigureRequest, figures } from '../../src/figure/figures.js';
import { PAPERS, type Size } from '../../src/figure/frame.js';
import { drawPicture, specOf } from '../../src/figure/picture.js';
import { openSource } from '../../src/figure/source.js';
import { type Box, overlap, placed } from '../_support/svg.js';
import { estimates } from './estimates.js';
import {
  allDrawn,
  betaSweep,
  csv,
  feedbackSweep,
  metrics,
  processes,
  scratch,
  solverSweep,
  textsOf as texts,
  writeRun,
} from './fixture.js';
import { schools } from './schools.js';
import { sweptTrainings, trainings } from './trainings.js';

const betas = [0.1, 0.03, 0.01, 1e-3, 1e-4];

async function draw(runs: readonly string[], ...requests: FigureRequest[]): Promise<string[]> {
  const drawn = await allDrawn(runs, requests, join(scratch(), 'figures'));
  return drawn.map(({ svg }) => readFileSync(svg, 'utf8'));
}

/** What is read out of it: what is drawn. */
const captionOf = (svg: string) => /<desc>([^<]*)</.exec(svg)![1];

/** What stands above it: what is found. */
const titleOf = (svg: string) => /<title>([^<]*)</.exec(svg)![1];

const one = () => [writeRun(scratch(), 'run', { files: { 'metrics.csv': metrics(), 'processes.csv': processes() } })];

const solvers = () =>
  solverSweep(scratch(), [
    { name: 'euler' },
    { name: 'anderson', memory: 5, of: 'euler' },
    { name: 'anderson', memory: 5, of: 'even-odd' },
  ]);

const training = () => trainings(scratch(), [1]);

const schooling = () => schools(scratch());

const requests: Record<Exclude<keyof typeof figures, 'network'>, { runs: () => string[]; request: FigureRequest }> = {
  processes: { runs: one, request: { name: 'processes', tensors: ['s1', 's2', 'W1'] } },
  'gap-over-time': { runs: one, request: { name: 'gap-over-time' } },
  'gap-over-beta': { runs: () => betaSweep(scratch(), betas), request: { name: 'gap-over-beta' } },
  'gap-over-feedback': {
    runs: () => feedbackSweep(scratch(), [0.1, 0.01, 1e-3]),
    request: { name: 'gap-over-feedback' },
  },
  'over-key': {
    runs: () => betaSweep(scratch(), betas),
    request: { name: 'over-key', key: 'engines.ep.beta', quantity: ['state', 'params'] },
  },
  columns: { runs: solvers, request: { name: 'columns', columns: ['energy', 'residual_max'] } },
  'residual-over-evaluations': { runs: solvers, request: { name: 'residual-over-evaluations' } },
  'energy-descent': { runs: solvers, request: { name: 'energy-descent' } },
  'learning-curves': { runs: training, request: { name: 'learning-curves' } },
  'error-over-key': {
    runs: () => sweptTrainings(scratch(), [0.01, 0.03, 0.1, 0.3, 1], [0.5], [1]),
    request: { name: 'error-over-key' },
  },
  'gradient-cosine': { runs: training, request: { name: 'gradient-cosine' } },
  'residual-over-training': { runs: training, request: { name: 'residual-over-training' } },
  'over-training': { runs: training, request: { name: 'over-training', column: ['cost', 'update_ratio'] } },
  filters: { runs: training, request: { name: 'filters' } },
  confusion: { runs: training, request: { name: 'confusion' } },
  estimators: { runs: () => estimates(scratch()), request: { name: 'estimators' } },
  'trials-to-criterion': { runs: schooling, request: { name: 'trials-to-criterion' } },
  'values-in-trial': { runs: schooling, request: { name: 'values-in-trial', network: 2 } },
};

for (const [name, { runs, request }] of Object.entries(requests)) {
  test(`${name}: draws text and curves, nothing undefined`, async (t) => {
    const [svg] = await draw(runs(), request);
    t.notRegex(svg, /undefined|NaN|Infinity|\[object/);
    // a finding of its own, with a number, in place of the title that all figures of an experiment share
    t.notRegex(svg, /A title/);
    t.regex(titleOf(svg), /\d/);
    const network = name === 'estimators' ? 'Hopfield, tanh' : 'Hopfield 3-4-2, tanh';
    const facts = `${network}; ${runs === solvers ? '' : 'Euler, '}dt = 0.1; seed 1. A paper.`;
    t.true(captionOf(svg).startsWith(facts), captionOf(svg));
    t.regex(svg, /mark-(line|image|rect) /);
  });

  test(`${name}: the same bytes twice, SVG and PNG`, async (t) => {
    const directories = runs();
    const [a, b] = [join(scratch(), 'a'), join(scratch(), 'b')];
    const first = await allDrawn(directories, [request], a);
    const second = await allDrawn(directories, [request, request], b);
    t.deepEqual(readFileSync(first[0].svg), readFileSync(second[0].svg));
    t.deepEqual(readFileSync(first[0].svg), readFileSync(second[1].svg));
    t.deepEqual(readFileSync(first[0].png!), readFileSync(second[0].png!));
    t.deepEqual(
      second.map((figure) => figure.name),
      [name, `${name}-2`],
    );
  });
}

/** Points that text may stand outside its paper or on other text: what is no ink. */
const SLACK = 0.5;

for (const [name, { runs, request }] of Object.entries(requests)) {
  test(`${name}: at every size as wide as it shall be, to be read, nothing on anything else or cut off`, async (t) => {
    const source = openSource(runs());
    for (const [size, { mm }] of Object.entries(PAPERS)) {
      const { svg } = await drawPicture(source, { ...request, size: size as Size, format: ['svg'] });
      const { widthMm, paper, texts, points, strokes } = placed(svg);
      t.true(Math.abs(widthMm - mm) < 1, `${size}: ${widthMm} mm`);
      t.true(texts.length > 3);
      for (const { text, size: points } of texts) t.true(points >= 6.5, `${size}: '${text}' has ${points} pt`);
      if (size === 'one-column') for (const one of texts) t.true((one.size * 360) / paper.right >= 11, one.text);
      for (const width of strokes) t.true(width >= 0.74, `${size}: a line of ${width} pt`);
      for (const { text, box } of texts)
        t.true(inside(box, paper), `${size}: '${text}' ${JSON.stringify(box)} is cut off`);
      for (const [x, y] of points)
        t.true(inside({ left: x, right: x, top: y, bottom: y }, paper), `${size}: ${x},${y}`);
      for (const [i, a] of texts.entries()) {
        for (const b of texts.slice(i + 1))
          t.true(overlap(a.box, b.box) <= SLACK, `${size}: '${a.text}' on '${b.text}'`);
      }
    }
  });
}

const inside = (box: Box, paper: Box) =>
  box.left >= -SLACK && box.top >= -SLACK && box.right <= paper.right + SLACK && box.bottom <= paper.bottom + SLACK;

/** Escape and BEL, a lone surrogate, what XML has no character for, the other direction, a line end. */
const ACTING = 'a\u001b]52;c;x\u0007 \ud800 \uffff \u202eb\n<c>&amp;';

for (const [name, { runs, request }] of Object.entries(requests)) {
  test(`${name}: what would act in a title, a source, a name is shown, in XML that is read`, async (t) => {
    const directories = runs();
    for (const directory of directories) {
      const file = join(directory, 'run.json');
      const record = JSON.parse(readFileSync(file, 'utf8'));
      const network = { ...record.spec.network, activation: { name: ACTING } };
      writeFileSync(
        file,
        JSON.stringify({ ...record, spec: { ...record.spec, title: ACTING, source: ACTING, network } }),
      );
    }
    const [svg] = await draw(directories, request);
    t.notRegex(svg, /[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}]/u);
    t.true(svg.includes('a\\x1b]52;c;x\\x07 \\ud800 \\uffff \\u202eb'), svg);
  });
}

test('what would act in a swept value or in a cell is shown', async (t) => {
  const named = ['tanh', ACTING].map((name, i) =>
    writeRun(scratch(), `${i}`, { changes: { 'network.activation': name }, files: { 'metrics.csv': metrics() } }),
  );
  const [axis] = await draw(named, { name: 'over-key', key: 'network.activation' });
  t.true(axis.includes('\\x1b]52;c;x\\x07'));
  const id = 'e\u001b\u202ep';
  const files = { 'metrics.csv': metrics().replaceAll(',ep-exact,', `,${id},`) };
  const run = writeRun(scratch(), 'run', {
    spec: {
      engines: [
        { id, name: id },
        { id: 'rbp', name: 'rbp' },
      ],
    },
    files,
  });
  const [legend] = await draw([run], { name: 'gap-over-time' });
  t.true(legend.includes('\\x1b\\u202e'), String(texts(legend)));
});

test('the title, what is read out and the caption beside say the same, whatever is in it', async (t) => {
  const id = 'a*b_c [d](e) <f> & #1 2. \\g `h`';
  const engines = [id, 'rbp'].map((name) => ({ id: name, name }));
  const files = { 'metrics.csv': metrics().replaceAll(',ep,', `,${id},`) };
  const run = writeRun(scratch(), 'run', { spec: { engines, source: '# no heading' }, files });
  const [{ svg, caption }] = await allDrawn([run], [{ name: 'gap-over-time' }], join(scratch(), 'figures'));
  const picture = readFileSync(svg, 'utf8');
  const said = readCaption(caption);
  t.true(said.finding.startsWith(id), said.finding);
  t.true(said.caption.includes('# no heading.'));
  t.regex(picture, /^<svg role="img"[^>]*><title>/);
  const plain = (text: string) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  t.deepEqual({ finding: plain(/<title>([^<]*)</.exec(picture)![1]), caption: plain(captionOf(picture)) }, said);
  t.true(readFileSync(caption, 'utf8').startsWith('a\\*b\\_c \\[d\\](e) \\<f\\> \\& #1 2. \\\\g \\`h\\` '));
});

test('figures drawn at the same time do not disturb each other', async (t) => {
  const directories = one();
  const [[alone], ...together] = await Promise.all([
    draw(directories, { name: 'gap-over-time' }),
    draw(directories, { name: 'gap-over-time' }),
    draw(directories, { name: 'gap-over-time' }),
  ]);
  for (const [svg] of together) t.is(svg, alone);
});

test('every figure describes itself and its options', (t) => {
  for (const [name, figure] of Object.entries(figures)) {
    t.is(figure.name, name as never);
    t.true(figure.summary.length > 0);
    for (const [option, schema] of Object.entries(figure.options)) {
      t.truthy((schema as z.ZodType).description, `${name}.${option}`);
    }
    t.notThrows(() => z.toJSONSchema(z.strictObject(figure.options)));
  }
});

test('gap-over-time: engines are named by what distinguishes them', async (t) => {
  const [svg] = await draw(one(), { name: 'gap-over-time' });
  const found = texts(svg);
  for (const label of [
    'EP one-sided, β = 0.01',
    'EP centered, β = 0.01',
    'EP exact',
    'residual of phase one, ‖F(s⁰)‖₂ / |β|',
  ]) {
    t.true(found.includes(label), label);
  }
});

test('gap-over-time: two engines of one kind are told apart by id', async (t) => {
  const twins = ['a', 'b'].map((id) => ({ id, name: 'ep', nudging: 'exact' }));
  const rows = twins.flatMap(({ id }) =>
    [0, 1, 2].map((step) => [step, step, id, 'rbp', 'state', 1, 1, 0.1, 0.1, 0.1, 1, 1]),
  );
  const run = writeRun(scratch(), 'run', {
    spec: { engines: [...twins, { id: 'rbp', name: 'rbp', method: 'ode' }] },
    files: { 'metrics.csv': csv('equivalence', rows) },
  });
  const [svg] = await draw([run], { name: 'gap-over-time' });
  t.deepEqual(
    texts(svg).filter((text) => /^EP exact \(.\)$/.test(text)),
    ['EP exact (a)', 'EP exact (b)'],
  );
});

test('gap-over-time: an error of exactly 0 makes no stroke on a log axis, and is said to be left out', async (t) => {
  const rows = [0, 1, 2].map((step) => [step, step, 'ep', 'rbp', 'state', 1, 1, 0, 0, step === 1 ? 0 : 1e-3, 1, 1]);
  const run = writeRun(scratch(), 'run', { files: { 'metrics.csv': csv('equivalence', rows) } });
  const [svg] = await draw([run], { name: 'gap-over-time', quantity: ['state'] });
  t.true(captionOf(svg).includes('it is left out'), captionOf(svg));
  t.false(texts(svg).includes('10⁻¹⁷'));
  const [without] = await draw(one(), { name: 'gap-over-time' });
  t.notRegex(without, /left out/);
});

test('gap-over-time: what is finite of a diverged run is drawn', async (t) => {
  const rows = [0, 1, 2, 3].map((step) => {
    const error = step < 2 ? 0.1 : [Number.NaN, Number.POSITIVE_INFINITY][step - 2];
    return [step, step, 'ep', 'rbp', 'state', 1, 1, error, error, error, 1, 1];
  });
  const files = { 'metrics.csv': csv('equivalence', rows) };
  const run = writeRun(scratch(), 'run', { status: 'diverged', files });
  const [svg] = await draw([run], { name: 'gap-over-time' });
  t.notRegex(svg, /NaN|Infinity/);
});

test('gap-over-time: more curves than colours are shaded by the swept value', async (t) => {
  const [svg] = await draw(betaSweep(scratch(), betas), { name: 'gap-over-time' });
  t.regex(svg, /linearGradient/);
  t.true(texts(svg).includes('β'));
  t.true(texts(svg).includes('EP exact'));
});

test('gap-over-beta: the slopes are those of the errors', async (t) => {
  const [svg] = await draw(betaSweep(scratch(), betas), { name: 'gap-over-beta' });
  t.true(texts(svg).includes('EP one-sided: slope = 1.00'));
  t.true(texts(svg).includes('EP centered: slope = 2.00'));
});

test('gap-over-beta: the end of analyticity, and slopes of N points where (β/R)^N is little', async (t) => {
  const folder = scratch();
  const radius = 0.5;
  const runs = [0.01, 0.02, 0.04, 0.1, 0.2, 0.4].map((beta) => {
    // the next power, N higher, as far below as (β/R)^N says
    const next = (beta / radius) * (beta / radius) * (beta / radius) * (beta / radius);
    const errors = csv('gradient', [
      ['n4', 'exact', 'params', 1, 1, next, next * (1 + next), 1, 1, 100, 1e-16],
      ['n1', 'exact', 'params', 1, 1, beta, (beta / radius) * (1 + beta / radius), 1, 1, 100, 1e-16],
    ]);
    const nudged = { name: 'ep', nudging: 'holomorphic', beta };
    return writeRun(folder, `${beta}`, {
      changes: { 'engines.n1.beta': beta, 'engines.n4.beta': beta },
      engines: { n1: {}, n4: { measured: { analytic_radius: Math.max(radius, beta) } } },
      spec: {
        protocol: { name: 'gradient' },
        reference: 'exact',
        engines: [
          { id: 'n1', points: 1, ...nudged },
          { id: 'n4', points: 4, ...nudged },
        ],
      },
      files: { 'metrics.csv': errors },
    });
  });
  const [svg] = await draw(runs, { name: 'gap-over-beta', column: 'error_rel', quantity: ['params'] });
  const words = texts(svg);
  t.true(words.includes('end of analyticity, |β| = 0.5'), words.join('\n'));
  t.true(words.includes('EP holomorphic, N = 4: slope = 4.01'), words.join('\n'));
  // one point only has β/R ≤ 0.03
  t.true(words.includes('EP holomorphic, N = 1'));
  t.true(words.includes('‖EP − dJ/dθ‖₂ / ‖dJ/dθ‖₂'));
});

test('gap-over-beta: a product of two sweeps gives each engine one point a β', async (t) => {
  const folder = scratch();
  const runs = [0.01, 1e-3].flatMap((ep) =>
    [0.01, 1e-3].map((centered) =>
      writeRun(folder, `${ep}-${centered}`, {
        changes: { 'engines.ep.beta': ep, 'engines.ep-centered.beta': centered },
        spec: {
          engines: [
            { id: 'ep', name: 'ep', nudging: 'one-sided', beta: ep },
            { id: 'ep-centered', name: 'ep', nudging: 'centered', beta: centered },
            { id: 'rbp', name: 'rbp', method: 'ode' },
          ],
        },
        files: { 'metrics.csv': metrics(ep, centered) },
      }),
    ),
  );
  const [svg] = await draw(runs, { name: 'gap-over-beta', quantity: ['state'] });
  t.is([...svg.matchAll(/aria-roledescription="point"/g)].length, 4);
});

test('over-key: seeds are averaged, and the facts claim no single seed', async (t) => {
  const folder = scratch();
  const runs = [1e-4, 1e-6].flatMap((tolerance) =>
    [1, 2].map((seed) =>
      writeRun(folder, `${tolerance}-${seed}`, {
        changes: { 'free.tolerance': tolerance, seed },
        files: { 'metrics.csv': metrics(tolerance * seed, 0.01) },
      }),
    ),
  );
  const [svg] = await draw(runs, { name: 'over-key', key: 'free.tolerance' });
  t.true(captionOf(svg).includes('Line: geometric mean of 2 seeds; band: range; points: single runs'));
  t.true(captionOf(svg).includes('Hopfield 3-4-2, tanh; Euler, dt = 0.1; 2 seeds'));
  t.true(texts(svg).includes('tolerance of phase one'));
});

test('over-key: a key of names has an axis of names', async (t) => {
  const folder = scratch();
  const runs = ['tanh', 'sigmoid'].map((name) =>
    writeRun(folder, name, { changes: { 'network.activation': name }, files: { 'metrics.csv': metrics() } }),
  );
  const [svg] = await draw(runs, { name: 'over-key', key: 'network.activation' });
  t.true(texts(svg).includes('tanh') && texts(svg).includes('sigmoid'));
});

test('over-key: the slowest rate is that of each run, once, whatever it compares', async (t) => {
  const folder = scratch();
  const rates = { 1: 0.9, 2: 0.25, 3: null } as const;
  const runs = Object.entries(rates).map(([gain, slowestRate]) =>
    writeRun(folder, gain, {
      changes: { 'network.init.gain': Number(gain) },
      slowestRate,
      files: { 'metrics.csv': metrics() },
    }),
  );
  const { spec: drawn } = await specOf(openSource(runs), {
    name: 'over-key',
    key: 'network.init.gain',
    column: 'slowest_rate',
    engines: ['ep'],
  });
  type Layer = { mark: unknown; data: { values: Record<string, number>[] } };
  const [{ layer }] = drawn['concat'] as { layer: Layer[] }[];
  const [line] = layer.filter(({ mark }) => mark === 'line');
  // of a run without a rate there is no point
  t.deepEqual(
    line.data.values.map(({ x, y }) => [x, y]),
    [
      [1, 0.9],
      [2, 0.25],
    ],
  );
  const [svg] = await draw(runs, {
    name: 'over-key',
    key: 'network.init.gain',
    column: 'slowest_rate',
    engines: ['ep'],
  });
  t.true(texts(svg).includes('slowest rate λ at s⁰'));
});

test('residual-over-evaluations: solvers are named by what distinguishes them, with what they took', async (t) => {
  const [svg] = await draw(solvers(), { name: 'residual-over-evaluations' });
  for (const label of [
    'Euler: 40 evaluations',
    'Anderson of Euler: 39 evaluations',
    'Anderson of even-odd sweeps: 37 evaluations',
    'tolerance 10⁻¹⁰',
  ]) {
    t.true(texts(svg).includes(label), label);
  }
});

test('energy-descent: energies that are round-off above the lowest are drawn at round-off', async (t) => {
  const [svg] = await draw(solvers(), { name: 'energy-descent' });
  t.true(texts(svg).includes('10⁻¹³') || texts(svg).includes('10⁻¹²'), String(texts(svg)));
  t.false(texts(svg).includes('10⁻¹⁷'));
});

test('a directory without run.json is left out', async (t) => {
  const folder = scratch();
  const [run] = betaSweep(folder, [0.01]);
  const before = await draw([run], { name: 'gap-over-time' });
  t.deepEqual(await draw([run, join(folder, 'unfinished')], { name: 'gap-over-time' }), before);
});

const own = (spec: unknown) => {
  const file = join(scratch(), 'mine.vl.json');
  writeFileSync(file, JSON.stringify(spec));
  return { file };
};

test('own: named data holds the rows of all runs with the swept keys', async (t) => {
  const request = own({
    data: { name: 'metrics' },
    mark: 'point',
    encoding: {
      x: { field: 'engines.ep.beta', type: 'quantitative' },
      y: { field: 'error_abs', type: 'quantitative', aggregate: 'max' },
      color: { field: 'run', type: 'nominal' },
    },
  });
  const drawn = await allDrawn(betaSweep(scratch(), [0.1, 0.2]), [request], scratch());
  t.is(drawn[0].name, 'mine');
  const svg = readFileSync(drawn[0].svg, 'utf8');
  t.true(texts(svg).includes('engines.ep.beta'));
  t.true(texts(svg).includes('beta-0.1') && texts(svg).includes('beta-0.2'));
});

test('what came of networks is said with their numbers', async (t) => {
  const [learned, values] = await allDrawn(
    schooling(),
    [{ name: 'trials-to-criterion' }, { name: 'values-in-trial', network: 2 }],
    join(scratch(), 'figures'),
  );
  t.is(readCaption(learned.caption).finding, '3 of 4 networks learn, in 2,000 trials in the median.');
  t.is(
    readCaption(values.caption).finding,
    '1 of 2 kinds of trial end as they should; at the last step the best action leads by 1.5 at least.',
  );
  await t.throwsAsync(allDrawn(schooling(), [{ name: 'values-in-trial', network: 3 }], join(scratch(), 'none')), {
    message: /network 3 has no rows in values.csv/,
  });
});
