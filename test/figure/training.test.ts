import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { readCaption } from '../../src/figure/caption.js';
import type { FigureRequest } from '../../src/figure/figures.js';
import { commonFacts } from '../../src/figure/labels.js';
import { learnersOf } from '../../src/figure/learners.js';
import { pngUri } from '../../src/figure/png.js';
import { ROLES } from '../../src/figure/roles.js';
import { openSource } from '../../src/figure/source.js';
import { Stretches } from '../../src/figure/training-rows.js';
import { placesOf } from '../../src/figure/training-spread.js';
import { allDrawn, csv, scratch, textsOf, writeRun } from './fixture.js';
import { trainings } from './trainings.js';

async function draw(
  runs: readonly string[],
  request: FigureRequest,
): Promise<{ svg: string; texts: string[]; caption: string }> {
  const [drawn] = await allDrawn(runs, [request], join(scratch(), 'figures'));
  const svg = readFileSync(drawn.svg, 'utf8');
  const caption = readCaption(drawn.caption).caption;
  return { svg, caption, texts: textsOf(svg) };
}

test('learning-curves: a panel for each split, a curve for each engine, a dot where the validation was best, and no zero on a log axis', async (t) => {
  const { texts, svg, caption } = await draw(trainings(scratch(), [1]), { name: 'learning-curves' });
  for (const text of [
    'test set',
    'validation set',
    'training set, while it is learned',
    'EP centered, β = 0.1',
    'RBP',
    'backprop',
  ])
    t.true(texts.includes(text), text);
  t.true(caption.includes('An error of 0 is drawn at half an example'));
  t.true(caption.includes('Dots: where the validation was best'));
  // of three engines, on the two sets that are not learned from
  t.is([...svg.matchAll(/aria-roledescription="point"/g)].length, 6);
  t.notRegex(svg, /mark-area/);
});

test('learning-curves: means of several seeds in a band', async (t) => {
  const { texts, svg, caption } = await draw(trainings(scratch(), [1, 2, 3]), {
    name: 'learning-curves',
    split: ['test'],
  });
  t.true(caption.includes('Line: geometric mean of 3 seeds; band: range'));
  t.false(texts.includes('training set, while it is learned'));
  t.regex(svg, /mark-area/);
});

test('learning-curves: data without classes have a cost only, and are told so', async (t) => {
  const files = {
    'evaluation.csv': csv(
      'evaluation',
      [1, 2].map((epoch) => [epoch, 'ep', 'train', 4, 0.1 / epoch, Number.NaN, 3, 0]),
    ),
  };
  const run = writeRun(scratch(), 'run', { spec: { reference: [] }, files });
  await t.throwsAsync(draw([run], { name: 'learning-curves' }), {
    message:
      "figure 'learning-curves': no finite number of error to draw; data without classes have column: cost alone",
  });
  t.true(
    (await draw([run], { name: 'learning-curves', column: 'cost' })).texts.includes('cost J, mean over the examples'),
  );
});

test('engines without a phase one have no curve of its residual, nor of a cosine', async (t) => {
  const runs = trainings(scratch(), [1]);
  const residual = await draw(runs, { name: 'residual-over-training' });
  t.deepEqual([residual.texts.includes('steps of phase one'), residual.texts.includes('backprop')], [true, false]);
  const cosine = await draw(runs, { name: 'gradient-cosine' });
  t.true(cosine.texts.includes('output units pinned at a bound'));
  const sizes = await draw(runs, { name: 'over-training', column: ['second_steps', 'update_ratio'] });
  t.true(sizes.texts.includes('size of an update') && sizes.texts.includes('backprop'));
  const alone = await draw(runs, { name: 'gradient-cosine', pinned: false });
  t.deepEqual(
    [alone.texts.includes('output units pinned at a bound'), alone.texts.includes('backprop')],
    [false, false],
  );
});

