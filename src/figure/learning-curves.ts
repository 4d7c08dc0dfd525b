import * as z from 'zod';
import { UserError } from '../errors.js';
import { type Axis, countAxis, linearAxis, logAxis } from './axis.js';
import { bandLayers } from './bands.js';
import { type Built, chart, type Layer, lineStyles, type Panel } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { areNamedAtEnds, type End } from './ends.js';
import { bestEpoch, EVALUATION, type EvaluationRow, evaluationRows } from './evaluation.js';
import type { Frame } from './frame.js';
import { briefly } from './labels.js';
import { fixedNotes, type Learner, learnerStyles, learnersOf } from './learners.js';
import { whyNone } from './measure.js';
import type { Style } from './roles.js';
import { listed, numberText, shareText, withDeviation } from './say.js';
import { requireFile, type Source } from './source.js';
import { bandNote, type Spread, spreadOf } from './spread.js';

const options = {
  column: z.enum(['error', 'cost']).default('error').describe('what is drawn'),
  split: z
    .array(z.enum(['test', 'validation', 'train']))
    .min(1)
    .default(['test', 'validation', 'train'])
    .describe('one panel each, where there are rows of it'),
  y: z.enum(['log', 'linear']).default('log').describe('the axis of the values'),
};

/** The values of all seeds at an epoch. */
interface Point extends Spread {
  readonly epoch: number;
  readonly values: readonly number[];
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

async function build(
  source: Source,
  { column, split: splits, y }: Options<typeof options>,
  frame: Frame,
): Promise<Built> {
  const runs = requireFile('learning-curves', source, EVALUATION);
  const learners = learnersOf(runs);
  const rows = await evaluationRows(runs, column);
  const smallest = rows.reduce((least, { examples }) => Math.min(least, 0.5 / examples), 1);
  const log = y === 'log';
  const lift = (value: number) => (log && value === 0 ? smallest : value);
  const spread = (values: readonly number[]) => spreadOf(values.map(lift), frame.band, log);
  const curves = learners.flatMap((learner) => splits.map((split) => curveOf(learner, split, rows, spread)));
  const drawn = curves.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) {
    throw new UserError({
      message: `figure 'learning-curves': no finite number of ${column} to draw`,
      hint: column === 'error' ? 'data without classes have column: cost alone' : whyNone(column, runs),
    });
  }
  const shown = splits.filter((split) => drawn.some((curve) => curve.split === split));
  const styles = learnerStyles(learners);
  const panels = shown.map((split) => panelOf(split, drawn, { column, y, lift, styles }));
  const notes = [...notesOf(drawn, rows, { column, log, band: frame.band }), ...fixedNotes(learners)];
  return { ...chart(runs, panels, notes), finding: finding(drawn, column) };
}

interface Drawing {
  readonly column: string;
  readonly y: 'log' | 'linear';
  readonly styles: readonly Style[];
  /** Where a value stands. */
  lift(value: number): number;
}

function panelOf(split: string, all: readonly Curve[], how: Drawing): Panel {
  const own = all.filter((curve) => curve.split === split);
  const epochs = own.flatMap(({ points }) => [points[0].epoch, points.at(-1)!.epoch]);
  return { title: TITLES[split], x: countAxis('epoch', epochs), y: valueAxis(all, how), ...drawnOf(own, how) };
}

interface Told {
  readonly column: string;
  readonly log: boolean;
  readonly band: Frame['band'];
}

function notesOf(drawn: readonly Curve[], rows: readonly EvaluationRow[], { column, log, band }: Told): string[] {
  const seeds = Math.max(...drawn.flatMap(({ points }) => points.map((point) => point.seeds)));
  const note = bandNote(seeds, band, log);
  const zeros = log && drawn.some(({ points }) => points.some(({ values }) => values.includes(0)));
  const examples = new Set(rows.filter(({ split }) => split === drawn[0].split).map((row) => row.examples));
  const [size] = examples;
  return [
    ...(note ? [note] : []),
    ...(drawn.some(({ chosen }) => chosen.length > 0) ? ['Dots: where the validation was best'] : []),
    ...(column === 'error' && examples.size === 1
      ? [`One of the ${size} examples of the ${TITLES[drawn[0].split]} is ${shareText(1 / size)}`]
      : []),
    ...(zeros ? [`${column === 'error' ? 'An error' : 'A cost'} of 0 is drawn at half an example`] : []),
  ];
}

/**
 * What each came to on the first set that is drawn, by the rule of the tables: where the validation was best, after the last
 * epoch where nothing chose. Of many, the best and the worst.
 */
