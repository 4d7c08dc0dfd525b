/** The index over all experiments of a folder of results; with their pages in it, where one file is to be mailed. */
import { REPORT_FILE } from '../metrics/results.js';
import { counted } from '../text.js';
import { documentOf, type Section } from './document.js';
import type { Experiment } from './experiment.js';
import { type Html, html, typeset } from './html.js';
import { article, footer, lead } from './page.js';
import { thumbnail } from './plots.js';
import { type Line, tableHtml } from './table.js';

/** What the index says of an experiment, without the numbers behind it. */
export interface Entry {
  readonly name: string;
  readonly heading: string;
  readonly finding: string;
  readonly source: string;
  readonly runs: number;
  readonly diverged: number;
  readonly assertions: number;
  readonly failed: number;
  readonly warnings: number;
  /** Its sweep has runs that are still to come. */
  readonly isOpen: boolean;
  readonly seconds: number;
  /** Of the first figure, small; undefined where there is none. */
  readonly svg: string | undefined;
}

/** One whose results cannot be read. */
export interface Unreadable {
  readonly name: string;
  readonly problem: string;
}

export function entryOf(experiment: Experiment, place: number): Entry {
  const { name, heading, finding, source = '', runs, judged, warnings, figures } = experiment;
  const verdicts = judged.flatMap((one) => one.verdicts);
  const drawn = figures.find(({ svg }) => svg !== undefined);
  return {
    ...{ name, heading, finding, source, runs: runs.length, warnings: warnings.length },
    isOpen: experiment.standing !== undefined,
    diverged: runs.filter(({ record }) => record.status === 'diverged').length,
    assertions: verdicts.length,
    failed: verdicts.filter(({ passed }) => !passed).length,
    seconds: runs.reduce((sum, { record }) => sum + (Number(record.environment['seconds']) || 0), 0),
    svg: drawn && thumbnail(drawn, `card-${place}-`),
  };
}

export interface Overview {
  readonly entries: readonly Entry[];
  readonly unreadable: readonly Unreadable[];
  /** The picture: its finding is the title. */
  readonly picture?: (Section & { readonly finding: string }) | undefined;
  /** The pages, where they stand in the same file. */
  readonly inside?: readonly Experiment[];
  readonly live?: boolean;
}

export function overviewOf({ entries: all, unreadable, picture, inside = [], live = false }: Overview): string {
  const entries = [...all].sort((a, b) => Number(isFine(a)) - Number(isFine(b)));
  const pages = inside.map((experiment) => insideHtml(experiment));
  const href = (name: string) =>
    inside.length > 0 ? `#${anchor(name)}` : `${encodeURIComponent(name)}/${REPORT_FILE}`;
  const body = html`<a class="skip" href="#experiments">To the experiments</a>
<header>
<p class="over">eprbp <span aria-hidden="true">/</span> results</p>
<h1>${typeset(picture?.finding ?? findingOf(entries))}</h1>
</header>
<main id="main">
${picture?.html}
${cards(entries, href)}
<section aria-labelledby="experiments">
<h2 id="experiments">${tally(entries)}</h2>
${unreadableHtml(unreadable)}${entries.length > 0 ? table(entries, href) : html`<p>No finished run is here yet.</p>`}
</section>
${pages.map((page) => page.html)}</main>
${footer}`;
  const style = pages.map((page) => page.style).join('');
  return documentOf({
    title: picture?.finding ?? findingOf(entries),
    body,
    style,
    sections: picture ? [picture] : [],
    live,
  });
}

const isFine = ({ failed, diverged }: Entry) => failed + diverged === 0;

function findingOf(entries: readonly Entry[]): string {
  const bad = entries.filter((entry) => !isFine(entry)).length;
  if (entries.length === 0) return 'No results yet';
  if (bad > 0)
    return `${bad} of ${counted(entries.length, 'experiment')} did not show what ${bad === 1 ? 'it' : 'they'} claimed`;
  const open = entries.filter(({ isOpen }) => isOpen).length;
  const so =
    open === 0 ? '' : ` so far: ${entries.length === 1 ? 'it is' : `${open} ${open === 1 ? 'is' : 'are'}`} not over`;
  return entries.length === 1
    ? `${entries[0].heading}: all that is claimed holds${so}`
    : `All that ${entries.length} experiments claim holds${so}`;
}

