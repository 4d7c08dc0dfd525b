/** The figures of a page: each inline, with its finding above and its caption below, and how wide they are. */
import { keyLabel } from '../figure/labels.js';
import type { Experiment } from './experiment.js';
import type { Shown } from './figures.js';
import { type Html, html } from './html.js';
import { type Place, section } from './parts.js';
import { type Plot, plotOf } from './plot.js';

/** Characters of SVG in a page, whose three megabytes also hold tables. */
const MOST_SVG = 1_900_000;

/** Pixels of a figure's smallest text: at ease, and at least. */
const [TEXT, LEAST_TEXT] = [12.5, 11];

export interface Figures {
  readonly html: Html | '';
  readonly style: string;
}

export function figures(place: Place, experiment: Experiment): Figures {
  let room = MOST_SVG;
  const all = experiment.figures.map((shown, i) => {
    const id = `${place.prefix}figure-${i + 1}`;
    const plot =
      shown.svg === undefined
        ? undefined
        : plotOf(shown.svg, { prefix: `${id}-`, speaks: true, rowsAt: rowsAt(experiment) });
    const fits = plot !== undefined && plot.svg.length <= room;
    if (fits) room -= plot.svg.length;
    return {
      html: figureHtml(place, id, shown, fits ? plot : undefined, experiment),
      style: fits ? widthOf(id, plot) : '',
    };
  });
  if (all.length === 0) return { html: '', style: '' };
  return {
    html: section(place, 'figures', all.length === 1 ? 'Figure' : 'Figures', ...all.map((one) => one.html)),
    style: all.map((one) => one.style).join(''),
  };
}

/** Text of a readable size: smaller screens scroll sideways within the figure. */
function widthOf(id: string, { unit }: Plot): string {
  const width = Math.round(unit * TEXT);
  return `#${id}{width:${width + FRAME}px}#${id} .plot>svg{width:${width}px;min-width:${Math.round(unit * LEAST_TEXT)}px}`;
}

/** What the box around a figure takes. */
const FRAME = 24;

function figureHtml(
  { level }: Place,
  id: string,
  shown: Shown,
  plot: Plot | undefined,
  { name, heading, finding: all }: Experiment,
): Html {
  const { svg, caption, name: figure } = shown;
  if (svg === undefined) return html`<p class="no">${figure} could not be drawn</p>`;
  const finding = shown.finding === '' || shown.finding === heading ? '' : shown.finding;
  const title = finding === '' ? figure : finding;
  const head = level === 2 ? html`<h3 id="${id}-title">${title}</h3>` : html`<h4 id="${id}-title">${title}</h4>`;
  const again = finding !== '' && finding === all ? html` class="again"` : '';
  const files = html`<p class="files"><code>results/${name}/figures/${figure}.svg</code></p>`;
  return html`<figure id="${id}"${again}>${head}
${plot ? inline(plot, title, `${id}-title`, `${id}-caption`) : asImage(svg, title)}
<figcaption id="${id}-caption">${caption === '' ? '' : html`<p>${caption}</p>`}${files}</figcaption>
</figure>
`;
}

function inline({ svg }: Plot, title: string, labelled: string, described: string): Html {
  const head = html`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" aria-labelledby="${labelled}" aria-describedby="${described}" `;
  return html`<div class="plot" tabindex="0" role="group" aria-label="Figure: ${title}">${head.followedBy(svg.slice('<svg '.length))}</div>`;
}

/** As a picture of its own, in which nothing runs and nothing is loaded: what is no SVG of the program's, or too large. */
function asImage(svg: string, title: string): Html {
  if (svg.length > MOST_SVG)
    return html`<p class="no">too large for a page (${(svg.length / 1e6).toFixed(1)} MB of SVG)</p>`;
  const data = Buffer.from(svg).toString('base64');
  return html`<div class="plot" tabindex="0" role="group" aria-label="Figure: ${title}"><img alt="${title}" src="data:image/svg+xml;base64,${data}"></div>`;
}

/** The same figure without its words, for a card. */
export function thumbnail(shown: Shown, prefix: string): string | undefined {
  return shown.svg === undefined ? undefined : plotOf(shown.svg, { prefix, speaks: false })?.svg;
}

/** A point whose axis is a swept key stands for the rows of that value. */
function rowsAt({ results: { rows } }: Experiment): (title: string, value: number) => readonly number[] {
  const found = new Map<string, Map<string, number[]>>();
  for (const [row, { point }] of rows.entries()) {
    for (const [key, at] of point) {
      if (typeof at !== 'number') continue;
      const values = found.get(key) ?? new Map<string, number[]>();
      found.set(key, values);
      const there = values.get(digits(at));
      if (there) there.push(row);
      else values.set(digits(at), [row]);
    }
  }
  return (title, value) => {
    const keys = [...found].filter(([key]) => isAxisOf(title, key));
    return [...new Set(keys.flatMap(([, values]) => values.get(digits(value)) ?? []))];
  };
}

/** Of its size, as many as Vega writes at least; a figure may draw |β|. */
const digits = (value: number) => Math.abs(value).toPrecision(6);

/** `nudging strength β` tells of `β`, `gain of init` of `gain`. */
function isAxisOf(title: string, key: string): boolean {
  const word = keyLabel(key).split(' of ')[0];
  return title.split(/[\s()|]+/).includes(word) || title.startsWith(word);
}
