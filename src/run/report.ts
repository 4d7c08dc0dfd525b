/** One self-contained HTML file of an experiment, from its results alone: figures, assertions, runs, settings, origin. */
import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { Issue } from '../errors.js';
import { type DrawOptions, drawFigures, figureNames } from '../figure/draw.js';
import type { FigureRequest } from '../figure/figures.js';
import { determinedBy } from '../figure/lanes.js';
import { KINDS } from '../io/kinds.js';
import { isOwnFolder } from '../io/make-folder.js';
import { readWhole } from '../io/read.js';
import { writeWhole } from '../io/write.js';
import { judgeSlope, RunWatch, type Verdict } from '../metrics/assertions.js';
import { type Readable, readableRuns } from '../metrics/found.js';
import { tableOf } from '../metrics/read.js';
import type { FinishedRun } from '../metrics/record.js';
import { FIGURES_FOLDER, type RunRecord } from '../metrics/results.js';
import { statisticsTable } from '../metrics/statistics.js';
import type { Spec } from '../spec/schema.js';
import { inertLines } from '../text.js';
import { showRun } from './recall.js';

export const REPORT_FILE = 'report.html';

interface Reported extends FinishedRun {
  readonly verdicts: readonly Verdict[];
  readonly largest: readonly number[];
}

export interface Written extends Readable {
  readonly file: string;
  /** Why figures are missing in it. */
  readonly issues: readonly Issue[];
}

/**
 * Writes it beside the runs that it is about. @param figures how to draw those that are missing, or as drawn.
 * @throws UserError, RunError
 */
export async function writeReport(path: string, figures: DrawOptions | 'drawn' = {}): Promise<Written> {
  const found = readableRuns(path);
  const { experiment } = found;
  const runs: Reported[] = [];
  for (const run of found.runs) runs.push(await judged(run));
  const { shown, issues } = await figuresOf(experiment, found.runs, figures);
  const file = join(experiment, REPORT_FILE);
  writeWhole(file, page(runs, shown));
  return { ...found, file, issues };
}

async function judged(run: FinishedRun): Promise<Reported> {
  const { folder, record } = run;
  const spec = record.spec as unknown as Spec;
  const watch = new RunWatch(({ table = 'metrics' }) => tableOf(run, `${table}.csv`), boundsOf(spec), slopesOf(spec));
  await showRun(watch, run);
  return { folder, record, verdicts: watch.verdicts(), largest: watch.largestValues() };
}

const slopesOf = ({ assert = [] }: Partial<Spec>) => assert.filter((assertion) => 'slope' in assertion);
const boundsOf = ({ assert = [] }: Partial<Spec>) => assert.filter((assertion) => 'column' in assertion);

function slopes(runs: readonly Reported[]): Verdict[] {
  const records = runs.map(({ record }) => record);
  const keys = new Set(records.flatMap(({ changes }) => Object.keys(changes)));
  return slopesOf(records[0].spec as unknown as Spec).flatMap((rule, i) =>
    judgeSlope(
      rule,
      runs.map(({ record, largest }) => ({ changes: record.changes, value: largest[i] })),
      [...keys].filter(determinedBy(records, [rule.over])),
    ),
  );
}

interface Shown {
  readonly name: string;
  /** Undefined where it could not be drawn. */
  readonly svg: Uint8Array | undefined;
}

/** Every figure that the spec asks for, drawn where it is not there yet. */
async function figuresOf(experiment: string, runs: readonly FinishedRun[], draw: DrawOptions | 'drawn') {
  const [{ folder: first, record }] = runs;
  const given = (record.spec['figures'] ?? []) as FigureRequest[];
  const requests = given.map((request) =>
    'file' in request ? { ...request, file: resolve(first, request.file) } : request,
  );
  const folder = join(experiment, FIGURES_FOLDER);
  const files = figureNames(requests).map((name) => ({ name, path: join(folder, `${name}.svg`) }));
  // a link could bring in a file of the reader's own
  const isDrawn = (path: string) =>
    isOwnFolder(folder) && lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const missing = !files.every(({ path }) => isDrawn(path));
  const { issues } =
    missing && draw !== 'drawn'
      ? await drawFigures(
          runs.map((run) => run.folder),
          requests,
          folder,
          draw,
        )
      : { issues: [] };
  const shown = files.map(({ name, path }): Shown => {
    return { name, svg: isDrawn(path) ? readWhole(path, KINDS.drawing) : undefined };
  });
  return { shown, issues };
}

