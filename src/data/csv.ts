import * as z from 'zod';
import { entry } from '../entry.js';
import { UserError } from '../errors.js';
import { contents } from './contents.js';
import { type CsvRecord, csvRecords } from './csv-records.js';
import { classSet } from './example-set.js';
import { Rows } from './rows.js';
import type { DataFile, ExampleSet, FixedSource, ReadFile } from './source.js';
import { datasetOf, fileSetOptions, type Split, splitProblems } from './split.js';

/** How a file of numbers and a label a line is read. */
export interface CsvFormat {
  /** Column of the label: the last one, a name of the header, or an index from 0. */
  readonly label: string | number;
  readonly scale: number;
  /** Whether the first line names the columns; `auto`: it does if a cell there that should be a number is none. */
  readonly header: 'auto' | boolean;
  readonly delimiter: string;
  /** Height and width, where the numbers of a line are an image. */
  readonly image?: ExampleSet['image'] | undefined;
}

/** Features and the text of the label of each example. */
interface CsvTable {
  readonly rows: Rows;
  readonly labels: readonly string[];
  /** Line of each example. */
  readonly lines: readonly number[];
  readonly header: readonly string[] | undefined;
}

/** @throws UserError with file and line, naming the column, where a cell is not what it should be. */
export function readCsv(file: DataFile, read: ReadFile, format: CsvFormat): CsvTable {
  const blocks = contents(read(file), file.path);
  const records = csvRecords(blocks, { file: file.path, delimiter: format.delimiter });
  const head = records.next();
  if (head.done) throw new UserError({ where: { file: file.path }, message: 'is empty' });
  const columns = layoutOf(head.value, format, file.path);
  const rows = Rows.empty(columns.features.length);
  const [labels, lines]: [string[], number[]] = [[], []];
  const take = (record: CsvRecord) => {
    rows.append(features(record, columns, file.path));
    labels.push(label(record, columns, file.path));
    lines.push(record.line);
  };
  if (columns.header === undefined) take(head.value);
  for (const record of records) take(record);
  if (rows.count === 0) throw new UserError({ where: { file: file.path }, message: 'has a header, and no examples' });
  return { rows, labels, lines, header: columns.header };
}

/** Which columns of a file are what. */
interface Layout {
  readonly header: readonly string[] | undefined;
  readonly width: number;
  readonly label: number;
  readonly features: readonly number[];
}

function layoutOf({ cells, line }: CsvRecord, { label, header }: CsvFormat, file: string): Layout {
  const fail = (message: string) => new UserError({ where: { file, line }, message });
  const names = cells.map((cell) => cell.trim());
  const named = typeof label === 'string' && label !== 'last';
  const at = named ? names.indexOf(label) : label === 'last' ? cells.length - 1 : (label as number);
  if (named && (at < 0 || header === false)) {
    throw fail(`no column is called '${label}'; the first line is ${brief(names)}`);
  }
  if (at >= cells.length) throw fail(`there is no column ${at}, the line has ${cells.length} cells`);
  if (cells.length < 2) throw fail('has one column: features and a label are expected, is the delimiter right?');
  const columns = cells.map((_, column) => column).filter((column) => column !== at);
  const isHeader =
    header === 'auto' ? named || columns.some((column) => numberIn(cells[column]) === undefined) : header;
  return { header: isHeader ? names : undefined, width: cells.length, label: at, features: columns };
}

function features({ cells, line }: CsvRecord, { width, features: columns, header }: Layout, file: string): number[] {
  if (cells.length !== width) {
    throw new UserError({
      where: { file, line },
      message: `has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, the first line has ${width}`,
    });
  }
  return columns.map((column) => {
    const value = numberIn(cells[column]);
    if (value !== undefined) return value;
    throw new UserError({
      where: { file, line },
      message: `${columnName(column, header)} must be a number, got '${cells[column]}'`,
    });
  });
}

function label({ cells, line }: CsvRecord, { label: column, header }: Layout, file: string): string {
  const text = cells[column].trim();
  if (text === '') {
    throw new UserError({
      where: { file, line },
      message: `${columnName(column, header)} is empty, a label is expected`,
    });
  }
  const value = numberIn(text);
  return value === undefined ? text : String(value);
}

