/** What the figures of the protocol relaxation share: one curve a run, over field evaluations. */
import * as z from 'zod';
import { type Axis, linearAxis, logAxis, wantsLog } from './axis.js';
import { type Datum, type Layer, lineStyles, type Style } from './chart.js';
import type { Options } from './define.js';
import { formatValue, keyLabel } from './labels.js';
import { METRICS } from './measure.js';
import { eachRow, toNumber } from './rows.js';
import { type Run, specValue } from './source.js';
import { DASHES, PALETTE } from './theme.js';
import { ThinnedSeries } from './thin.js';

/** A moment of a relaxation. */
export interface Moment {
  readonly evaluations: number;
  readonly value: number;
}

export interface Relaxed {
  readonly run: Run;
  readonly label: string;
  readonly moments: readonly Moment[];
}

/** Every run's column over its field evaluations, finite values only. */
export async function relaxationsOf(runs: readonly Run[], column: string): Promise<Relaxed[]> {
  const labels = runs.map((run) => labelOf(run, runs));
  const curves: Relaxed[] = [];
  for (const [i, run] of runs.entries()) {
    const series = new ThinnedSeries<Moment>();
    await eachRow(run, METRICS, ['field_evaluations', column], ([evaluations, cell]) => {
      const value = toNumber(cell);
      if (Number.isFinite(value)) series.push('', { evaluations: toNumber(evaluations), value });
    });
    curves.push({ run, label: labels[i], moments: series.get('') });
  }
  return curves.filter(({ moments }) => moments.length > 0);
}

/** `anderson, memory = 5, gain = 1, 74 evaluations`: the solver, what is swept beside it, and the evaluations it took. */
function labelOf(run: Run, runs: readonly Run[]): string {
  const varies = (key: string) => new Set(runs.map(({ changes }) => JSON.stringify(changes[key]))).size > 1;
  const swept = Object.entries(run.changes).filter(([key]) => key !== 'free.solver' && varies(key));
  const parts = [...solverLabel(run, runs), ...swept.map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`)];
  const { status, field_evaluations: evaluations } = run.record.free;
  const ends = { converged: `${evaluations} evaluations`, 'max-steps': 'not settled', diverged: 'diverged' };
  return [...parts, ends[status]].join(', ');
}

type Solver = Readonly<Record<string, unknown>> & { readonly name: string };

/** `anderson of euler`, `memory = 5`: a solver by its name, and by the options in which it differs from others of that name. */
function solverLabel(run: Run, runs: readonly Run[]): string[] {
  const solverOf = (other: Run) => specValue(other, 'free.solver') as Solver;
  const { name, ...options } = solverOf(run);
  const namesakes = runs.map(solverOf).filter((other) => other.name === name);
  const differs = (key: string) => new Set(namesakes.map((other) => JSON.stringify(other[key]))).size > 1;
  const own = Object.entries(options).filter(([key]) => differs(key));
  const words = own.filter(([, value]) => typeof value === 'string').map(([key, value]) => `${key} ${value}`);
  const numbers = own.filter(([, value]) => typeof value !== 'string');
  return [[name, ...words].join(' '), ...numbers.map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`)];
}

export const relaxationOptions = {
  x: z.enum(['log', 'linear']).optional().describe('default log where a solver needs more than 32 evaluations'),
};

export function evaluationAxis(curves: readonly Relaxed[], { x }: Options<typeof relaxationOptions>): Axis {
  const ends = curves.map(({ moments }) => moments.at(-1)!.evaluations);
  const title = 'evaluations of the field';
  const all = curves.flatMap(({ moments }) => moments.map(({ evaluations }) => evaluations));
  return (x ?? (wantsLog([1, ...ends]) ? 'log' : 'linear')) === 'log'
    ? logAxis(title, all, false)
    : linearAxis(title, [0, ...ends]);
}

/** A line for each run and a point where it ends; `drawn` says where a value stands. */
export function relaxationLayers(curves: readonly Relaxed[], drawn: (value: number) => number): Layer[] {
  const styles = curves.map(
    ({ label }, i): Style => ({
      label,
      color: PALETTE[i % PALETTE.length],
      dash: DASHES[(i + Math.floor(i / PALETTE.length)) % DASHES.length],
    }),
  );
  const at = ({ evaluations, value }: Moment, series: string): Datum => ({ x: evaluations, y: drawn(value), series });
  const lines = curves.flatMap(({ label, moments }) => moments.map((moment) => at(moment, label)));
  const ends = curves.map(({ label, moments }) => at(moments.at(-1)!, label));
  const encoding = lineStyles(styles, 1);
  return [
    { mark: 'line', data: lines, encoding },
    { mark: { type: 'point', size: 26 }, data: ends, encoding: { color: encoding['color'] } },
  ];
}