function finding(curves: readonly Curve[], column: string): string {
  const [{ split }] = curves;
  const say = column === 'error' ? shareText : numberText;
  const learners = curves.map(({ learner }) => learner);
  const own = curves.filter((curve) => curve.split === split);
  const byValidation = own.every(({ chosen }) => chosen.length > 0);
  const ends = own.map(({ learner, points, chosen }) => ({
    label: briefly(learner, learners),
    ...meanOf(byValidation ? chosen.map(({ value }) => value) : points.at(-1)!.values),
    epoch: points.at(-1)!.epoch,
  }));
  const last = Math.max(...ends.map(({ epoch }) => epoch));
  const sorted = [...ends].sort((a, b) => a.mean - b.mean);
  const told = ends.length > 4 ? [sorted[0], sorted.at(-1)!] : ends;
  const seeds = Math.max(...ends.map(({ count }) => count));
  const words = told.map(
    ({ label, mean, deviation, count }) =>
      `${count > 1 ? withDeviation(mean, deviation, column === 'error') : say(mean)} with ${label}`,
  );
  const what = column === 'error' ? 'the error' : 'the cost';
  const range = ends.length > 4 ? `between ${words.join(' and ')}` : listed(words);
  const of = `${TITLES[split].split(',')[0]}${seeds > 1 ? `, ${seeds} seeds` : ''}`;
  const when = byValidation ? 'Where the validation is best' : `After ${last} epochs`;
  return `${when} ${what} is ${range} (${of})`;
}

function meanOf(values: readonly number[]): { mean: number; deviation: number; count: number } {
  const { mean, high } = spreadOf(values, 'sd');
  return { mean, deviation: high - mean, count: values.length };
}

function curveOf(
  learner: Learner,
  split: string,
  rows: readonly EvaluationRow[],
  spread: (values: readonly number[]) => Spread,
): Curve {
  const byEpoch = new Map<number, number[]>();
  const chosen: { epoch: number; value: number }[] = [];
  for (const { run, engine, split: of, epoch, value } of rows) {
    if (engine !== learner.engine.id || of !== split || !learner.runs.includes(run) || !Number.isFinite(value))
      continue;
    byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), value]);
    if (split !== 'train' && bestEpoch(run, engine) === epoch) chosen.push({ epoch, value });
  }
  const points = [...byEpoch].map(([epoch, values]): Point => ({ epoch, values, ...spread(values) }));
  return { learner, split, points, chosen };
}

function valueAxis(curves: readonly Curve[], { column, y, lift }: Drawing): Axis {
  const title = column === 'error' ? 'share of examples put in another class' : 'cost J, mean over the examples';
  const values = curves.flatMap(({ points, chosen }) => [
    ...points.flatMap(({ low, mean, high }) => [low, mean, high]),
    ...chosen.map(({ value }) => lift(value)),
  ]);
  return y === 'log' ? logAxis(title, values, false) : linearAxis(title, values);
}

function drawnOf(curves: readonly Curve[], { lift, styles }: Drawing): Pick<Panel, 'layers' | 'ends'> {
  const styleFor = ({ learner }: Curve) => styles.find(({ label }) => label === learner.label)!;
  const bands = bandLayers(
    curves.map((curve) => ({
      style: styleFor(curve),
      places: curve.points.map((point) => ({ ...point, x: point.epoch })),
    })),
    (value) => value,
  );
  const lines: Layer = {
    mark: 'line',
    data: curves.flatMap(({ learner, points }) =>
      points.map(({ epoch, mean }) => ({ x: epoch, y: mean, series: learner.label })),
    ),
    encoding: lineStyles(styles),
  };
  // marks of their own: the legend is that of the lines
  const dots = curves.map((curve): Layer => {
    const { color, shape = 'circle' } = styleFor(curve);
    return {
      mark: { type: 'point', size: 30, color, shape },
      data: curve.chosen.map(({ epoch, value }) => ({ x: epoch, y: lift(value) })),
    };
  });
  const ends = curves.map((curve): End => ({ style: styleFor(curve), y: curve.points.at(-1)!.mean }));
  const layers = [...bands, lines, ...dots].filter(({ data }) => data.length > 0);
  return { layers, ...(areNamedAtEnds(styles) && { ends }) };
}

export const learningCurves = defineFigure({
  name: 'learning-curves',
  summary:
    'error, or cost, on the test, validation and training set over the epochs, one curve an engine, means over seeds',
  needs: [EVALUATION],
  judges: ({ column }) => (column === 'error' ? 'at all' : undefined),
  options,
  build,
});
