import { type Axis, logAxis } from './axis.js';
import {
  type Built,
  chart,
  type Datum,
  type Layer,
  lineStyles,
  type Panel,
  pointStyle,
  pointStyles,
  type Style,
} from './chart.js';
import { defineFigure, gapOptions, type Options } from './define.js';
import { formatNumber, quantityLabel } from './labels.js';
import { betaKey, determinedBy, type Lane, lanesOf, rowKey } from './lanes.js';
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
import { analyticRadius } from './radius.js';
import { eachRow, toNumber } from './rows.js';
import { fitSlope, type PowerLaw } from './slope.js';
import { type EngineSpec, requireSwept, type Source, type Sweep } from './source.js';
import { GREY } from './theme.js';

const ANY_BETA: Sweep = { key: 'engines.<id>.beta', matches: (key) => /^engines\.[^.]+\.beta$/.test(key) };

/**
 * Slopes are fitted where the leading power of β dominates: so many times above the floor, and where the gap is at most
 * this part of the reference, whatever the order (of an absolute gap, where β is at most this). Of N points inside a
 * radius R of analyticity the next power is (β/R)^N below the leading one.
 */
const ABOVE_FLOOR = 100;
const LEADING = 3e-2;
/** Spacing of doubles at 1: the round-off of a state of size 1. */
const EPSILON = 2 ** -52;

const RESIDUAL = 'free residual ‖F(s⁰)‖₂ / |β|';
const ROUND_OFF = 'round-off 2⁻⁵² / |β|';
const radiusLabel = (radius: number) => `end of analyticity, |β| = ${formatNumber(radius, 2)}`;

interface Point {
  readonly beta: number;
  readonly gap: number;
  readonly residual: number;
  readonly roundOff: number;
}

/** One engine's points by rising β. */
interface Series {
  readonly label: string;
  readonly quantity: string;
  readonly lane: Lane;
  readonly points: readonly Point[];
  readonly fit: { readonly law: PowerLaw; readonly from: number; readonly to: number } | undefined;
}

async function build(source: Source, { column, quantity }: Options<typeof gapOptions>): Promise<Built> {
  const measure = measureOf(column);
  requireSwept('gap-over-beta', source, ANY_BETA);
  const runs = await requireColumns('gap-over-beta', source, [measure.column]);
  const lanes = lanesOf(runs, determinedBy(runs, source.swept.filter(ANY_BETA.matches))).filter(
    ({ engine, changes }) => betaKey(engine) in changes,
  );
  const found = new Set<string>();
  const points = new Map<string, Map<number, Point>>();
  for (const lane of lanes) {
    for (const [name, point] of await pointsOf(lane, quantity, measure, found)) {
      const key = rowKey(lane.label, lane.reference, name);
      points.set(key, (points.get(key) ?? new Map()).set(point.beta, point));
    }
  }
  requireDrawable('gap-over-beta', quantity, found);
  const firsts = [...new Map(lanes.map((lane) => [rowKey(lane.label, lane.reference, ''), lane])).values()];
  const radius = analyticRadius(source.runs);
  const series = quantity.flatMap((name) =>
    firsts.flatMap((lane) =>
      seriesOf(lane, name, points.get(rowKey(lane.label, lane.reference, name)), measure, radius),
    ),
  );
  requireNumbers('gap-over-beta', measure, series);
  return draw(series, quantity, measure, radius);
}

