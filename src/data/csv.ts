import * as z from 'zod';
import { entry } from '../entry.js';
import { UserError } from '../errors.js';
import { counted } from '../text.js';
import { contents } from './contents.js';
import { type CellFormat, CellReader, missingOption, numberIn } from './csv-cells.js';
import { HEAD_BYTES, requireDelimiter } from './csv-delimiter.js';
import {
  brief,
  columnName,
  type Layout,
  type LayoutFormat,
  layoutOf,
  requireHeaderAgrees,
  requireNoNumbering,
} from './csv-layout.js';
import { type CsvRecord, csvRecords } from './csv-records.js';
import { classSet, targetSet } from './example-set.js';
import { fitted } from './fitted.js';
import { Rows } from './rows.js';
import type { DataFile, ExampleSet, FixedSource, ReadFile } from './source.js';

/** How a file of numbers and a label, or targets, a line is read. */
export interface CsvFormat extends LayoutFormat, CellFormat {
  readonly scale: number;
  readonly delimiter: string;
  /** What a line begins with that is passed over. */
  readonly comment?: string | undefined;
  /** Height and width, where the numbers of a line are an image. */
  readonly image?: ExampleSet['image'] | undefined;
  readonly standardise?: boolean | undefined;
}

/** What the lines of a file hold. Features without a value are NaN. */
interface CsvTable {
  readonly rows: Rows;
  readonly labels: readonly string[];
  readonly targets: Rows;
  /** Line of each example. */
  readonly lines: readonly number[];
  readonly layout: Layout;
  /** Lines left out for want of a value. */
  readonly incomplete: number;
}

/** @throws UserError with file and line, naming the column, where a cell is not what it should be. */
function readTable(file: DataFile, read: ReadFile, format: CsvFormat): CsvTable {
  const { path } = file;
  const cells = new CellReader(format);
  const records = csvRecords(checked(contents(read(file), path), path, format), { ...format, file: path });
  const head = records.next();
  if (head.done) throw new UserError({ where: { file: path }, message: 'is empty' });
  const layout = layoutOf(head.value, format, cells, path);
  const [rows, targets] = [Rows.empty(layout.features.length), Rows.empty(layout.told.length)];
  const [labels, lines]: [string[], number[]] = [[], []];
  let incomplete = 0;
  const take = (record: CsvRecord) => {
    requireWidth(record, layout);
    const told = layout.told.map((column) => record.cells[column]);
    const inputs = layout.features.map((column) => record.cells[column]);
    if ((cells.fillsIn ? told : [...told, ...inputs]).some((cell) => cells.isMissing(cell))) incomplete++;
    else {
      rows.append(numbersOf(record, layout.features, layout, cells));
      if (format.targets) targets.append(numbersOf(record, layout.told, layout, cells));
      else labels.push(labelOf(record, layout, cells));
      lines.push(record.line);
    }
  };
  if (layout.header === undefined) take(head.value);
  for (const record of records) take(record);
  if (rows.count === 0) {
    const message = incomplete > 0 ? 'has no example without a missing value' : 'has a header, and no examples';
    throw new UserError({ where: { file: path }, message });
  }
  requireHeaderAgrees(layout, format.targets ? undefined : labels, cells);
  return { rows, labels, targets, lines, layout, incomplete };
}

/** The blocks as they come, after a look at where the cells of the first lines end. */
function* checked(blocks: Iterable<Uint8Array>, file: string, format: CsvFormat): Generator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array();
  for (const block of blocks) {
    if (head === undefined) yield block;
    else head = Buffer.concat([head, block]);
    if (head === undefined || head.length < HEAD_BYTES) continue;
    requireDelimiter(head, { ...format, file });
    yield head;
    head = undefined;
  }
  if (head === undefined) return;
  requireDelimiter(head, { ...format, file });
  yield head;
}

function requireWidth({ cells, line }: CsvRecord, { file, head }: Layout): void {
  if (cells.length === head.length) return;
  throw new UserError({
    where: { file, line },
    message: `has ${counted(cells.length, 'cell')}, the first line has ${head.length}`,
  });
}

function numbersOf(
  record: CsvRecord,
  columns: readonly number[],
  { file, header }: Layout,
  cells: CellReader,
): number[] {
  return columns.map((column) => {
    const cell = record.cells[column];
    if (cells.isMissing(cell)) return Number.NaN;
    const value = cells.number(cell);
    if (value !== undefined) return value;
    const hint = cells.remedy(cell);
    throw new UserError({
      where: { file, line: record.line },
      message: `${columnName(column, header)} must be a number, got '${cell}'`,
      ...(hint !== undefined && { hint }),
    });
  });
}

function labelOf({ cells, line }: CsvRecord, { file, header, told: [column] }: Layout, reader: CellReader): string {
  const text = reader.canonical(cells[column]);
  if (text !== '') return text;
  throw new UserError({
    where: { file, line },
    message: `${columnName(column, header)} is empty, a label is expected`,
  });
}

/** The different labels, in the order of their numbers where they are numbers, otherwise of their letters. */
function classesOf({ labels, layout }: CsvTable): string[] {
  const distinct = [...new Set(labels)];
  const numbers = distinct.map(Number);
  const numeric = distinct.every((text) => numberIn(text, false) !== undefined);
  const measured = numeric && !numbers.every(Number.isInteger) && 2 * distinct.length > labels.length;
  if (distinct.length > MOST_CLASSES || (measured && distinct.length > 2)) {
    const [column] = layout.told;
    const name = layout.header === undefined ? column : layout.header[column];
    throw new UserError({
      where: { file: layout.file },
      message: `has ${distinct.length} different labels (are they classes?)`,
      hint: `numbers that are to be predicted are targets: [${name}]`,
    });
  }
  return distinct.sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
}

