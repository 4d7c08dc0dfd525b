import { precisionOf, ulp } from '../metrics/precision.js';
import { logAxis } from './axis.js';
import { bandLayers } from './bands.js';
import { type Built, chart, type Datum, type Layer, lineStyles, type Panel, pointStyles } from './chart.js';
import { defineFigure, gapOptions, type Options } from './define.js';
import { areNamedAtEnds, type End } from './ends.js';
import { type Floor, floorLayer, floorsOf, radiusLines, stylesIn } from './floors.js';
import type { Frame } from './frame.js';
import { briefly, commonKind, formatNumber } from './labels.js';
import { betaKey, determinedBy, type Lane, lanesOf, rowKey } from './lanes.js';
import {
  columnsFor,
  drawable,
  heading,
  keepsResidual,
  METRICS,
  type Measure,
  measureFor,
  measureTitle,
  requireColumns,
  requireDrawable,
  requireNumbers,
  ZERO_NOTE,
} from './measure.js';
import { fitted, type Place, type Point, placesOf, type Series, slopeText } from './power-fit.js';
import { analyticRadius } from './radius.js';
import { roleOf, type Style, stylesOf } from './roles.js';
import { eachRow, toNumber } from './rows.js';
import { capital, listed } from './say.js';
import { requireSwept, type Source, type Sweep } from './source.js';
import { bandNote } from './spread.js';

const ANY_BETA: Sweep = { key: 'engines.<id>.beta', matches: (key) => /^engines\.[^.]+\.beta$/.test(key) };

async function build(source: Source, { column, quantity }: Options<typeof gapOptions>, frame: Frame): Promise<Built> {
  const measure = measureFor(column, source);
  requireSwept('gap-over-beta', source, ANY_BETA);
  const runs = await requireColumns('gap-over-beta', source, [measure.column]);
  const alongX = determinedBy(runs, source.swept.filter(ANY_BETA.matches));
  const lanes = lanesOf(runs, (key) => key === 'seed' || alongX(key)).filter(
    ({ engine, changes }) => betaKey(engine) in changes,
  );
  const found = new Set<string>();
  const points = new Map<string, Point[]>();
  for (const lane of lanes) {
    for (const [name, point] of await pointsOf(lane, quantity, measure, found)) {
      const key = rowKey(lane.label, lane.reference, name);
      points.set(key, [...(points.get(key) ?? []), point]);
    }
  }
  requireDrawable('gap-over-beta', quantity, found);
  const firsts = [...new Map(lanes.map((lane) => [rowKey(lane.label, lane.reference, ''), lane])).values()];
  const radius = analyticRadius(source.runs);
  const series = quantity.flatMap((name) =>
    firsts.flatMap((lane) => {
      const own = points.get(rowKey(lane.label, lane.reference, name));
      const places = placesOf(own ?? [], frame.band, !measure.linear);
      return own ? [fitted({ lane, quantity: name }, places, measure, radius)] : [];
    }),
  );
  requireNumbers('gap-over-beta', measure, series, runs);
  return { ...draw(series, lanes, quantity, measure, { radius, frame }), finding: finding(series, measure, radius) };
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
  // of a state of size 1
  const rounded = ulp[precisionOf(run.record)];
  const residual = keepsResidual(engine) ? (run.record.free.residual_l2 ?? 0) : 0;
  return [...gaps].map(([quantity, { gap, smallest, largest }]) => {
    const scale = { error_rel: smallest, error_scaled: largest }[measure.name] ?? 1;
    return [quantity, { beta, gap, residual: residual / beta / scale, roundOff: rounded / beta / scale }];
  });
}

/** The power of each engine; else how small its gap gets. */
function finding(series: readonly Series[], measure: Measure, radius: number | undefined): string {
  const main = series.filter(({ quantity }) => quantity === (series.find(isOfParams) ?? series[0]).quantity);
  const lanes = main.map(({ lane }) => lane);
  const powers = main.flatMap(({ lane, fit }) =>
    fit ? [`${fit.law.slope.toFixed(2)} (${briefly(lane, lanes)})`] : [],
  );
  const least = (one: Series) =>
    one.places.reduce((small, { gap }) => Math.min(small, gap.mean), Number.POSITIVE_INFINITY);
  if (powers.length === 0)
    return `At best ${listed(main.map((one) => `${briefly(one.lane, lanes)} is ${measure.say(least(one))} off`))}`;
  const upTo = radius === undefined ? '' : `, up to the end of analyticity at |β| = ${formatNumber(radius, 2)}`;
  // where some have no power it is said whose each is
  const whose = (one: Series) => (powers.length < main.length ? ` (${briefly(one.lane, lanes)})` : '');
  const low =
    radius === undefined ? `, down to ${listed(main.map((one) => `${measure.say(least(one))}${whose(one)}`))}` : '';
  const kind = commonKind(lanes);
  return `${capital(measure.noun)}${kind === undefined ? '' : ` of ${kind}`} falls as β to the power of ${listed(powers)}${low}${upTo}`;
}

