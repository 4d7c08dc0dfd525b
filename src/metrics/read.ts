import { createReadStream } from 'node:fs';
import { RunError } from '../errors.js';

const CHUNK_BYTES = 1 << 20;

/** Some rows of a CSV file, in order, each as wide as its header. */
export interface RowBlock {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The rows of a CSV file in blocks; the file is never held as a whole. An empty file has no block, a file of a header
 * alone one without rows.
 * @throws RunError where the file cannot be read or a row is broken.
 */
export async function* readRows(path: string): AsyncGenerator<RowBlock, void, undefined> {
  let header: readonly string[] | undefined;
  for await (const records of blocks(path)) {
    const rows = header ? records : records.slice(1);
    header ??= records[0];
    const { length } = header;
    const odd = rows.find((row) => row.length !== length);
    if (odd) throw new RunError(`${path} has a row of ${odd.length} cells, its header has ${length}: ${odd}`);
    yield { header, rows };
  }
}

/** Blocks of whole records, none empty. */
async function* blocks(path: string): AsyncGenerator<readonly (readonly string[])[]> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
      const text = rest + chunk;
      const end = endOfRecords(text);
      rest = text.slice(end);
      if (end > 0) yield* parseRecords(text.slice(0, end));
    }
    yield* parseRecords(rest);
  } catch (error) {
    throw new RunError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

/** Behind the last line end that stands in no quoted cell: an even number of quotes is before it. */
function endOfRecords(text: string): number {
  if (!text.includes('"')) return text.lastIndexOf('\n') + 1;
  let end = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (text[i] === '\n' && !quoted) end = i + 1;
  }
  return end;
}

/** csv-parse takes 10 µs a row; lines without a quote, nearly all of them, are their cells joined by commas. */
async function* parseRecords(text: string): AsyncGenerator<readonly (readonly string[])[]> {
  const records = /["\r]/.test(text) ? await parseQuoted(text) : splitLines(text);
  if (records.length > 0) yield records;
}

async function parseQuoted(text: string): Promise<string[][]> {
  const { parse } = await import('csv-parse/sync');
  return parse(text, { relax_column_count: true, skip_empty_lines: true }) as string[][];
}

function splitLines(text: string): string[][] {
  const records: string[][] = [];
  for (const line of text.split('\n')) if (line !== '') records.push(line.split(','));
  return records;
}
