/** One tidy CSV over the runs of a sweep, wherever they were made. */
import { basename } from 'node:path';
import { type Issue, UserError } from '../errors.js';
import { namedFile, WholeFile, writeWhole } from '../io/write.js';
import type { Column } from '../metrics/columns.js';
import { type Readable, readableRunsOf } from '../metrics/found.js';
import { tableOf, textOf } from '../metrics/read.js';
import type { FinishedRun } from '../metrics/record.js';
import { NO_NUMBERS } from '../metrics/sidecar.js';
import { byLabels, keysOf, labelCells, labelColumns, valueAt } from './tidy.js';

/** What was put together, and what of it the user should know. */
export interface Collection extends Pick<Readable, 'runs' | 'problems'> {
  readonly rows: number;
}

/** The finished runs that paths stand for, each hash once, in the order of their labels. @throws UserError */
function collectedRuns(results: readonly string[]): Pick<Readable, 'problems'> & {
  keys: string[];
  runs: FinishedRun[];
} {
  const { runs: all, problems } = readableRunsOf(results);
  const runs = [...new Map(all.map((run) => [run.record.hash, run])).values()];
  const names = new Set(runs.map(({ record }) => record.name));
  if (names.size > 1) {
    const list = [...names].map((name) => `'${name}'`).join(', ');
    throw new UserError({ message: `results of several experiments (${list}) make no one table` });
  }
  const keys = keysOf(runs.map(({ record }) => record));
  const order = byLabels(keys);
  return { problems, keys, runs: runs.sort((a, b) => order(a.record, b.record)) };
}

/**
 * Writes the table `name` of all runs, and what its columns mean, to a file beside it; or its text to `print`. A file that
 * the user names may be a link, which is followed.
 * @throws UserError, RunError
 */
export async function collect(
  results: readonly string[],
  name: string,
  to: { readonly file: string; readonly isNamed: boolean } | { print(text: string): void },
): Promise<Collection> {
  const { keys, runs, problems } = collectedRuns(results);
  const having = runs.filter(({ record }) => Object.hasOwn(record.outputs, `${name}.csv`));
  if (having.length === 0) throw new UserError(noTable(name, runs));
  const columns = columnsOf(having, name);
  const labels = labelColumns(keys, columns);
  const whole = 'file' in to ? (to.isNamed ? namedFile(to.file) : new WholeFile(to.file)) : undefined;
  const write = whole ? (text: string) => whole.write(text) : (to as { print(text: string): void }).print;
  let rows = 0;
  try {
    write(`${[...labels, ...columns].map(quoted).join(',')}\n`);
    for (const run of having)
      rows += await copyRows(textOf(run, `${name}.csv`), labelCells(run.record, keys), columns, write);
    whole?.finish();
  } catch (error) {
    whole?.abandon();
    throw error;
  }
  if ('file' in to) writeWhole(sidecarOf(to.file), sidecar(to.file, having, keys, labels, columns, name));
  return { runs: having, rows, problems };
}

function noTable(name: string, runs: readonly FinishedRun[]): Issue {
  const there = new Set(runs.flatMap(({ record }) => Object.keys(record.outputs)));
  const csv = [...there].filter((file) => file.endsWith('.csv')).map((file) => file.replace(/\.csv$/, ''));
  return { message: `no run has a table '${name}'`, hint: `there is ${csv.join(', ')}` };
}

/** The columns of all protocols that there are, in the order in which they come. */
function columnsOf(runs: readonly FinishedRun[], name: string): string[] {
  return [...new Set(runs.flatMap((run) => tableOf(run, `${name}.csv`).columns.map((column) => column.name)))];
}

/** Lines as they stand, behind their labels; cells are put in place only where the columns are not those of the file. */
async function copyRows(
  text: AsyncIterable<string>,
  labels: string,
  columns: readonly string[],
  write: (text: string) => void,
): Promise<number> {
  let header: string[] | undefined;
  let [same, rows] = [true, 0];
  for await (const piece of text) {
    const lines = piece.split('\n');
    if (lines.at(-1) === '') lines.pop();
    if (header === undefined) {
      header = lines.shift()!.split(',');
      same = header.join() === columns.join();
    }
    const spreadTo = (line: string) => (same ? line : spread(line, header!, columns));
    rows += lines.length;
    write(lines.map((line) => `${labels}${spreadTo(line)}\n`).join(''));
  }
  return rows;
}

function spread(line: string, header: readonly string[], columns: readonly string[]): string {
  const cells = line.split(',');
  return columns.map((column) => cells[header.indexOf(column)] ?? '').join(',');
}

const quoted = (name: string) => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

const sidecarOf = (file: string) => `${file.replace(/\.csv$/, '')}.datapackage.json`;

function sidecar(
  file: string,
  runs: readonly FinishedRun[],
  keys: readonly string[],
  labels: readonly string[],
  columns: readonly string[],
  name: string,
): string {
  const known = new Map(
    runs.flatMap((run) => tableOf(run, `${name}.csv`).columns).map((column) => [column.name, column]),
  );
  const labelled = [undefined, ...keys].map(
    (key, i): Column => ({
      name: labels[i],
      type: key !== undefined && runs.every(({ record }) => isNumber(valueAt(record, key))) ? 'number' : 'string',
      description: key === undefined ? 'id of the run: the name of its folder' : `${key} in the spec of the run`,
    }),
  );
  const { name: experiment } = runs[0].record;
  const resource = {
    name: basename(file)
      .toLowerCase()
      .replace(/\.csv$/, ''),
    path: basename(file),
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    schema: {
      fields: [...labelled, ...columns.map((column) => known.get(column)!)],
      missingValues: ['', ...NO_NUMBERS],
    },
  };
  return `${JSON.stringify({ name: experiment.toLowerCase(), resources: [resource] }, null, 2)}\n`;
}

const isNumber = (value: unknown) => typeof value === 'number';
