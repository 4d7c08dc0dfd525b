import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { RunError, UserError } from '../errors.js';
import type { Run } from './source.js';

const CHUNK_BYTES = 1 << 20;

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
  const path = join(run.directory, file);
  let header: readonly string[] | undefined;
  let at: number[] = [];
  for await (const block of blocks(path)) {
    for (const record of block) {
      if (!header) {
        header = record;
        at = columns.map((column) => indexOf(column, record, path));
        continue;
      }
      if (record.length !== header.length) {
        throw new RunError(`${path} has a row of ${record.length} cells, its header has ${header.length}: ${record}`);
      }
      visit(at.map((index) => record[index]));
    }
  }
}

/** The header of a CSV file of a run; empty for an empty file. */
export async function headerOf(run: Run, file: string): Promise<readonly string[]> {
  for await (const block of blocks(join(run.directory, file))) return block[0] ?? [];
  return [];
}

function indexOf(column: string, header: readonly string[], path: string): number {
  const index = header.indexOf(column);
  if (index >= 0) return index;
  throw new UserError({ message: `${path} has no column '${column}'`, hint: `it has ${header.join(', ')}` });
}

/** Records of a file in blocks of whole lines. */
async function* blocks(path: string): AsyncGenerator<readonly (readonly string[])[]> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
      const text = rest + chunk;
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      yield await parseLines(text.slice(0, end));
    }
    yield await parseLines(rest);
  } catch (error) {
    if (error instanceof UserError || error instanceof RunError) throw error;
    throw new RunError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

/** csv-parse takes 10 µs a row; lines without a quote, nearly all of them, are their cells joined by commas. */
async function parseLines(text: string): Promise<readonly (readonly string[])[]> {
  if (text.includes('"')) {
    const { parse } = await import('csv-parse/sync');
    return parse(text, { relax_column_count: true }) as string[][];
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(','));
}

/** A cell as a number; `NaN` and `Infinity` as they are spelled. */
export function toNumber(cell: string): number {
  return cell === '' ? Number.NaN : Number(cell);
}
