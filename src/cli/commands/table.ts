import { UserError } from '../../errors.js';
import { estimatorTable } from '../../figure/table.js';
import { KINDS } from '../../io/kinds.js';
import { readText } from '../../io/read.js';
import { writeNamed } from '../../io/write.js';
import { readableRunsOf } from '../../metrics/found.js';
import type { FinishedRun } from '../../metrics/record.js';
import { type StatisticsTable, statisticsTable } from '../../metrics/statistics.js';
import { inMarkdown } from '../../text.js';
import { tellBuilds, tellLeftOut } from '../left-out.js';
import { note, write } from '../terminal.js';

interface TableArguments {
  readonly result: readonly string[];
  readonly field?: boolean;
  readonly into?: string;
}

/**
 * `eprbp table`: estimator × network, trainings over their seeds, or the field, from the results alone, on stdout or in place
 * of the table in a Markdown file.
 */
export async function table({ result, field = false, into }: TableArguments): Promise<number> {
  const { runs, problems } = readableRunsOf(result);
  const text = field ? await (await import('../field.js')).fieldOf(runs) : await ofRuns(runs);
  const exitCode = tellLeftOut(problems);
  tellBuilds(runs);
  if (into === undefined) {
    write(`${text}\n`);
    return exitCode;
  }
  writeNamed(into, withTable(into, field ? 'field' : 'table', text));
  note(`${into}: the table is that of ${result.join(', ')}`);
  return exitCode;
}

async function ofRuns(runs: readonly FinishedRun[]): Promise<string> {
  const trained = statisticsTable(runs.map(({ record }) => record));
  return trained ? markdown(trained) : estimatorTable(runs.map(({ folder }) => folder));
}

function markdown({ caption, header, lines, notes }: StatisticsTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inMarkdown).join(' | ')} |`;
  const rule = header.map((name) => (name.includes(' ') || name === 'seeds' ? '---:' : '---'));
  return [
    `${inMarkdown(caption[0].toUpperCase() + caption.slice(1))}:`,
    '',
    ...[header, rule, ...lines].map(line),
    ...notes.flatMap((note) => ['', `${inMarkdown(note[0].toUpperCase() + note.slice(1))}.`]),
  ].join('\n');
}

/** @param mark as comments in the page name the place. */
function withTable(file: string, mark: string, text: string): string {
  const page = readText(file, KINDS.page);
  const [begin, end] = [`<!-- ${mark}: begin -->`, `<!-- ${mark}: end -->`];
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