/** The largest gap of a lane over its steps, by quantity. */
async function pointsOf(
  { run, engine, reference }: Lane,
  quantities: readonly string[],
  measure: Measure,
  found: Set<string>,
): Promise<[string, Point][]> {
  const gaps = new Map<string, { gap: number; smallest: number; largest: number }>();
  const columns = ['engine', 'reference', 'quantity', 'reference_norm', measure.column];
  await eachRow(run, METRICS, columns, ([id, against, quantity, norm, cell]) => {
    found.add(quantity);
    if (id !== engine.id || against !== reference || !quantities.includes(quantity)) return;
    const [value, b] = [measure.value(toNumber(cell)), toNumber(norm)];
    if (!Number.isFinite(value)) return;
    const { gap, smallest, largest } = gaps.get(quantity) ?? { gap: 0, smallest: Number.POSITIVE_INFINITY, largest: 0 };
    gaps.set(quantity, {
      gap: Math.max(gap, value),
      smallest: b > 0 ? Math.min(smallest, b) : smallest,
      largest: Math.max(largest, b),
    });
  });
  const beta = Math.abs(engine.beta!);
  const residual = keepsResidual(engine) ? (run.record.free.residual_l2 ?? 0) : 0;
  return [...gaps].map(([quantity, { gap, smallest, largest }]) => {
    const scale = { error_rel: smallest, error_scaled: largest }[measure.name] ?? 1;
    return [quantity, { beta, gap, residual: residual / beta / scale, roundOff: EPSILON / beta / scale }];
  });
}

function seriesOf(
  lane: Lane,
  quantity: string,
  found: Map<number, Point> | undefined,
  measure: Measure,
  radius: number | undefined,
): Series[] {
  if (!found) return [];
  const points = [...found.values()].sort((a, b) => a.beta - b.beta);
  const fitted = points.filter(
    (point) =>
      point.gap > 0 &&
      isLeading(point, lane.engine, measure, radius) &&
      (measure.linear || point.gap >= ABOVE_FLOOR * Math.max(point.residual, point.roundOff)),
  );
  const law = fitSlope(fitted.map(({ beta, gap }) => ({ x: beta, y: gap })));
  const fit = law && { law, from: fitted[0].beta, to: fitted.at(-1)!.beta };
  return [{ label: lane.label, quantity, lane, points, fit }];
}

function isLeading(
  { beta, gap }: Point,
  { points }: EngineSpec,
  measure: Measure,
  radius: number | undefined,
): boolean {
  if (radius !== undefined && points !== undefined) {
    return Number(points) * Math.log(beta / radius) <= Math.log(LEADING);
  }
  return (measure.name === 'error_rel' || measure.name === 'error_scaled' ? gap : beta) <= LEADING;
}

function draw(
  series: readonly Series[],
  quantities: readonly string[],
  measure: Measure,
  radius: number | undefined,
): Built {
  const shown = quantities.filter((quantity) => series.some((one) => one.quantity === quantity));
  const lanes = [...new Map(series.map(({ label, lane }) => [label, lane])).values()];
  const labels = new Map(lanes.map(({ label }) => [label, withSlopes(label, series)]));
  const floors = measure.linear ? [] : floorsOf(series);
  const gaps = series.flatMap(({ points }) => points.map(({ gap }) => gap));
  const betas = series.flatMap(({ points }) => points.map(({ beta }) => beta));
  const axes = {
    x: logAxis('nudging strength β', betas, false),
    y: logAxis(valueTitle(measure, lanes), [...gaps.map(drawable), ...floors.map(({ y }) => y)]),
  };
  const bounds = [...floors, ...radiusLines(radius, shown, axes)];
  const style = pointStyles([...labels.values()].map(pointStyle), shown.length);
  const panels = shown.map((quantity): Panel => {
    const own = series.filter((one) => one.quantity === quantity);
    const layers: Layer[] = [
      {
        mark: { type: 'line', strokeWidth: 1.3 },
        data: own.flatMap((one) => fitted(one, labels)),
        encoding: { color: style['color'] },
      },
      floorLayer(bounds, quantity, shown.length),
      { mark: 'point', data: own.flatMap((one) => dots(one, labels)), encoding: style },
    ];
    return { title: quantityLabel(quantity), ...axes, layers: layers.filter(({ data }) => data.length > 0) };
  });
  const runs = lanes.map(({ run }) => run);
  return chart(runs, panels, gaps.includes(0) ? [ZERO_NOTE] : []);
}

/** Of a process the largest gap over its steps is shown; an end point has one. */
function valueTitle(measure: Measure, lanes: readonly Lane[]): string {
  const { protocol } = lanes[0].run.record.spec as { protocol?: { name?: string } };
  const title = measureTitle(measure, lanes);
  return protocol?.name === 'gradient' ? title : `largest ${title}`;
}

