/** What is left of a training when it is over: confusions, filters, weights. */
import type { Row } from '../../metrics/columns.js';
import type { Bench, ProtocolEvent } from '../protocol.js';
import { weightsFile } from '../weights.js';
import { evaluate } from './evaluate.js';
import type { Lane } from './lane.js';
import type { TrainOptions } from './options.js';
import { allUpdates, type Training } from './training.js';

export function* closing(training: Training): Generator<ProtocolEvent> {
  const { bench, lanes, options } = training;
  for (const lane of lanes) {
    if (!lane.failed) yield* confusion(training, lane);
    if (options.filters > 0) yield { kind: 'rows', table: 'filters', rows: filters(bench, lane, options.filters) };
    yield* weights(lane, options);
  }
}

/** Rows of confusion.csv, where there are classes. */
function* confusion(training: Training, lane: Lane): Generator<ProtocolEvent> {
  const { train, validation, test } = training.bench.dataset;
  const [split, set] = test ? ['test', test] : validation ? ['validation', validation] : ['train', train];
  if (set.labels === undefined) return;
  const counts = new Float64Array(set.outputs * set.outputs);
  yield* evaluate(lane, set, training, allUpdates(training), (label, prediction) => {
    counts[label * set.outputs + prediction]++;
  });
  const rows = Array.from(counts, (count, at): Row => {
    const label = Math.floor(at / set.outputs);
    return [lane.id, split, label, at - label * set.outputs, count];
  });
  yield { kind: 'rows', table: 'confusion', rows };
}

/** What the first units see of the input: rows of filters.csv. */
function filters({ dataset: { train }, dynamics }: Bench, { id, theta }: Lane, units: number): Row[] {
  const inputs = (train.planes ?? train.image)?.at(-1) ?? train.inputs;
  const { count, of, width = inputs } = dynamics.filters!;
  return Array.from({ length: Math.min(units, count) }, (_, unit) =>
    Array.from(of(theta, unit), (weight, at): Row => {
      const row = Math.floor(at / width);
      return [id, unit, row, at - row * width, weight];
    }),
  ).flat();
}

/** `<engine>-last.npz`, `-best.npz` where a validation chose, and the same as `.json`: what `parameters: {file: …}` reads. */
function* weights(lane: Lane, { weights: formats }: TrainOptions): Generator<ProtocolEvent> {
  for (const [which, theta] of [
    ['last', lane.theta],
    ...(lane.standing.bestEpoch > 0 ? ([['best', lane.best]] as const) : []),
  ] as const) {
    for (const format of formats) {
      yield { kind: 'file', name: `${lane.id}-${which}.${format}`, data: weightsFile(format, lane.tensors, theta) };
    }
  }
}
