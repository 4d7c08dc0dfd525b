import { UserError } from '../errors.js';
import type { Axis } from './axis.js';
import { type Built, chart, type Datum, type Layer, type Panel } from './chart.js';
import { defineFigure } from './define.js';
import { type Frame, tilesOf } from './frame.js';
import { briefly } from './labels.js';
import { learnersOf } from './learners.js';
import { type Colour, pngUri } from './png.js';
import { eachRow } from './rows.js';
import { listed, numberText, shareText } from './say.js';
import { type Run, requireFile, type Source } from './source.js';

const FILTERS = 'filters.csv';
/** Pixels of the picture to one weight. */
const ZOOM = 4;
/** From the most negative over 0 to the most positive: ever lighter, so that print without colours tells signs apart. */
const SHADES: readonly Colour[] = [
  [0x00, 0x20, 0x4d],
  [0x7c, 0x7b, 0x78],
  [0xff, 0xea, 0x46],
];
/** The part of a picture's room that stays empty. */
const GAP = 0.08;

/** The weights into one unit, row by row. */
interface Filter {
  readonly rows: number;
  readonly cols: number;
  readonly values: readonly number[];
}

interface Filters {
  readonly label: string;
  readonly filters: readonly Filter[];
}

async function build(source: Source, _options: object, frame: Frame): Promise<Built> {
  const runs = requireFile('filters', source, FILTERS);
  const read: Filters[] = [];
  const learners = learnersOf(runs);
  for (const learner of learners) {
    const filters = await filtersOf(learner.runs[0], learner.engine.id);
    if (filters.length > 0) read.push({ label: briefly(learner, learners), filters });
  }
  if (read.length === 0) throw new UserError({ message: `figure 'filters': ${FILTERS} has no rows` });
  const [base, ...others] = read;
  const differences = others.map((other) => differenceOf(other, base));
  const drawn = [base, ...differences];
  const largest = largestOf(drawn) || 1;
  const grid = tilesOf(frame, drawn.length);
  const made = chart(
    runs,
    drawn.map((one) => panelOf(one, largest, grid.width)),
    notesOf(runs, others.length > 0, base),
    grid,
  );
  return { ...made, finding: finding(base, differences, others) };
}

function notesOf(runs: readonly Run[], differences: boolean, { label }: Filters): string[] {
  const { seed } = runs[0].record;
  const which = runs.some(({ record }) => record.seed !== seed) ? ` (seed ${seed})` : '';
  return [
    `Weights into units of the first layer${which}, one picture a unit, one scale for all: dark negative, light positive`,
    ...(differences ? [`Beside those of ${label}: what the weights of the others differ by`] : []),
  ];
}

const normOf = (filters: readonly Filter[]) =>
  Math.sqrt(filters.reduce((sum, { values }) => values.reduce((squares, value) => squares + value * value, sum), 0));

/** How far the weights of the others are from those of the first. */
function finding(base: Filters, differences: readonly Filters[], others: readonly Filters[]): string {
  if (others.length === 0) {
    const largest = numberText(largestOf([base]));
    return `The ${base.filters.length} filters of ${base.label} have weights of up to ${largest}`;
  }
  const norm = normOf(base.filters) || 1;
  const words = differences.map(({ filters }, i) => `${shareText(normOf(filters) / norm)} with ${others[i].label}`);
  return `Filters differ from those of ${base.label}, in norm, by ${listed(words)}`;
}

function differenceOf({ label, filters }: Filters, base: Filters): Filters {
  return {
    label: `${label} − ${base.label}`,
    filters: filters.map((filter, i) => {
      const under = base.filters[i]?.values ?? [];
      return { ...filter, values: filter.values.map((value, at) => value - (under[at] ?? 0)) };
    }),
  };
}

const largestOf = (drawn: readonly Filters[]): number =>
  drawn.reduce(
    (most, { filters }) =>
      filters.reduce((own, { values }) => values.reduce((top, value) => Math.max(top, Math.abs(value)), own), most),
    0,
  );

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

function panelOf({ label, filters }: Filters, largest: number, width: number): Panel {
  const across = Math.ceil(Math.sqrt(filters.length));
  const side = width / across;
  const data = filters.map((filter, i): Datum => {
    const row = Math.floor(i / across);
    return { x: i - row * across + 0.5, y: row + 0.5, url: picture(filter, largest) };
  });
  const size = side * (1 - GAP);
  const mark = { type: 'image', width: size, height: size, aspect: true };
  return {
    title: label,
    x: bare([0, across]),
    y: bare([across, 0]),
    layers: [{ mark, data, encoding: { url: { field: 'url', type: 'nominal' } } }, bar(largest)],
  };
}

/** What gives the figure its colour bar, and shows nothing itself. */
function bar(largest: number): Layer {
  const range = SHADES.map((colour) => `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`);
  const legend = {
    title: 'weight',
    direction: 'horizontal',
    gradientLength: 120,
    gradientThickness: 8,
    values: [-largest, 0, largest],
    labelExpr: `datum.value < 0 ? '−${numberText(largest)}' : datum.value > 0 ? '${numberText(largest)}' : '0'`,
  };
  const scale = { type: 'linear', domain: [-largest, 0, largest], range, interpolate: 'rgb' };
  return {
    mark: { type: 'point', opacity: 0, size: 1 },
    data: [{ x: 0, y: 0, weight: 0 }],
    encoding: { color: { field: 'weight', type: 'quantitative', scale, legend } },
  };
}

/** A place without an axis; the second coordinate counts downwards. */
function bare(domain: readonly [number, number]): Axis {
  const guide = { labels: false, ticks: false, domain: false, title: null };
  return { title: '', scale: { type: 'linear', domain, nice: false, zero: false }, guide };
}

function picture({ rows, cols, values }: Filter, largest: number): string {
  return pngUri(cols * ZOOM, rows * ZOOM, (x, y) =>
    shade(values[Math.floor(y / ZOOM) * cols + Math.floor(x / ZOOM)] / largest),
  );
}

/** Of a share from −1 to 1. */
function shade(share: number): Colour {
  const [from, to] = share < 0 ? [SHADES[1], SHADES[0]] : [SHADES[1], SHADES[2]];
  const [red, green, blue] = from.map((channel, i) => Math.round(channel + (to[i] - channel) * Math.abs(share)));
  return [red, green, blue];
}

export const filters = defineFigure({
  name: 'filters',
  summary: 'weights into units of the first layer as pictures, one panel an engine (protocol.filters)',
  needs: [FILTERS],
  options: {},
  build,
});
