/** Inputs that depend on the examples that are learned from, and on those alone. */
import { UserError } from '../errors.js';
import { Matrix } from '../numerics/matrix.js';
import type { ExampleSet } from './source.js';

/** Per input. */
interface Moments {
  readonly mean: Float64Array;
  /** Over all examples; 1 where all are alike. */
  readonly deviation: Float64Array;
}

/**
 * The mean of the training set where an input is NaN; and with `standardise` inputs − mean over the standard deviation (of
 * the population; an input that does not change there is only centered).
 */
export function fitted(standardise: boolean): (train: ExampleSet) => (set: ExampleSet) => ExampleSet {
  return (train) => {
    const { mean, deviation } = momentsOf(train);
    return (set) => ({
      ...set,
      fill(at, x, y) {
        set.fill(at, x, y);
        for (let i = 0; i < x.rows; i++) {
          const row = x.row(i);
          for (let j = 0; j < row.length; j++) {
            const value = Number.isNaN(row[j]) ? mean[j] : row[j];
            row[j] = standardise ? (value - mean[j]) / deviation[j] : value;
          }
        }
      },
    });
  };
}

/** Two passes, example by example: the mean first, then the squares around it. */
function momentsOf(set: ExampleSet): Moments {
  const counts = new Float64Array(set.inputs);
  const mean = new Float64Array(set.inputs);
  const deviation = new Float64Array(set.inputs);
  const [low, high] = [new Float64Array(set.inputs).fill(Infinity), new Float64Array(set.inputs).fill(-Infinity)];
  each(set, (j, value) => {
    counts[j]++;
    mean[j] += value;
    low[j] = Math.min(low[j], value);
    high[j] = Math.max(high[j], value);
  });
  const empty = counts.indexOf(0);
  if (empty >= 0)
    throw new UserError({ message: `input ${empty} (from 0) has no value in any example of the training set` });
  for (let j = 0; j < mean.length; j++) mean[j] = low[j] === high[j] ? low[j] : mean[j] / counts[j];
  each(set, (j, value) => {
    deviation[j] += (value - mean[j]) ** 2;
  });
  for (let j = 0; j < mean.length; j++) deviation[j] = Math.sqrt(deviation[j] / counts[j]) || 1;
  return { mean, deviation };
}

function each(set: ExampleSet, visit: (input: number, value: number) => void): void {
  const [x, y] = [new Matrix(1, set.inputs), new Matrix(1, set.outputs)];
  const row = x.row(0);
  for (let i = 0; i < set.count; i++) {
    set.fill([i], x, y);
    for (let j = 0; j < row.length; j++) if (!Number.isNaN(row[j])) visit(j, row[j]);
  }
}
