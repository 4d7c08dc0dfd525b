import * as z from 'zod';
import { UserError } from '../errors.js';
import { type ByPrecision, precisionOf } from '../metrics/precision.js';
import { logAxis } from './axis.js';
import { type Built, chart, type Datum, lineStyles, type Panel, pointStyles } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { areNamedAtEnds, type End } from './ends.js';
import { quantityLabel, subject, tensorSymbol } from './labels.js';
import { type Lane, lanesOf } from './lanes.js';
import {
  comparedWith,
  drawable,
  METRICS,
  measureOf,
  measureTitle,
  requireColumns,
  requireDrawable,
  requireNumbers,
} from './measure.js';
import { type Style, styleOf, stylesOf } from './roles.js';
import { eachRow, toNumber } from './rows.js';
import { between, listed } from './say.js';
import { fitSlope } from './slope.js';
import { type Run, requireSwept, type Source, type Sweep } from './source.js';

const FEEDBACK: Sweep = { key: 'network.feedback', matches: (key) => key === 'network.feedback' };

const options = {
  tensors: z.array(z.string()).min(1).optional().describe('a curve each, e.g. [W1, W2]; default all weights'),
};

/** Slopes are fitted where γ is at most this, so that its first power dominates, and the gap so far above round-off. */
const LEADING = 1e-2;
const ABOVE_FLOOR = 100;
/** What is left of a number of size 1 in a difference. */
const ROUND_OFF: ByPrecision = { float64: 1e-16, float32: 6e-8 };
const FLOOR = styleOf('round-off', 'round-off');

interface Point {
  readonly gamma: number;
  readonly gap: number;
  readonly floor: number;
}

interface Series {
  readonly tensor: string;
  readonly label: string;
  readonly slope: number | undefined;
  /** By rising γ. */
  readonly points: readonly Point[];
}

async function build(source: Source, { tensors }: Options<typeof options>): Promise<Built> {
  requireSwept('gap-over-feedback', source, FEEDBACK);
  const measure = measureOf('error_rel');
  const runs = await requireColumns('gap-over-feedback', source, [measure.column]);
  const layers = layersAbove(runs[0], tensors);
  const lanes = lanesOf(runs, FEEDBACK.matches).filter(({ engine, run }) => engine.id === run.engines[0].id);
  const found = new Set<string>();
  const gaps = new Map([...layers.keys()].map((tensor): [string, Point[]] => [tensor, []]));
  for (const lane of lanes) {
    for (const [tensor, point] of await pointsOf(lane, layers, found)) gaps.get(tensor)!.push(point);
  }
  const quantities = [...layers.keys()].map((tensor) => `params.${tensor}`);
  requireDrawable('gap-over-feedback', quantities, found);
  const series = [...gaps]
    .filter(([, points]) => points.length > 0)
    .map(([tensor, points]) => seriesOf(tensor, points));
  requireNumbers('gap-over-feedback', measure, series, runs);
  return { ...draw(series, lanes), finding: finding(series, lanes) };
}

/** By tensor, how many layers are above its own: weights, unless they are named. */
function layersAbove({ record }: Run, named: readonly string[] | undefined): Map<string, number> {
  const tensors = Object.entries(record.tensors ?? {}).filter(([, { of }]) => of === 'params');
  const last = Math.max(...tensors.map(([, { layer }]) => layer));
  const shown = tensors.filter(([name, { kind }]) => (named ? named.includes(name) : kind !== 'bias'));
  const missing = named?.find((name) => !tensors.some(([tensor]) => tensor === name));
  if (missing === undefined) return new Map(shown.map(([name, { layer }]) => [name, last - layer]));
  const hint = `the network has ${tensors.map(([name]) => name).join(', ')}`;
  throw new UserError({ message: `figure 'gap-over-feedback': no tensor '${missing}'`, hint });
}

async function pointsOf(
  { run, engine, reference, changes }: Lane,
  layers: ReadonlyMap<string, number>,
  found: Set<string>,
): Promise<[string, Point][]> {
  const gamma = Number(changes[FEEDBACK.key]);
  const points: [string, Point][] = [];
  await eachRow(run, METRICS, ['engine', 'reference', 'quantity', 'error_rel'], ([id, against, quantity, cell]) => {
    found.add(quantity);
    const tensor = quantity.replace(/^params\./, '');
    const above = layers.get(tensor);
    if (id !== engine.id || against !== reference || above === undefined) return;
    const gap = toNumber(cell);
    if (Number.isFinite(gap))
      points.push([tensor, { gamma, gap, floor: ROUND_OFF[precisionOf(run.record)] / gamma ** above }]);
  });
  return points;
}

