import * as z from 'zod';
import { UserError } from '../errors.js';
import { precisionOf, ulp } from '../metrics/precision.js';
import { type Axis, countAxis, extent, linearAxis, logAxis } from './axis.js';
import { type Built, chart, type Datum, type Layer, type Panel } from './chart.js';
import { type Colouring, colouring } from './colouring.js';
import { defineFigure, gapOptions, type Options } from './define.js';
import { areNamedAtEnds, type End } from './ends.js';
import { type Curve, finding, type Point } from './gap-finding.js';
import { againstLabel, isMap, quantityLabel } from './labels.js';
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
} from './measure.js';
import { styleOf } from './roles.js';
import { eachRow, toNumber } from './rows.js';
import type { Run, Source } from './source.js';
import { ThinnedSeries } from './thin.js';

const options = {
  ...gapOptions,
  engines: z.array(z.string()).min(1).optional().describe('ids of the engines that are drawn; default all'),
  references: z.array(z.string()).min(1).optional().describe('what they are compared with; default all references'),
  along: z.enum(['time', 'step']).default('time').describe('along x: the time of phase two, or how many steps'),
};

type Along = Options<typeof options>['along'];

const FLOOR = styleOf('residual', 'residual of phase one, ‖F(s⁰)‖₂ / |β|');

/** More curves than this are too many for floors. */
const MOST_FLOORS = 7;
const FAR_BELOW = 1000;

async function build(source: Source, chosen: Options<typeof options>): Promise<Built> {
  const { column, quantity, along } = chosen;
  const measure = measureOf(column);
  const runs = await requireColumns('gap-over-time', source, ['step', 'time', measure.column]);
  const lanes = chosenOf(lanesOf(runs), chosen);
  const curves: Curve[] = [];
  const found = new Set<string>();
  const notes = new Set<string>();
  for (const run of runs) {
    const read = await curvesOf(run, lanes, quantity, { measure, along, found });
    curves.push(...read.curves);
    if (read.thinned !== undefined) notes.add(read.thinned);
  }
  requireDrawable('gap-over-time', quantity, found);
  const drawn = curves.filter(({ points }) => points.length > 0);
  requireNumbers('gap-over-time', measure, drawn, runs);
  return draw(withoutReferences(drawn), quantity, { measure, along, thinned: [...notes][0] });
}

/** @throws UserError where none is left */
function chosenOf(lanes: readonly Lane[], { engines, references }: Options<typeof options>): readonly Lane[] {
  const left = lanes.filter(
    ({ engine, reference }) => (engines?.includes(engine.id) ?? true) && (references?.includes(reference) ?? true),
  );
  if (left.length > 0) return left;
  const pairs = new Set(lanes.map(({ engine, reference }) => `${engine.id} against ${reference}`));
  throw new UserError({
    message: "figure 'gap-over-time': no engine and reference of its options are compared",
    hint: `there is ${[...pairs].join(', ')}`,
  });
}

/** Where no panel has an engine against two references, one engine is one curve in all of them. */
function withoutReferences(curves: readonly Curve[]): readonly Curve[] {
  const short = ({ lane: { label, reference, run } }: Curve) =>
    label.replace(`, ${againstLabel(reference, run.engines)}`, '');
  const places = new Set(curves.map((curve) => `${curve.quantity} ${short(curve)}`));
  if (places.size < curves.length) return curves;
  const lanes = new Map<Lane, Lane>();
  return curves.map((curve) => {
    const lane = lanes.get(curve.lane) ?? { ...curve.lane, label: short(curve) };
    lanes.set(curve.lane, lane);
    return { ...curve, lane };
  });
}

async function curvesOf(
  run: Run,
  lanes: readonly Lane[],
  quantities: readonly string[],
  { measure, along, found }: { measure: Measure; along: Along; found: Set<string> },
): Promise<{ curves: Curve[]; thinned: string | undefined }> {
  const own = lanes.filter((lane) => lane.run === run);
  const wanted = new Set(
    own.flatMap(({ engine, reference }) => quantities.map((quantity) => rowKey(engine.id, reference, quantity))),
  );
  const series = new ThinnedSeries<Point>(({ value }) => value);
  const largest = new Map<string, number>();
  const columns = ['engine', 'reference', 'quantity', along, 'norm', 'reference_norm', measure.column];
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
  const curves = own.flatMap((lane) =>
    quantities.map((quantity) => ({
      lane,
      quantity,
      points: series.get(rowKey(lane.engine.id, lane.reference, quantity)),
    })),
  );
  return { curves, thinned: series.note };
}

