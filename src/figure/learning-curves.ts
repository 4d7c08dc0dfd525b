import * as z from 'zod';
import { UserError } from '../errors.js';
import { type Axis, linearAxis, logAxis } from './axis.js';
import { type Built, chart, type Datum, type Layer, type Panel } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { type Learner, learnerColour, learnerStyles, learnersOf } from './learners.js';
import { eachRow, toNumber } from './rows.js';
import { type Run, requireFile, type Source } from './source.js';

const EVALUATION = 'evaluation.csv';

const options = {
  column: z.enum(['error', 'cost']).default('error').describe('what is drawn'),
  split: z
    .array(z.enum(['test', 'validation', 'train']))
    .min(1)
    .default(['test', 'validation', 'train'])
    .describe('one panel each, where there are rows of it'),
  y: z.enum(['log', 'linear']).default('log').describe('the axis of the values'),
};

/** A value of all seeds at an epoch. */
interface Point {
  readonly epoch: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly seeds: number;
}

interface Curve {
  readonly learner: Learner;
  readonly split: string;
  readonly points: readonly Point[];
  /** Of each seed, at the epoch that the validation chose. */
  readonly chosen: readonly { readonly epoch: number; readonly value: number }[];
}

const TITLES: Readonly<Record<string, string>> = {
  test: 'test set',
  validation: 'validation set',
  train: 'training set, while it is learned',
};

async function build(source: Source, { column, split: splits, y }: Options<typeof options>): Promise<Built> {
  const runs = requireFile('learning-curves', source, EVALUATION);
  const learners = learnersOf(runs);
  const rows = await readAll(runs, column);
  const curves = learners.flatMap((learner) => splits.map((split) => curveOf(learner, split, rows)));
  const drawn = curves.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) {
    throw new UserError({
      message: `figure 'learning-curves': no finite number of ${column} to draw`,
      hint: column === 'error' ? 'data without classes have column: cost alone' : 'did every run diverge?',
    });
  }
  const shown = splits.filter((split) => drawn.some((curve) => curve.split === split));
  const smallest = Math.min(...rows.map(({ examples }) => 0.5 / examples));
  const lift = (value: number) => (y === 'log' && value === 0 ? smallest : value);
  const panels = shown.map((split) => panelOf(split, drawn, { column, y, lift }));
  const seeds = Math.max(...drawn.flatMap(({ points }) => points.map((point) => point.seeds)));
  const zeros = y === 'log' && drawn.some(({ points }) => points.some(({ low }) => low === 0));
  return chart(runs, panels, [
    ...(seeds > 1 ? [`means of ${seeds} seeds; bands from the smallest to the largest`] : []),
    ...(drawn.some(({ chosen }) => chosen.length > 0) ? ['dots: where the validation was best'] : []),
    ...(zeros ? [`${column === 'error' ? 'an error' : 'a cost'} of 0 is drawn at half an example`] : []),
  ]);

  function panelOf(split: string, all: readonly Curve[], how: Drawing): Panel {
    const own = all.filter((curve) => curve.split === split);
    return {
      title: TITLES[split],
      x: linearAxis(
        'epoch',
        own.flatMap(({ points }) => [points[0].epoch, points.at(-1)!.epoch]),
        false,
      ),
      y: valueAxis(all, how),
      layers: layersOf(own, learners, shown.length, how),
    };
  }
}

interface Drawing {
  readonly column: string;
  readonly y: 'log' | 'linear';
  /** Where a value stands. */
  lift(value: number): number;
}

interface EvaluationRow {
  readonly run: Run;
  readonly engine: string;
  readonly split: string;
  readonly epoch: number;
  readonly examples: number;
  readonly value: number;
}

async function readAll(runs: readonly Run[], column: string): Promise<EvaluationRow[]> {
  const rows: EvaluationRow[] = [];
  for (const run of runs) {
    const columns = ['epoch', 'engine', 'split', 'examples', column];
    await eachRow(run, EVALUATION, columns, ([epoch, engine, split, examples, value]) => {
      const numbers = { epoch: Number(epoch), examples: Number(examples), value: toNumber(value) };
      rows.push({ run, engine, split, ...numbers });
    });
  }
  return rows;
}

function curveOf(learner: Learner, split: string, rows: readonly EvaluationRow[]): Curve {
  const byEpoch = new Map<number, number[]>();
  const chosen: { epoch: number; value: number }[] = [];
  for (const { run, engine, split: of, epoch, value } of rows) {
    if (engine !== learner.engine.id || of !== split || !learner.runs.includes(run) || !Number.isFinite(value))
      continue;
    byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), value]);
    if (split !== 'train' && run.record.engines[engine]?.measured?.['best_epoch'] === epoch)
      chosen.push({ epoch, value });
  }
  const points = [...byEpoch].map(([epoch, values]): Point => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { epoch, mean, low: Math.min(...values), high: Math.max(...values), seeds: values.length };
  });
  return { learner, split, points, chosen };
}

function valueAxis(curves: readonly Curve[], { column, y, lift }: Drawing): Axis {
  const title = column === 'error' ? 'share of examples put in another class' : 'cost';
  const values = curves.flatMap(({ points }) => points.flatMap(({ low, high }) => [lift(low), lift(high)]));
  return y === 'log' ? logAxis(title, values, false) : linearAxis(title, values);
}

function layersOf(curves: readonly Curve[], learners: readonly Learner[], panels: number, { lift }: Drawing): Layer[] {
  const data = ({ learner, points }: Curve, pick: (point: Point) => Datum): Datum[] =>
    points.map((point) => ({ x: point.epoch, series: learner.label, ...pick(point) }));
  const bands = curves.filter(({ points }) => points.some(({ seeds }) => seeds > 1));
  return [
    // a colour of the mark, not a channel: the legend is that of the lines
    ...bands.map((curve) => ({
      mark: { type: 'area', opacity: 0.15, color: learnerColour(learners, curve.learner) },
      data: data(curve, ({ low, high }) => ({ y: lift(low), high: lift(high) })),
      encoding: { y2: { field: 'high' } },
    })),
    {
      mark: 'line',
      data: curves.flatMap((curve) => data(curve, ({ mean }) => ({ y: lift(mean) }))),
      encoding: learnerStyles(learners, panels),
    },
    ...curves
      .filter(({ chosen }) => chosen.length > 0)
      .map(({ learner, chosen }) => ({
        mark: { type: 'point', filled: true, opacity: 1, size: 45, color: learnerColour(learners, learner) },
        data: chosen.map(({ epoch, value }) => ({ x: epoch, y: lift(value) })),
      })),
  ];
}

export const learningCurves = defineFigure({
  name: 'learning-curves',
  summary:
    'error, or cost, on the test, validation and training set over the epochs, one curve an engine, means over seeds',
  needs: [EVALUATION],
  options,
  build,
});
