import type { Problem, Process } from '../engine/engine.js';
import type { Row } from '../metrics/columns.js';
import type { Params, State } from '../model/types.js';
import type { Blocks } from '../numerics/blocks.js';
import type { Relaxation, RelaxSample } from '../solver/relax.js';
import type { Bench, ProtocolEvent, Recording } from './protocol.js';

/** One row a cell: prefix, tensor, row, column, value; of a larger tensor `most` cells, evenly spread. */
function cells(prefix: Row, blocks: Blocks, tensors?: readonly string[], most = Number.POSITIVE_INFINITY): Row[] {
  const rows: Row[] = [];
  for (const [name, block] of blocks.entries()) {
    if (tensors && !tensors.includes(name)) continue;
    const { length } = block.data;
    const count = Math.min(length, most);
    for (let k = 0; k < count; k++) {
      const at = Math.floor((k * length) / count);
      const row = Math.floor(at / block.cols);
      rows.push([...prefix, name, row, at - row * block.cols, block.data[at]]);
    }
  }
  return rows;
}

/** A moment of a process, of states at least. */
export type Shown = Pick<Process, 'step' | 'time' | 'state'> & Partial<Pick<Process, 'params'>>;

/** Rows of processes.csv, if this step is one to record. Parameters are computed only if one of them is. */
export function* recordProcess({ record, dynamics }: Bench, id: string, process: Shown): Generator<ProtocolEvent> {
  if (record.processes === undefined || process.step % record.processes.every !== 0) return;
  const { tensors, cells: most } = record.processes;
  const prefix = [process.step, process.time, id];
  const wantsParams = !tensors || dynamics.parameters.some(({ name }) => tensors.includes(name));
  yield {
    kind: 'rows',
    table: 'processes',
    rows: [
      ...cells(prefix, process.state, tensors, most),
      ...(process.params && wantsParams ? cells(prefix, process.params(), tensors, most) : []),
    ],
  };
}

/** Rows of processes.csv that are written unasked: of all tensors, unless `record` says which, and how often. */
export function* recordMoment(
  { record }: Bench,
  [step, ...rest]: readonly [step: number, time: number, engine: string],
  all: readonly Blocks[],
): Generator<ProtocolEvent> {
  const { tensors, cells: most, every = 1 } = record.processes ?? {};
  if (step % every !== 0) return;
  const prefix = [step, ...rest];
  yield { kind: 'rows', table: 'processes', rows: all.flatMap((blocks) => cells(prefix, blocks, tensors, most)) };
}

/** Rows of gradients.csv. */
export function* recordGradient({ record }: Bench, id: string, gradient: Params): Generator<ProtocolEvent> {
  if (record.gradients)
    yield { kind: 'rows', table: 'gradients', rows: cells([id], gradient, record.gradients.tensors) };
}

/** Rows of parameters.csv: θ as it stands. */
export function* recordParameters({ record, theta }: Pick<Bench, 'record' | 'theta'>): Generator<ProtocolEvent> {
  if (record.parameters) yield { kind: 'rows', table: 'parameters', rows: cells([], theta) };
}

/** Rows of free_state.csv: s⁰, its energy where there is one, its cost. */
export function* recordFreeState(
  { record }: Bench,
  { system, cost, free }: Judges & Pick<Problem, 'free'>,
): Generator<ProtocolEvent> {
  if (record.freeState) yield { kind: 'rows', table: 'free_state', rows: stateRows([], { system, cost }, free) };
}

/** What judges a state of phase one. */
type Judges = Pick<Problem, 'system' | 'cost'>;

/** One row a unit, then the energy of each example where there is one, then its cost. */
function stateRows(prefix: Row, { system, cost }: Judges, state: State, { tensors, cells: most }: Some = {}): Row[] {
  const perExample = (tensor: string, values: () => Float64Array | undefined): Row[] =>
    tensors && !tensors.includes(tensor)
      ? []
      : Array.from(values() ?? [], (value, example) => [...prefix, tensor, example, 0, value]);
  return [
    ...cells(prefix, state, tensors, most),
    ...perExample('energy', () => system.energy?.value(state)),
    ...perExample('cost', () => cost.value(state)),
  ];
}

type Some = Pick<NonNullable<Recording['freePath']>, 'tensors' | 'cells'>;

/** Rows of free_path.csv: every n-th state of phase one, and the last wherever that falls, as free_state.csv has it. */
export class FreePath {
  private readonly rule: Recording['freePath'];
  private last: Pick<RelaxSample, 'step' | 'time'> | undefined;

  constructor(
    { record }: Pick<Bench, 'record'>,
    private readonly judges: Judges,
  ) {
    this.rule = record.freePath;
  }

  *see({ step, time, state }: Pick<RelaxSample, 'step' | 'time' | 'state'>): Generator<ProtocolEvent> {
    if (this.rule === undefined) return;
    this.last = { step, time };
    if (step % this.rule.every === 0) yield this.rows(state, this.rule);
  }

  *end({ state }: Pick<Relaxation, 'state'>): Generator<ProtocolEvent> {
    if (this.rule && this.last && this.last.step % this.rule.every !== 0) yield this.rows(state, this.rule);
  }

  private rows(state: State, rule: Some): ProtocolEvent {
    const { step, time } = this.last!;
    return { kind: 'rows', table: 'free_path', rows: stateRows([step, time], this.judges, state, rule) };
  }
}