interface How {
  readonly measure: Measure;
  readonly along: Along;
  readonly thinned: string | undefined;
}

function draw(read: readonly Curve[], quantities: readonly string[], { measure, along, thinned }: How): Built {
  const curves = measure.linear ? read : read.map((curve) => withoutZeros(curve, measure));
  const lanes = [...new Set(curves.map(({ lane }) => lane))];
  const runs = lanes.map(({ run }) => run);
  const shown = quantities.filter((quantity) => curves.some((curve) => curve.quantity === quantity));
  const few = lanes.length <= MOST_FLOORS;
  const floors = few && !measure.linear ? nearby(curves.flatMap(floorOf), curves) : [];
  const y = valueAxis(measure, lanes, [...curves, ...floors]);
  const times = curves.flatMap(({ points }) => [points[0].time, points.at(-1)!.time]);
  const x =
    along === 'step' || runs.every(isMap)
      ? countAxis('step t of phase two', times)
      : linearAxis('time t of phase two', times, false);
  const colours = colouring(lanes, floors.length > 0 ? FLOOR : undefined);
  const place = (value: number) => (measure.linear ? value : drawable(value));
  const panels = shown.map((quantity): Panel => {
    const [own, under] = [curves, floors].map((all) => all.filter((curve) => curve.quantity === quantity));
    const layers: Layer[] = [
      { mark: 'line', data: under.flatMap(floorData), encoding: { ...colours.floor, detail: { field: 'floor' } } },
      ...colours.groups.map(({ encoding, holds }) => {
        const held = own.filter(({ lane }) => holds(lane));
        return { mark: 'line', data: held.flatMap((curve) => data(curve, place, colours.fields)), encoding };
      }),
    ];
    const ends = endsOf(
      [...own, ...under.slice(0, 1).map((curve) => ({ ...curve, label: FLOOR.label }))],
      colours,
      place,
    );
    return { title: quantityLabel(quantity), x, y, layers: layers.filter((layer) => layer.data.length > 0), ends };
  });
  const zeros = curves.some(({ points }, i) => points.length < read[i].points.length || points[0].value === 0);
  const notes = [...(!measure.linear && zeros ? [ZEROS_NOTE] : []), ...(thinned ? [thinned] : [])];
  return { ...chart(runs, panels, notes), finding: finding(read, measure) };
}

const ZEROS_NOTE =
  'Where two agree to the last bit an error has no place on a log axis: it is left out, or drawn at 10⁻¹⁷ where a curve has no other';

/** Relative gaps up to so many units in the last place are the rounding of a few numbers; the nudged copy of β magnifies it by 1/β. */
const ROUNDING = 16;

/** A curve on a log axis, without what agrees to the last bit, as where both begin; unless it does throughout. */
function withoutZeros(curve: Curve, { name }: Measure): Curve {
  const { run, engine } = curve.lane;
  const { beta } = engine;
  const isRelative = name === 'error_rel' || name === 'error_scaled';
  const least = isRelative && beta !== undefined ? (ROUNDING * ulp[precisionOf(run.record)]) / Math.abs(beta) : 0;
  const points = curve.points.filter(({ value }) => value > least);
  return points.length > 0 ? { ...curve, points } : curve;
}

type Named = Curve & { readonly label?: string };

/** Where they are few, curves are named at their ends. */
function endsOf(curves: readonly Named[], { styles }: Colouring, place: (value: number) => number): End[] {
  if (styles === undefined || !areNamedAtEnds([...styles.values()])) return [];
  return curves.map(({ lane, label = lane.label, points }) => ({
    style: styles.get(label)!,
    y: place(points.at(-1)!.value),
  }));
}

const floorData = ({ lane, points }: Curve): Datum[] =>
  points.map(({ time, value }) => ({ x: time, y: value, series: FLOOR.label, floor: lane.label }));

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

function data({ lane, points }: Curve, place: (value: number) => number, fields: (lane: Lane) => Datum): Datum[] {
  return points.map(({ time, value }) => ({ x: time, y: place(value), ...fields(lane) }));
}

export const gapOverTime = defineFigure({
  name: 'gap-over-time',
  summary: 'error of every engine against the reference, step by step, on a log axis',
  needs: [METRICS],
  reads: ({ column }) => ['step', 'time', 'reference', 'quantity', measureOf(column).column],
  options,
  build,
});
