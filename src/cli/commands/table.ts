import { dirname } from 'node:path';
import { UserError } from '../../errors.js';
import { KINDS } from '../../io/kinds.js';
import { readText } from '../../io/read.js';
import { writeNamed } from '../../io/write.js';
import { readableRunsOf } from '../../metrics/found.js';
import { standingOf } from '../../metrics/underway.js';
import type { TableFormat } from '../../report/sheet/tables.js';
import { tellBuilds, tellLeftOut } from '../left-out.js';
import { note, write } from '../terminal.js';

interface TableArguments {
  readonly result: readonly string[];
  readonly format?: TableFormat;
  readonly rows?: string;
  readonly columns?: string;
  readonly value?: readonly string[];
  readonly field?: boolean;
  readonly into?: string;
}

/** `eprbp table`: what runs measured, from the results alone, on stdout or in place of the table in a file. */
export async function table({ result, into, ...args }: TableArguments): Promise<number> {
  const { format = 'md', field = false, value = [] } = args;
  requireFitting({ ...args, format, value }, into);
  const { runs, problems } = readableRunsOf(result);
  const layout = { rows: namesIn(args.rows), columns: namesIn(args.columns), values: value };
  const experiments = [...new Set(runs.map(({ folder }) => dirname(folder)))];
  const standing = field ? [] : experiments.flatMap((experiment) => standingOf(experiment, runs) ?? []);
  const text = field
    ? await (await import('../field.js')).fieldOf(runs)
    : await (await import('../../report/sheet/tables.js')).tablesOf(runs, layout, format, standing);
  note(standing);
  const exitCode = tellLeftOut(problems);
  tellBuilds(runs);
  if (into === undefined) {
    write(`${text}\n`);
    return exitCode;
  }
  writeNamed(into, withTable(into, marksOf(format, field ? 'field' : 'table'), text));
  note(`${into}: the table is that of ${result.join(', ')}`);
  return exitCode;
}

/** @throws UserError */
function requireFitting(
  { format, field, rows, columns, value = [] }: Omit<TableArguments, 'result' | 'into'>,
  into: string | undefined,
): void {
  if (field && (format !== 'md' || rows !== undefined || columns !== undefined || value.length > 0))
    throw new UserError({
      message: '--field is one table, in Markdown',
      hint: 'leave --format, --rows, --columns and --value out',
    });
  if (into !== undefined && format === 'csv')
    throw new UserError({ message: '--into puts a table into a page, and CSV is none', hint: 'write > FILE' });
}

const namesIn = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Comments that name the place in a page. */
const marksOf = (format: TableFormat, mark: string): [begin: string, end: string] =>
  format === 'latex' ? [`% ${mark}: begin`, `% ${mark}: end`] : [`<!-- ${mark}: begin -->`, `<!-- ${mark}: end -->`];

function withTable(file: string, [begin, end]: readonly [string, string], text: string): string {
  const page = readText(file, KINDS.page);
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) {
    throw new UserError({
      where: { file },
      message: 'no place for a table',
      hint: `put it between ${begin} and ${end}`,
    });
  }
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}
