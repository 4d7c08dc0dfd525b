/** What is left of a training when it is over: confusions, filters, weights. */
import type { Row } from '../../metrics/columns.js';
import { nested } from '../../model/tensor.js';
import type { Params } from '../../model/types.js';
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

/** What the first units see of the input: rows of filters.csv. */
function filters({ dataset: { train }, dynamics }: Bench, { id, theta }: Lane, units: number): Row[] {
  const [, inputs] = train.image ?? [1, train.inputs];
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
      const kept = { tensors: lane.tensors, theta };
      const data = format === 'npz' ? writeNpz(arrays(kept)) : new TextEncoder().encode(json(kept));
      yield { kind: 'file', name: `${lane.id}-${which}.${format}`, data };
    }
  }
}

/** Lists are matrices of one row here. */
function arrays({ tensors, theta }: Pick<Lane, 'tensors'> & { theta: Params }) {
  return Object.fromEntries(
    tensors.map(({ name, shape, rows, cols }, k) => {
      return [name, { shape: shape.length > 1 ? shape : [rows, cols], data: theta.parts[0][k].data }];
    }),
  );
}

/** Every number as it is, which JSON.stringify does not do to −0. */
function json({ tensors, theta }: Parameters<typeof arrays>[0]): string {
  const text = (value: unknown): string =>
    Array.isArray(value) ? `[${value.map(text).join()}]` : Object.is(value, -0) ? '-0' : String(value);
  const members = tensors.map(
    ({ name, shape }, k) => `${JSON.stringify(name)}:${text(nested(theta.parts[0][k].data, shape))}`,
  );
  return `{${members.join()}}\n`;
}
