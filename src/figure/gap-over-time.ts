import { type Axis, extent, linearAxis, logAxis } from './axis.js';
import { type Built, chart, type Datum, type Layer, type Panel } from './chart.js';
import { colouring } from './colouring.js';
import { defineFigure, gapOptions, type Options } from './define.js';
import { quantityLabel } from './labels.js';
import { type Lane, lanesOf, rowKey } from './lanes.js';
import {
  drawable,
  keepsResidual,
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
import type { Run, Source } from './source.js';
import { ThinnedSeries } from './thin.js';

/** A point of a curve; `scale` is what the measure divides by, for the floor. */
interface Point {
  readonly time: number;
  readonly value: number;
  readonly scale: number;
}

interface Curve {
  readonly lane: Lane;
  readonly quantity: string;
  readonly points: readonly Point[];
}

/** More curves than this are too many for floors. */
const MOST_FLOORS = 7;
const FAR_BELOW = 1000;

async function build(source: Source, { column, quantity }: Options<typeof gapOptions>): Promise<Built> {
  const measure = measureOf(column);
  const runs = await requireColumns('gap-over-time', source, ['step', 'time', measure.column]);
  const lanes = lanesOf(runs);
  const curves: Curve[] = [];
  const found = new Set<string>();
  for (const run of runs) curves.push(...(await curvesOf(run, lanes, quantity, measure, found)));
  requireDrawable('gap-over-time', quantity, found);
  const drawn = curves.filter(({ points }) => points.length > 0);
  requireNumbers('gap-over-time', measure, drawn);
  return draw(drawn, quantity, measure);
}

async function curvesOf(
  run: Run,
  lanes: readonly Lane[],
  quantities: readonly string[],
  measure: Measure,
  found: Set<string>,
): Promise<Curve[]> {
  const own = lanes.filter((lane) => lane.run === run);
  const wanted = new Set(
    own.flatMap(({ engine, reference }) => quantities.map((quantity) => rowKey(engine.id, reference, quantity))),
  );
  const series = new ThinnedSeries<Point>();
  const largest = new Map<string, number>();
  const columns = ['engine', 'reference', 'quantity', 'time', 'norm', 'reference_norm', measure.column];
  await eachRow(run, METRICS, columns, ([engine, reference, quantity, time, norm, referenceNorm, cell]) => {
    found.add(quantity);
    const key = rowKey(engine, reference, quantity);
    if (!wanted.has(key)) return;
    const b = toNumber(referenceNorm);
    const top = Math.max(largest.get(key) ?? 0, b);
    largest.set(key, top);
    const value = measure.value(toNumber(cell));
    // 0 against 0 (Θ̄₀ always is) says nothing
    if (!Number.isFinite(value) || (b === 0 && toNumber(norm) === 0)) return;
    const scale = { error_rel: b, error_scaled: top }[measure.name] ?? 1;
    series.push(key, { time: toNumber(time), value, scale });
  });
  return own.flatMap((lane) =>
    quantities.map((quantity) => ({
      lane,
      quantity,
      points: series.get(rowKey(lane.engine.id, lane.reference, quantity)),
    })),
  );
}

function draw(curves: readonly Curve[], quantities: readonly string[], measure: Measure): Built {
  const lanes = [...new Set(curves.map(({ lane }) => lane))];
  const shown = quantities.filter((quantity) => curves.some((curve) => curve.quantity === quantity));
  const few = lanes.length <= MOST_FLOORS;
  const floors = few && !measure.linear ? nearby(curves.flatMap(floorOf), curves) : [];
  const y = valueAxis(measure, lanes, [...curves, ...floors]);
  const x = linearAxis(
    'time t',
    curves.flatMap(({ points }) => [points[0].time, points.at(-1)!.time]),
    false,
  );
  const colours = colouring(lanes, shown.length, floors.length > 0 ? 'free residual ‖F(s⁰)‖₂ / |β|' : undefined);
  const panels = shown.map((quantity): Panel => {
    const layers: Layer[] = [
      { mark: 'line', data: data(floors, quantity, measure, colours.fields), encoding: colours.floor },
      ...colours.groups.map(({ encoding, holds }) => {
        const held = curves.filter(({ lane }) => holds(lane));
        return { mark: 'line', data: data(held, quantity, measure, colours.fields), encoding };
      }),
    ];
    return { title: quantityLabel(quantity), x, y, layers: layers.filter((layer) => layer.data.length > 0) };
  });
  const zeros = !measure.linear && curves.some(({ points }) => points.some(({ value }) => value === 0));
  return chart(
    lanes.map(({ run }) => run),
    panels,
    zeros ? [ZERO_NOTE] : [],
  );
}

/** Where the residual of the free phase, divided by β, takes over. */
function floorOf({ lane, quantity, points }: Curve): Curve[] {
  const residual = lane.run.record.free.residual_l2;
  const { beta } = lane.engine;
  if (beta === undefined || !keepsResidual(lane.engine) || !residual) return [];
  const floor = points.map(({ time, scale }) => ({ time, scale, value: residual / Math.abs(beta) / scale }));
  return [{ lane, quantity, points: floor.filter(({ value }) => Number.isFinite(value)) }];
}

/** Without floors so far below every curve that they would only flatten the picture. */
function nearby(floors: readonly Curve[], curves: readonly Curve[]): Curve[] {
  const [lowest] = extent(curves.flatMap(({ points }) => points.map(({ value }) => value)));
  return floors.filter(({ points }) => points.some(({ value }) => value * FAR_BELOW >= lowest));
}

function valueAxis(measure: Measure, lanes: readonly Lane[], curves: readonly Curve[]): Axis {
  const values = curves.flatMap(({ points }) => points.map(({ value }) => value));
  const title = measureTitle(measure, lanes);
  if (measure.linear) return linearAxis(title, values);
  return logAxis(title, values.map(drawable));
}

function data(curves: readonly Curve[], quantity: string, measure: Measure, fields: (lane: Lane) => Datum): Datum[] {
  return curves
    .filter((curve) => curve.quantity === quantity)
    .flatMap(({ lane, points }) =>
      points.map(({ time, value }) => ({ x: time, y: measure.linear ? value : drawable(value), ...fields(lane) })),
    );
}

export const gapOverTime = defineFigure({
  name: 'gap-over-time',
  summary: 'error of every engine against the reference, step by step, on a log axis',
  needs: [METRICS],
  options: gapOptions,
  build,
});