test('confusion: counts of all seeds, and how many are wrong', async (t) => {
  const { texts } = await draw(trainings(scratch(), [1, 2]), { name: 'confusion' });
  t.true(texts.includes('RBP: 4 of 40 wrong'));
  t.is(texts.filter((text) => text === '18').length, 6);
});

test('filters: one picture a unit, in the SVG itself', async (t) => {
  const { svg } = await draw(trainings(scratch(), [1]), { name: 'filters' });
  t.is([...svg.matchAll(/<image /g)].length, 9);
});

test('a picture is a PNG of the colours asked for', (t) => {
  const file = Buffer.from(pngUri(2, 1, (x) => [x, 10, 255]).split(',')[1], 'base64');
  t.is(file.toString('latin1', 1, 4), 'PNG');
  const at = file.indexOf('IDAT');
  const data = file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4));
  t.deepEqual([...inflateSync(data)], [0, 0, 10, 255, 1, 10, 255]);
  t.is(file.readUInt32BE(file.length - 4), 0xae426082, 'the CRC-32 of an empty IEND, as the PNG specification has it');
});

test('stretches: never more than asked for, in order, their mean that of all, and no extreme lost', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 3000 }),
      fc.nat(48),
      (values, n) => {
        const stretches = new Stretches(n + 2);
        for (const [i, value] of values.entries()) stretches.push(i, value, value > 0);
        const items = stretches.items();
        t.true(items.length <= n + 2 && items.length > Math.min(values.length, n + 2) / 3);
        t.true(items.every(({ x }, i) => i === 0 || x > items[i - 1].x));
        const sum = items.reduce((total, { y, count }) => total + y * count, 0);
        t.true(Math.abs(sum - values.reduce((total, value) => total + value, 0)) < 1e-6 * values.length);
        t.is(Math.max(...items.map(({ high }) => high)), Math.max(...values));
        t.is(Math.min(...items.map(({ low }) => low)), Math.min(...values));
        t.is(
          items.every(({ atRest }) => atRest),
          values.every((value) => value > 0),
        );
      },
    ),
    { seed: 1, numRuns: 40 },
  );
});

test('one learner for each engine and setting that matters to it; seeds are not told apart, nor keys that move together', (t) => {
  const folder = scratch();
  const engines = [
    { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.1 },
    { id: 'rbp', name: 'rbp', method: 'ode' },
  ];
  const runs = [0.1, 0.2].flatMap((beta) =>
    [1, 2].map((seed) =>
      writeRun(folder, `${beta}-${seed}`, {
        changes: { 'engines.ep.beta': beta, 'network.init.gain': beta, seed },
        spec: { engines: [{ ...engines[0], beta }, engines[1]], reference: [] },
      }),
    ),
  );
  t.deepEqual(
    learnersOf(openSource(runs).runs).map(({ label, runs: own }) => [label, own.length]),
    [
      ['EP one-sided, β = 0.1', 2],
      ['RBP, g = 0.1', 2],
      ['EP one-sided, β = 0.2', 2],
      ['RBP, g = 0.2', 2],
    ],
  );
});

test('an engine that a sweep does not touch is one run a seed, however many values are swept', (t) => {
  const folder = scratch();
  const rbp = { id: 'rbp', name: 'rbp', method: 'ode' };
  const runs = [0.1, 0.2].flatMap((beta) =>
    [1, 2].map((seed) =>
      writeRun(folder, `${beta}-${seed}`, {
        changes: { 'engines.ep.beta': beta, seed },
        spec: { engines: [rbp], reference: [] },
      }),
    ),
  );
  t.deepEqual(
    learnersOf(openSource(runs).runs).map(({ label, runs: own }) => [label, own.length]),
    [['RBP', 2]],
  );
});

