/** One tidy CSV over the runs of a sweep, wherever they were made. */
import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Issue, RunError, UserError } from '../errors.js';
import { namedFile, WholeFile, writeWhole } from '../io/write.js';
import { type Column, referencesIn, type Table, tableFor, tables } from '../metrics/columns.js';
import { finishedRuns, readRecord } from '../metrics/record.js';
import type { RunRecord } from '../metrics/results.js';
import { byLabels, keysOf, labelCells, labelColumns, valueAt } from './tidy.js';

interface Collected {
  readonly folder: string;
  readonly record: RunRecord;
}

/** The finished runs that paths stand for, each hash once, in the order of their labels. @throws UserError */
export function collectedRuns(results: readonly string[]): { keys: string[]; runs: Collected[] } {
  const found = results.flatMap((path) => finishedRuns(path).runs);
  const all = found.map((folder) => ({ folder, record: readRecord(folder)! }));
  const runs = [...new Map(all.map((run) => [run.record.hash, run])).values()];
  const names = new Set(runs.map(({ record }) => record.name));
  if (names.size > 1) {
    const list = [...names].map((name) => `'${name}'`).join(', ');
    throw new UserError({ message: `results of several experiments (${list}) make no one table` });
  }
  const keys = keysOf(runs.map(({ record }) => record));
  const order = byLabels(keys);
  return { keys, runs: runs.sort((a, b) => order(a.record, b.record)) };
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
): Promise<{ runs: number; rows: number }> {
  const { keys, runs } = collectedRuns(results);
  const having = runs.filter(({ record }) => `${name}.csv` in record.outputs);
  if (having.length === 0) throw new UserError(noTable(name, runs));
  const columns = columnsOf(having, name);
  const labels = labelColumns(keys, columns);
  const whole = 'file' in to ? (to.isNamed ? namedFile(to.file) : new WholeFile(to.file)) : undefined;
  const write = whole ? (text: string) => whole.write(text) : (to as { print(text: string): void }).print;
  let rows = 0;
  try {
    write(`${[...labels, ...columns].map(quoted).join(',')}\n`);
    for (const { folder, record } of having) {
      rows += await copyRows(join(folder, `${name}.csv`), labelCells(record, keys), columns, write);
    }
    whole?.finish();
  } catch (error) {
    whole?.abandon();
    throw error;
  }
  if ('file' in to) writeWhole(sidecarOf(to.file), sidecar(to.file, having, keys, labels, columns, name));
  return { runs: having.length, rows };
}

function noTable(name: string, runs: readonly Collected[]): Issue {
  const there = new Set(runs.flatMap(({ record }) => Object.keys(record.outputs)));
  const csv = [...there].filter((file) => file.endsWith('.csv')).map((file) => file.replace(/\.csv$/, ''));
  return { message: `no run has a table '${name}'`, hint: `there is ${csv.join(', ')}` };
}

/** The columns of all protocols that there are, in the order in which they come. */
function columnsOf(runs: readonly Collected[], name: string): string[] {
  return [...new Set(runs.flatMap(({ record }) => tableOf(record, name).columns.map((column) => column.name)))];
}

function tableOf({ spec }: RunRecord, name: string): Table {
  const key = name === 'metrics' ? (spec['protocol'] as { name: string }).name : name;
  if (!Object.hasOwn(tables, key)) throw new RunError(`the columns of '${name}' of protocol ${key} are not known here`);
  return tableFor(key as keyof typeof tables, referencesIn(spec));
}

/** Lines as they stand, behind their labels; cells are put in place only where the columns are not those of the file. */
async function copyRows(
  file: string,
  labels: string,
  columns: readonly string[],
  write: (text: string) => void,
): Promise<number> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  let [header, same, rows, block]: [string[] | undefined, boolean, number, string] = [undefined, true, 0, ''];
  try {
    for await (const line of lines) {
      if (header === undefined) {
        header = line.split(',');
        same = line === columns.join();
        continue;
      }
      block += `${labels}${same ? line : spread(line, header, columns)}\n`;
      rows++;
      if (block.length < BLOCK) continue;
      write(block);
      block = '';
    }
  } catch (error) {
    throw new RunError(`cannot read ${file}: ${(error as Error).message}`);
  }
  if (block !== '') write(block);
  return rows;
}

const BLOCK = 1 << 16;

function spread(line: string, header: readonly string[], columns: readonly string[]): string {
  const cells = line.split(',');
  return columns.map((column) => cells[header.indexOf(column)] ?? '').join(',');
}

const quoted = (name: string) => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

const sidecarOf = (file: string) => `${file.replace(/\.csv$/, '')}.datapackage.json`;

function sidecar(
  file: string,
  runs: readonly Collected[],
  keys: readonly string[],
  labels: readonly string[],
  columns: readonly string[],
  name: string,
): string {
  const known = new Map(
    runs.flatMap(({ record }) => tableOf(record, name).columns).map((column) => [column.name, column]),
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
    schema: { fields: [...labelled, ...columns.map((column) => known.get(column)!)], missingValues: [''] },
  };
  return `${JSON.stringify({ name: experiment.toLowerCase(), resources: [resource] }, null, 2)}\n`;
}

const isNumber = (value: unknown) => typeof value === 'number';
