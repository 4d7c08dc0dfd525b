/** What came of experiments, as Markdown, on the page of a GitHub job: what one wants to know without opening its log. */
import { statSync } from 'node:fs';
import { RunError, UserError } from '../errors.js';
import { estimatorTable } from '../figure/table.js';
import { appendTo } from '../io/write.js';
import { hasTable } from '../metrics/columns.js';
import { markdownOf } from '../report/sheet/markdown.js';
import { trainedSheet } from '../report/sheet/tables.js';
import type { ExperimentResult } from '../run/experiment.js';
import { counted, inMarkdown } from '../text.js';
import { complaints, findings, standing, tally, totals } from './summary.js';
import { note, styled } from './terminal.js';

/** What GitHub takes of one step; of more it shows nothing. */
const MOST_BYTES = 1024 * 1024;
/** Of an experiment. */
const MOST_COMPLAINTS = 20;

/** Adds to the file that GITHUB_STEP_SUMMARY names. What goes wrong with that is told, and costs nothing else. */
export async function summarise(
  results: readonly ExperimentResult[],
  seconds: number,
  path = process.env['GITHUB_STEP_SUMMARY']!,
): Promise<void> {
  try {
    const there = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const sections = [`### ${inMarkdown(totals(results, seconds))}\n`];
    for (const result of results) sections.push(await section(result));
    appendTo(path, fitting(sections, MOST_BYTES - there));
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    note(`${styled('yellow', 'warning', process.stderr)} ${error.message}`);
  }
}

/** As many sections as there is room for, and how many there is none for. */
export function fitting(sections: readonly string[], bytes: number): string {
  const told = (left: number) => `\n… and ${counted(left, 'more section')}, for which there is no room here\n`;
  const last = Buffer.byteLength(told(sections.length));
  let [text, left] = ['', bytes - last];
  for (const [i, part] of sections.entries()) {
    const piece = `${part}\n`;
    left -= Buffer.byteLength(piece);
    if (left < 0) return bytes < last ? '' : text + told(sections.length - i);
    text += piece;
  }
  return text;
}

async function section(result: ExperimentResult): Promise<string> {
  const { plan, left, search } = result;
  const { title } = plan.runs[0].spec;
  const said = complaints(result).map((line) => line.slice(plan.name.length).trim());
  const more = said.length - MOST_COMPLAINTS;
  return [
    `#### ${inMarkdown(title === undefined ? plan.name : `${plan.name}: ${title}`)}`,
    '',
    ...findings(result).map((finding) => `- ${inMarkdown(finding)}`),
    `- ${inMarkdown(tally(result).join(', '))}`,
    ...(search ? [`- ${standing(search, left)}`] : left > 0 ? [`- ${counted(left, 'run')} left`] : []),
    ...said.slice(0, MOST_COMPLAINTS).map((line) => `- ${inMarkdown(line)}`),
    ...(more > 0 ? [`- … and ${counted(more, 'more line')}`] : []),
    ...(await tables(result)),
    '',
  ].join('\n');
}

/** Trainings over their seeds; estimator × network. */
async function tables({ finished }: ExperimentResult): Promise<string[]> {
  const records = finished.map(({ record }) => record);
  const trained = trainedSheet(records);
  if (trained) return ['', markdownOf(trained)];
  if (!records.some((record) => hasTable(record, 'gradient'))) return [];
  try {
    return ['', await estimatorTable(finished.map(({ folder }) => folder))];
  } catch (error) {
    // of runs without a reference there is none
    if (error instanceof UserError) return [];
    throw error;
  }
}
