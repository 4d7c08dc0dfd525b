import * as z from 'zod';
import { UserError } from '../errors.js';
import { type Axis, keyAxis, linearAxis, logAxis, numberAxis, placeOn, wantsLog } from './axis.js';
import { bandLayers } from './bands.js';
import { type Built, chart, type Datum, type Layer, lineStyles, type Panel, pointStyles } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { areNamedAtEnds, type End } from './ends.js';
import type { Frame } from './frame.js';
import { keyTitle } from './labels.js';
import { determinedBy, type Lane, lanesOf, rowKey } from './lanes.js';
import {
  columnsFor,
  drawable,
  heading,
  METRICS,
  type Measure,
  measureFor,
  measureTitle,
  requireColumns,
  requireDrawable,
  requireNumbers,
  ZERO_NOTE,
} from './measure.js';
import { type Curve, finding } from './over-key-finding.js';
import { roleOf, type Style, stylesOf } from './roles.js';
import { eachRow, toNumber } from './rows.js';
import { requireSwept, type Source, type Sweep } from './source.js';
import { bandNote, spreadOf } from './spread.js';

const scale = z.enum(['log', 'linear']).optional();

const options = {
  key: z.string().describe('the swept key along x, e.g. free.tolerance'),
  column: z
    .string()
    .default('error_scaled')
    .describe(
      'column of metrics.csv, or angle (the arc cosine of cosine, in degrees), or slowest_rate (λ at s⁰, of run.json)',
    ),
  statistic: z.enum(['max', 'last', 'mean']).default('max').describe('over the steps of a run'),
  quantity: z.array(z.string()).min(1).default(['params']).describe('one panel each: state, params, state.<tensor>, …'),
  engines: z.array(z.string()).min(1).optional().describe('ids of the engines that are drawn; default all'),
  x: scale.describe('default log where all values are positive and span more than 1.5 decades'),
  y: scale.describe('the same, for the values'),
};

type Chosen = Options<typeof options>;

const sweeps = ({ key }: Chosen): Sweep => ({ key, matches: (other) => other === key });

/** The value of one run. */
interface Point {
  readonly lane: Lane;
  readonly quantity: string;
  readonly x: unknown;
  readonly y: number;
}

async function build(source: Source, chosen: Chosen, frame: Frame): Promise<Built> {
  requireSwept('over-key', source, sweeps(chosen));
  const measure = measureFor(chosen.column, source);
  const runs = await requireColumns('over-key', source, measure.ofRun ? [] : [measure.column]);
  const alongX = determinedBy(runs, [chosen.key]);
  const lanes = lanesOf(runs, (key) => key === 'seed' || alongX(key)).filter(
    ({ changes, engine }) => chosen.key in changes && (chosen.engines?.includes(engine.id) ?? true),
  );
  const found = new Set<string>();
  const points: Point[] = [];
  for (const lane of lanes) points.push(...(await pointsOf(lane, chosen, measure, found)));
  requireDrawable('over-key', chosen.quantity, found);
  requireNumbers('over-key', measure, points, runs);
  const values = points.map(({ y }) => y);
  const log = chosen.y === undefined ? !measure.linear && wantsLog(values.filter((y) => y !== 0)) : chosen.y === 'log';
  if (log) requirePositive('y', values.map(drawable));
  const curves = curvesOf(points, { log, band: frame.band });
  return {
    ...draw(curves, lanes, chosen, { measure, log, band: frame.band }),
    finding: finding(curves, chosen.key, measure),
  };
}

/** Runs that differ in their seed, at each x. */
function curvesOf(points: readonly Point[], { log, band }: Pick<How, 'log' | 'band'>): Curve[] {
  const grouped = new Map<string, Map<string, Point[]>>();
  for (const point of points) {
    const key = rowKey(point.lane.label, point.lane.reference, point.quantity);
    const places = grouped.get(key) ?? new Map<string, Point[]>();
    grouped.set(key, places);
    const x = JSON.stringify(point.x);
    places.set(x, [...(places.get(x) ?? []), point]);
  }
  return [...grouped.values()].map((places) => {
    const all = [...places.values()].map((group) => {
      const values = group.map(({ y }) => (log ? drawable(y) : y));
      return { x: group[0].x, values, ...spreadOf(values, band, log) };
    });
    if (all.every(({ x }) => typeof x === 'number')) all.sort((a, b) => (a.x as number) - (b.x as number));
    const [{ lane, quantity }] = [...places.values()][0];
    return { lane, quantity, places: all };
  });
}

interface How {
  readonly measure: Measure;
  readonly log: boolean;
  readonly band: Frame['band'];
}

