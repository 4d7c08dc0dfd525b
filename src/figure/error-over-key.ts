import * as z from 'zod';
import { UserError } from '../errors.js';
import { type Axis, isSpacedByFactors, keyAxis, linearAxis, logAxis, numberAxis, placeOn, wantsLog } from './axis.js';
import { bandLayers } from './bands.js';
import { type Built, chart, type Datum, type Layer, lineStyles, type Panel, pointStyles } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { areNamedAtEnds, type End } from './ends.js';
import { finding, SETS } from './error-over-key-finding.js';
import { EVALUATION, evaluationRows } from './evaluation.js';
import type { Frame } from './frame.js';
import { engineKind, engineLabel, keyLabel, keyTitle, partsOf } from './labels.js';
import { whyNone } from './measure.js';
import { roleOf, type Style, stylesOf } from './roles.js';
import { type Run, requireFile, requireSwept, type Source, type Sweep } from './source.js';
import { bandNote } from './spread.js';
import { mapOf } from './swept-map.js';
import { isGrid, type Strand, type Swept, type SweptPoint, strandsOf, sweptPoints } from './swept-points.js';
import { INK } from './theme.js';

const scale = z.enum(['log', 'linear']).optional();

const options = {
  key: z.string().optional().describe('the swept key along x; default that of most values, or a panel for each'),
  column: z.enum(['error', 'cost']).default('error').describe('what is drawn'),
  split: z.enum(['validation', 'test', 'train']).default('validation').describe('of which set'),
  x: scale.describe('default log where values are spaced by factors'),
  y: scale.describe('default log where all values are positive and span more than 1.5 decades'),
};

type Chosen = Options<typeof options>;

const sweeps = ({ key }: Chosen): Sweep => ({
  key: key ?? 'a key beside the seed',
  matches: (other) => (key === undefined ? other !== 'seed' : other === key),
});

/** More curves than this are a map, or points. */
const MOST_CURVES = 8;

async function build(source: Source, chosen: Chosen, frame: Frame): Promise<Built> {
  requireSwept('error-over-key', source, sweeps(chosen));
  const there = requireFile('error-over-key', source, EVALUATION);
  const runs = [...there, ...(source.early ?? [])];
  const rows = await evaluationRows(runs, chosen.column);
  const swept = sweptPoints(runs, rows, chosen.split, frame.band);
  requirePoints(swept, chosen, runs);
  const notes = notesOf(swept, chosen, frame);
  const layout = layoutOf(swept, chosen);
  const said = { finding: finding(swept, chosen) };
  if (layout.kind === 'map') return { ...mapOf(runs, swept, { ...layout, ...chosen, frame, notes }), ...said };
  const y = valueAxis(swept.points, chosen);
  const labels = new Map(layout.panels.flatMap(({ strands }) => strands.map(({ label, engine }) => [label, engine])));
  const styles = stylesOf([...labels].map(([label, engine]) => ({ label, role: roleOf(engine) })));
  const panels = layout.panels.map(({ key, strands }): Panel => {
    const axis = alongKey(key, strands, chosen);
    const layers =
      layout.kind === 'curves' ? curves(strands, key, { axis, y, styles }) : cloud(strands, key, { axis, y, styles });
    const ends = layout.kind === 'curves' && areNamedAtEnds(styles) && { ends: endsOf(strands, styles) };
    return {
      title: layout.panels.length > 1 ? `${SETS[chosen.split]}, over ${keyLabel(key)}` : SETS[chosen.split],
      x: axis,
      y,
      layers,
      ...ends,
    };
  });
  return { ...chart(runs, panels, notes), ...said };
}

/** @throws UserError */
function requirePoints({ points }: Swept, { column, split }: Chosen, runs: readonly Run[]): void {
  if (points.length > 0) return;
  throw new UserError({
    message: `figure 'error-over-key': no finite number of ${column} of the ${SETS[split]} to draw`,
    hint: `data without classes have column: cost alone; data.split: {validation: n} keeps a validation set; ${whyNone(column, runs)}`,
  });
}

type Layout =
  | {
      readonly kind: 'curves' | 'cloud';
      readonly panels: readonly { readonly key: string; readonly strands: readonly Strand[] }[];
    }
  | { readonly kind: 'map'; readonly keys: readonly [string, string] };