/** Columns count from 1 in messages, as spreadsheets and awk count them. */
function columnName(column: number, header: readonly string[] | undefined): string {
  return header === undefined ? `column ${column + 1}` : `column ${column + 1} (${header[column]})`;
}

const decimal = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

/** The finite decimal number that a cell holds, if it holds one. */
function numberIn(cell: string): number | undefined {
  const value = Number(cell);
  return decimal.test(cell) && Number.isFinite(value) ? value : undefined;
}

function brief(names: readonly string[]): string {
  const shown = names.slice(0, 6).map((name) => `'${name}'`);
  return names.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}

/** The different labels, in the order of their numbers where they are numbers, otherwise of their letters. */
function classesOf(labels: readonly string[]): string[] {
  const distinct = [...new Set(labels)];
  const numbers = distinct.every((text) => numberIn(text) !== undefined);
  return distinct.sort(numbers ? (a, b) => Number(a) - Number(b) : undefined);
}

const MOST_CLASSES = 65536;

/** The examples of a file, its labels among `known` classes where there are such. @throws UserError */
export function readExamples(file: DataFile, read: ReadFile, format: CsvFormat, known?: readonly string[]): ExampleSet {
  const { rows, labels, lines } = readCsv(file, read, format);
  const classes = known ?? classesOf(labels);
  const index = new Map(classes.map((name, i) => [name, i]));
  const bad = labels.findIndex((text) => !index.has(text));
  if (bad >= 0) {
    throw new UserError({
      where: { file: file.path, line: lines[bad] },
      message: `label '${labels[bad]}' is none of the training set's: ${brief(classes)}`,
    });
  }
  if (classes.length > MOST_CLASSES) {
    throw new UserError({
      where: { file: file.path },
      message: `has ${classes.length} different labels: are they classes?`,
    });
  }
  const { scale, image } = format;
  if (image && image[0] * image[1] !== rows.width) {
    throw new UserError({
      where: { file: file.path },
      message: `has ${rows.width} features, images of ${image.join(' × ')} have ${image[0] * image[1]}`,
    });
  }
  return classSet({
    rows,
    scale,
    labels: Uint16Array.from(labels, (text) => index.get(text)!),
    classes,
    ...(image === undefined ? {} : { image }),
  });
}

/** A training file, and a test file or a part of the training file. */
export function csv(
  train: DataFile,
  test: DataFile | undefined,
  format: CsvFormat,
  options: { split?: Split | undefined; examples?: number | undefined } = {},
): FixedSource {
  return {
    fixed: true,
    files: test === undefined ? [train] : [train, test],
    load(read) {
      const trained = readExamples(train, read, format);
      const tested = test && readExamples(test, read, format, trained.classes);
      if (tested && tested.inputs !== trained.inputs) {
        throw new UserError({
          where: { file: test.path },
          message: `has ${tested.inputs} features, ${train.path} has ${trained.inputs}`,
        });
      }
      return datasetOf(trained, tested, options);
    },
    problems: () => splitProblems({ test, split: options.split }),
  };
}

export const csvEntry = entry({
  name: 'csv',
  summary: 'lines of numbers with the label of a class',
  options: {
    train: z.string().describe('file, plain or gzip, relative to the spec'),
    test: z.string().optional().describe('file with the same columns'),
    ...fileSetOptions,
    label: z
      .union([z.string(), z.int().nonnegative()])
      .default('last')
      .describe('column of the label: last, a name in the header, or an index from 0'),
    scale: z.number().positive().default(1).describe('what the numbers are divided by'),
    header: z
      .union([z.literal('auto'), z.boolean()])
      .default('auto')
      .describe('whether the first line names the columns; auto: if it holds text where numbers are expected'),
    image: z
      .tuple([z.int().positive(), z.int().positive()])
      .optional()
      .describe('[height, width] where the numbers of a line are an image, row by row'),
    delimiter: z.string().length(1).default(',').describe('between cells'),
  },
  create: ({ train, test, split, examples, ...format }) =>
    csv({ option: ['train'], path: train }, test === undefined ? undefined : { option: ['test'], path: test }, format, {
      split,
      examples,
    }),
});
