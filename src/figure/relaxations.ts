/** What the figures of the protocol relaxation share: one curve a run, over field evaluations. */
import * as z from 'zod';
import { type Axis, countAxis, logAxis, wantsLog } from './axis.js';
import { type Datum, lineStyles, type Panel, pointStyles } from './chart.js';
import type { Options } from './define.js';
import { areNamedAtEnds } from './ends.js';
import { formatNumber, formatValue, keyLabel, methodName } from './labels.js';
import { METRICS } from './measure.js';
import { stylesOf } from './roles.js';
import { eachRow, toNumber } from './rows.js';
import { type Run, specValue } from './source.js';
import { ThinnedSeries } from './thin.js';

/** A moment of a relaxation. */
export interface Moment {
  readonly evaluations: number;
  readonly value: number;
}

export interface Relaxed {
  readonly run: Run;
  /** The solver, and what is swept beside it. */
  readonly name: string;
  /** With the evaluations that it took. */
  readonly label: string;
  readonly moments: readonly Moment[];
}

/** Every run's column over its field evaluations, finite values only. */
export async function relaxationsOf(
  runs: readonly Run[],
  column: string,
): Promise<{ curves: Relaxed[]; notes: string[] }> {
  const curves: Relaxed[] = [];
  const notes = new Set<string>();
  for (const run of runs) {
    const series = new ThinnedSeries<Moment>(({ value }) => value);
    await eachRow(run, METRICS, ['field_evaluations', column], ([evaluations, cell]) => {
      const value = toNumber(cell);
      if (Number.isFinite(value)) series.push('', { evaluations: toNumber(evaluations), value });
    });
    const moments = series.get('');
    if (series.note) notes.add(series.note);
    const name = nameOf(run, runs);
    curves.push({ run, name, label: `${name}: ${endOf(run, moments)}`, moments });
  }
  return { curves: curves.filter(({ moments }) => moments.length > 0), notes: [...notes] };
}

/** `Anderson of even-odd sweeps, memory = 5, g = 1`: the solver, and what is swept beside it. */
function nameOf(run: Run, runs: readonly Run[]): string {
  const varies = (key: string) => new Set(runs.map(({ changes }) => JSON.stringify(changes[key]))).size > 1;
  const swept = Object.entries(run.changes).filter(([key]) => key !== 'free.solver' && varies(key));
  return [...solverLabel(run, runs), ...swept.map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`)].join(
    ', ',
  );
}

/** Where the curve ends: at the evaluations of its last row. */
function endOf({ record }: Run, moments: readonly Moment[]): string {
  const evaluations = moments.at(-1)?.evaluations;
  const ends = { converged: '', 'max-steps': ', not settled', diverged: ', diverged' };
  return `${evaluations} evaluations${ends[record.free.status]}`;
}

type Solver = Readonly<Record<string, unknown>> & { readonly name: string };

/** `Anderson of Euler`, `memory = 5`: a solver by its name, and by the options in which it differs from others of that name. */
function solverLabel(run: Run, runs: readonly Run[]): string[] {
  const solverOf = (other: Run) => specValue(other, 'free.solver') as Solver;
  const { name, ...options } = solverOf(run);
  const namesakes = runs.map(solverOf).filter((other) => other.name === name);
  const differs = (key: string) => new Set(namesakes.map((other) => JSON.stringify(other[key]))).size > 1;
  const own = Object.entries(options).filter(([key]) => differs(key));
  const words = own
    .filter(([, value]) => typeof value === 'string')
    .map(([key, value]) => ` ${key} ${methodName(String(value))}`);
  const numbers = own.filter(([, value]) => typeof value !== 'string');
  return [
    methodName(name) + words.join(''),
    ...numbers.map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`),
  ];
}

export const relaxationOptions = {
  x: z.enum(['log', 'linear']).optional().describe('default log where a solver needs more than 32 evaluations'),
};

export function evaluationAxis(curves: readonly Relaxed[], { x }: Options<typeof relaxationOptions>): Axis {
  const ends = curves.map(({ moments }) => moments.at(-1)!.evaluations);
  const title = 'evaluations of F';
  const all = curves.flatMap(({ moments }) => moments.map(({ evaluations }) => evaluations));
  return (x ?? (wantsLog([1, ...ends]) ? 'log' : 'linear')) === 'log'
    ? logAxis(title, all, false)
    : countAxis(title, [0, ...ends], true);
}

/** A line for each run and a point where it ends; `drawn` says where a value stands. */
export function relaxationLayers(
  curves: readonly Relaxed[],
  drawn: (value: number) => number,
): Pick<Panel, 'layers' | 'ends'> {
  const styles = stylesOf(
    curves.map(({ run, label }) => ({ label, role: `solver ${(specValue(run, 'free.solver') as Solver).name}` })),
  );
  const at = ({ evaluations, value }: Moment, series: string): Datum => ({ x: evaluations, y: drawn(value), series });
  const lines = curves.flatMap(({ label, moments }) => moments.map((moment) => at(moment, label)));
  const lasts = curves.map(({ label, moments }) => at(moments.at(-1)!, label));
  const encoding = lineStyles(styles, { symbols: 'point' });
  const ends = curves.map(({ moments }, i) => ({ style: styles[i], y: drawn(moments.at(-1)!.value), points: true }));
  return {
    layers: [
      { mark: 'line', data: lines, encoding },
      { mark: { type: 'point', size: 26 }, data: lasts, encoding: pointStyles(styles) },
    ],
    ...(areNamedAtEnds(styles) && { ends }),
  };
}

/** Who comes to rest with the least, and who with the most evaluations; `reached` says when a run is there. */
export function fastest(curves: readonly Relaxed[], reached: (curve: Relaxed) => number | undefined): string {
  const there = curves.flatMap((curve) => {
    const evaluations = reached(curve);
    return evaluations === undefined ? [] : [{ name: curve.name, evaluations }];
  });
  const sorted = there.sort((a, b) => a.evaluations - b.evaluations);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return 'by no solver';
  const others = curves.length - there.length;
  const missing = others === 0 ? '' : `; ${others} of ${curves.length} do not get there`;
  if (first === last) return `by ${first.name} in ${first.evaluations} evaluations${missing}`;
  const times = formatNumber(last.evaluations / first.evaluations, 1);
  return `by ${first.name} in ${first.evaluations} evaluations, by ${last.name} in ${last.evaluations}, ${times} times as many${missing}`;
}
