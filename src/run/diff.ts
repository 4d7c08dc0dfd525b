/** What differs between two results: settings, and the first number of each table. */
import { basename } from 'node:path';
import type { Issue } from '../errors.js';
import { readableRuns } from '../metrics/found.js';
import { rowsOf as blocksOf } from '../metrics/read.js';
import type { FinishedRun } from '../metrics/record.js';
import type { RunRecord } from '../metrics/results.js';
import { flowText } from '../text.js';

export interface Tolerance {
  /** |a − b| ≤ atol + rtol · max(|a|, |b|) is no difference. */
  readonly rtol: number;
  readonly atol: number;
}

/** One thing that differs, as A and B have it. */
export interface Difference {
  readonly kind: 'run' | 'setting' | 'number';
  /** The run of A, where there are several. */
  readonly run?: string | undefined;
  /** A key of the spec, or the file, row and column. */
  readonly where: string;
  readonly a: string;
  readonly b: string;
}

/** Runs of two experiments are compared where they agree in what is swept. @throws UserError, RunError */
export async function differences(
  a: string,
  b: string,
  tolerance: Tolerance,
): Promise<{ differences: Difference[]; problems: readonly Issue[] }> {
  const [left, right] = [a, b].map(readableRuns);
  return {
    differences: await compareAll(left.runs, right.runs, tolerance),
    problems: [...left.problems, ...right.problems],
  };
}

async function compareAll(
  left: readonly FinishedRun[],
  right: readonly FinishedRun[],
  tolerance: Tolerance,
): Promise<Difference[]> {
  if (left.length === 1 && right.length === 1) return compareRuns(left[0], right[0], tolerance, undefined);
  const key = ({ record }: FinishedRun) => JSON.stringify(Object.entries(record.changes).sort());
  const others = new Map(right.map((side) => [key(side), side]));
  const found: Difference[] = [];
  for (const side of left) {
    const other = others.get(key(side));
    others.delete(key(side));
    if (other) found.push(...(await compareRuns(side, other, tolerance, basename(side.folder))));
    else found.push({ kind: 'run', where: basename(side.folder), a: 'there', b: 'missing' });
  }
  for (const { folder } of others.values())
    found.push({ kind: 'run', where: basename(folder), a: 'missing', b: 'there' });
  return found;
}

async function compareRuns(
  a: FinishedRun,
  b: FinishedRun,
  tolerance: Tolerance,
  run: string | undefined,
): Promise<Difference[]> {
  const files = new Set([a, b].flatMap(({ record }) => Object.keys(record.outputs)));
  const numbers: Difference[] = [];
  for (const file of files) {
    const [inA, inB] = [a, b].map(({ record }) => record.outputs[file]);
    if (inA === undefined || inB === undefined) {
      numbers.push({ kind: 'number', where: file, a: inA ? 'there' : 'missing', b: inB ? 'there' : 'missing' });
    } else if (file.endsWith('.csv')) {
      const first = await firstDifference(a, b, file, tolerance);
      if (first) numbers.push({ kind: 'number', ...first, where: `${file} ${first.where}` });
    } else if (inA.sha256 !== inB.sha256) {
      numbers.push({ kind: 'number', where: `${file} sha256`, a: inA.sha256, b: inB.sha256 });
    }
  }
  return [...settings(a.record, b.record), ...numbers].map((difference) => ({ ...difference, run }));
}

/** What belongs to a presentation changes no result. */
const PRESENTATION = ['title', 'source', 'assert', 'figures', 'name'];

function settings(a: RunRecord, b: RunRecord): Difference[] {
  const [left, right] = [a, b].map(({ spec, backend, status }) => {
    // what came before there was another
    const own = Object.entries({ precision: 'float64', ...spec }).filter(([key]) => !PRESENTATION.includes(key));
    return new Map([...flat('', Object.fromEntries(own)), ['backend', backend], ['status', status]]);
  });
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => left.get(key) !== right.get(key))
    .map((key) => ({ kind: 'setting', where: key, a: left.get(key) ?? 'absent', b: right.get(key) ?? 'absent' }));
}

/** Dotted keys, items of lists by their id, with values as YAML has them within a line. */
function flat(prefix: string, value: unknown): [string, string][] {
  const under = (key: string) => (prefix === '' ? key : `${prefix}.${key}`);
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    return value.flatMap((item, i) => flat(under(item?.id ?? String(i)), item));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => flat(under(key), inner));
  }
  return [[prefix, flowText(value)]];
}

type Cells = readonly string[];

async function firstDifference(
  inA: FinishedRun,
  inB: FinishedRun,
  file: string,
  tolerance: Tolerance,
): Promise<Pick<Difference, 'where' | 'a' | 'b'> | undefined> {
  const [rowsA, rowsB] = [rowsOf(inA, file), rowsOf(inB, file)];
  for (let row = 0; ; row++) {
    const [a, b] = [(await rowsA.next()).value, (await rowsB.next()).value];
    if (!a && !b) return undefined;
    if (!a || !b)
      return { where: `row ${row}`, a: a ? a.cells.join() : 'no more rows', b: b ? b.cells.join() : 'no more rows' };
    if (a.header.join() !== b.header.join()) return { where: 'header', a: a.header.join(), b: b.header.join() };
    const column = a.cells.findIndex((cell, i) => !alike(cell, b.cells[i], tolerance));
    if (column >= 0) {
      const where = `row ${row} (${keysIn(a.header, a.cells, column)}): ${a.header[column]}`;
      return { where, a: a.cells[column], b: b.cells[column] };
    }
  }
}

/** Rows are counted from 1, behind the header, which is row 0. */
async function* rowsOf(
  run: FinishedRun,
  file: string,
): AsyncGenerator<{ header: Cells; cells: Cells } | undefined, undefined> {
  let isFirst = true;
  for await (const { header, rows } of blocksOf(run, file)) {
    if (isFirst) yield { header, cells: header };
    isFirst = false;
    for (const cells of rows) yield { header, cells };
  }
  return undefined;
}

function alike(a: string, b: string, { rtol, atol }: Tolerance): boolean {
  if (a === b) return true;
  const [x, y] = [a, b].map(Number);
  return Math.abs(x - y) <= atol + rtol * Math.max(Math.abs(x), Math.abs(y));
}

/** Words, and the numbers before them that count: what tells the row from others. */
function keysIn(header: Cells, cells: Cells, but: number): string {
  return header
    .map((name, i) => ({ name, cell: cells[i], i }))
    .filter(
      ({ cell, i, name }) =>
        i !== but && (Number.isNaN(Number(cell)) || ['step', 'epoch', 'row', 'column'].includes(name)),
    )
    .filter(({ cell }) => !/^-?(NaN|Infinity)$/.test(cell))
    .map(({ name, cell }) => `${name} ${cell}`)
    .join(', ');
}
