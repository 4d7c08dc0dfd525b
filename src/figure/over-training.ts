/** Columns of metrics.csv over the iterations of a training, averaged where a pixel has many. */
import * as z from 'zod';
import { linearAxis, logAxis, wantsLog } from './axis.js';
import { type Built, chart, type Layer, type Panel } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { type Learner, learnerStyles, learnersOf } from './learners.js';
import { METRICS, measureOf, requireColumns, requireNumbers } from './measure.js';
import { eachRow, toNumber } from './rows.js';
import type { Run, Source } from './source.js';

/** Means that a curve has at most. */
const MOST_POINTS = 200;

interface Mean {
  readonly x: number;
  readonly y: number;
  readonly count: number;
}

/** Means of neighbours in a stream of unknown length, in bounded memory: twice as many to a mean whenever there are too many. */
export class Averager {
  private means: Mean[] = [];
  private size = 1;

  constructor(private readonly most: number) {}

  push(x: number, y: number): void {
    const last = this.means.at(-1);
    if (last === undefined || last.count >= this.size) this.means.push({ x, y, count: 1 });
    else this.means[this.means.length - 1] = merged(last, { x, y, count: 1 });
    if (this.means.length <= this.most) return;
    this.size *= 2;
    this.means = this.means.flatMap((mean, i, all) =>
      i % 2 === 1 ? [] : [i + 1 < all.length ? merged(mean, all[i + 1]) : mean],
    );
  }

  points(): { x: number; y: number }[] {
    return this.means.map(({ x, y }) => ({ x, y }));
  }
}

function merged(a: Mean, b: Mean): Mean {
  const count = a.count + b.count;
  const mean = (p: number, q: number) => (p * a.count + q * b.count) / count;
  return { x: mean(a.x, b.x), y: mean(a.y, b.y), count };
}

interface Curve {
  readonly learner: Learner;
  readonly column: string;
  /** One for each seed. */
  readonly lines: readonly (readonly { x: number; y: number }[])[];
}

/** Curves of some columns, of the engines that have finite numbers there. */
async function curvesOf(runs: readonly Run[], columns: readonly string[]): Promise<Curve[]> {
  const learners = learnersOf(runs);
  const averages = new Map<string, Averager>();
  const key = (run: Run, engine: string, column: string) => JSON.stringify([run.folder, engine, column]);
  for (const run of runs) {
    await eachRow(run, METRICS, ['iteration', 'engine', ...columns], ([iteration, engine, ...cells]) => {
      cells.forEach((cell, i) => {
        const value = toNumber(cell);
        if (!Number.isFinite(value)) return;
        const place = key(run, engine, columns[i]);
        const known = averages.get(place) ?? new Averager(MOST_POINTS);
        averages.set(place, known);
        known.push(Number(iteration), value);
      });
    });
  }
  return columns.flatMap((column) =>
    learners.map((learner) => {
      const found = learner.runs.map((run) => averages.get(key(run, learner.engine.id, column)));
      return { learner, column, lines: found.flatMap((average) => (average ? [average.points()] : [])) };
    }),
  );
}

interface Drawn {
  readonly column: string;
  readonly title: string;
  readonly axis: string;
  readonly linear: boolean;
  /** Engines for which the column means something. */
  holds?(curve: Curve): boolean;
}

async function draw(figure: string, source: Source, wanted: readonly Drawn[]): Promise<Built> {
  const columns = wanted.map(({ column }) => column);
  const runs = await requireColumns(figure, source, ['iteration', ...columns]);
  const curves = (await curvesOf(runs, columns)).filter((curve) => {
    const { holds } = wanted.find(({ column }) => column === curve.column)!;
    return curve.lines.length > 0 && (holds === undefined || holds(curve));
  });
  requireNumbers(figure, measureOf(columns[0]), curves);
  const learners = learnersOf(runs).filter(({ label }) => curves.some(({ learner }) => learner.label === label));
  const shown = wanted.filter(({ column }) => curves.some((curve) => curve.column === column));
  const encoding = { ...learnerStyles(learners, shown.length), detail: { field: 'run' } };
  return chart(
    runs,
    shown.map((drawn) => panelOf(drawn, curves, encoding)),
  );
}

function panelOf({ column, title, axis, linear }: Drawn, curves: readonly Curve[], encoding: Layer['encoding']): Panel {
  const own = curves.filter((curve) => curve.column === column);
  const points = own.flatMap(({ lines }) => lines.flat());
  const values = points.map(({ y }) => y);
  const log = !linear && wantsLog(values);
  const data = own.flatMap(({ learner, lines }) =>
    lines.flatMap((line, run) => line.map((point) => ({ ...point, series: learner.label, run }))),
  );
  return {
    title,
    x: linearAxis('iteration', [0, ...points.map(({ x }) => x)], false),
    y: log ? logAxis(axis, values, false) : linearAxis(axis, values),
    layers: [{ mark: 'line', data, ...(encoding && { encoding }) }],
  };
}

/** Steps of a phase that an engine has. */
const some: Drawn['holds'] = ({ lines }) => lines.some((line) => line.some(({ y }) => y > 0));

/** The columns of metrics.csv, as panels. */
const drawn = {
  cost: { title: 'cost of a batch', axis: 'cost', linear: false },
  error: { title: 'error of a batch', axis: 'share of examples put in another class', linear: true },
  free_steps: { title: 'steps of the free phase', axis: 'steps', linear: false, holds: some },
  free_residual: { title: 'residual of the free phase', axis: 'residual ‖F(s⁰)‖∞', linear: false },
  second_steps: { title: 'steps of the second phase', axis: 'steps', linear: false, holds: some },
  pinned_outputs: { title: 'output units pinned at a bound', axis: 'share', linear: true },
  update_ratio: { title: 'size of an update', axis: '‖Δθ‖₂ / ‖θ‖₂', linear: false },
  cosine: { title: 'estimate and exact dJ/dθ', axis: 'cosine', linear: true },
} satisfies Record<string, Omit<Drawn, 'column'>>;

type DrawnColumn = keyof typeof drawn;
const panels = (...columns: DrawnColumn[]): Drawn[] => columns.map((column) => ({ column, ...drawn[column] }));

const columnOptions = {
  column: z
    .array(z.enum(Object.keys(drawn) as [DrawnColumn, ...DrawnColumn[]]))
    .min(1)
    .describe('columns of metrics.csv, one panel each'),
};

export const overTraining = defineFigure({
  name: 'over-training',
  summary: 'columns of metrics.csv over the iterations, one curve an engine',
  needs: [METRICS],
  options: columnOptions,
  build: (source, { column }: Options<typeof columnOptions>) => draw('over-training', source, panels(...column)),
});

export const residualOverTraining = defineFigure({
  name: 'residual-over-training',
  summary: 'residual and steps of the free phase over the iterations: does coming to rest get harder as weights grow?',
  needs: [METRICS],
  options: {},
  build: (source) => draw('residual-over-training', source, panels('free_residual', 'free_steps')),
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
    draw('gradient-cosine', source, panels('cosine', ...(pinned ? (['pinned_outputs'] as const) : []))),
});
