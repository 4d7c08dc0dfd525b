import { join } from 'node:path';
import { formatIssue, RunError, reasonOf, UserError } from '../errors.js';
import { KINDS } from '../io/kinds.js';
import { readTextBlocks, statRegular } from '../io/read.js';
import { quoted } from '../text.js';
import { type Table, tableOfFile } from './columns.js';
import { type FinishedRun, notAsWritten } from './record.js';

/** Some rows of a CSV file, in order, each as wide as its header. */
export interface RowBlock {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What is known of a file before it is read. */
export interface Expected {
  readonly bytes?: number | undefined;
  /** Its columns, but for those that an older program did not have. */
  readonly table?: Table | undefined;
}

/** The rows of a file of a finished run. @throws RunError also where it is not what the run wrote */
export function rowsOf(run: FinishedRun, file: string): AsyncGenerator<RowBlock, void, undefined> {
  return readRows(join(run.folder, file), expectedOf(run, file));
}

/** The same as text: whole lines, the header first. */
export function textOf(run: FinishedRun, file: string): AsyncGenerator<string, void, undefined> {
  return readRecords(join(run.folder, file), expectedOf(run, file));
}

function expectedOf({ folder, record }: FinishedRun, file: string): Expected {
  if (!Object.hasOwn(record.outputs, file)) throw new RunError(`${join(folder, file)} is no file of this run`);
  return { bytes: record.outputs[file].bytes, table: tableOfFile(file, record) };
}

/** The table of a file of a run. @throws RunError where this program knows none of that name */
export function tableOf({ folder, record }: FinishedRun, file: string): Table {
  const table = tableOfFile(file, record);
  if (table !== undefined) return table;
  const { name: protocol } = record.spec['protocol'] as { name: string };
  throw new RunError(`${join(folder, file)} has columns of protocol ${quoted(protocol)}, which are not known here`);
}

/**
 * The rows of a CSV file in blocks; the file is never held as a whole. An empty file has no block, a file of a header
 * alone one without rows.
 * @throws RunError where the file cannot be read, is not what is expected, or a row is broken.
 */
export async function* readRows(path: string, expected: Expected = {}): AsyncGenerator<RowBlock, void, undefined> {
  let header: readonly string[] | undefined;
  for await (const text of readRecords(path, expected)) {
    const records = await parseRecords(text, path);
    if (records.length === 0) continue;
    const rows = header ? records : records.slice(1);
    header ??= records[0];
    const { length } = header;
    const odd = rows.find((row) => row.length !== length);
    if (odd) throw new RunError(`${path} has a row of ${odd.length} cells, its header has ${length}: ${odd}`);
    yield { header, rows };
  }
}

/** Blocks of whole records, none empty. */
async function* readRecords(path: string, { bytes, table }: Expected): AsyncGenerator<string, void, undefined> {
  let rest = '';
  let checked = table === undefined;
  for await (const chunk of readChunks(path, bytes)) {
    const text = rest + chunk;
    const end = endOfRecords(text);
    rest = text.slice(end);
    if (end === 0) continue;
    if (!checked) requireHeader(text.slice(0, text.indexOf('\n')), table!, path);
    checked = true;
    yield text.slice(0, end);
  }
  if (rest === '') return;
  if (!checked) requireHeader(rest, table!, path);
  yield rest;
}

/** Text of a regular file of the size that it should have, in pieces. */
async function* readChunks(path: string, bytes: number | undefined): AsyncGenerator<string> {
  try {
    const { size } = statRegular(path, KINDS.table);
    if (bytes !== undefined && bytes !== size)
      throw new RunError(formatIssue(notAsWritten(path, `has ${size} bytes`, bytes)));
    yield* readTextBlocks(path, KINDS.table);
  } catch (error) {
    throw error instanceof UserError ? new RunError(`cannot read ${error.message}`) : error;
  }
}

/** Columns of the table in its order, all that this program has or those of an older one. */
function requireHeader(line: string, { columns }: Table, path: string): void {
  const names = line.replace(/\r$/, '').split(',');
  let at = 0;
  const strange = names.find((name) => {
    while (at < columns.length && columns[at].name !== name) at++;
    return at++ >= columns.length;
  });
  if (strange === undefined) return;
  const expected = columns.map(({ name }) => name).join();
  throw new RunError(`${path} has another header than its table: '${strange}' is out of place, expected ${expected}`);
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
async function parseRecords(text: string, path: string): Promise<readonly (readonly string[])[]> {
  if (!/["\r]/.test(text)) return splitLines(text);
  const { parse } = await import('csv-parse/sync');
  try {
    return parse(text, { relax_column_count: true, skip_empty_lines: true }) as string[][];
  } catch (error) {
    throw new RunError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

function splitLines(text: string): string[][] {
  const records: string[][] = [];
  for (const line of text.split('\n')) if (line !== '') records.push(line.split(','));
  return records;
}