const MOST_CLASSES = 65536;

/** What of a training set its test set must agree with. */
interface Known {
  readonly path: string;
  readonly classes: readonly string[];
  readonly header: readonly string[] | undefined;
  readonly inputs: number;
}

interface Examples {
  readonly set: ExampleSet;
  readonly known: Known;
  readonly notes: readonly string[];
}

/** The examples of a file, its columns and classes those of a `known` one where there is such. @throws UserError */
function readExamples(file: DataFile, read: ReadFile, format: CsvFormat, known?: Known): Examples {
  const table = readTable(file, read, format);
  const { rows, targets, layout, incomplete } = table;
  const { scale, image } = format;
  const fail = (message: string) => new UserError({ where: { file: file.path }, message });
  if (known && known.inputs !== rows.width) throw fail(`has ${rows.width} features, ${known.path} has ${known.inputs}`);
  if (known?.header && layout.header && known.header.join('\n') !== layout.header.join('\n'))
    throw fail(`has the columns ${brief(layout.header)}, ${known.path} has ${brief(known.header)}`);
  if (known === undefined && !image && !format.columns && !format.drop)
    requireNoNumbering(layout, rows.count, (i, k) => rows.row(i)[k]);
  if (image && image[0] * image[1] !== rows.width)
    throw fail(`has ${rows.width} features, images of ${image.join(' × ')} have ${image[0] * image[1]}`);
  const shared = { rows, scale, ...(image && { image }) };
  const classes = format.targets ? [] : (known?.classes ?? classesOf(table));
  const all = rows.count + incomplete;
  return {
    set: format.targets
      ? targetSet({ ...shared, targets })
      : classSet({ ...shared, labels: indices(table, classes, file), classes }),
    known: { path: file.path, classes, header: layout.header, inputs: rows.width },
    notes: incomplete === 0 ? [] : [`${file.path}: ${incomplete} of ${all} examples are left out for a missing value`],
  };
}

function indices({ labels, lines }: CsvTable, classes: readonly string[], { path }: DataFile): Uint16Array {
  const index = new Map(classes.map((name, i) => [name, i]));
  const bad = labels.findIndex((text) => !index.has(text));
  if (bad >= 0) {
    throw new UserError({
      where: { file: path, line: lines[bad] },
      message: `label '${labels[bad]}' is none of the training set's: ${brief(classes)}`,
    });
  }
  return Uint16Array.from(labels, (text) => index.get(text)!);
}

/** A training file, and a test file where there is one. */
export function csv(train: DataFile, test: DataFile | undefined, format: CsvFormat): FixedSource {
  const { standardise = false } = format;
  const { fillsIn } = new CellReader(format);
  return {
    fixed: true,
    tested: test !== undefined,
    files: test === undefined ? [train] : [train, test],
    load(read) {
      const trained = readExamples(train, read, format);
      const tested = test && readExamples(test, read, format, trained.known);
      return {
        train: trained.set,
        test: tested?.set,
        notes: [...trained.notes, ...(tested?.notes ?? [])],
        ...((standardise || fillsIn) && { fit: fitted(standardise) }),
      };
    },
    problems: () => formatProblems(format),
  };
}

function formatProblems({ columns: used, drop, decimal, delimiter }: CsvFormat): [string[], string][] {
  return [
    ...(used && drop ? ([[['drop'], 'columns and drop exclude each other']] as [string[], string][]) : []),
    ...(decimal === delimiter
      ? ([[['decimal'], `decimal and delimiter are both '${decimal}'`]] as [string[], string][])
      : []),
  ];
}

const columns = () => z.array(z.union([z.string(), z.int().nonnegative()]));

export const csvEntry = entry({
  name: 'csv',
  summary: 'lines of numbers with the label of a class, or with numbers to predict',
  options: {
    train: z.string().describe('file, plain or gzip, relative to the spec'),
    test: z.string().optional().describe('file with the same columns'),
    label: z
      .union([z.string(), z.int().nonnegative()])
      .default('last')
      .describe('column of the label: last, a name in the header, or an index from 0'),
    targets: columns().min(1).optional().describe('columns of numbers to predict, in place of a label'),
    columns: columns().min(1).optional().describe('columns of the inputs; default all others'),
    drop: columns().optional().describe('columns that are no inputs'),
    scale: z.number().positive().default(1).describe('what the numbers are divided by'),
    standardise: z
      .boolean()
      .optional()
      .describe('inputs − mean, over the standard deviation, both of the examples to train on; constants become 0'),
    missing: missingOption,
    header: z
      .union([z.literal('auto'), z.boolean()])
      .default('auto')
      .describe('whether the first line names the columns; auto: if there are names in all of them'),
    image: z
      .tuple([z.int().positive(), z.int().positive()])
      .optional()
      .describe('[height, width] where the numbers of a line are an image, row by row'),
    delimiter: z.string().length(1).default(',').describe('between cells'),
    decimal: z.enum(['.', ',']).optional().describe('point (default) or comma of numbers'),
    comment: z.string().length(1).optional().describe('what a line begins with that is passed over, such as #'),
  },
  create: ({ train, test, ...format }) =>
    csv({ option: ['train'], path: train }, test === undefined ? undefined : { option: ['test'], path: test }, format),
});
