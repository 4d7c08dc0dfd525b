import { Matrix } from '../numerics/matrix.js';
import { everyIndex } from './example-set.js';
import type { ExampleSet } from './source.js';

/** What a set of examples looks like in numbers. */
export interface Description {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Inputs that are the same in every example, and what they are. */
  readonly constant: readonly { readonly input: number; readonly value: number }[];
  /** Number of examples of each class. */
  readonly histogram: readonly number[] | undefined;
}

const BATCH = 256;

export function describe(set: ExampleSet): Description {
  const low = new Float64Array(set.inputs).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(set.inputs).fill(Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const { data } of batches(set)) {
    for (let i = 0, input = 0; i < data.length; i++, input++) {
      if (input === set.inputs) input = 0;
      const value = data[i];
      if (value < low[input]) low[input] = value;
      if (value > high[input]) high[input] = value;
      sum += value;
    }
  }
  const inputs = Array.from(low, (value, input) => ({ input, value }));
  return {
    min: low.reduce((a, b) => Math.min(a, b)),
    max: high.reduce((a, b) => Math.max(a, b)),
    mean: sum / (set.count * set.inputs),
    constant: inputs.filter(({ input, value }) => value === high[input]),
    histogram: set.labels && histogramOf(set.labels, set.outputs),
  };
}

/** Inputs batch by batch; each is valid until the next. */
function* batches(set: ExampleSet): Generator<Matrix> {
  let [x, y] = [new Matrix(0, set.inputs), new Matrix(0, set.outputs)];
  const order = everyIndex(set);
  for (let from = 0; from < set.count; from += BATCH) {
    const at = order.subarray(from, from + BATCH);
    if (at.length !== x.rows) [x, y] = [new Matrix(at.length, set.inputs), new Matrix(at.length, set.outputs)];
    set.fill(at, x, y);
    yield x;
  }
}

function histogramOf(labels: Uint16Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}