/** Curves while they are few; of two keys a map; a panel of points for each key of a sample, or where nothing else is left. */
function layoutOf(swept: Swept, { key }: Chosen): Layout {
  const { keys, points } = swept;
  const count = (one: string) => new Set(points.map(({ changes }) => JSON.stringify(changes[one]))).size;
  const numeric = (one: string) => points.every(({ changes }) => typeof changes[one] === 'number');
  const sorted = [...keys].sort((a, b) => Number(numeric(b)) - Number(numeric(a)) || count(b) - count(a));
  const along = key ?? sorted[0];
  const strands = strandsOf(swept, [along]);
  // numbers of different epochs make no curve
  const isEven = isGrid(swept) && !points.some(({ early }) => early);
  if (isEven && strands.length <= MOST_CURVES) return { kind: 'curves', panels: [{ key: along, strands }] };
  if (isEven && keys.length === 2 && key === undefined) return { kind: 'map', keys: [sorted[0], sorted[1]] };
  const panels = (key === undefined ? sorted : [along]).map((one) => ({
    key: one,
    strands: strandsOf(swept, keys).map((strand) => ({
      ...strand,
      points: strand.points.filter((point) => point.keys.includes(one)),
    })),
  }));
  return {
    kind: 'cloud',
    panels: panels.map((one) => ({ ...one, strands: one.strands.filter((s) => s.points.length > 0) })),
  };
}

function valueAxis(points: readonly SweptPoint[], { column, y }: Chosen): Axis {
  const title = column === 'error' ? 'share of examples put in another class' : 'cost J, mean over the examples';
  const values = points.flatMap(({ mean, low, high }) => [mean, low, high]);
  const log = y === undefined ? wantsLog(points.map(({ mean }) => mean)) : y === 'log';
  if (!log) return linearAxis(title, values);
  const positive = values.filter((value) => value > 0);
  if (positive.length > 0) return logAxis(title, positive, false);
  throw new UserError({
    message: `figure 'error-over-key': no ${column} is above 0`,
    hint: 'set its option y: linear',
  });
}

function alongKey(key: string, strands: readonly Strand[], { x }: Chosen): Axis {
  const values = strands.flatMap(({ points }) => points.map(({ changes }) => changes[key]));
  return keyAxis(key, values, (numbers) => {
    const log = x === undefined ? isSpacedByFactors(numbers) : x === 'log';
    if (!log) return numberAxis(keyTitle(key), numbers);
    const wrong = numbers.find((value) => !(value > 0));
    if (wrong === undefined) return logAxis(keyTitle(key), numbers, false);
    throw new UserError({
      message: `figure 'error-over-key': a log axis cannot show ${wrong}`,
      hint: 'set its option x: linear',
    });
  });
}

interface How {
  readonly axis: Axis;
  readonly y: Axis;
  readonly styles: readonly Style[];
}

/** Where a point stands; on a log axis no end of a band is below the axis. */
function placing(key: string, { axis, y }: How) {
  const floor = y.scale['type'] === 'log' ? (y.scale['domain'] as readonly number[])[0] : Number.NEGATIVE_INFINITY;
  return (point: SweptPoint) => ({
    x: placeOn(axis, point.changes[key]),
    mean: Math.max(floor, point.mean),
    low: Math.max(floor, point.low),
    high: Math.max(floor, point.high),
  });
}

/** A line through the means, what is around them behind it, and a ring where validation chose. */
function curves(strands: readonly Strand[], key: string, how: How): Layer[] {
  const place = placing(key, how);
  const { color, strokeDash, strokeWidth } = lineStyles(how.styles, { symbols: 'point' });
  const drawn = strands.map((strand) => ({
    ...strand,
    places: acrossOf(strand, key, strands).map((point) => ({ ...point, ...place(point) })),
  }));
  const at = (label: string, { x, mean }: { x: number | string; mean: number }): Datum => ({
    x,
    y: mean,
    series: label,
  });
  return [
    ...bandLayers(
      drawn.map(({ label, places }) => ({ style: how.styles.find((style) => style.label === label)!, places })),
      (value) => value,
    ),
    {
      mark: 'line',
      data: drawn.flatMap(({ label, places }) => places.map((one) => at(label, one))),
      encoding: { color, strokeDash, strokeWidth },
    },
    {
      mark: { type: 'point', size: 26 },
      data: strands.flatMap(({ label, points }) => points.filter(knows(key)).map((point) => at(label, place(point)))),
      encoding: pointStyles(how.styles, { symbols: 'point' }),
    },
    ...rings(strands, key, how),
  ];
}

