/** The error of trainings over what was swept: at which place each number stands, and what is chosen. */
import test from 'ava';
import { isSpacedByFactors } from '../../src/figure/axis.js';
import { specOf } from '../../src/figure/picture.js';
import { openSource } from '../../src/figure/source.js';
import { distinct } from '../../src/metrics/groups.js';
import { scratch } from './fixture.js';
import { sweptTrainings } from './trainings.js';

type Layer = {
  mark: { type: string; stroke?: string } | string;
  data: { values: Record<string, number | string>[] };
  encoding: Record<string, { title?: unknown; scale?: { type?: string } }>;
};

async function drawn(folders: readonly string[], options: object = {}) {
  const { spec, said } = await specOf(openSource(folders), { name: 'error-over-key', ...options });
  const panels = (spec['concat'] as { layer: Layer[] }[]).map(({ layer }) => layer);
  const of = (type: string, layers: readonly Layer[]) =>
    layers.filter(({ mark }) => (typeof mark === 'string' ? mark : mark.type) === type);
  return { panels, said, of };
}

test('one key: means over seeds at the epoch that validation chose, in one standard deviation, on a log axis; the choice has a ring', async (t) => {
  const { panels, said, of } = await drawn(sweptTrainings(scratch(), [1, 0.1, 0.01], [0.5], [1, 2]));
  t.is(panels.length, 1);
  const [line] = of('line', panels[0]);
  t.deepEqual(
    line.data.values.map(({ x }) => x),
    [0.01, 0.1, 1],
  );
  t.is(line.encoding['x'].scale?.type, 'log');
  const expected = (rate: number, seed: number) => 1.1 * (0.05 + 0.1 * Math.abs(Math.log10(rate / 0.1)) + 0.01 * seed);
  for (const { x, y } of line.data.values) {
    const mean = (expected(Number(x), 1) + expected(Number(x), 2)) / 2;
    t.true(Math.abs(Number(y) - mean) < 1e-12);
    const [{ data }] = of('area', panels[0]);
    const at = data.values.find((one) => one['x'] === x)!;
    t.true(Math.abs(Number(at['high']) - Number(at['y']) - 2 * (0.011 / Math.SQRT2)) < 1e-12);
  }
  const ring = panels[0].find(({ mark }) => typeof mark !== 'string' && mark.stroke === '#111111')!;
  t.deepEqual(
    ring.data.values.map(({ x }) => x),
    [0.1],
  );
  t.regex(said.finding, /^Validation chooses rates = 0\.1, error 7\.15 ± 0\.78 % \(validation set, 2 seeds\)$/);
});

test('two keys: curves while they are few, then a map with a frame at the choice; points of a sample have a panel a key', async (t) => {
  const rates = [0.01, 0.03, 0.1, 0.3];
  const few = await drawn(sweptTrainings(scratch(), rates, [0.25, 0.5, 1], [1]));
  t.is(new Set(few.of('line', few.panels[0])[0].data.values.map(({ series }) => series)).size, 3);
  const betas = [0.1, 0.2, 0.25, 0.4, 0.5, 1, 2, 4, 5];
  const many = await drawn(sweptTrainings(scratch(), [...rates, 1, 2, 3, 4, 5], betas, [1]));
  const [squares, frame] = many.of('rect', many.panels[0]);
  t.is(squares.data.values.length, 81);
  t.deepEqual(
    frame.data.values.map(({ x, y }) => [x, y]).map((pair) => pair.map(Number).sort()),
    [[0.1, 0.5]],
  );
  const folder = scratch();
  const sample = [0.02, 0.7, 0.05, 0.2, 0.4].flatMap((rate, i) =>
    sweptTrainings(
      folder,
      [rate],
      [
        [1, 0.2],
        [0.3, 0.2],
        [0.8, 0.2],
        [0.1, 0.2],
        [0.5, 0.2],
      ][i],
      [1],
    ).slice(0, 1),
  );
  const { panels, of } = await drawn(sample);
  t.is(panels.length, 2);
  t.is(of('line', panels[0]).length, 0);
  t.is(of('point', panels[0])[0].data.values.length, 5);
});

test('an axis is logarithmic where values are spaced by factors, within a decade, too', (t) => {
  for (const values of [
    [1, 2, 4, 8],
    [0.1, 0.2, 0.5, 1],
    [1e-4, 1],
    [0.01, 0.1, 1],
  ])
    t.true(isSpacedByFactors(values));
  for (const values of [
    [1, 2, 3, 4, 5],
    [0.1, 0.3, 0.5],
    [0, 1, 10, 100],
    [-1, 1],
    [1, 2],
  ])
    t.false(isSpacedByFactors(values));
});

test('of keys that move together one is told, of those of a sample all', (t) => {
  const runs = (pairs: [unknown, unknown][]) => pairs.map(([a, b]) => ({ changes: { a, b } }));
  t.deepEqual(
    distinct(
      runs([
        [1, 10],
        [2, 20],
        [3, 40],
      ]),
      ['a', 'b'],
    ),
    ['a'],
  );
  t.deepEqual(
    distinct(
      runs([
        [1, 9],
        [2, 7],
        [3, 4],
      ]),
      ['a', 'b'],
    ),
    ['a'],
  );
  t.deepEqual(
    distinct(
      runs([
        [1, 'x'],
        [2, 'z'],
        [3, 'y'],
      ]),
      ['a', 'b'],
    ),
    ['a'],
  );
  t.deepEqual(
    distinct(
      runs([
        [1, 10],
        [2, 40],
        [3, 20],
      ]),
      ['a', 'b'],
    ),
    ['a', 'b'],
  );
  t.deepEqual(
    distinct(
      runs([
        [1, 10],
        [2, 10],
        [3, 20],
      ]),
      ['a', 'b'],
    ),
    ['a', 'b'],
  );
});
