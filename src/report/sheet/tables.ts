/** Tables of what runs measured, in every format. */
import { UserError } from '../../errors.js';
import { type EstimatorSection, estimatorSections, estimatorTable } from '../../figure/table.js';
import type { FinishedRun } from '../../metrics/record.js';
import { type StatisticsTable, statisticsTable } from '../../metrics/statistics.js';
import { csvOf } from './csv.js';
import { entriesOf } from './entries.js';
import { latexOf } from './latex.js';
import { markdownOf } from './markdown.js';
import { type Layout, pivot } from './pivot.js';
import type { Sheet } from './sheet.js';

const WRITERS = { md: markdownOf, latex: latexOf, csv: csvOf } as const;
export type TableFormat = keyof typeof WRITERS;

/** @throws UserError where the runs make no one table, or have no such keys; RunError where rows cannot be read */
export async function tablesOf(runs: readonly FinishedRun[], layout: Layout, format: TableFormat): Promise<string> {
  const isPlain = [layout.rows, layout.columns, layout.values].every((names) => names.length === 0);
  if (isPlain && format === 'md' && runs.some((run) => protocolOf(run) === GRADIENT))
    return estimatorTable(runs.map(({ folder }) => folder));
  const sheets = isPlain ? await usual(runs, format) : undefined;
  return (sheets ?? [pivot(await entriesOf(oneProtocol(runs)), layout)]).map(WRITERS[format]).join('\n\n');
}

/** What runs have a table of their own for. */
async function usual(runs: readonly FinishedRun[], format: TableFormat): Promise<Sheet[] | undefined> {
  if (runs.some((run) => protocolOf(run) === GRADIENT)) {
    const sections = await estimatorSections(runs.map(({ folder }) => folder));
    return format === 'csv' ? [together(sections)] : sections.map(ofSection);
  }
  const trained = format === 'md' ? statisticsTable(runs.map(({ record }) => record)) : undefined;
  return trained && [ofStatistics(trained)];
}

const GRADIENT = 'gradient';
const protocolOf = ({ record }: FinishedRun): string => (record.spec['protocol'] as { name: string }).name;

/** What runs of different protocols measured does not stand side by side. @throws UserError */
function oneProtocol(runs: readonly FinishedRun[]): readonly FinishedRun[] {
  const protocols = [...new Set(runs.map(protocolOf))];
  if (protocols.length === 1) return runs;
  const message = `the runs are of protocols ${protocols.join(', ')}, and a table is of one`;
  throw new UserError({ message, hint: 'make several' });
}

const cells = (texts: readonly string[]) => texts.map((text) => ({ text }));
const headings = (texts: readonly string[]) => [texts.map((text) => ({ text, span: 1 }))];

const ofSection = ({ title, steps, header, lines }: EstimatorSection): Sheet => ({
  caption: `${title}, K = ${steps} where none is said`,
  head: headings(header),
  names: 1,
  lines: lines.map(cells),
  notes: [],
});

/** One file: the network is a column. */
const together = (sections: readonly EstimatorSection[]): Sheet => ({
  caption: '',
  head: headings(['network', ...(sections[0]?.header ?? [])]),
  names: 2,
  lines: sections.flatMap(({ title, lines }) => lines.map((line) => cells([title, ...line]))),
  notes: [],
});

/** What the last column says of the point that validation chose: its numbers are bold. */
const CHOSEN = 'by validation';

const ofStatistics = ({ caption, header, lines, notes }: StatisticsTable): Sheet => ({
  caption,
  head: headings(header),
  names: header.indexOf('seeds'),
  lines: lines.map((texts) =>
    texts.map((text, i) => ({ text, bold: texts.at(-1) === CHOSEN && header[i].includes(' ') })),
  ),
  notes,
});
