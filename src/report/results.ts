/** What came of the runs, a row for each engine of each run: the table that a page shows. */
import { engineLabel, formatValue, keyLabel, networkText } from '../figure/labels.js';
import { betaKey, relevantChanges } from '../figure/lanes.js';
import { openSource, type Run } from '../figure/source.js';
import { tableOf } from '../metrics/read.js';
import type { LearnersRecord } from '../metrics/results.js';
import type { Watch } from '../metrics/shown.js';
import { trainingStatistics } from '../metrics/statistics.js';

/** A measured quantity: a column of the table. */
export interface Measured {
  readonly title: string;
  /** What it is, in a few words. */
  readonly means: string;
  readonly kind: 'number' | 'share' | 'count' | 'cosine';
  /** Of a table that is asked for nothing else: left out. */
  readonly isAside?: boolean;
  /** What one looks at, where there is room for one thing. */
  readonly isMain?: boolean;
  /** What validation chose is bold here. */
  readonly isChosen?: boolean;
}

export interface Result {
  /** Of the experiment, from 0: several where they differ in nothing that this engine knows. */
  readonly runs: readonly number[];
  readonly engine: string;
  /** Its id; of runs as a whole none. */
  readonly id?: string;
  /** Swept keys with their values; those of an engine by their last word. */
  readonly point: ReadonlyMap<string, unknown>;
  readonly values: readonly (number | undefined)[];
  readonly status: string;
}

export interface Results {
  readonly keys: readonly string[];
  readonly measured: readonly Measured[];
  readonly rows: readonly Result[];
  /** Whether rows have engines of their own. */
  readonly byEngine: boolean;
}

/** What a run's rows of metrics.csv come to: for each engine against each reference its largest error, its least cosine. */
export class GapWatch implements Watch {
  readonly files: readonly string[];
  readonly found = new Map<string, { error: number; cosine: number }>();
  private readonly at: readonly number[];
  readonly error: 'error_scaled' | 'error_rel' | undefined;

  constructor(run: Parameters<typeof tableOf>[0]) {
    const { columns } = Object.hasOwn(run.record.outputs, FILE) ? tableOf(run, FILE) : { columns: [] };
    const names = columns.map(({ name }) => name);
    this.error = names.includes('quantity') ? ERRORS.find((name) => names.includes(name)) : undefined;
    this.at = ['engine', 'reference', 'quantity', this.error ?? '', 'cosine'].map((name) => names.indexOf(name));
    this.files = this.error === undefined ? [] : [FILE];
  }

  see(row: readonly (string | number)[], file: string): void {
    if (file !== FILE || this.error === undefined) return;
    const [engine, reference, quantity, error, cosine] = this.at;
    const what = row[quantity];
    if (what !== 'state' && what !== 'params') return;
    const key = `${row[engine]}\n${row[reference]}\n${what}`;
    const found = this.found.get(key) ?? { error: Number.NaN, cosine: Number.NaN };
    this.found.set(key, found);
    const [e, c] = [Number(row[error]), Number(row[cosine])];
    if (!(found.error >= e) && !Number.isNaN(e)) found.error = e;
    if (!(found.cosine <= c) && !Number.isNaN(c)) found.cosine = c;
  }
}

const FILE = 'metrics.csv';
const ERRORS = ['error_scaled', 'error_rel'] as const;

/** @param gaps of each run, in the order of the folders */
export function resultsOf(folders: readonly string[], gaps: readonly GapWatch[]): Results {
  const results = measuredOf(folders, gaps);
  return withSlopes({ ...results, rows: alike(results.rows) });
}

/** A row for each engine of each run, and what is measured of the first. */
export function measuredOf(folders: readonly string[], gaps: readonly GapWatch[]): Results {
  const { runs } = openSource(folders);
  const all = runs.flatMap((run, i) => rowsOfRun(run, i, gaps[i]));
  const rows = all.map(({ row }) => row);
  const keys = [...new Set(rows.flatMap(({ point }) => [...point.keys()]))];
  return { keys, measured: all[0]?.measured ?? [], rows, byEngine: rows.some(({ engine }) => engine !== '') };
}

