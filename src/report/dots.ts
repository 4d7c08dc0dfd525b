/** Error × estimator as dots on a log axis: drawn here, since it stands beside its table alone. */
import { powerOfTen } from '../figure/labels.js';
import type { EstimatorSection } from '../figure/table.js';
import { type Html, html } from './html.js';

const [LABELS, PLOT, LINE, TOP] = [230, 520, 20, 26];
/** Below, everything is round-off. */
const LEAST = 1e-16;

/** One shape a network, open, so that those that lie on each other show. */
const SHAPES: readonly ((x: number, y: number) => Html)[] = [
  (x, y) => html`<circle cx="${x}" cy="${y}" r="4.5"/>`,
  (x, y) => html`<path d="M${x - 4},${y - 4}h8v8h-8z"/>`,
  (x, y) => html`<path d="M${x},${y - 5.5}l5,9h-10z"/>`,
  (x, y) => html`<path d="M${x - 4},${y - 4}l8,8m0,-8l-8,8"/>`,
  (x, y) => html`<path d="M${x},${y - 6}l5,6l-5,6l-5,-6z"/>`,
  (x, y) => html`<path d="M${x - 5},${y}h10m-5,-5v10"/>`,
];

export function dotsHtml(sections: readonly EstimatorSection[]): Html {
  const names = [...new Set(sections.flatMap(({ lines }) => lines.map(([name]) => name)))];
  const errors = sections.flatMap((one) => one.errors).filter((error) => error > 0 && Number.isFinite(error));
  const from = Math.floor(Math.log10(Math.max(LEAST, Math.min(1e-1, ...errors))));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(LEAST, ...errors))));
  const place = (error: number) => {
    const clamped = Math.max(from, Math.min(to, Math.log10(Math.max(error, 1e-300))));
    return round(LABELS + ((clamped - from) / (to - from)) * PLOT);
  };
  const height = TOP + names.length * LINE + 36;
  const bottom = TOP + names.length * LINE;
  const every = Math.ceil((to - from) / 8);
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => from + i).filter(
    (power) => (power - from) % every === 0,
  );
  const grid = ticks.map(
    (power) =>
      html`<path class="grid" d="M${place(10 ** power)},${TOP - 6}V${bottom}"/><text x="${place(10 ** power)}" y="${bottom + 16}" text-anchor="middle">${powerOfTen(power)}</text>`,
  );
  const lines = names.map((name, i) => {
    const y = TOP + i * LINE + LINE / 2;
    const dots = sections.flatMap((one, network) => {
      const at = one.lines.findIndex(([other]) => other === name);
      if (at < 0 || !Number.isFinite(one.errors[at])) return [];
      const says = `${name}\n${one.title}\nrelative error ${one.lines[at][2]}`;
      return html`<g data-mark="point" data-says="${says}" transform="translate(${place(one.errors[at])},${y})">${SHAPES[network % SHAPES.length](0, 0)}</g>`;
    });
    return html`<text x="${LABELS - 12}" y="${y + 4}" text-anchor="end">${name}</text><path class="grid" d="M${LABELS},${y}h${PLOT}"/>${dots}`;
  });
  const key = sections.map(
    ({ title }, network) =>
      html`<li><svg class="dots key" viewBox="-8 -8 16 16" aria-hidden="true">${SHAPES[network % SHAPES.length](0, 0)}</svg> ${title}</li>`,
  );
  const words = `The relative error of ${names.length} estimators on ${sections.length} networks, from 10 to the ${from} to 10 to the ${to}; the tables below have the numbers.`;
  return html`<figure class="dotplot"><div class="plot" tabindex="0" role="group" aria-label="Error of each estimator">
<svg class="dots" viewBox="0 0 ${LABELS + PLOT + 20} ${height}" role="img" aria-label="${words}">
${grid}${lines}<text x="${LABELS + PLOT / 2}" y="${bottom + 33}" text-anchor="middle">relative error; what is 0 or smaller than 10⁻¹⁶ is drawn at the left end</text>
</svg></div><figcaption><ul class="keys">${key}</ul></figcaption></figure>`;
}

const round = (value: number) => Math.round(value * 10) / 10;
