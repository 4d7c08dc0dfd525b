/** Which columns of a CSV file are what, and whether its first line names them: guessed only where all evidence agrees. */
import { UserError } from '../errors.js';
import { type CellReader, looksMissing } from './csv-cells.js';
import type { CsvRecord } from './csv-records.js';

/** A column: its name in the header, or an index from 0. */
export type ColumnName = string | number;

export interface LayoutFormat {
  /** Column of the label: the last one, a name of the header, or an index from 0. */
  readonly label: ColumnName;
  /** Columns of numbers that are to be predicted, in place of a label. */
  readonly targets?: readonly ColumnName[] | undefined;
  /** Columns that are inputs; all but the label, the targets and those dropped. */
  readonly columns?: readonly ColumnName[] | undefined;
  readonly drop?: readonly ColumnName[] | undefined;
  /** Whether the first line names the columns; `auto`: told by its cells. */
  readonly header: 'auto' | boolean;
}

export interface Layout {
  readonly file: string;
  readonly header: readonly string[] | undefined;
  /** Whether that there is a header, or none, is a guess. */
  readonly guessed: boolean;
  /** The cells of the first line. */
  readonly head: readonly string[];
  readonly features: readonly number[];
  /** The label, or the targets. */
  readonly told: readonly number[];
}

/** @throws UserError with what to write, where the first line can be read in more than one way. */
export function layoutOf(first: CsvRecord, format: LayoutFormat, cells: CellReader, file: string): Layout {
  const { label, targets, columns, drop = [], header } = format;
  const names = first.cells.map((cell) => cell.trim());
  const fail = (message: string) => new UserError({ where: { file, line: first.line }, message });
  const at = (name: ColumnName): number => {
    if (name === 'last') return names.length - 1;
    const index = typeof name === 'number' ? name : header === false ? -1 : names.indexOf(name);
    if (typeof name === 'string' && index < 0) {
      throw fail(`no column is called '${name}'; the first line is ${brief(names)}`);
    }
    if (index >= names.length) throw fail(`there is no column ${index}, the line has ${names.length} cells`);
    return index;
  };
  const told = targets === undefined ? [at(label)] : targets.map(at);
  const dropped = drop.map(at);
  if (names.length < 2) throw fail('has one column: features and a label are expected, is the delimiter right?');
  const both = told.find((column) => dropped.includes(column));
  if (both !== undefined) throw fail(`drop: ${columnName(both, names)} is what is to be predicted`);
  const features =
    columns?.map(at) ??
    names.flatMap((_, column) => (told.includes(column) || dropped.includes(column) ? [] : [column]));
  const twice = features.find((column) => told.includes(column));
  if (twice !== undefined) throw fail(`columns: ${columnName(twice, names)} is what is to be predicted`);
  if (features.length === 0) throw fail('no column is left for the inputs');
  const named = [...(targets ?? [label]), ...(columns ?? []), ...drop].some(
    (name) => typeof name === 'string' && name !== 'last',
  );
  const isHeader = header === 'auto' ? named || looksLikeHeader(first, names, [features, told], cells, file) : header;
  return {
    file,
    header: isHeader ? names : undefined,
    guessed: header === 'auto' && !named,
    head: names,
    features,
    told,
  };
}

/** Columns count from 1 in messages, as spreadsheets and awk count them. */
export function columnName(column: number, header: readonly string[] | undefined): string {
  return header === undefined ? `column ${column + 1}` : `column ${column + 1} (${header[column]})`;
}

export function brief(names: readonly string[]): string {
  const shown = names.slice(0, 6).map((name) => `'${name}'`);
  return names.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}

const SAY = 'write header: true if it names the columns, header: false if it is an example';