const knows = (key: string) => (point: SweptPoint) => point.keys.includes(key);

/** In the order of x; what does not know the key is level all along. */
function acrossOf({ points }: Strand, key: string, all: readonly Strand[]): readonly SweptPoint[] {
  const [first] = points;
  if (points.length === 1 && !first.keys.includes(key)) {
    const values = [
      ...new Map(
        all.flatMap((strand) => strand.points).map(({ changes }) => [JSON.stringify(changes[key]), changes[key]]),
      ).values(),
    ];
    return inOrder(
      values.map((value) => ({ ...first, changes: { ...first.changes, [key]: value } })),
      key,
    );
  }
  return inOrder(points, key);
}

function inOrder(points: readonly SweptPoint[], key: string): readonly SweptPoint[] {
  if (!points.every(({ changes }) => typeof changes[key] === 'number')) return points;
  return [...points].sort((a, b) => (a.changes[key] as number) - (b.changes[key] as number));
}

/** A point for each of a sample, with its spread; pale where the search has ended it before. */
function cloud(strands: readonly Strand[], key: string, how: How): Layer[] {
  const place = placing(key, how);
  const all = strands.flatMap(({ label, points }) =>
    points.map((point) => ({ series: label, early: point.early, ...place(point) })),
  );
  const encoding = pointStyles(how.styles, { symbols: 'point', named: strands.length < 2 });
  const layers = [true, false].flatMap((early): Layer[] => {
    const own = all.filter((one) => one.early === early);
    const spread = own.filter(({ low, high }) => low < high);
    const opacity = early ? PALE : 1;
    return [
      {
        mark: { type: 'rule', strokeWidth: 0.8, opacity: opacity / 2 },
        data: spread.map(({ x, low, high, series }) => ({ x, y: low, high, series })),
        encoding: { y2: { field: 'high' }, color: encoding['color'] },
      },
      {
        mark: { type: 'point', size: 26, opacity },
        data: own.map(({ x, mean, series }) => ({ x, y: mean, series })),
        encoding,
      },
    ];
  });
  return [...layers, ...rings(strands, key, how)].filter(({ data }) => data.length > 0);
}

const PALE = 0.4;

function rings(strands: readonly Strand[], key: string, how: How): Layer[] {
  const place = placing(key, how);
  const chosen = strands.flatMap(({ points }) =>
    points.filter((point) => point.chosen && knows(key)(point)).map(place),
  );
  if (chosen.length === 0) return [];
  const mark = { type: 'point', filled: false, shape: 'circle', size: 95, strokeWidth: 1, stroke: INK };
  return [{ mark, data: chosen.map(({ x, mean }) => ({ x, y: mean })) }];
}

function endsOf(strands: readonly Strand[], styles: readonly Style[]): End[] {
  return strands.map(({ label, points }): End => {
    const style = styles.find((one) => one.label === label)!;
    return { style, y: points.at(-1)!.mean, points: true };
  });
}

function notesOf({ points, lost }: Swept, { column, split }: Chosen, { band }: Frame): string[] {
  const seeds = Math.max(...points.map((point) => point.seeds));
  const note = bandNote(seeds, band ?? 'sd');
  const chose = points.some(({ chosen }) => chosen);
  const fixed = points.flatMap(({ engine, keys }) => {
    const parts = partsOf(engineLabel(engine, (option) => keys.includes(`engines.${engine.id}.${option}`)));
    const kind = partsOf(engineKind(engine));
    const left = parts.filter((part) => !kind.includes(part));
    return left.length > 0 ? [`${engineKind(engine)}: ${left.join(', ')}`] : [];
  });
  return [
    `${column === 'error' ? 'Error' : 'Cost'} of the ${SETS[split]} at the epoch of the best validation, or the last where nothing chose`,
    ...(note ? [note] : []),
    ...(points.some(({ early }) => early) ? ['Pale: what the search ended before, as it was then'] : []),
    ...(chose ? ['Rings: of each engine the least mean validation'] : []),
    ...new Set(fixed),
    ...(lost > 0 ? [`${lost} without a number, since every seed diverged`] : []),
  ];
}

export const errorOverKey = defineFigure({
  name: 'error-over-key',
  summary:
    'error, or cost, of trainings over what was swept: curves, a map of two keys, or a panel for each key of a sample',
  needs: [EVALUATION],
  judges: ({ column }) => (column === 'error' ? 'at all' : undefined),
  sweeps,
  options,
  build,
});
