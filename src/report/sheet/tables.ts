/** Tables of what runs measured, in every format. */
import { UserError } from '../../errors.js';
import { type EstimatorSection, estimatorSections, estimatorTable } from '../../figure/table.js';
import type { FinishedRun } from '../../metrics/record.js';
import type { RunRecord } from '../../metrics/results.js';
import { inMarkdown } from '../../text.js';
import { csvOf } from './csv.js';
import { entriesOf } from './entries.js';
import { latexOf } from './latex.js';
import { markdownOf } from './markdown.js';
import { type Layout, pivot } from './pivot.js';
import { headingsOf, type Sheet } from './sheet.js';
import { trainedEntries } from './trained.js';

const WRITERS = { md: markdownOf, latex: latexOf, csv: csvOf } as const;
export type TableFormat = keyof typeof WRITERS;

/**
 * @param standing what is still to come, below the last table
 * @throws UserError where the runs make no one table, or have no such keys; RunError where rows cannot be read
 */
export async function tablesOf(
  runs: readonly FinishedRun[],
  layout: Layout,
  format: TableFormat,
  standing: readonly string[] = [],
): Promise<string> {
  const isPlain = [layout.rows, layout.columns, layout.values].every((names) => names.length === 0);
  const isOfEstimators = isPlain && runs.some((run) => protocolOf(run) === GRADIENT);
  if (isOfEstimators && format === 'md')
    return [await estimatorTable(runs.map(({ folder }) => folder)), ...standing.map(inMarkdown)].join('\n\n');
  const sheets = isOfEstimators
    ? await ofEstimators(runs, format)
    : [pivot(await entriesOf(oneProtocol(runs)), layout)];
  const last = sheets.length - 1;
  return sheets
    .map((sheet, i) => (i === last ? { ...sheet, notes: [...standing, ...sheet.notes] } : sheet))
    .map(WRITERS[format])
    .join('\n\n');
}

/** Of gradients: a sheet for each network, or one file. */
async function ofEstimators(runs: readonly FinishedRun[], format: TableFormat): Promise<Sheet[]> {
  const sections = await estimatorSections(runs.map(({ folder }) => folder));
  return format === 'csv' ? [together(sections)] : sections.map(ofSection);
}

/** What trainings came to over their seeds; undefined where they are none that were evaluated. */
export function trainedSheet(records: readonly RunRecord[]): Sheet | undefined {
  const entries = trainedEntries([{ name: '', records }]);
  if (entries?.all.some(({ values }) => values.some(({ count }) => count > 0)) !== true) return undefined;
  return pivot(entries, { rows: [], columns: [], values: [] });
}

/** Lines of text for a terminal or a page: headings first. */
export const textsOf = (sheet: Sheet): string[][] => [
  headingsOf(sheet),
  ...sheet.lines.map((cells) => cells.map(({ text }) => text)),
];

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
