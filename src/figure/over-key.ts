import * as z from 'zod';
import { UserError } from '../errors.js';
import { type Axis, linearAxis, logAxis, nameAxis, wantsLog } from './axis.js';
import { type Built, chart, type Datum, type Layer, type Panel, pointStyle, pointStyles, type Style } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { formatValue, keyTitle, quantityLabel } from './labels.js';
import { determinedBy, type Lane, lanesOf, rowKey } from './lanes.js';
import {
  drawable,
  METRICS,
  type Measure,
  measureOf,
  measureTitle,
  requireColumns,
  requireDrawable,
  requireNumbers,
  ZERO_NOTE,
} from './measure.js';
import { eachRow, toNumber } from './rows.js';
import { requireSwept, type Source, type Sweep } from './source.js';

const scale = z.enum(['log', 'linear']).optional();

const options = {
  key: z.string().describe('the swept key along x, e.g. free.tolerance'),
  column: z
    .string()
    .default('error_scaled')
    .describe('column of metrics.csv, or angle (the arc cosine of cosine, in degrees)'),
  statistic: z.enum(['max', 'last', 'mean']).default('max').describe('over the steps of a run'),
  quantity: z.array(z.string()).min(1).default(['params']).describe('one panel each: state, params, state.<tensor>, …'),
  x: scale.describe('default log where all values are positive and span more than 1.5 decades'),
  y: scale.describe('the same, for the values'),
};

type Chosen = Options<typeof options>;

const sweeps = ({ key }: Chosen): Sweep => ({ key, matches: (other) => other === key });

interface Point {
  readonly label: string;
  readonly quantity: string;
  readonly x: unknown;
  readonly y: number;
}

async function build(source: Source, chosen: Chosen): Promise<Built> {
  requireSwept('over-key', source, sweeps(chosen));
  const measure = await measureFor(chosen, source);
  const runs = await requireColumns('over-key', source, [measure.column]);
  const alongX = determinedBy(runs, [chosen.key]);
  const lanes = lanesOf(runs, (key) => key === 'seed' || alongX(key)).filter(({ changes }) => chosen.key in changes);
  const found = new Set<string>();
  const points: Point[] = [];
  for (const lane of lanes) points.push(...(await pointsOf(lane, chosen, measure, found)));
  requireDrawable('over-key', chosen.quantity, found);
  requireNumbers('over-key', measure, points);
  return draw(points, lanes, chosen, measure);
}

/** The default column is that of the protocol: gradient has no running maximum to scale by. */
async function measureFor({ column }: Chosen, source: Source): Promise<Measure> {
  const { protocol } = source.runs[0].record.spec as { protocol?: { name?: string } };
  return measureOf(column === 'error_scaled' && protocol?.name === 'gradient' ? 'error_rel' : column);
}

/** A lane's values reduced over its steps, one point a quantity. */
async function pointsOf(lane: Lane, chosen: Chosen, measure: Measure, found: Set<string>): Promise<Point[]> {
  const { run, engine, reference, label } = lane;
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
    return [{ label, quantity, x: run.changes[chosen.key], y }];
  });
}

function draw(points: readonly Point[], lanes: readonly Lane[], chosen: Chosen, measure: Measure): Built {
  const shown = chosen.quantity.filter((quantity) => points.some((point) => point.quantity === quantity));
  const values = points.map(({ y }) => y);
  const logY = chosen.y === undefined ? !measure.linear && wantsLog(values.filter((y) => y !== 0)) : chosen.y === 'log';
  if (logY) requirePositive('y', values.map(drawable));
  const title = valueTitle(lanes, chosen, measure);
  const x = keyAxis(points, chosen);
  const y = logY ? logAxis(title, values.map(drawable)) : linearAxis(title, values);
  const style = pointStyles(stylesOf(points), shown.length);
  const panels = shown.map((quantity): Panel => {
    const own = points.filter((point) => point.quantity === quantity);
    return { title: quantityLabel(quantity), x, y, layers: layersOf(own, x, logY, style) };
  });
  const seeds = new Set(lanes.map(({ run }) => run.record.seed)).size;
  const notes = seeds > 1 ? [`line: ${logY ? 'geometric ' : ''}mean of ${seeds} seeds; points: single runs`] : [];
  const runs = lanes.map(({ run }) => run);
  return chart(runs, panels, [...notes, ...(logY && values.includes(0) ? [ZERO_NOTE] : [])]);
}

function stylesOf(points: readonly Point[]): Style[] {
  const labels = [...new Set(points.map(({ label }) => label))];
  return labels.map(pointStyle);
}

/** A line through the means, a point for each run; small ones where runs repeat an x. */
function layersOf(points: readonly Point[], axis: Axis, log: boolean, style: Record<string, unknown>): Layer[] {
  const at = ({ x, y, label }: Point): Datum => ({
    x: axis.scale['type'] === 'point' ? formatValue(x) : (x as number),
    y: log ? drawable(y) : y,
    series: label,
  });
  const means = averaged(points, log);
  const size = means.length < points.length ? 14 : 36;
  return [
    { mark: { type: 'line', strokeWidth: 1.5 }, data: means.map(at), encoding: { color: style['color'] } },
    { mark: { type: 'point', size }, data: points.map(at), encoding: style },
  ];
}

function requirePositive(axis: 'x' | 'y', values: readonly number[]): void {
  const wrong = values.find((value) => !(value > 0));
  if (wrong === undefined) return;
  throw new UserError({
    message: `figure 'over-key': a log axis cannot show ${wrong}`,
    hint: `set its option ${axis}: linear`,
  });
}

function valueTitle(lanes: readonly Lane[], { statistic }: Chosen, measure: Measure): string {
  const title = measureTitle(measure, lanes);
  const { protocol } = lanes[0].run.record.spec as { protocol?: { name?: string } };
  if (protocol?.name === 'gradient') return title;
  return { max: `largest ${title}`, last: `${title} at the last step`, mean: `mean ${title} over the steps` }[
    statistic
  ];
}

/** Numbers along a log or linear axis, anything else by name. */
function keyAxis(points: readonly Point[], { key, x }: Chosen): Axis {
  const values = points.map((point) => point.x);
  if (!values.every((value) => typeof value === 'number')) return nameAxis(keyTitle(key), values.map(formatValue));
  const numbers = values as number[];
  const log = x === undefined ? wantsLog(numbers) : x === 'log';
  if (log) requirePositive('x', numbers);
  return log ? logAxis(keyTitle(key), numbers, false) : linearAxis(keyTitle(key), numbers);
}

/** One point for each x of a series: the mean, geometric on a log axis. */
function averaged(points: readonly Point[], geometric: boolean): Point[] {
  const groups = new Map<string, Point[]>();
  for (const point of points) {
    const key = JSON.stringify([point.label, point.x]);
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [...groups.values()].map((group) => {
    const ys = group.map(({ y }) => (geometric ? Math.log(drawable(y)) : y));
    if (group.length === 1) return group[0];
    return { ...group[0], y: geometric ? Number(Math.exp(mean(ys)).toPrecision(6)) : mean(ys) };
  });
}

export const overKey = defineFigure({
  name: 'over-key',
  summary: 'a column of metrics.csv over any swept key, a curve for each engine and reference',
  needs: [METRICS],
  sweeps,
  options,
  build,
});
