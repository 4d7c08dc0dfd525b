import * as z from 'zod';
import { UserError } from '../errors.js';
import { type Axis, logAxis, numberAxis, wantsLog } from './axis.js';
import { type Built, chart, type Datum, lineStyles, type Panel, pointStyles } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { areNamedAtEnds } from './ends.js';
import { formatValue, keyLabel, keyTitle } from './labels.js';
import { determinedBy } from './lanes.js';
import { METRICS, requireColumns, whyNone } from './measure.js';
import { stylesOf } from './roles.js';
import { eachRow, toNumber } from './rows.js';
import { between, capital, listed, numberText } from './say.js';
import { fitSlope } from './slope.js';
import { type Run, requireSwept, type Source, type Sweep } from './source.js';
import { ThinnedSeries } from './thin.js';

const scale = z.enum(['log', 'linear']).optional();

const options = {
  columns: z.array(z.string()).min(1).describe('columns of metrics.csv, one panel each'),
  over: z
    .string()
    .optional()
    .describe('the swept key along x, e.g. protocol.epsilon; default time, or steps of a solver'),
  statistic: z.enum(['last', 'max', 'min']).default('last').describe('over a swept key: of the rows of a run'),
  slope: z.boolean().default(false).describe('over a swept key on log axes: the power of it that a column follows'),
  x: scale.describe('default log where all values are positive and span more than 1.5 decades'),
  y: scale.describe('the same, for the values'),
};

type Chosen = Options<typeof options>;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Runs that differ in what is along x alone, or one run over time. */
interface Curve {
  readonly label: string;
  readonly points: readonly Point[];
}

const sweeps = ({ over }: Chosen): Sweep | undefined =>
  over === undefined ? undefined : { key: over, matches: (key) => key === over };

async function build(source: Source, chosen: Chosen): Promise<Built> {
  const wanted = sweeps(chosen);
  if (wanted) requireSwept('columns', source, wanted);
  const runs = await requireColumns('columns', source, ['step', 'time', ...chosen.columns]);
  const clock = await clockOf(runs);
  const panels: Panel[] = [];
  const findings: string[] = [];
  for (const column of chosen.columns) {
    const curves = (await (wanted ? overKey(runs, column, chosen) : overTime(runs, column, clock))).filter(
      ({ points }) => points.length > 0,
    );
    if (curves.length === 0) {
      const message = `figure 'columns': no finite number of ${column} to draw`;
      throw new UserError({ message, hint: whyNone(column, runs) });
    }
    panels.push(panelOf(column, curves, chosen, clock));
    findings.push(findingOf(column, curves, chosen));
  }
  return { ...chart(runs, panels), finding: `${findings.join('; ')}.` };
}

/** Solvers that follow no time have steps. */
async function clockOf(runs: readonly Run[]): Promise<'time' | 'step'> {
  let timeless = false;
  for (const run of runs)
    await eachRow(run, METRICS, ['time'], ([time]) => {
      timeless ||= Number.isNaN(toNumber(time));
    });
  return timeless ? 'step' : 'time';
}

async function overTime(runs: readonly Run[], column: string, clock: string): Promise<Curve[]> {
  const label = labelling(runs, () => false);
  const series = new ThinnedSeries<Point>(({ y }) => y);
  for (const run of runs) {
    await eachRow(run, METRICS, [clock, column], ([now, cell]) => {
      const point = { x: toNumber(now), y: toNumber(cell) };
      if (Number.isFinite(point.x) && Number.isFinite(point.y)) series.push(run.id, point);
    });
  }
  return runs.map((run) => ({ label: label(run), points: series.get(run.id) }));
}

async function overKey(runs: readonly Run[], column: string, { over, statistic }: Chosen): Promise<Curve[]> {
  const alongX = determinedBy(runs, [over!]);
  const label = labelling(runs, (key) => key === 'seed' || alongX(key));
  const points = new Map<string, Point[]>();
  for (const run of runs) {
    let y = Number.NaN;
    await eachRow(run, METRICS, [column], ([cell]) => {
      const value = toNumber(cell);
      if (statistic === 'last' || Number.isNaN(y)) y = value;
      else y = Math[statistic](y, value);
    });
    if (Number.isFinite(y))
      points.set(label(run), [...(points.get(label(run)) ?? []), { x: Number(run.changes[over!]), y }]);
  }
  return [...points].map(([name, own]) => ({ label: name, points: averaged(own) }));
}