/** `one-sided: slope 1.00`; where panels differ, the slope of each. */
function withSlopes(label: string, series: readonly Series[]): string {
  const slopes = series
    .filter((one) => one.label === label)
    .map(({ quantity, fit }) => ({ quantity, text: fit?.law.slope.toFixed(2) }));
  const distinct = [...new Set(slopes.map(({ text }) => text))];
  if (distinct.length > 1)
    return `${label}: slope ${slopes.map(({ text, quantity }) => `${text ?? '–'} (${quantity})`).join(', ')}`;
  return distinct[0] === undefined ? label : `${label}: slope ${distinct[0]}`;
}

const dots = ({ label, points }: Series, labels: ReadonlyMap<string, string>): Datum[] =>
  points.map(({ beta, gap }) => ({ x: beta, y: drawable(gap), series: labels.get(label)! }));

/** The fitted line; 6 digits, so that no difference in the last bit of a logarithm shows in the file. */
function fitted({ label, fit }: Series, labels: ReadonlyMap<string, string>): Datum[] {
  if (!fit) return [];
  return [fit.from, fit.to].map((x) => ({ x, y: Number(fit.law.at(x).toPrecision(6)), series: labels.get(label)! }));
}

const FLOORS: readonly Style[] = [
  { label: RESIDUAL, color: GREY, dash: [6, 3], width: 1.1 },
  { label: ROUND_OFF, color: GREY, dash: [1.5, 2.5], width: 1.1 },
];

interface Floor {
  readonly label: string;
  readonly quantity: string;
  readonly x: number;
  readonly y: number;
}

/** The floors of every β, once each: engines in one run share them. */
function floorsOf(series: readonly Series[]): Floor[] {
  const all = series.flatMap(({ quantity, points }) =>
    points.flatMap(({ beta: x, residual, roundOff }): Floor[] => [
      { label: RESIDUAL, quantity, x, y: residual },
      { label: ROUND_OFF, quantity, x, y: roundOff },
    ]),
  );
  const drawn = all.filter(({ y }) => y > 0 && Number.isFinite(y));
  return [...new Map(drawn.map((floor) => [`${floor.label} ${floor.quantity} ${floor.x}`, floor])).values()];
}

/** From the bottom to the top of every panel, where it lies within. */
function radiusLines(
  radius: number | undefined,
  quantities: readonly string[],
  { x, y }: Record<'x' | 'y', Axis>,
): Floor[] {
  const [left, right] = x.scale['domain'] as number[];
  if (radius === undefined || radius < left || radius > right) return [];
  return quantities.flatMap((quantity) =>
    (y.scale['domain'] as number[]).map((end) => ({ label: radiusLabel(radius), quantity, x: radius, y: end })),
  );
}

function floorLayer(floors: readonly Floor[], quantity: string, panels: number): Layer {
  const others = [...new Set(floors.map(({ label }) => label))].filter(
    (name) => !FLOORS.some(({ label }) => label === name),
  );
  const used = [
    ...FLOORS.filter(({ label }) => floors.some((floor) => floor.label === label)),
    ...others.map((label): Style => ({ label, color: GREY, width: 1.1 })),
  ];
  const { strokeDash } = lineStyles(used, panels) as { strokeDash: Record<string, unknown> };
  const own = floors.filter((floor) => floor.quantity === quantity);
  return {
    mark: { type: 'line', color: GREY, strokeWidth: 1.1 },
    data: own.map(({ label, x, y }) => ({ floor: label, x, y })),
    encoding: { strokeDash: { ...strokeDash, field: 'floor' } },
  };
}

export const gapOverBeta = defineFigure({
  name: 'gap-over-beta',
  summary: 'largest error of every engine over its swept β, with the fitted slope and the floors',
  needs: [METRICS],
  sweeps: () => ANY_BETA,
  options: gapOptions,
  build,
});