const isOfParams = ({ quantity }: Series) => quantity.startsWith('params');

interface How {
  readonly radius: number | undefined;
  readonly frame: Frame;
}

function draw(
  series: readonly Series[],
  lanes: readonly Lane[],
  quantities: readonly string[],
  measure: Measure,
  { radius, frame }: How,
): Built {
  const shown = quantities.filter((quantity) => series.some((one) => one.quantity === quantity));
  const floors = measure.linear ? [] : floorsOf(series);
  const all = series.flatMap(({ places }) => places);
  const axes = {
    x: logAxis(
      'nudging strength β',
      all.map(({ beta }) => beta),
      false,
    ),
    y: logAxis(measureTitle(measure, lanes), [
      ...all.flatMap(({ gap }) => [gap.low, gap.mean, gap.high].map(drawable)),
      ...floors.map(({ y }) => y),
    ]),
  };
  const bounds = [...floors, ...radiusLines(radius, shown, axes)];
  const labels = [...new Map(series.map(({ label, lane }) => [label, lane])).values()];
  const styles = stylesOf(
    labels.map(({ label, engine }) => ({ label: labelled(label, series), role: roleOf(engine) })),
  );
  const panels = shown.map((quantity): Panel => {
    const own = series.filter((one) => one.quantity === quantity);
    return { title: heading(quantity, 'max', lanes[0].run), ...axes, ...drawn(own, series, styles, bounds) };
  });
  const seeds = Math.max(...all.map(({ gap }) => gap.seeds));
  const note = bandNote(seeds, frame.band, !measure.linear);
  const notes = [
    FIT_NOTE,
    ...(note ? [note.replace('Line', 'Points')] : []),
    ...(all.some(({ gap }) => gap.mean === 0) ? [ZERO_NOTE] : []),
  ];
  return chart(
    lanes.map(({ run }) => run),
    panels,
    notes,
  );
}

const FIT_NOTE = 'Lines: fits by a power of β where it leads and the floors are far below';

function drawn(
  own: readonly Series[],
  series: readonly Series[],
  styles: readonly Style[],
  bounds: readonly Floor[],
): Pick<Panel, 'layers' | 'ends'> {
  const all = [...styles, ...stylesIn(bounds)];
  const few = areNamedAtEnds(all);
  const naming = { named: few, symbols: 'point' } as const;
  const { strokeWidth, ...line } = lineStyles(all, naming);
  const name = ({ label }: Series) => labelled(label, series);
  const layers: Layer[] = [
    ...bandLayers(
      own.map((one) => ({
        style: styles.find(({ label }) => label === name(one))!,
        places: one.places.map(({ beta, gap }) => ({ x: beta, ...gap })),
      })),
      drawable,
    ),
    {
      mark: { type: 'line', strokeWidth: 1.1 },
      data: own.flatMap((one) => fitLine(one, name(one))),
      encoding: line,
    },
    floorLayer(bounds, own[0].quantity, { ...line, strokeWidth }),
    {
      mark: 'point',
      data: own.flatMap((one) => one.places.map((place) => dot(place, name(one)))),
      encoding: pointStyles(all, naming),
    },
  ];
  const ends = own.map(
    (one): End => ({
      style: styles.find(({ label }) => label === name(one))!,
      y: drawable(one.places.at(-1)!.gap.mean),
      points: true,
    }),
  );
  return {
    layers: layers.filter(({ data }) => data.length > 0),
    ...(few && { ends: [...ends, ...floorEnds(bounds, own[0].quantity)] }),
  };
}

/** Floors end where β is largest. */
function floorEnds(floors: readonly Floor[], quantity: string): End[] {
  return stylesIn(floors).map((style) => {
    const own = floors.filter((floor) => floor.quantity === quantity && floor.style.label === style.label);
    return { style, y: own.reduce((last, floor) => (floor.x > last.x ? floor : last), own[0]).y };
  });
}

/** `EP one-sided: slope = 1.00` */
function labelled(label: string, series: readonly Series[]): string {
  const slope = slopeText(label, series);
  return slope === undefined ? label : `${label}: slope = ${slope}`;
}

const dot = ({ beta, gap }: Place, series: string): Datum => ({ x: beta, y: drawable(gap.mean), series });

/** The fitted line; 6 digits, so that no difference in the last bit of a logarithm shows in the file. */
function fitLine({ fit }: Series, series: string): Datum[] {
  if (!fit) return [];
  return [fit.from, fit.to].map((x) => ({ x, y: Number(fit.law.at(x).toPrecision(6)), series }));
}

export const gapOverBeta = defineFigure({
  name: 'gap-over-beta',
  summary: 'largest error of every engine over its swept β, with the fitted slope and the floors',
  needs: [METRICS],
  reads: ({ column }) => ['reference', 'quantity', 'reference_norm', ...columnsFor(column)],
  sweeps: () => ANY_BETA,
  options: gapOptions,
  build,
});
