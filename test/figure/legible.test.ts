/** What is drawn can be read, whatever the numbers are: counts in their cells, names beside their curves, whole epochs. */
import test from 'ava';
import { logTicks } from '../../src/figure/axis.js';
import { roomOf } from '../../src/figure/cells.js';
import type { Size } from '../../src/figure/frame.js';
import { FRAME, PADDING, PAPERS, widthOf } from '../../src/figure/frame.js';
import { drawPicture } from '../../src/figure/picture.js';
import { openSource } from '../../src/figure/source.js';
import { textWidth } from '../../src/figure/text-width.js';
import { placed } from '../_support/svg.js';
import { csv, scratch, textsOf, writeRun } from './fixture.js';
import { trainings } from './trainings.js';

const SIZES = Object.keys(PAPERS) as Size[];

test('cells: a number is in its cell, of a size that can be read, or there is none; all on one page, within the paper', (t) => {
  let [numbered, bare] = [0, 0];
  for (const size of SIZES)
    for (const panels of [1, 2, 3, 4, 8])
      for (const classes of [2, 3, 10, 26, 47])
        for (const count of [7, 60, 999, 9999, 60000]) {
          const names = Array.from({ length: classes }, (_, i) => String(i));
          const { columns, side, text } = roomOf({ ...FRAME, size }, { panels, names, texts: [String(count)] });
          t.true(columns * side < widthOf(size) - 2 * PADDING);
          if (text === undefined) bare++;
          else {
            numbered++;
            t.true(textWidth(String(count), text) < (0.96 * side) / classes, `${size} ${panels} ${classes} ${count}`);
            t.true(text >= (size === 'one-column' ? 7.5 : 6.5));
            t.true(Math.ceil(panels / columns) * side < 720);
          }
        }
  t.true(numbered > 100 && bare > 100);
});

/** A training that has put 10 classes into each other, so many times each. */
function confused(count: number): string {
  const rows = Array.from(
    { length: 100 },
    (_, i) => ['ep', 'test', i % 10, Math.floor(i / 10), count + (i % 7)] as const,
  );
  return writeRun(scratch(), `${count}`, {
    spec: { protocol: { name: 'train' }, reference: [] },
    files: { 'confusion.csv': csv('confusion', rows) },
  });
}

for (const size of SIZES)
  test(`confusion: no count lies on another or beyond its cell, with 2 to 5 digits, ${size}`, async (t) => {
    for (const count of [50, 500, 5000, 50_000]) {
      const source = openSource([confused(count)]);
      const { svg } = await drawPicture(source, { name: 'confusion', size, format: ['svg'] });
      const counts = placed(svg).texts.filter(({ text }) => /^\d+$/.test(text) && Number(text) >= count);
      if (counts.length === 0) t.true(textsOf(svg).includes('share of the class put in a wrong one'));
      else t.is(counts.length, 100);
      // 10 columns, evenly
      const middles = [...new Set(counts.map(({ box }) => Math.round(box.left + box.right)))].sort((a, b) => a - b);
      const cell = (middles.at(-1)! - middles[0]) / 2 / 9;
      for (const { text, box } of counts) t.true(box.right - box.left < cell, `${text} in ${cell} pt`);
    }
  });

test('from the end of a curve to its name leads a grey line that touches no curve; its key is level', async (t) => {
  const source = openSource(trainings(scratch(), [1]));
  const { svg } = await drawPicture(source, { name: 'learning-curves', split: ['test'], format: ['svg'] });
  const rules = [
    ...svg.matchAll(/<line transform="translate\(([^,]*),[^"]*" x2="([^"]*)" y2="([^"]*)" stroke="([^"]*)"/g),
  ];
  const curves = [
    ...svg.matchAll(/aria-label="[^"]*series: [^"]*"[^>]* d="[^"]*L([\d.]+),[\d.]+"[^>]* stroke="([^"]*)"/g),
  ];
  const right = Math.max(...curves.map(([, x]) => Number(x)));
  const leaders = rules.filter(([, x, , , stroke]) => Number(x) > right && stroke === '#aaaaaa');
  const keys = rules.filter(([, x, , , stroke]) => Number(x) > right && stroke !== '#aaaaaa');
  t.is(leaders.length, 3);
  t.is(keys.length, 3);
  for (const [, x] of leaders) t.true(Number(x) >= right + 2);
  for (const [, , , down] of keys) t.is(Number(down), 0);
});

test('epochs are whole, however few there are', async (t) => {
  const epochs = (last: number) =>
    Array.from({ length: last }, (_, i) => [i + 1, 'ep', 'test', 20, 0.5 / (i + 1), 0.5 / (i + 1), 12, 1e-3] as const);
  for (const last of [2, 3, 4, 7]) {
    const files = { 'evaluation.csv': csv('evaluation', epochs(last)) };
    const run = writeRun(scratch(), 'run', { spec: { protocol: { name: 'train' }, reference: [] }, files });
    const { svg } = await drawPicture(openSource([run]), { name: 'learning-curves', format: ['svg'], y: 'linear' });
    const [axis] = /aria-label="X-axis titled 'epoch'[\s\S]*<\/svg>/.exec(svg)!;
    const labels = textsOf(axis.slice(0, axis.indexOf('Y-axis'))).filter((text) => /^[\d.]+$/.test(text));
    t.true(labels.length > 1);
    for (const label of labels) t.true(Number.isInteger(Number(label)) && !label.includes('.'), label);
  }
  t.deepEqual(logTicks(1, 8), [1, 2, 5]);
});
