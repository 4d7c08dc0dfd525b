/** What a run has recorded of its network: its state at rest, what a pull does, how strong connections are. */
import { join } from 'node:path';
import { KINDS } from '../io/kinds.js';
import { readJson } from '../io/read.js';
import { engineLabel } from './labels.js';
import type { Cell } from './places.js';
import { eachRow, toNumber } from './rows.js';
import type { EngineSpec, Run } from './source.js';

/** Values of cells; undefined for those that were not recorded. */
export type Values = (cell: Cell) => number | undefined;

export interface Recorded {
  readonly free?: Values;
  /** What a pull of strength β does to each unit, divided by β, and the gradient that it gives. */
  readonly pulled?: { readonly engine: EngineSpec; readonly change: Values; readonly gradient: Values };
  readonly before?: Values;
  /** Of each engine that has learned. */
  readonly after: readonly { readonly label: string; readonly values: Values }[];
}

export async function recordedOf(run: Run, example: number, chosen: string | undefined): Promise<Recorded> {
  const has = (file: string) => Object.hasOwn(run.record.outputs, file);
  const engine = run.engines.find(({ id }) => id === chosen) ?? run.engines.find(({ label }) => label?.nudged);
  const after = run.engines.flatMap((one) => {
    const file = `${one.id}-last.json`;
    return has(file) ? [{ label: engineLabel(one), values: learned(join(run.folder, file)) }] : [];
  });
  return {
    ...(has('free_state.csv') && { free: await stateOf(run, example) }),
    ...(has('parameters.csv') && { before: await table(run, 'parameters.csv') }),
    ...(engine && has('processes.csv') && { pulled: await processOf(run, example, engine) }),
    after,
  };
}

const key = ({ tensor, row = 0, column }: Cell) => `${tensor} ${row} ${column}`;
const from =
  (values: ReadonlyMap<string, number>): Values =>
  (cell) =>
    values.get(key(cell));

async function table(run: Run, file: string): Promise<Values> {
  const values = new Map<string, number>();
  await eachRow(run, file, ['tensor', 'row', 'column', 'value'], ([tensor, row, column, value]) => {
    values.set(`${tensor} ${row} ${column}`, toNumber(value));
  });
  return from(values);
}

async function stateOf(run: Run, example: number): Promise<Values> {
  const whole = await table(run, 'free_state.csv');
  return ({ tensor, column }) => whole({ tensor, row: example, column });
}

/** Processes are error derivatives, S̄ or −S̃: the way that the pull moves a unit is minus their sum over time. */
async function processOf(run: Run, example: number, engine: EngineSpec): Promise<NonNullable<Recorded['pulled']>> {
  const sums = new Map<string, number>();
  const last = new Map<string, { time: number; value: number }>();
  const columns = ['time', 'engine', 'tensor', 'row', 'column', 'value'];
  await eachRow(run, 'processes.csv', columns, ([time, id, tensor, row, column, value]) => {
    if (id !== engine.id) return;
    const cell = `${tensor} ${row} ${column}`;
    const before = last.get(cell);
    const now = { time: toNumber(time), value: toNumber(value) };
    if (before) sums.set(cell, (sums.get(cell) ?? 0) - before.value * (now.time - before.time));
    last.set(cell, now);
  });
  return {
    engine,
    change: ({ tensor, column }) => sums.get(key({ tensor, row: example, column })),
    gradient: (cell) => last.get(key(cell))?.value,
  };
}

/** A file of weights: lists, and lists of lists. */
function learned(file: string): Values {
  const tensors = readJson(file, KINDS.parameters) as Record<string, unknown>;
  return ({ tensor, row = 0, column }) => {
    const rows = tensors[tensor];
    const list = Array.isArray(rows) && Array.isArray(rows[row]) ? rows[row] : rows;
    const value = Array.isArray(list) ? list[column] : undefined;
    return typeof value === 'number' ? value : undefined;
  };
}