function seriesOf(tensor: string, given: readonly Point[]): Series {
  const points = given.toSorted((a, b) => a.gamma - b.gamma);
  const leading = points.filter(({ gamma, gap, floor }) => gamma <= LEADING * 1.001 && gap >= ABOVE_FLOOR * floor);
  const slope = fitSlope(leading.map(({ gamma, gap }) => ({ x: gamma, y: gap })))?.slope;
  const name = tensorSymbol(tensor);
  return { tensor, label: slope === undefined ? name : `${name}: slope ${slope.toFixed(2)}`, slope, points };
}

/** The power of γ, and how small the gap gets. */
function finding(series: readonly Series[], lanes: readonly Lane[]): string {
  const { say } = measureOf('error_rel');
  const least = series.map(({ points }) => Math.min(...points.map(({ gap }) => gap)));
  const slopes = series.flatMap(({ slope }) => slope ?? []);
  const power = between(slopes, (slope) => slope.toFixed(2));
  const how = slopes.length === 0 ? 'goes' : `falls as γ to the power of ${power},`;
  return `The error of ${subject(lanes[0], lanes)} against ${comparedWith(lanes)} ${how} down to ${listed(series.map(({ tensor }, i) => `${say(least[i])} (${tensorSymbol(tensor)})`))}`;
}

function draw(series: readonly Series[], lanes: readonly Lane[]): Built {
  const gaps = series.flatMap(({ points }) => points.map(({ gap }) => drawable(gap)));
  const floors = floorsOf(series, Math.min(...gaps) / 10);
  const styles = stylesOf(series.map(({ label }) => ({ label }))).map((style) => ({ ...style, dash: [1, 0] }));
  const gammas = series.flatMap(({ points }) => points.map(({ gamma }) => gamma));
  const panel: Panel = {
    title: quantityLabel('params'),
    x: logAxis('feedback γ', gammas, false),
    y: logAxis(measureTitle(measureOf('error_rel'), lanes), [...gaps, ...floors.map(({ y }) => Number(y))]),
    ...drawn(series, styles, floors),
  };
  return chart(
    lanes.map(({ run }) => run),
    [panel],
    floors.length > 0 ? [FLOORS_NOTE] : [],
  );
}

const FLOORS_NOTE =
  'Dotted: round-off, 10⁻¹⁶ / γ^(layers above), as the two states of a layer differ by γ^(layers above) only';

/** Those that are not far below every curve. */
const floorsOf = (series: readonly Series[], lowest: number): Datum[] =>
  series.flatMap(({ tensor, points }) =>
    points
      .filter(({ floor }) => floor >= lowest)
      .map(({ gamma, floor }) => ({ x: gamma, y: Number(floor.toPrecision(6)), tensor })),
  );

function drawn(
  series: readonly Series[],
  styles: readonly Style[],
  floors: readonly Datum[],
): Pick<Panel, 'layers' | 'ends'> {
  const naming = { symbols: 'point' } as const;
  const { color } = lineStyles(styles, naming);
  const data = series.flatMap(({ label, points }) =>
    points.map(({ gamma, gap }) => ({ x: gamma, y: drawable(gap), series: label })),
  );
  const { color: stroke, dash, width } = FLOOR;
  const layers = [
    {
      mark: { type: 'line', color: stroke, strokeDash: dash, strokeWidth: width },
      data: floors,
      encoding: { detail: { field: 'tensor', type: 'nominal' } },
    },
    { mark: { type: 'line', strokeWidth: 1.2 }, data, encoding: { color } },
    { mark: 'point', data, encoding: pointStyles(styles, naming) },
  ];
  const ends = series.map(
    ({ points }, i): End => ({ style: styles[i], y: drawable(points.at(-1)!.gap), points: true }),
  );
  return { layers: layers.filter((layer) => layer.data.length > 0), ...(areNamedAtEnds(styles) && { ends }) };
}

export const gapOverFeedback = defineFigure({
  name: 'gap-over-feedback',
  summary: 'error of contrastive Hebbian learning over its swept feedback γ, a curve a layer, with slopes and floors',
  needs: [METRICS],
  reads: () => ['reference', 'quantity', 'error_rel'],
  sweeps: () => FEEDBACK,
  options,
  build,
});