/** What a run is called: the swept keys that are told in no other way. */
function labelling(runs: readonly Run[], without: (key: string) => boolean): (run: Run) => string {
  const varies = (key: string) => new Set(runs.map(({ changes }) => JSON.stringify(changes[key]))).size > 1;
  const told = Object.keys(runs[0].changes).filter((key) => varies(key) && !without(key));
  const distinct = told.filter((key, i) => !told.slice(0, i).some((earlier) => determinedBy(runs, [earlier])(key)));
  return ({ changes }) =>
    distinct.map((key) => `${keyLabel(key)} = ${valueText(changes[key])}`).join(', ') || 'network';
}

/** An object by its name and what else it says. */
function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return formatValue(value);
  const { name, ...rest } = value as { readonly name?: string };
  return [name, ...Object.values(rest).map(formatValue)].join(' ');
}

/** Runs that differ in their seed alone are one point, the mean. */
function averaged(points: readonly Point[]): Point[] {
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  return xs.map((x) => {
    const own = points.filter((point) => point.x === x);
    return { x, y: own.reduce((sum, { y }) => sum + y, 0) / own.length };
  });
}

function panelOf(column: string, curves: readonly Curve[], chosen: Chosen, clock: string): Panel {
  const { over } = chosen;
  const all = curves.flatMap(({ points }) => points);
  const xs = all.map((point) => point.x);
  const x =
    over === undefined
      ? axis({ time: 'time t', step: 'step' }[clock]!, xs, 'linear')
      : axis(keyTitle(over), xs, chosen.x);
  const y = axis(
    named(column),
    all.map((point) => point.y),
    chosen.y,
  );
  const isLog = y.scale['type'] === 'log';
  const drawn = curves.map(({ label, points }) => ({ label, points: points.filter((point) => !isLog || point.y > 0) }));
  const styles = stylesOf(curves.map(({ label }) => ({ label })));
  const data = drawn.flatMap(({ label, points }) => points.map((point): Datum => ({ ...point, series: label })));
  const ends = drawn.flatMap(({ points }, i) =>
    points.length > 0 ? [{ style: styles[i], y: points.at(-1)!.y, points: over !== undefined }] : [],
  );
  return {
    title: named(column),
    x,
    y,
    layers: [
      { mark: 'line', data, encoding: lineStyles(styles, { symbols: over === undefined ? 'stroke' : 'point' }) },
      ...(over === undefined ? [] : [{ mark: 'point', data, encoding: pointStyles(styles) }]),
    ],
    ...(areNamedAtEnds(styles) && { ends }),
  };
}

function axis(title: string, values: readonly number[], asked: 'log' | 'linear' | undefined): Axis {
  const log = asked === undefined ? wantsLog(values) : asked === 'log';
  if (!log) return numberAxis(title, values, true);
  if (values.some((value) => value > 0))
    return logAxis(
      title,
      values.filter((value) => value > 0),
      false,
    );
  throw new UserError({ message: `figure 'columns': no number of ${title} is above 0`, hint: 'use linear axes' });
}

const named = (column: string): string => column.replaceAll('_', ' ');

/** The power that each curve follows; of two curves at most where each ends, of more where the ends lie. */
function findingOf(column: string, curves: readonly Curve[], { over, slope }: Chosen): string {
  const title = `${capital(named(column))}${over === undefined ? '' : ` over ${keyLabel(over)}`}`;
  const laws = slope ? curves.map(({ points }) => fitSlope(points.filter(({ x, y }) => x > 0 && y > 0))) : [];
  const slopes = laws.flatMap((law) => (law ? [law.slope] : []));
  if (slopes.length > 0) return `${title}: slope ${between(slopes, (value) => value.toFixed(2))}`;
  const ends = curves.map(({ label, points }) => ({ label, first: points[0], last: points.at(-1)! }));
  if (ends.length <= 3) {
    const said = ends.map(({ label, first, last }) => {
      const whose = ends.length > 1 ? ` (${label})` : '';
      return `${numberText(first.y)} to ${numberText(last.y)}${whose}`;
    });
    return `${title}: from ${listed(said)}`;
  }
  const [low, ...rest] = [...ends].sort((one, other) => one.last.y - other.last.y);
  const high = rest.at(-1)!;
  const said = [high, low].map(({ label, last }) => `${numberText(last.y)} (${label})`);
  return `${title}: at the end from ${said.join(' down to ')}`;
}

export const columns = defineFigure({
  name: 'columns',
  summary: 'columns of metrics.csv over time, a curve a run, or at the end of runs over a swept key',
  needs: [METRICS],
  reads: ({ columns: names }) => ['step', 'time', ...names],
  sweeps,
  options,
  build,
});
