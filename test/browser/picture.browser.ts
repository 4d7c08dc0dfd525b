/** The picture in a real browser: what it shows is what the tables say, and whoever comes can move it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import type { Page } from 'playwright-core';
import { twoDigits } from '../../src/report/picture/mapping.js';
import { type CsvRow, csvIn, eprbp, root, runsIn } from '../_support/cli.js';
import { inBrowser, open } from './chromium.js';

const work = mkdtempSync(join(tmpdir(), 'eprbp-picture-'));
test.after.always(() => rmSync(work, { recursive: true, force: true }));
const index = pathToFileURL(join(work, 'results/index.html')).href;
const still = { reducedMotion: 'reduce' } as const;
let rows: CsvRow[] = [];

inBrowser('the picture is made', async (t) => {
  const made = await eprbp(work, 'run', '-q', '--report', join(root, 'experiments/picture.yaml'), '-s', 'figures=[]');
  t.is(made.code, 0, made.stderr);
  rows = csvIn(runsIn(join(work, 'results/picture'))[0], 'processes.csv');
});

const LAYERS = ['s1', 's2', 's3', 's4'];
const ENGINES = ['limit', 'small', 'one-sided', 'centered', 'large'];
const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const placeOf = ({ step, tensor, row, column }: CsvRow) => [step, tensor, row, column].join();

/** Radii of the discs and their outline, of one network. */
const discs = (page: Page, net: string) =>
  page.$$eval(`svg.wide .net.${net} .unit`, (units) =>
    units.map((unit) => ({
      radius: Number(unit.querySelector('.err')!.getAttribute('r')),
      rim: Number(unit.querySelector('.rim')!.getAttribute('r')),
      isNegative: unit.querySelector('.err')!.classList.contains('neg'),
    })),
  );

const timeOf = async (page: Page) => Number(await page.inputValue('#time'));
const end = async (page: Page) => Number(await page.getAttribute('#time', 'max'));

inBrowser('areas of both networks are the values of the table at ten frames, for every β', async (t) => {
  const { page } = await open(t, index, still);
  const steps = [...new Set(rows.map(({ step }) => Number(step)))];
  const rest = (await end(page)) - (steps.length - 1);
  const peaks = LAYERS.map((layer) =>
    largest(rows.filter(({ tensor }) => tensor === layer).map(({ value }) => Number(value))),
  );
  const valuesAt = (id: string, step: number) =>
    rows.filter((row) => row['engine'] === id && Number(row['step']) === step && LAYERS.includes(row['tensor']));
  for (const id of ENGINES) {
    await page.check(`input[value="${id}"]`, { force: true });
    for (let k = 0; k < 10; k++) {
      const frame = Math.round((k * (steps.length - 1)) / 9);
      await page.fill('#time', String(rest + frame));
      for (const [net, engine] of [
        ['ep', id],
        ['rbp', 'rbp'],
      ]) {
        const shown = await discs(page, net);
        const values = valuesAt(engine, steps[frame]);
        t.is(shown.length, values.length);
        for (const [i, { radius, rim, isNegative }] of shown.entries()) {
          const value = Number(values[i]['value']);
          t.true(Math.abs((radius / rim) ** 2 - Math.abs(value) / peaks[LAYERS.indexOf(values[i]['tensor'])]) < 0.01);
          if (radius > 0.5) t.is(isNegative, value < 0);
        }
      }
    }
  }
});

inBrowser('the gap that is printed is that of the table, for every β', async (t) => {
  const { page } = await open(t, index, still);
  const reference = new Map(
    rows.filter(({ engine }) => engine === 'rbp').map((row) => [placeOf(row), Number(row['value'])]),
  );
  await page.focus('#time');
  await page.keyboard.press('End');
  for (const id of ENGINES) {
    await page.check(`input[value="${id}"]`, { force: true });
    const gaps = rows
      .filter(({ engine }) => engine === id)
      .map((row) => Number(row['value']) - reference.get(placeOf(row))!);
    t.is(await page.textContent('#gap'), twoDigits(largest(gaps)), id);
  }
});