/** A lane's values reduced over its steps, one point a quantity. */
async function pointsOf(lane: Lane, chosen: Chosen, measure: Measure, found: Set<string>): Promise<Point[]> {
  const { run, engine, reference } = lane;
  if (measure.ofRun) {
    const [quantity] = chosen.quantity;
    const y = measure.ofRun(run);
    found.add(quantity);
    return typeof y === 'number' ? [{ lane, quantity, x: run.changes[chosen.key], y }] : [];
  }
  const sums = new Map<string, { max: number; last: number; sum: number; count: number }>();
  await eachRow(run, METRICS, ['engine', 'reference', 'quantity', measure.column], ([id, against, quantity, cell]) => {
    found.add(quantity);
    if (id !== engine.id || against !== reference || !chosen.quantity.includes(quantity)) return;
    const value = measure.value(toNumber(cell));
    if (!Number.isFinite(value)) return;
    const key = rowKey(id, against, quantity);
    const { max, sum, count } = sums.get(key) ?? { max: Number.NEGATIVE_INFINITY, sum: 0, count: 0 };
    sums.set(key, { max: Math.max(max, value), last: value, sum: sum + value, count: count + 1 });
  });
  return chosen.quantity.flatMap((quantity): Point[] => {
    const reduced = sums.get(rowKey(engine.id, reference, quantity));
    if (!reduced) return [];
    const y = { max: reduced.max, last: reduced.last, mean: reduced.sum / reduced.count }[chosen.statistic];
    return [{ lane, quantity, x: run.changes[chosen.key], y }];
  });
}

function draw(curves: readonly Curve[], lanes: readonly Lane[], chosen: Chosen, how: How): Built {
  const { measure, log, band } = how;
  const shown = chosen.quantity.filter((quantity) => curves.some((curve) => curve.quantity === quantity));
  const places = curves.flatMap((curve) => curve.places);
  const values = places.flatMap(({ low, high, values: own }) => [low, high, ...own]);
  const title = measureTitle(
    measure,
    curves.map(({ lane }) => lane),
  );
  const x = alongKey(places, chosen);
  const y = log ? logAxis(title, values) : linearAxis(title, values);
  const labels = new Map(curves.map(({ lane }) => [lane.label, roleOf(lane.engine)]));
  const styles = stylesOf([...labels].map(([label, role]) => ({ label, role })));
  const panels = shown.map((quantity): Panel => {
    const own = curves.filter((curve) => curve.quantity === quantity);
    return { title: heading(quantity, chosen.statistic, own[0].lane.run, measure), x, y, ...drawn(own, x, styles) };
  });
  const seeds = Math.max(...places.map((place) => place.seeds));
  const note = bandNote(seeds, band, log);
  const zeros = log && values.includes(drawable(0));
  const notes = [...(note ? [`${note}; points: single runs`] : []), ...(zeros ? [ZERO_NOTE] : [])];
  return chart(
    lanes.map(({ run }) => run),
    panels,
    notes,
  );
}

/** A line through the means, the band behind it, a point for each run; small ones where runs repeat an x. */
function drawn(curves: readonly Curve[], axis: Axis, styles: readonly Style[]): Pick<Panel, 'layers' | 'ends'> {
  const styleFor = ({ lane }: Curve) => styles.find(({ label }) => label === lane.label)!;
  const at = (curve: Curve, x: unknown, y: number): Datum => ({ x: placeOn(axis, x), y, series: curve.lane.label });
  const repeats = curves.some(({ places }) => places.some(({ seeds }) => seeds > 1));
  const naming = { symbols: 'point' } as const;
  const { color, strokeDash, strokeWidth } = lineStyles(styles, naming);
  const layers: Layer[] = [
    ...bandLayers(
      curves.map((curve) => ({
        style: styleFor(curve),
        places: curve.places.map((place) => ({ ...place, x: placeOn(axis, place.x) })),
      })),
      (value) => value,
    ),
    {
      mark: 'line',
      data: curves.flatMap((curve) => curve.places.map(({ x, mean }) => at(curve, x, mean))),
      encoding: { color, strokeDash, strokeWidth },
    },
    {
      mark: { type: 'point', size: repeats ? 10 : 26 },
      data: curves.flatMap((curve) => curve.places.flatMap(({ x, values }) => values.map((y) => at(curve, x, y)))),
      encoding: pointStyles(styles, naming),
    },
  ];
  const ends = curves.map((curve): End => ({ style: styleFor(curve), y: curve.places.at(-1)!.mean, points: true }));
  return { layers, ...(areNamedAtEnds(styles) && { ends }) };
}

function requirePositive(axis: 'x' | 'y', values: readonly number[]): void {
  const wrong = values.find((value) => !(value > 0));
  if (wrong === undefined) return;
  throw new UserError({
    message: `figure 'over-key': a log axis cannot show ${wrong}`,
    hint: `set its option ${axis}: linear`,
  });
}

function alongKey(places: Curve['places'], { key, x }: Chosen): Axis {
  const values = places.map((place) => place.x);
  return keyAxis(key, values, (numbers) => {
    const log = x === undefined ? wantsLog(numbers) : x === 'log';
    if (log) requirePositive('x', numbers);
    return log ? logAxis(keyTitle(key), numbers, false) : numberAxis(keyTitle(key), numbers);
  });
}

export const overKey = defineFigure({
  name: 'over-key',
  summary: 'a column of metrics.csv over any swept key, a curve for each engine and reference',
  needs: [METRICS],
  reads: ({ column }) => ['reference', 'quantity', ...columnsFor(column)],
  sweeps,
  options,
  build,
});
