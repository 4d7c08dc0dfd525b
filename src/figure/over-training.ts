/** Columns of metrics.csv over the iterations of a training: every value, or the extremes where a pixel has many. */
import * as z from 'zod';
import { countAxis, linearAxis, logAxis } from './axis.js';
import { bandLayers } from './bands.js';
import { type Built, chart, type Datum, type Layer, lineStyles, type Panel } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { areNamedAtEnds, type End } from './ends.js';
import type { Frame } from './frame.js';
import { learnerStyles, learnersOf } from './learners.js';
import { METRICS, measureOf, requireColumns, requireNumbers } from './measure.js';
import { type Style, styleOf } from './roles.js';
import { type Run, type Source, specValue } from './source.js';
import { type Band, bandNote } from './spread.js';
import { cosineFinding, courseFinding, restFinding } from './training-finding.js';
import { type Course, coursesOf, type Scale } from './training-rows.js';
import { isLog, placesOf } from './training-spread.js';

interface Drawn {
  readonly column: string;
  readonly title: string;
  readonly axis: string;
  readonly linear: boolean;
  /** Engines for which the column means something. */
  holds?(course: Course): boolean;
  /** Points that are marked: those whose phase one did not come to rest. */
  readonly marksUnrest?: boolean;
  /** Without it there is no figure. */
  readonly needed?: boolean;
  /** What no value goes beyond. */
  readonly bound?: { readonly key: string; readonly label: string };
}

async function draw(
  figure: string,
  source: Source,
  wanted: readonly Drawn[],
  finding: (courses: readonly Course[], runs: readonly Run[]) => string,
  { band }: Frame,
  scale: Scale = 'linear',
): Promise<Built> {
  const columns = wanted.map(({ column }) => column);
  const runs = await requireColumns(figure, source, ['iteration', ...columns]);
  const { courses: all, notes } = await coursesOf(runs, columns, scale);
  const courses = all.filter((course) => {
    const { holds } = wanted.find(({ column }) => column === course.column)!;
    return course.lines.length > 0 && (holds === undefined || holds(course));
  });
  requireNumbers(figure, measureOf(columns[0]), courses, runs);
  for (const { column } of wanted.filter(({ needed }) => needed)) {
    const own = courses.filter((course) => course.column === column);
    requireNumbers(figure, measureOf(column), own, runs);
  }
  const learners = learnersOf(runs).filter(({ label }) => courses.some(({ learner }) => learner.label === label));
  const shown = wanted.filter(({ column }) => courses.some((course) => course.column === column));
  const bounds = shown.flatMap(({ bound }) => (bound ? boundsOf(bound, runs) : []));
  const styles = [...learnerStyles(learners), ...bounds.map(({ style }) => style)];
  const named = areNamedAtEnds(styles);
  const panels = shown.map((drawn) => {
    const own = courses.filter(({ column }) => column === drawn.column);
    return panelOf(drawn, own, drawn.bound ? bounds : [], { styles, named, scale, band });
  });
  const seeds = bandNote(Math.max(...courses.map(({ lines }) => lines.length)), band);
  const geometric = shown.some(
    ({ column, linear }) => !linear && isLog(courses.filter((one) => one.column === column)),
  );
  const marked = new Set(shown.filter(({ marksUnrest }) => marksUnrest).map(({ column }) => column));
  const marks = courses.some(({ column, unrest }) => marked.has(column) && unrest.size > 0);
  const said = [
    ...(marks ? [UNREST_NOTE] : []),
    ...notes,
    ...(seeds ? [geometric ? `${seeds}; on a logarithmic axis means are geometric` : seeds] : []),
  ];
  return { ...chart(runs, panels, said), finding: finding(courses, runs) };
}

const UNREST_NOTE = 'Crosses: phase one had not come to rest, its residual was above the tolerance';

interface Bound {
  readonly style: Style;
  readonly y: number;
}

/** Of every run once. */
function boundsOf({ key, label }: NonNullable<Drawn['bound']>, runs: readonly Run[]): Bound[] {
  const values = [...new Set(runs.map((run) => Number(specValue(run, key))))].filter(Number.isFinite);
  return values.map((y) => ({ style: styleOf('bound', `${label}: ${y}`), y }));
}

interface How {
  readonly styles: readonly Style[];
  readonly named: boolean;
  /** Of the iterations. */
  readonly scale: Scale;
  readonly band: Band | undefined;
}