interface Row {
  readonly row: Result;
  readonly measured: readonly Measured[];
}

function rowsOfRun(run: Run, index: number, gaps: GapWatch): Row[] {
  if (gaps.error !== undefined) return gapRows(run, index, gaps);
  if (run.record.learners) return [learnedRow(run, index, run.record.learners)];
  const trained = trainingStatistics([run.record]);
  if (trained !== undefined) return trained.results.map((result) => trainedRow(run, index, result, trained.kind));
  const { steps, field_evaluations, residual_max, status } = run.record.free;
  const row = {
    ...{ runs: [index], engine: '', point: pointOf(run), status: status === 'converged' ? 'converged' : status },
    values: [steps, field_evaluations, residual_max ?? undefined],
  };
  return [{ row, measured: RELAXED }];
}

function learnedRow(run: Run, index: number, { networks, learned, median_trials }: LearnersRecord): Row {
  const point = { runs: [index], engine: '', point: pointOf(run), status: run.record.status };
  return { row: { ...point, values: [learned / networks, median_trials ?? undefined] }, measured: LEARNED };
}

const LEARNED: readonly Measured[] = [
  { title: 'networks that learned', means: 'share that met the criterion', kind: 'share' },
  { title: 'trials', means: 'until then, the median of those', kind: 'count' },
];

const RELAXED: readonly Measured[] = [
  { title: 'steps', means: 'of the solver of phase one', kind: 'count' },
  { title: 'evaluations', means: 'of the field F, or what costs as much', kind: 'count' },
  { title: 'residual', means: '‖F(s⁰)‖∞ that was reached', kind: 'number' },
];

function gapRows(run: Run, index: number, { found, error }: GapWatch): Row[] {
  const pairs = new Set([...found.keys()].map((key) => key.split('\n').slice(0, 2).join('\n')));
  const isScaled = error === 'error_scaled';
  const quantities = ['state', 'params'].filter((what) => [...found.keys()].some((key) => key.endsWith(`\n${what}`)));
  const word: Record<string, string> = { state: 'state', params: 'parameters' };
  const measured: Measured[] = [
    ...quantities.map((what): Measured => {
      if (!isScaled) return { title: 'relative error', means: '‖a − b‖ / ‖b‖, all parameters', kind: 'number' };
      return { title: `largest gap, ${word[what]}`, means: '‖a − b‖ / max ‖b‖, over all steps', kind: 'number' };
    }),
    {
      title: isScaled ? 'least cosine' : 'cosine',
      means: 'between the parameters’ derivatives a and b',
      kind: 'cosine',
    },
    { title: 'residual', means: '‖F(s⁰)‖∞ that phase one reached', kind: 'number' },
  ];
  return [...pairs].map((pair) => {
    const [id, reference] = pair.split('\n');
    const engine = run.engines.find((one) => one.id === id) ?? { id, name: id };
    const changes = relevantChanges(run, engine, reference);
    const against = run.references.length > 1 ? `, against ${reference}` : '';
    const values = [
      ...quantities.map((what) => found.get(`${pair}\n${what}`)?.error),
      found.get(`${pair}\nparams`)?.cosine,
      run.record.free.residual_max ?? undefined,
    ];
    const row = {
      ...{
        runs: [index],
        engine: engineLabel(engine, (option) => option === 'beta' && betaKey(engine) in changes) + against,
      },
      ...{ id, point: pointOf(run, changes, id), status: statusOf(run, id), values },
    };
    return { row, measured };
  });
}

type Trained = NonNullable<ReturnType<typeof trainingStatistics>>;

