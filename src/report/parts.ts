/** The sections of an experiment's page. */

import { formatIssue } from '../errors.js';
import { formatNumber, formatValue } from '../figure/labels.js';
import { cosineText, type EstimatorSection } from '../figure/table.js';
import { counted } from '../text.js';
import type { Experiment } from './experiment.js';
import { type Content, type Html, html } from './html.js';
import { foundIn, type Judged, type RunVerdict } from './judged.js';
import type { Measured, Result } from './results.js';
import { type Cell, headingsOf } from './sheet/sheet.js';
import { type Line, MOST_LINES, tableHtml } from './table.js';

/** Where a section stands: what begins its ids, and the level of its heading. */
export interface Place {
  readonly prefix: string;
  readonly level: 2 | 3;
}

export function heading({ level }: Place, id: string, title: Content): Html {
  return level === 2 ? html`<h2 id="${id}">${title}</h2>` : html`<h3 id="${id}">${title}</h3>`;
}

/** A section with its heading; none where it holds nothing. */
export function section(place: Place, name: string, title: Content, ...contents: readonly (Html | '')[]): Html | '' {
  const id = `${place.prefix}${name}`;
  if (contents.every((content) => content === '' || content.text === '')) return '';
  // many pages in one file: landmarks are those of the file
  const label = place.level === 2 ? html` aria-labelledby="${id}"` : '';
  return html`<section class="${name}"${label}>
${heading(place, id, title)}
${contents}
</section>
`;
}

const MOST_WARNINGS = 50;

export function warnings(place: Place, { warnings: all, problems, points, runs }: Experiment): Html | '' {
  const where = (of: readonly number[]) => {
    if (runs.length === 1) return '';
    const more = of.length > 1 ? ` and ${counted(of.length - 1, 'more run')} alike` : '';
    return html` <span class="at">(${points[of[0]]}${more})</span>`;
  };
  const items = [
    ...all.slice(0, MOST_WARNINGS).map((one) => html`<li>${one.text}${where(one.runs)}</li>`),
    ...problems.slice(0, MOST_WARNINGS).map((problem) => html`<li>left out: ${formatIssue(problem)}</li>`),
  ];
  const more = all.length + problems.length - items.length;
  if (items.length === 0) return '';
  const rest = more > 0 ? html`<li>and ${more} more: <code>eprbp show</code> tells them all</li>` : '';
  return section(
    place,
    'warnings',
    counted(items.length + Math.max(0, more), 'warning'),
    html`<ul class="warnings">${items}${rest}</ul>`,
  );
}

export function assertions(place: Place, { judged, points, runs }: Experiment): Html | '' {
  const verdicts = judged.flatMap((one) => one.verdicts);
  if (verdicts.length === 0) return '';
  const failed = verdicts.filter(({ passed }) => !passed).length;
  const rules = [...judged].sort((a, b) => Number(holds(a)) - Number(holds(b)));
  const title = `${verdicts.length - failed} of ${counted(verdicts.length, 'assertion')} hold`;
  const items = rules.map(
    (rule) => html`<li>${ruleHtml(rule, points, runs.length)}</li>
`,
  );
  return section(place, 'assertions', title, html`<ul class="rules">${items}</ul>`);
}

const holds = ({ verdicts }: Judged) => verdicts.every(({ passed }) => passed);

/** What is listed of one rule: the rest is counted. */
const MOST_VERDICTS = 200;

/** A claim with what was found for it; open where it fails. */
function ruleHtml(rule: Judged, points: readonly string[], runs: number): Html {
  const failed = rule.verdicts.filter(({ passed }) => !passed);
  const worst = rule.verdicts.reduce((a, b) => (b.badness > a.badness ? b : a));
  const sign = holds(rule) ? html`<span class="yes">✓ holds</span>` : html`<span class="no">✗ fails</span>`;
  const claim = html`${sign} <span class="claim">${rule.claim}</span>`;
  const of = rule.verdicts.length;
  if (of === 1) return html`<p>${claim} <span class="found">${foundIn(worst)}</span></p>`;
  const count = failed.length > 0 ? `fails in ${failed.length} of ${of}` : `in all ${of}`;
  const all = [...failed, ...rule.verdicts.filter(({ passed }) => passed)];
  const items = all.slice(0, MOST_VERDICTS).map((verdict) => html`<li>${verdictHtml(verdict, points, runs)}</li>`);
  const rest = of > MOST_VERDICTS ? html`<li>and ${of - MOST_VERDICTS} more</li>` : '';
  return html`<details${failed.length > 0 ? html` open` : ''}><summary>${claim} <span class="found">${count}; ${worst.passed ? 'nearest to failing' : 'farthest off'}: ${foundIn(worst)}</span></summary><ul>${items}${rest}</ul></details>`;
}

