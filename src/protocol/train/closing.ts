/** What is left of a training when it is over: confusions, filters, weights. */
import type { Row } from '../../metrics/columns.js';
import type { ParameterShape, Params } from '../../model/types.js';
import { writeNpz } from '../../numerics/npz.js';
import type { Bench, ProtocolEvent } from '../protocol.js';
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

/** Weights from the input to the first units: rows of filters.csv. */
function filters({ dataset: { train }, dynamics }: Bench, { id, theta }: Lane, units: number): Row[] {
  const [, width] = train.image ?? [1, train.inputs];
  const k = dynamics.parameters.findIndex(({ role, rows }) => role === 'weight' && rows === train.inputs);
  const { data, rows: inputs, cols } = theta.parts[0][k];
  return Array.from({ length: Math.min(units, cols) }, (_, unit) =>
    Array.from({ length: inputs }, (_, input): Row => {
      const row = Math.floor(input / width);
      return [id, unit, row, input - row * width, data[input * cols + unit]];
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
      const data = format === 'npz' ? writeNpz(tensors(theta)) : new TextEncoder().encode(json(lane.shapes, theta));
      yield { kind: 'file', name: `${lane.id}-${which}.${format}`, data };
    }
  }
}

function tensors(theta: Params) {
  return Object.fromEntries(
    Array.from(theta.entries(), ([name, { rows, cols, data }]) => [name, { shape: [rows, cols], data }]),
  );
}

/** Biases are one list, as in a file written by hand; every number as it is, which JSON.stringify does not do to −0. */
function json(shapes: readonly ParameterShape[], theta: Params): string {
  const list = (numbers: Float64Array) => `[${Array.from(numbers, (x) => (Object.is(x, -0) ? '-0' : x)).join()}]`;
  const members = shapes.map(({ name, role }, k) => {
    const matrix = theta.parts[0][k];
    const rows = Array.from({ length: matrix.rows }, (_, i) => list(matrix.row(i)));
    return `${JSON.stringify(name)}:${role === 'bias' ? rows[0] : `[${rows}]`}`;
  });
  return `{${members}}\n`;
}
