import { UserError } from '../../errors.js';
import { estimatorTable } from '../../figure/table.js';
import { KINDS } from '../../io/kinds.js';
import { readText } from '../../io/read.js';
import { writeNamed } from '../../io/write.js';
import { readableRunsOf } from '../../metrics/found.js';
import { type StatisticsTable, statisticsTable } from '../../metrics/statistics.js';
import { inMarkdown } from '../../text.js';
import { tellBuilds, tellLeftOut } from '../left-out.js';
import { note, write } from '../terminal.js';

interface TableArguments {
  readonly result: readonly string[];
  readonly into?: string;
}

const [BEGIN, END] = ['<!-- table: begin -->', '<!-- table: end -->'];

/** `eprbp table`: estimator × network, or trainings over their seeds, from the results alone, on stdout or in place of the table in a Markdown file. */
export async function table({ result, into }: TableArguments): Promise<number> {
  const { runs, problems } = readableRunsOf(result);
  const trained = statisticsTable(runs.map(({ record }) => record));
  const text = trained ? markdown(trained) : await estimatorTable(runs.map(({ folder }) => folder));
  const exitCode = tellLeftOut(problems);
  tellBuilds(runs);
  if (into === undefined) {
    write(`${text}\n`);
    return exitCode;
  }
  writeNamed(into, withTable(into, text));
  note(`${into}: the table is that of ${result.join(', ')}`);
  return exitCode;
}

function markdown({ caption, header, lines }: StatisticsTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inMarkdown).join(' | ')} |`;
  const rule = header.map((name) => (name.includes(' ') || name === 'seeds' ? '---:' : '---'));
  return [
    `${inMarkdown(caption[0].toUpperCase() + caption.slice(1))}:`,
    '',
    ...[header, rule, ...lines].map(line),
  ].join('\n');
}

function withTable(file: string, text: string): string {
  const page = readText(file, KINDS.page);
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) {
    throw new UserError({
      where: { file },
      message: 'no place for a table',
      hint: `put it between ${BEGIN} and ${END}`,
    });
  }
  return `${page.slice(0, from + BEGIN.length)}\n${text}\n${page.slice(to)}`;
}