function verdictHtml(verdict: RunVerdict, points: readonly string[], runs: number): Html {
  const { passed, run } = verdict;
  const at = run === undefined || runs === 1 ? '' : `${points[run]}: `;
  return html`<span class="${passed ? 'yes' : 'no'}">${passed ? '✓' : '✗'}</span> ${at}${foundIn(verdict)}`;
}

/** Tables of estimators, one a network; what differs in numbers that its name does not say stands in the table of runs. */
const MOST_NETWORKS = 20;

const cellOf = ({ text, bold, moments }: Cell) => ({
  shows: bold ? html`<strong>${text}</strong>` : text,
  ...(moments && moments.count > 0 && { value: moments.mean }),
});

/** What trainings came to over their seeds, and estimators on their networks. */
export function summary(place: Place, { statistics, estimators }: Experiment): Html | '' {
  const seeds =
    statistics &&
    html`<p>${sentence(statistics.caption)}</p>${tableHtml({
      ...{ id: `${place.prefix}seeds-table`, label: 'Over seeds' },
      columns: headingsOf(statistics).map((title, i) => ({
        title,
        isNumber: statistics.lines[0][i].moments !== undefined,
      })),
      lines: statistics.lines.map((cells) => ({ cells: cells.map(cellOf) })),
    })}${statistics.notes.map((note) => html`<p class="note">${sentence(note)}</p>`)}`;
  const titles = [...new Set(estimators.map(({ title }) => title))];
  const all = titles.slice(0, MOST_NETWORKS).map((title, i) => {
    const alike = estimators.filter((one) => one.title === title);
    return estimatorsHtml(place, alike[0], i, alike.length);
  });
  if (estimators.length > all.length)
    all.push(html`<p class="note"><code>eprbp table</code> lists all ${estimators.length} networks.</p>`);
  const title = seeds ? 'Over seeds' : 'Estimators against the reference';
  return section(place, 'summary', title, seeds ?? '', ...all);
}

function estimatorsHtml(
  { prefix, level }: Place,
  { title, steps, header, lines, errors }: EstimatorSection,
  i: number,
  alike: number,
): Html {
  const which = alike > 1 ? `, the first of ${alike}` : '';
  const name = html`${title}${which}, K = ${steps} where none is said`;
  const head = level === 2 ? html`<h3>${name}</h3>` : html`<h4>${name}</h4>`;
  const shown = header.map((_, at) => at).filter((at) => at === 0 || lines.some((cells) => cells[at] !== ''));
  const cellAt = (line: number, at: number) =>
    header[at] === 'relative error' ? { shows: lines[line][at], value: errors[line] } : lines[line][at];
  return html`${head}${tableHtml({
    ...{ id: `${prefix}estimators-${i}`, label: `Estimators on ${title}` },
    columns: shown.map((at) => ({ title: header[at], isNumber: at > 0 })),
    lines: lines.map((_, line) => ({ cells: shown.map((at) => cellAt(line, at)) })),
  })}`;
}

const sentence = (words: string) => `${words[0].toUpperCase()}${words.slice(1)}.`;