function panelOf(drawn: Drawn, courses: readonly Course[], bounds: readonly Bound[], how: How): Panel {
  const points = courses.flatMap(({ lines }) => lines.flat());
  const values = [...points.flatMap(({ low, high }) => [low, high]), ...bounds.map(({ y }) => y)];
  const log = !drawn.linear && isLog(courses);
  const inLogTime = how.scale === 'log';
  const xs = [...(inLogTime ? [] : [0]), ...points.map(({ x }) => x)];
  const { styles, named } = how;
  const curves = courses.map(({ learner, lines }) => ({
    style: styles.find(({ label }) => label === learner.label)!,
    places: placesOf({ lines }, how.band, log),
  }));
  const data = curves.flatMap(({ style, places }) =>
    places.map(({ x, mean }) => ({ x, y: mean, series: style.label })),
  );
  const encoding = lineStyles(styles, { named });
  const layers: Layer[] = [
    ...bandLayers(curves, (value) => value),
    { mark: 'line', data, encoding },
    ...(drawn.marksUnrest ? [crosses(courses, encoding)] : []),
    { mark: 'line', data: bounds.flatMap((one) => across(one, xs)), encoding },
  ];
  const ends: End[] = [...curves.map(({ style, places }) => ({ style, y: places.at(-1)!.mean })), ...bounds];
  return {
    title: drawn.title,
    x: inLogTime ? logAxis('iteration', xs, false) : countAxis('iteration', xs),
    y: log ? logAxis(drawn.axis, values, false) : linearAxis(drawn.axis, values),
    layers: layers.filter((layer) => layer.data.length > 0),
    ...(named && { ends }),
  };
}

/** Of every seed. */
function crosses(courses: readonly Course[], { color }: Record<string, unknown>): Layer {
  const mark = { type: 'point', shape: CROSS, filled: false, strokeWidth: 1, size: 30 };
  const data = courses.flatMap(({ learner, lines }) =>
    lines.flat().flatMap(({ x, y, atRest }) => (atRest === false ? [{ x, y, series: learner.label }] : [])),
  );
  return { mark, data, encoding: { color } };
}

const CROSS = 'M-1,-1L1,1M-1,1L1,-1';

function across({ style, y }: Bound, xs: readonly number[]): Datum[] {
  return [Math.min(...xs), Math.max(...xs)].map((x) => ({ x, y, series: style.label }));
}

/** Steps of a phase that an engine has. */
const some: Drawn['holds'] = ({ lines }) => lines.some((line) => line.some(({ y }) => y > 0));

/** The columns of metrics.csv, as panels. */
const drawn = {
  cost: { title: 'cost of a batch', axis: 'cost J', linear: false },
  error: { title: 'error of a batch', axis: 'share of examples put in another class', linear: true },
  free_steps: {
    title: 'steps of phase one',
    axis: 'steps',
    linear: false,
    holds: some,
    bound: { key: 'free.max_steps', label: 'cap' },
  },
  free_residual: { title: 'residual of phase one', axis: 'residual ‖F(s⁰)‖∞', linear: false },
  second_steps: { title: 'steps of phase two', axis: 'steps', linear: false, holds: some },
  pinned_outputs: { title: 'output units pinned at a bound', axis: 'share', linear: true },
  update_ratio: { title: 'size of an update', axis: '‖Δθ‖₂ / ‖θ‖₂', linear: false },
  cosine: { title: 'estimate and exact dJ/dθ', axis: 'cosine to dJ/dθ', linear: true, marksUnrest: true },
} satisfies Record<string, Omit<Drawn, 'column'>>;

type DrawnColumn = keyof typeof drawn;
const panels = (...columns: DrawnColumn[]): Drawn[] => columns.map((column) => ({ column, ...drawn[column] }));

const columnOptions = {
  column: z
    .array(z.enum(Object.keys(drawn) as [DrawnColumn, ...DrawnColumn[]]))
    .min(1)
    .describe('columns of metrics.csv, one panel each'),
  x: z.enum(['linear', 'log']).default('linear').describe('the axis of the iterations; log shows the first ones'),
};

export const overTraining = defineFigure({
  name: 'over-training',
  summary: 'columns of metrics.csv over the iterations, one curve an engine',
  needs: [METRICS],
  reads: ({ column }) => ['iteration', ...column],
  options: columnOptions,
  build: (source, { column, x }: Options<typeof columnOptions>, frame) => {
    const finding = (courses: readonly Course[]) => courseFinding(courses, drawn[column[0]]);
    return draw('over-training', source, panels(...column), finding, frame, x);
  },
});

export const residualOverTraining = defineFigure({
  name: 'residual-over-training',
  summary: 'residual and steps of the free phase over the iterations: does coming to rest get harder as weights grow?',
  needs: [METRICS],
  reads: () => ['iteration', 'free_residual', 'free_steps'],
  options: {},
  build: (source, _options, frame) =>
    draw('residual-over-training', source, panels('free_residual', 'free_steps'), restFinding, frame),
});

const cosineOptions = {
  pinned: z.boolean().default(true).describe('a second panel: the share of output units that a bound pins'),
};

export const gradientCosine = defineFigure({
  name: 'gradient-cosine',
  summary: 'cosine between each estimate and the exact dJ/dθ over the iterations (protocol.cosine_every)',
  needs: [METRICS],
  reads: () => ['iteration', 'cosine'],
  asks: 'cosine_every',
  options: cosineOptions,
  build: (source, { pinned }: Options<typeof cosineOptions>, frame) => {
    const cosine = panels('cosine').map((panel) => ({ ...panel, needed: true }));
    const shown = [...cosine, ...(pinned ? panels('pinned_outputs') : [])];
    return draw('gradient-cosine', source, shown, cosineFinding, frame);
  },
});
