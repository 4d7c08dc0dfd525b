import { join } from 'node:path';
import { UserError } from '../errors.js';
import { rowsOf } from '../metrics/read.js';
import type { Run } from './source.js';

/**
 * Visits the rows of a CSV file of a run in order, cells of `columns` in that order; the file is never held as a whole.
 * @throws UserError where a column is missing, RunError where the file cannot be read or a row is broken.
 */
export async function eachRow(
  run: Run,
  file: string,
  columns: readonly string[],
  visit: (cells: readonly string[]) => void,
): Promise<void> {
  let at: readonly number[] | undefined;
  for await (const { header, rows } of rowsOf(run, file)) {
    at ??= columns.map((column) => indexOf(column, header, join(run.folder, file)));
    for (const row of rows) visit(at.map((index) => row[index]));
  }
}

/** The header of a CSV file of a run; empty for an empty file. */
export async function headerOf(run: Run, file: string): Promise<readonly string[]> {
  for await (const { header } of rowsOf(run, file)) return header;
  return [];
}

function indexOf(column: string, header: readonly string[], path: string): number {
  const index = header.indexOf(column);
  if (index >= 0) return index;
  throw new UserError({ message: `${path} has no column '${column}'`, hint: `it has ${header.join(', ')}` });
}

/** A cell as a number; `NaN` and `Infinity` as they are spelled. */
export function toNumber(cell: string): number {
  return cell === '' ? Number.NaN : Number(cell);
}