test('an engine with steps of its own is not touched by a sweep over those of phase two', (t) => {
  const folder = scratch();
  const engines = [
    { id: 'all', name: 'rbp', method: 'bptt', steps: 50 },
    { id: 'last', name: 'rbp', method: 'bptt' },
  ];
  const runs = [1, 20].map((steps) =>
    writeRun(folder, String(steps), {
      changes: { 'second.steps': steps },
      spec: { engines, reference: [] },
    }),
  );
  t.deepEqual(
    learnersOf(openSource(runs).runs).map(({ label }) => label),
    ['BPTT, K = 50', 'BPTT, K = 1', 'BPTT, K = 20'],
  );
});

test('stretches for a logarithmic axis: the first iterations apart, later ones as far apart as there, the mean that of all', (t) => {
  const stretches = new Stretches(100, 'log');
  for (let i = 1; i <= 100_000; i++) stretches.push(i, 2 * i + 1, true);
  const items = stretches.items();
  t.deepEqual(
    items.slice(0, 10).map(({ x }) => x),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  t.true(items.length < 300);
  for (const [i, { x, y, low, high, count }] of items.entries()) {
    t.true(Math.abs(y - (2 * x + 1)) < 1e-6);
    t.is(high - low, 2 * (count - 1));
    t.true(i === 0 || x - items[i - 1].x <= Math.max(1, 0.1 * items[i - 1].x));
  }
});

test('over-training: several seeds are one line, their mean, in a band that holds all of them', async (t) => {
  const { svg, caption } = await draw(trainings(scratch(), [1, 2, 3]), {
    name: 'over-training',
    column: ['free_residual'],
  });
  // two engines have a phase one
  t.is([...svg.matchAll(/aria-roledescription="line mark"/g)].length, 2);
  t.regex(caption, /Line: mean of 3 seeds; band: range/);
  const lines = [1, 3, 8].map((y) => [{ x: 5, y, low: y / 2, high: 2 * y, count: 4, atRest: true }]);
  t.deepEqual(placesOf({ lines }, undefined, false), [{ x: 5, mean: 4, low: 0.5, high: 16, seeds: 3 }]);
  t.is(placesOf({ lines }, 'none', true)[0].mean, 2.8845);
  const [{ low, high }] = placesOf({ lines: [...lines, ...lines] }, undefined, false);
  t.true(low > 0.5 - 1e-12 && high <= 16 && low < 2 && high > 8);
});

test('lines are as wide as their roles say, those of references wider than those of estimates', async (t) => {
  const { svg } = await draw(trainings(scratch(), [1]), { name: 'learning-curves', split: ['test'] });
  const widths = new Map(
    [
      ...svg.matchAll(
        /series: (\w+)[^"]*" role="graphics-symbol" aria-roledescription="line mark"[^>]* stroke-width="([^"]*)"/g,
      ),
    ].map(([, label, width]) => [label, Number(width)]),
  );
  t.is(widths.size, 3);
  for (const [label, role] of [
    ['EP', 'ep centered'],
    ['RBP', 'rbp ode'],
    ['backprop', 'backprop'],
  ])
    t.is(widths.get(label), ROLES[role].width, label);
});

test('facts name steps of phase two where engines take some: none of what goes straight to its end', async (t) => {
  const facts = (second: object, ...engines: object[]) => {
    const run = writeRun(scratch(), 'run', { spec: { second, engines }, files: {} });
    return commonFacts(openSource([run]).runs);
  };
  const euler = { integrator: { name: 'euler' }, step: 0.1, steps: 5 };
  const rbp = { id: 'rbp', name: 'rbp', method: 'direct' };
  const ep = { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.1, rule: 'energy' };
  t.regex(facts(euler, ep, rbp), /; Euler, dt = 0.1; seed/);
  t.notRegex(facts(euler, rbp), /Euler|dt/);
  const solved = facts(
    { step: 0.1, tolerance: 1e-9, max_steps: 9, solver: { name: 'newton-krylov', warmup: 0 } },
    ep,
    rbp,
  );
  t.regex(solved, /; Newton–Krylov; seed/);
  t.notRegex(solved, /dt/);
});