/** What came of every run; `lines` of figures' marks call rows by their place. */
export function runs(place: Place, experiment: Experiment): Html | '' {
  const { results, runs: all } = experiment;
  const { keys, measured, rows, byEngine } = results;
  const columns = [
    ...keys.map((title) => ({ title, isNumber: rows.every(({ point }) => typeof point.get(title) !== 'string') })),
    ...(byEngine ? [{ title: 'engine' }] : []),
    ...measured.map(({ title, means }) => ({ title, means, isNumber: true })),
    { title: 'status' },
    { title: 'run' },
  ];
  const lines = rows.map((row, i): Line => {
    const failed = row.runs.some((run) => all[run].record.status === 'diverged') || row.status === 'diverged';
    const ids = row.runs.map((run) => all[run].record.id);
    return {
      ...{ row: i, failed },
      cells: [
        ...keys.map((key) => pointCell(row, key)),
        ...(byEngine ? [row.engine] : []),
        ...measured.map((column, at) => measuredCell(row.values[at], column)),
        failed ? { shows: html`<span class="no">✗ ${row.status}</span>` } : row.status,
        { shows: hashesHtml(ids) },
      ],
    };
  });
  const hint = measured.map(({ title, means }) => html`<li><strong>${title}</strong> ${means}</li>`);
  const what = byEngine ? counted(rows.length, 'row') : '';
  const title =
    byEngine && rows.length !== all.length ? `${counted(all.length, 'run')}, ${what}` : counted(all.length, 'run');
  const table = tableHtml({
    id: `${place.prefix}runs-table`,
    label: 'Runs',
    columns,
    lines,
    filters: lines.length > 1,
  });
  return section(place, 'runs', title, html`<ul class="means">${hint}</ul>`, table, foldersHtml(experiment));
}

function pointCell({ point }: Result, key: string) {
  const value = point.get(key);
  return typeof value === 'number' ? { shows: formatValue(value), value } : value === undefined ? '' : String(value);
}

function measuredCell(value: number | undefined, { kind }: Measured) {
  if (value === undefined || Number.isNaN(value)) return '';
  if (kind === 'share') return { shows: `${Number((100 * value).toPrecision(3))} %`, value };
  if (kind === 'cosine') return { shows: cosineText(value), value };
  return { shows: kind === 'count' ? String(value) : formatNumber(value), value };
}

/** What tells a run from all others: the end of its id. */
const hashOf = (id: string) => id.slice(id.lastIndexOf('-') + 1);

function hashesHtml([first, ...more]: readonly string[]): Html {
  return html`<code>${hashOf(first)}</code>${more.length > 0 ? ` and ${more.length} more` : ''}`;
}

function foldersHtml({ runs: all, points, name }: Experiment): Html {
  const shown = all.slice(0, MOST_LINES).map(({ record: { id } }, i) => {
    return html`<li><code>${id}</code>${points[i] === '' ? '' : html` <span class="at">${points[i]}</span>`}</li>
`;
  });
  const rest = all.length > MOST_LINES ? html`<li>and ${all.length - MOST_LINES} more</li>` : '';
  return html`<details class="ids"><summary>${all.length === 1 ? 'Folder of the run' : 'Folders of the runs'} in results/${name}</summary><ul>
${shown}${rest}</ul></details>`;
}

export function repeat(place: Place, { name, spec, runs: all, problems }: Experiment): Html | '' {
  const argv = all[0].record.environment['argv'];
  const words = Array.isArray(argv) ? argv.map(String) : [];
  const command =
    words.length === 0
      ? ''
      : html`<p>The command that made them:</p><pre class="command"><code>eprbp ${words.map(shellQuoted).join(' ')}</code></pre>`;
  const check = html`<p>Whether they can be had again, bit by bit: <code>eprbp verify results/${name}</code>${problems.length > 0 ? ' (some runs are damaged)' : ''}</p>`;
  const folded = html`<details class="spec"><summary>The spec${all.length > 1 ? ' of the first run' : ''}, every default filled in</summary><pre tabindex="0" aria-label="The spec">${spec}</pre></details>`;
  return section(place, 'repeat', 'How to repeat it', command, check, folded);
}

const shellQuoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

export function origin(place: Place, { origin: facts }: Experiment): Html | '' {
  const list = facts.map(
    ([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>
`,
  );
  return section(
    place,
    'origin',
    'Origin',
    html`<dl class="facts">
${list}</dl>`,
  );
}
