/** What trainings came to over their seeds, and which point of a sweep the validation chose: from run.json alone. */
import { hasTable } from './columns.js';
import { seedGroups } from './groups.js';
import type { RunRecord } from './results.js';

/** Of numbers, one a seed. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Of the sample, over n − 1; NaN of one. */
  readonly deviation: number;
}

/** An engine at one point of a sweep, over its seeds. */
export interface TrainingResult<R = Trained> {
  readonly engine: string;
  /** The swept keys that make a difference to it. */
  readonly point: readonly (readonly [key: string, value: unknown])[];
  /** Seeds that were run; those of which there is a number are counted in the moments. */
  readonly seeds: number;
  /** Where the validation was best, epoch by epoch; after the last epoch where there is no validation set. */
  readonly train: Moments;
  readonly validation: Moments;
  readonly test: Moments;
  /** Of several points the one with the least mean validation, of those at their end where every seed has one. */
  readonly chosen: boolean;
  /** Epochs done, where a search has ended it before its end. */
  readonly pruned: number | undefined;
  /** One for each seed. */
  readonly records: readonly R[];
}

export interface TrainingStatistics<R = Trained> {
  /** What is counted: the error, or the cost where there are no classes. */
  readonly kind: 'error' | 'cost';
  readonly results: readonly TrainingResult<R>[];
}

type Trained = Pick<RunRecord, 'changes' | 'engines' | 'spec' | 'tables' | 'pruned'>;
type Measured = Readonly<Record<string, number | null>>;

/** Undefined where the runs are no trainings. */
export function trainingStatistics<R extends Trained>(records: readonly R[]): TrainingStatistics<R> | undefined {
  const trainings = records.filter((record) => hasTable(record, 'train'));
  if (trainings.length === 0) return undefined;
  const all = trainings.flatMap((record) => Object.keys(record.engines).map((id) => measuredOf(record, id)));
  const kind = all.some((measured) => typeof measured['train_error'] === 'number') ? 'error' : 'cost';
  const runs = trainings.map((record) => ({
    record,
    changes: record.changes,
    engines: (record.spec['engines'] ?? []) as { id: string }[],
  }));
  const results = seedGroups(runs).map((group): TrainingResult<R> => {
    const found = group.runs.map(({ record }) => measuredOf(record, group.engine.id));
    const of = (split: string) => moments(found.map((measured) => scoreOf(measured, split, kind)));
    return {
      engine: group.engine.id,
      point: group.point,
      seeds: group.runs.length,
      train: of('train'),
      validation: of('validation'),
      test: of('test'),
      chosen: false,
      pruned: group.runs.map(({ record }) => record.pruned?.epochs).find((epochs) => epochs !== undefined),
      records: group.runs.map(({ record }) => record),
    };
  });
  const order = [...new Set(results.map(({ engine }) => engine))];
  return {
    kind,
    results: results
      .map((result) => ({ ...result, chosen: isChosen(result, results) }))
      .sort((a, b) => order.indexOf(a.engine) - order.indexOf(b.engine)),
  };
}

/** What diverged has no result. */
function measuredOf({ engines }: Trained, id: string): Measured {
  const { status, measured = {} } = engines[id] ?? {};
  return status === 'diverged' ? {} : measured;
}

function scoreOf(measured: Measured, split: string, kind: string): number | null | undefined {
  return measured[`${'best_epoch' in measured ? 'best_' : ''}${split}_${kind}`];
}

export function moments(values: readonly (number | null | undefined)[]): Moments {
  const numbers = values.filter((value) => typeof value === 'number');
  const count = numbers.length;
  const mean = numbers.reduce((sum, value) => sum + value, 0) / count;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, deviation: Math.sqrt(squares / (count - 1)) };
}

function isChosen<R>(result: TrainingResult<R>, all: readonly TrainingResult<R>[]): boolean {
  const points = all.filter(({ engine }) => engine === result.engine);
  const whole = points.filter(({ validation, seeds, pruned }) => validation.count === seeds && pruned === undefined);
  if (points.length < 2 || whole.length === 0) return false;
  return result === whole.reduce((best, other) => (other.validation.mean < best.validation.mean ? other : best));
}
