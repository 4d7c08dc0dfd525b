/** Columns of metrics.csv over the iterations of a training: every value, or the extremes where a pixel has many. */
import * as z from 'zod';
import { linearAxis, logAxis, wantsLog } from './axis.js';
import { bandLayers } from './bands.js';
import { type Built, chart, type Datum, type Layer, lineStyles, type Panel } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { areNamedAtEnds, type End } from './ends.js';
import { learnerStyles, learnersOf } from './learners.js';
import { METRICS, measureOf, requireColumns, requireNumbers } from './measure.js';
import { type Style, styleOf } from './roles.js';
import { type Run, type Source, specValue } from './source.js';
import { cosineFinding, courseFinding, restFinding } from './training-finding.js';
import { type Course, coursesOf, type Scale, type Stretch } from './training-rows.js';

interface Drawn {
  readonly column: string;
  readonly title: string;
  readonly axis: string;
  readonly linear: boolean;
  /** Engines for which the column means something. */
  holds?(course: Course): boolean;
  /** Points that are marked: those whose phase one did not come to rest. */
  readonly marksUnrest?: boolean;
  /** What no value goes beyond. */
  readonly bound?: { readonly key: string; readonly label: string };
}

async function draw(
  figure: string,
  source: Source,
  wanted: readonly Drawn[],
  finding: (courses: readonly Course[], runs: readonly Run[]) => string,
  scale: Scale = 'linear',
): Promise<Built> {
  const columns = wanted.map(({ column }) => column);
  const runs = await requireColumns(figure, source, ['iteration', ...columns]);
  const { courses: all, notes } = await coursesOf(runs, columns, scale);
  const courses = all.filter((course) => {
    const { holds } = wanted.find(({ column }) => column === course.column)!;
    return course.lines.length > 0 && (holds === undefined || holds(course));
  });
  requireNumbers(figure, measureOf(columns[0]), courses);
  const learners = learnersOf(runs).filter(({ label }) => courses.some(({ learner }) => learner.label === label));
  const shown = wanted.filter(({ column }) => courses.some((course) => course.column === column));
  const bounds = shown.flatMap(({ bound }) => (bound ? boundsOf(bound, runs) : []));
  const styles = [...learnerStyles(learners), ...bounds.map(({ style }) => style)];
  const named = areNamedAtEnds(styles);
  const panels = shown.map((drawn) => {
    const own = courses.filter(({ column }) => column === drawn.column);
    return panelOf(drawn, own, drawn.bound ? bounds : [], { styles, named, scale });
  });
  const seeds = Math.max(...courses.map(({ lines }) => lines.length));
  const marks = shown.some(({ marksUnrest }) => marksUnrest) && courses.some(({ lines }) => lines.flat().some(unrest));
  const said = [...(seeds > 1 ? [`A line for each of ${seeds} seeds`] : []), ...(marks ? [UNREST_NOTE] : []), ...notes];
  return { ...chart(runs, panels, said), finding: finding(courses, runs) };
}

const unrest = ({ atRest }: Stretch) => atRest === false;
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
}

function panelOf(drawn: Drawn, courses: readonly Course[], bounds: readonly Bound[], how: How): Panel {
  const points = courses.flatMap(({ lines }) => lines.flat());
  const values = [...points.flatMap(({ low, high }) => [low, high]), ...bounds.map(({ y }) => y)];
  const log = !drawn.linear && wantsLog(values);
  const isLog = how.scale === 'log';
  const xs = [...(isLog ? [] : [0]), ...points.map(({ x }) => x)];
  const data = courses.flatMap(({ learner, lines }) =>
    lines.flatMap((line, run) =>
      line.map(({ x, y, atRest }) => ({ x, y, series: learner.label, run, rest: String(atRest) })),
    ),
  );
  const { styles, named } = how;
  const styleFor = ({ learner }: Pick<Course, 'learner'>) => styles.find(({ label }) => label === learner.label)!;
  const encoding = { ...lineStyles(styles, { named }), detail: { field: 'run' } };
  const layers: Layer[] = [
    ...bandLayers(
      courses.flatMap((course) => bandsOf(course, styleFor(course))),
      (value) => value,
    ),
    { mark: 'line', data, encoding },
    ...(drawn.marksUnrest ? [crosses(data, encoding)] : []),
    { mark: 'line', data: bounds.flatMap((one) => across(one, xs)), encoding: lineStyles(styles, { named }) },
  ];
  const ends: End[] = [
    ...courses.map(({ learner, lines }) => ({
      style: styleFor({ learner }),
      y: lines[0].at(-1)!.y,
    })),
    ...bounds,
  ];
  return {
    title: drawn.title,
    x: isLog ? logAxis('iteration', xs, false) : linearAxis('iteration', xs, false),
    y: log ? logAxis(drawn.axis, values, false) : linearAxis(drawn.axis, values),
    layers: layers.filter((layer) => layer.data.length > 0),
    ...(named && { ends }),
  };
}

/** The range of each stretch, a band a seed. */
function bandsOf({ lines }: Course, style: Style) {
  return lines.map((line) => ({
    style,
    places: line.map(({ x, y, low, high, count }) => ({ x, mean: y, low, high, seeds: count })),
  }));
}

function crosses(data: readonly Datum[], { color }: Record<string, unknown>): Layer {
  const mark = { type: 'point', shape: CROSS, filled: false, strokeWidth: 1, size: 30 };
  return { mark, data: data.filter(({ rest }) => rest === 'false'), encoding: { color } };
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
  options: columnOptions,
  build: (source, { column, x }: Options<typeof columnOptions>) =>
    draw('over-training', source, panels(...column), (courses) => courseFinding(courses, drawn[column[0]].title), x),
});

export const residualOverTraining = defineFigure({
  name: 'residual-over-training',
  summary: 'residual and steps of the free phase over the iterations: does coming to rest get harder as weights grow?',
  needs: [METRICS],
  options: {},
  build: (source) => draw('residual-over-training', source, panels('free_residual', 'free_steps'), restFinding),
});

const cosineOptions = {
  pinned: z.boolean().default(true).describe('a second panel: the share of output units that a bound pins'),
};

export const gradientCosine = defineFigure({
  name: 'gradient-cosine',
  summary: 'cosine between each estimate and the exact dJ/dθ over the iterations (protocol.cosine_every)',
  needs: [METRICS],
  options: cosineOptions,
  build: (source, { pinned }: Options<typeof cosineOptions>) =>
    draw('gradient-cosine', source, panels('cosine', ...(pinned ? (['pinned_outputs'] as const) : [])), cosineFinding),
});