function tally(entries: readonly Entry[]): string {
  const sum = (of: (entry: Entry) => number) => entries.reduce((total, entry) => total + of(entry), 0);
  const failed = sum((entry) => entry.failed);
  const all = sum((entry) => entry.assertions);
  return `${counted(entries.length, 'experiment')}, ${counted(
    sum((entry) => entry.runs),
    'run',
  )}, ${all - failed} of ${counted(all, 'assertion')} hold`;
}

/** Characters of SVG in the cards: the index is to open at once. */
const MOST_CARDS = 900_000;

/** Figure and finding of each experiment that has one, as far as there is room. */
function cards(entries: readonly Entry[], href: (name: string) => string): Html | '' {
  let room = MOST_CARDS;
  const shown = entries.flatMap(({ name, heading, finding, svg }) => {
    if (svg === undefined || svg.length > room) return [];
    room -= svg.length;
    const drawing =
      html`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" aria-hidden="true" focusable="false" `.followedBy(
        svg.slice('<svg '.length),
      );
    return html`<li class="card"><div class="thumbnail">${drawing}</div><h3><a href="${href(name)}">${heading}</a></h3>${finding === heading ? '' : html`<p>${finding}</p>`}</li>
`;
  });
  const drawn = entries.filter(({ svg }) => svg !== undefined).length;
  if (shown.length === 0) return '';
  const rest =
    shown.length < drawn
      ? html`<p class="note">${drawn - shown.length} more experiments have figures, on their pages.</p>`
      : '';
  return html`<section aria-labelledby="findings">
<h2 id="findings">What was found</h2>
<ul class="cards">
${shown}</ul>${rest}
</section>`;
}

function unreadableHtml(all: readonly Unreadable[]): Html | '' {
  if (all.length === 0) return '';
  return html`<ul class="warnings">${all.map(({ name, problem }) => html`<li class="no"><code>${name}</code> cannot be read: ${problem}</li>`)}</ul>`;
}

function table(entries: readonly Entry[], href: (name: string) => string): Html {
  const columns = [
    ...[{ title: 'experiment' }, { title: 'what it shows', isWords: true }, { title: 'assertions' }],
    ...[
      { title: 'runs', isNumber: true },
      { title: 'warnings', isNumber: true },
      { title: 'seconds', isNumber: true },
    ],
    { title: 'after', isWords: true },
  ];
  const lines = entries.map((entry): Line => {
    const { name, heading, runs, warnings, seconds, source } = entry;
    return {
      failed: !isFine(entry),
      cells: [
        { shows: html`<a href="${href(name)}">${name}</a>` },
        heading,
        {
          shows: held(entry),
          value: entry.assertions === 0 ? 2 : (entry.assertions - entry.failed) / entry.assertions - entry.diverged,
        },
        { shows: runs, value: runs },
        { shows: warnings === 0 ? '' : warnings, value: warnings },
        { shows: seconds.toFixed(1), value: seconds },
        source,
      ],
    };
  });
  return tableHtml({ id: 'experiments-table', label: 'Experiments', columns, lines, filters: true });
}

function held({ assertions, failed, diverged, isOpen }: Entry): Html {
  const lost = `${diverged > 0 ? `, ${diverged} diverged` : ''}${isOpen ? ', not over' : ''}`;
  if (failed + diverged > 0) return html`<span class="no">✗ ${assertions - failed}/${assertions}${lost}</span>`;
  return assertions === 0
    ? html`${isOpen ? 'not over' : '–'}`
    : html`<span class="yes">✓ ${assertions}/${assertions}${lost}</span>`;
}

/** An id: names of experiments are letters, digits, `.`, `_` and `-`; what else a folder is called does not meet another. */
const anchor = (name: string) => `of-${encodeURIComponent(name).replaceAll('%', '~')}`;

function insideHtml(experiment: Experiment): { html: Html; style: string } {
  const id = anchor(experiment.name);
  const { contents, style } = article({ prefix: `${id}-`, level: 3 }, experiment);
  const page = html`<article aria-labelledby="${id}">
<h2 id="${id}">${typeset(experiment.heading)}</h2>
${lead(experiment)}
${contents}
<p class="over"><a href="#experiments">Back to all experiments</a></p>
</article>
`;
  return { html: page, style };
}