/** Numbers in every column of the inputs are an example, names in every column a header; anything else is asked about. */
function looksLikeHeader(
  { line }: CsvRecord,
  names: readonly string[],
  [features, told]: readonly [readonly number[], readonly number[]],
  cells: CellReader,
  file: string,
): boolean {
  const isNumber = (column: number) => cells.number(names[column]) !== undefined;
  const isName = (column: number) =>
    !isNumber(column) && !looksMissing(names[column]) && !cells.isMissing(names[column]);
  if (features.every((column) => isNumber(column) || cells.isMissing(names[column]))) return false;
  const all = [...features, ...told];
  if (all.every(isName) && new Set(all.map((column) => names[column])).size === all.length) return true;
  const odd = features.find((column) => !isNumber(column))!;
  const missing = looksMissing(names[odd]) ? `; missing: '${names[odd]}' if that cell has no value` : '';
  throw new UserError({
    where: { file, line },
    message: `${columnName(odd, undefined)} is '${names[odd]}' where a number or, in every column, a name is expected`,
    hint: `${SAY}${missing}`,
  });
}

/** The whole of a file, against what its first line was taken for. @throws UserError where the two do not agree. */
export function requireHeaderAgrees(layout: Layout, labels: readonly string[] | undefined, cells: CellReader): void {
  const { guessed, header, head, features, told, file } = layout;
  if (!guessed || header !== undefined) return;
  const steps = features.slice(1).map((column, k) => Number(head[column]) - Number(head[features[k]]));
  const counts = steps.length > 0 && steps.every((step) => step === 1) && Number.isInteger(Number(head[features[0]]));
  const label = told.length === 1 && labels ? labels[0] : undefined;
  const goesOn = Number(head[told[0]]) === Number(head[features.at(-1)!]) + 1;
  const alone = label !== undefined && cells.number(label) === undefined && isAlone(labels!, cells);
  if (!alone && !(counts && (goesOn || steps.length > 1))) return;
  const why = alone ? `its label '${label}' is on no other line` : 'its numbers count up by one';
  throw new UserError({
    where: { file, line: 1 },
    message: `the first line may be an example or name the columns (${brief(head)}): ${why}`,
    hint: SAY,
  });
}

const FEW = 4;

/** Whether the first label is the only one of its kind: a word before numbers, or once where all others are several times. */
function isAlone([label, ...others]: readonly string[], cells: CellReader): boolean {
  if (others.length === 0 || others.includes(label)) return false;
  if (others.every((other) => cells.number(other) !== undefined)) return true;
  const counts = new Map<string, number>();
  for (const other of others) counts.set(other, (counts.get(other) ?? 0) + 1);
  return others.length >= FEW && [...counts.values()].every((count) => count > 1);
}

/** Fewer examples than these tell nothing; counting up by one is no accident in so many. */
const [LEAST, MANY] = [3, 10];
const ID = /^(id|idx|index|no|nr|number|row|record|key|unnamed.*|)$|(^|[_ .-])id$/i;

/**
 * A column that numbers the examples tells each from all others, and nothing of any: it is asked about unless the spec says
 * which columns are meant. @param value of a feature (from 0) of an example. @throws UserError
 */
export function requireNoNumbering(
  { file, header, features }: Layout,
  count: number,
  value: (example: number, feature: number) => number,
): void {
  if (count < LEAST || features.length < 2) return;
  for (const [k, column] of features.entries()) {
    const of = (i: number) => value(i, k);
    const named = header !== undefined && ID.test(header[column]);
    if (!(count >= MANY && countsUp(of, count)) && !(named && allDiffer(of, count))) continue;
    const name = header === undefined ? column : header[column];
    const values = [0, 1, 2].map(of);
    throw new UserError({
      where: { file },
      message: `${columnName(column, header)} numbers the examples: ${values.join(', ')}, … (is it an input?)`,
      hint: `write drop: [${JSON.stringify(name).replace(/^"([\w.-]*[A-Za-z_][\w.-]*)"$/, '$1')}], or drop: [] to keep it`,
    });
  }
}

function countsUp(of: (example: number) => number, count: number): boolean {
  const first = of(0);
  if (!Number.isInteger(first)) return false;
  for (let i = 1; i < count; i++) if (of(i) !== first + i) return false;
  return true;
}

function allDiffer(of: (example: number) => number, count: number): boolean {
  const seen = new Set<number>();
  for (let i = 0; i < count; i++) seen.add(Number.isInteger(of(i)) ? of(i) : Number.NaN);
  return seen.size === count && !seen.has(Number.NaN);
}