function page(runs: readonly Reported[], figures: readonly Shown[]): string {
  const [{ record }] = runs;
  const { title, source } = record.spec as { title?: string; source?: string };
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title ?? record.name)}</title>
<style>${STYLE}</style>
<h1>${escaped(title ?? record.name)}</h1>
<p>${source === undefined ? '' : `${escaped(source)} · `}<code>${escaped(record.name)}</code>, ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}</p>
${figures.map(figure).join('\n')}
${assertions(runs)}
${statistics(runs)}
${table(runs)}
${settings(record)}
${origin(runs)}
</html>
`;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
img{max-width:100%}figure{margin:1.5rem 0}table{border-collapse:collapse;font-size:.85rem;display:block;overflow-x:auto}
td,th{text-align:left;padding:.15rem .8rem .15rem 0;border-bottom:1px solid #ddd;white-space:nowrap}
code,pre{font-size:.85rem}pre{background:#f6f6f6;padding:1rem;overflow-x:auto}ul{padding-left:1.2rem}
.no{color:#b00020}.yes{color:#1a7f37}`;

/** As an image of its own: the ids inside two figures must not meet. */
function figure({ name, svg }: Shown): string {
  if (svg === undefined) return `<p class="no">${escaped(name)} could not be drawn</p>`;
  const data = Buffer.from(svg).toString('base64');
  return `<figure><img alt="${escaped(name)}" src="data:image/svg+xml;base64,${data}"></figure>`;
}

function assertions(runs: readonly Reported[]): string {
  const several = runs.length > 1;
  const all = [
    ...runs.flatMap(({ record, verdicts }) => verdicts.map((verdict) => ({ verdict, of: several ? record.id : '' }))),
    ...slopes(runs).map((verdict) => ({ verdict, of: '' })),
  ];
  if (all.length === 0) return '';
  const failed = all.filter(({ verdict }) => !verdict.passed).length;
  const lines = all.map(
    ({ verdict: { passed, text }, of }) =>
      `<li><span class="${passed ? 'yes' : 'no'}">${passed ? '✓' : '✗'}</span> ${of === '' ? '' : `<code>${escaped(of)}</code> `}${escaped(text)}</li>`,
  );
  const head = `${all.length - failed} of ${all.length} assertions hold`;
  return `<h2>Assertions</h2>\n<details${failed > 0 ? ' open' : ''}><summary>${head}</summary><ul>\n${lines.join('\n')}\n</ul></details>`;
}

/** What trainings came to over their seeds. */
function statistics(runs: readonly Reported[]): string {
  const found = statisticsTable(runs.map(({ record }) => record));
  if (found === undefined) return '';
  return `<h2>Over seeds</h2>\n<p>${escaped(found.caption)}</p>\n${htmlTable(found.header, found.lines)}`;
}

function htmlTable(head: readonly string[], lines: readonly (readonly unknown[])[]): string {
  const row = (cells: readonly unknown[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('')}</tr>`;
  return `<table>\n${[row(head, 'th'), ...lines.map((line) => row(line, 'td'))].join('\n')}\n</table>`;
}

function table(runs: readonly Reported[]): string {
  const keys = [...new Set(runs.flatMap(({ record }) => Object.keys(record.changes)))];
  const head = ['run', ...keys, 'status', 'steps of the free phase', 'residual', 'seconds', 'warnings'];
  const lines = runs.map(({ record }) => [
    record.id,
    ...keys.map((key) => text(record.changes[key])),
    record.status,
    record.free.steps,
    record.free.residual_max?.toExponential(1) ?? 'not finite',
    text(record.environment['seconds']),
    record.warnings.join('; '),
  ]);
  return `<h2>Runs</h2>\n${htmlTable(head, lines)}`;
}

function settings({ spec }: RunRecord): string {
  return `<h2>Settings</h2>\n<p>Of the first run, every default filled in.</p>\n<pre>${escaped(stringify(spec, { lineWidth: 0 }))}</pre>`;
}

/** Where the numbers come from: the same for all runs, or all that there are. */
function origin(runs: readonly Reported[]): string {
  const facts = ['eprbp', 'node', 'platform', 'cpu', 'host', 'git', 'lock_file_sha256', 'argv'];
  const of = (name: string) => [...new Set(runs.map(({ record }) => text(record.environment[name])))].join('; ');
  const dates = runs.map(({ record }) => text(record.environment['finished'])).sort();
  const rows = [
    ...facts.map((name) => [name.replaceAll('_', ' '), of(name)]),
    ['backend', [...new Set(runs.map(({ record }) => record.backend))].join('; ')],
    ['build', [...new Set(runs.map(({ record }) => record.build ?? 'an earlier version'))].join('; ')],
    ['finished', dates.at(-1) ?? ''],
  ];
  const lines = rows.map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`);
  return `<h2>Origin</h2>\n<table>\n${lines.join('\n')}\n</table>`;
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(words: string): string {
  return inertLines(words).replace(/[&<>"]/g, (character) => ENTITIES[character]);
}