function trainedRow(
  run: Run,
  index: number,
  { engine: id, ...splits }: Trained['results'][number],
  kind: Trained['kind'],
): Row {
  const names = ['test', 'validation', 'train'] as const;
  const engine = run.engines.find((one) => one.id === id) ?? { id, name: id };
  const means = splits.validation.count > 0 ? 'at the epoch of the best validation' : 'after the last epoch';
  const changes = relevantChanges(run, engine, '');
  return {
    row: {
      ...{ runs: [index], engine: engineLabel(engine, (option) => option === 'beta' && betaKey(engine) in changes) },
      ...{ id, point: pointOf(run, changes, id), status: statusOf(run, id) },
      values: names.map((name) => (splits[name].count > 0 ? splits[name].mean : undefined)),
    },
    measured: names.map((name) => ({ title: `${name} ${kind}`, means, kind: kind === 'error' ? 'share' : 'number' })),
  };
}

function statusOf({ record }: Run, engine: string): string {
  const { status = record.status } = record.engines[engine] ?? {};
  if (record.status === 'diverged') return 'diverged';
  return record.pruned ? `pruned after epoch ${record.pruned.epochs}` : status;
}

/** What was swept, as a reader calls it; by the whole key where two would be called alike. */
export function pointOf(run: Run, changes = run.changes, engine?: string): Map<string, unknown> {
  const nameOf = (key: string) => {
    const [part, owner] = key.split('.');
    return part === 'engines' && owner !== engine ? `${keyLabel(key)} of ${owner}` : keyLabel(key);
  };
  const names = Object.keys(run.changes).map(nameOf);
  return new Map(
    Object.entries(changes).map(([key, value]) => {
      const name = nameOf(key);
      const shown = key === 'network' ? networkText(run) : typeof value === 'object' ? formatValue(value) : value;
      return [names.filter((other) => other === name).length > 1 ? key : name, shown];
    }),
  );
}

/** Rows that differ in nothing but their runs, once. */
function alike(rows: readonly Result[]): Result[] {
  const groups = new Map<string, Result & { readonly runs: number[] }>();
  for (const row of rows) {
    const key = JSON.stringify([row.engine, row.id, [...row.point], row.values, row.status]);
    const there = groups.get(key);
    if (there) there.runs.push(...row.runs);
    else groups.set(key, { ...row, runs: [...row.runs] });
  }
  return [...groups.values()];
}

/** Where one number is swept, the slope of the first measured quantity to the point before, log against log. */
function withSlopes(results: Results): Results {
  const { rows, keys, measured } = results;
  const isNumber = (key: string) => rows.every(({ point }) => !point.has(key) || typeof point.get(key) === 'number');
  const swept = keys.filter(
    (key) => key !== 'seed' && isNumber(key) && new Set(rows.map(({ point }) => point.get(key))).size > 2,
  );
  if (swept.length !== 1 || measured[0]?.kind !== 'number') return results;
  const [key] = swept;
  const slopes = slopesOver(key, rows);
  const column: Measured = {
    title: 'local slope',
    means: `of ${measured[0].title} over ${key}, log against log`,
    kind: 'number',
  };
  return {
    ...results,
    measured: [measured[0], column, ...measured.slice(1)],
    rows: rows.map((row, i) => ({ ...row, values: [row.values[0], slopes[i], ...row.values.slice(1)] })),
  };
}

/** Of each row, to the one before it on the same line: the same engine, everything else alike. */
function slopesOver(key: string, rows: readonly Result[]): (number | undefined)[] {
  const size = ({ point }: Result) => Math.abs(point.get(key) as number);
  const lines = new Map<string, Result[]>();
  for (const row of rows.filter(({ point }) => point.has(key))) {
    const line = JSON.stringify([row.engine, ...[...row.point].filter(([name]) => name !== key)]);
    const there = lines.get(line);
    if (there) there.push(row);
    else lines.set(line, [row]);
  }
  const slopes = new Map<Result, number>();
  for (const line of lines.values()) {
    const sorted = [...line].sort((a, b) => size(a) - size(b));
    for (const [i, row] of sorted.slice(1).entries()) {
      const before = sorted[i];
      const slope = Math.log(row.values[0]! / before.values[0]!) / Math.log(size(row) / size(before));
      if (Number.isFinite(slope)) slopes.set(row, slope);
    }
  }
  return rows.map((row) => slopes.get(row));
}