inBrowser('it is wholly visible at 1280 × 800', async (t) => {
  const { page, strange } = await open(t, index, still);
  const { top, bottom } = await page.$eval('svg.wide', (svg) => svg.getBoundingClientRect().toJSON());
  t.true(top > 0 && bottom <= 800, `${top} to ${bottom}`);
  t.deepEqual(strange, []);
});

/** Frames of a second; as text, into which no compiler puts helpers of its own. */
const FRAMES = `new Promise((done) => {
  const begun = performance.now();
  let frames = 0;
  const next = () => (++frames, performance.now() - begun < 1000 ? requestAnimationFrame(next) : done(frames));
  requestAnimationFrame(next);
})`;

inBrowser('it plays when it is seen, at 30 frames a second or more', async (t) => {
  const { page } = await open(t, index);
  for (let waited = 0; waited < 100 && (await timeOf(page)) < 3; waited++) await page.waitForTimeout(100);
  t.true((await timeOf(page)) >= 3);
  const counts: number[] = [];
  // the best of some: the machine may have other work
  for (let i = 0; i < 5 && !(Math.max(0, ...counts) >= 30); i++) {
    counts.push(await page.evaluate<number>(FRAMES));
  }
  t.log(counts.join(', '));
  t.true(Math.max(...counts) >= 30, counts.join());
});

inBrowser('every control works by keyboard: time and discs move together', async (t) => {
  const { page } = await open(t, index, still);
  await page.focus('#time');
  const seen: string[] = [];
  const look = async () => {
    seen.push(JSON.stringify([await timeOf(page), await discs(page, 'ep'), await page.textContent('#clock')]));
  };
  for (const key of ['Home', 'End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowRight']) {
    await page.keyboard.press(key);
    await look();
  }
  const last = await end(page);
  t.deepEqual(
    seen.map((text) => JSON.parse(text)[0]),
    [0, last, last - 1, last - 2, last - 3, last - 2],
  );
  t.is(seen[5], seen[3]);
  t.is(new Set(seen).size, 5);
  t.is(await page.getAttribute('#time', 'aria-valuetext'), await page.textContent('#clock'));
  const dashes = () => page.$$eval('svg.wide .lane .dash', (all) => all.map((dash) => dash.getAttribute('d')).join());
  await page.focus('input[name=nudge]:checked');
  const before = await dashes();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  t.is(await page.inputValue('input[name=nudge]:checked'), 'large');
  t.not(await dashes(), before);
  t.is(await page.textContent('svg.wide .beta'), '= 1');
  for (const [k, chapter] of (await page.$$('.chapters button')).entries()) {
    await chapter.focus();
    await page.keyboard.press('Enter');
    t.is(await page.$$eval('.chapters button', (all) => all.findIndex((one) => one.hasAttribute('aria-current'))), k);
  }
  await page.focus('#play');
  await page.keyboard.press('Space');
  t.is(await page.textContent('#play'), 'Pause');
  await page.keyboard.press('Space');
  t.is(await page.textContent('#play'), 'Play');
  await page.selectOption('#unit', '2,1');
  t.regex((await page.textContent('#reading'))!, /^(s = |RBP )/);
});

inBrowser('who wants no motion has none: nothing moves by itself, chapters jump', async (t) => {
  const { page } = await open(t, index, still);
  const first = await timeOf(page);
  await page.waitForTimeout(700);
  t.is(await timeOf(page), first);
  const stops: number[] = [];
  for (const chapter of await page.$$('.chapters button')) {
    await chapter.click();
    const at = await timeOf(page);
    await page.waitForTimeout(200);
    t.is(await timeOf(page), at);
    stops.push(at);
  }
  t.deepEqual(
    [...new Set(stops)].sort((a, b) => a - b),
    stops,
  );
});

inBrowser(
  'without script there is the figure, its caption and its numbers, and nothing that does nothing',
  async (t) => {
    const { page } = await open(t, index, { javaScriptEnabled: false });
    t.true(await page.isVisible('svg.wide'));
    t.regex((await page.textContent('.picture .caption'))!, /the moment t = [\d.]+ of phase two/);
    t.is(await page.locator('.numbers table').count(), 2);
    t.false(await page.isVisible('#time'));
    t.is(await page.locator('.chapters button:enabled').count(), 0);
  },
);
