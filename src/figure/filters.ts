import type { Axis } from './axis.js';
import { type Built, chart, type Datum, type Panel } from './chart.js';
import { defineFigure } from './define.js';
import { type Frame, tilesOf } from './frame.js';
import { type Learner, learnersOf } from './learners.js';
import { type Colour, pngUri } from './png.js';
import { eachRow } from './rows.js';
import { type Run, requireFile, type Source } from './source.js';

const FILTERS = 'filters.csv';
/** Pixels of the picture to one weight. */
const ZOOM = 4;
const POSITIVE: Colour = [0xd5, 0x5e, 0x00];
const NEGATIVE: Colour = [0x00, 0x72, 0xb2];
/** The part of a picture's room that stays empty. */
const GAP = 0.08;

/** The weights into one unit, row by row. */
interface Filter {
  readonly rows: number;
  readonly cols: number;
  readonly values: readonly number[];
}

async function build(source: Source, _options: object, frame: Frame): Promise<Built> {
  const runs = requireFile('filters', source, FILTERS);
  const drawn: [Learner, Filter[]][] = [];
  for (const learner of learnersOf(runs)) {
    const filters = await filtersOf(learner.runs[0], learner.engine.id);
    if (filters.length > 0) drawn.push([learner, filters]);
  }
  const grid = tilesOf(frame, drawn.length);
  const panels = drawn.map(([learner, filters]) => panelOf(learner, filters, grid.width));
  const { seed } = runs[0].record;
  const which = runs.some(({ record }) => record.seed !== seed) ? ` (seed ${seed})` : '';
  return chart(
    runs,
    panels,
    [`weights into units of the first layer${which}: orange positive, blue negative, each picture to its own largest`],
    grid,
  );
}

async function filtersOf(run: Run, id: string): Promise<Filter[]> {
  const units = new Map<number, { row: number; column: number; value: number }[]>();
  await eachRow(run, FILTERS, ['engine', 'unit', 'row', 'column', 'value'], ([engine, ...cells]) => {
    if (engine !== id) return;
    const [unit, row, column, value] = cells.map(Number);
    const pixels = units.get(unit) ?? [];
    pixels.push({ row, column, value });
    units.set(unit, pixels);
  });
  return [...units.values()].map((pixels) => {
    const rows = Math.max(...pixels.map(({ row }) => row)) + 1;
    const cols = Math.max(...pixels.map(({ column }) => column)) + 1;
    const values = new Array<number>(rows * cols).fill(0);
    for (const { row, column, value } of pixels) values[row * cols + column] = value;
    return { rows, cols, values };
  });
}

function panelOf({ label }: Learner, filters: readonly Filter[], width: number): Panel {
  const across = Math.ceil(Math.sqrt(filters.length));
  const side = width / across;
  const data = filters.map((filter, i): Datum => {
    const row = Math.floor(i / across);
    return { x: i - row * across + 0.5, y: row + 0.5, url: picture(filter) };
  });
  const size = side * (1 - GAP);
  const mark = { type: 'image', width: size, height: size, aspect: true };
  return {
    title: label,
    x: bare([0, across]),
    y: bare([across, 0]),
    layers: [{ mark, data, encoding: { url: { field: 'url', type: 'nominal' } } }],
  };
}

/** A place without an axis; the second coordinate counts downwards. */
function bare(domain: readonly [number, number]): Axis {
  const guide = { labels: false, ticks: false, domain: false, title: null };
  return { title: '', scale: { type: 'linear', domain, nice: false, zero: false }, guide };
}

function picture({ rows, cols, values }: Filter): string {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return pngUri(cols * ZOOM, rows * ZOOM, (x, y) => {
    const value = values[Math.floor(y / ZOOM) * cols + Math.floor(x / ZOOM)] / largest;
    return shade(value < 0 ? NEGATIVE : POSITIVE, Math.abs(value));
  });
}

function shade(colour: Colour, share: number): Colour {
  const [red, green, blue] = colour.map((channel) => Math.round(255 + (channel - 255) * share));
  return [red, green, blue];
}

export const filters = defineFigure({
  name: 'filters',
  summary: 'weights into units of the first layer as pictures, one panel an engine (protocol.filters)',
  needs: [FILTERS],
  options: {},
  build,
});
