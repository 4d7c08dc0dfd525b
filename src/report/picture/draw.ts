/** The picture as SVG: whole without a script, and what a script moves. */
import { type Html, html } from '../html.js';
import type { Film } from './film.js';
import { geometryOf } from './geometry.js';
import type { Peaks } from './mapping.js';
import { networks } from './network.js';
import { peaksOf } from './pack.js';
import { stillOf } from './peak.js';
import { score } from './score.js';
import { sayingOf } from './words.js';

/** The drawing as a file of its own, whose colours follow the reader's. */
export function standalone(film: Film, style: string): string {
  const inner = drawing(
    film,
    peaksOf(film),
    'wide',
    html`<style>${style}</style><rect width="100%" height="100%" class="paper"/>`,
  ).text;
  return inner.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ');
}

export function drawing(film: Film, peaks: Peaks, mode: 'wide' | 'tall', before?: Html): Html {
  const geometry = geometryOf(film, mode);
  const still = { film, frame: stillOf(film), peaks };
  const { width, height, places } = geometry;
  const clip = (name: string, [from, to]: readonly [number, number]) =>
    html`<clipPath id="${mode}-${name}"><rect x="${from - 2}" y="0" width="${to - from + 4}" height="${height}"/></clipPath>`;
  return html`<svg class="pic ${mode}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${mode}-title ${mode}-desc" data-places="${JSON.stringify(places)}"><title id="${mode}-title">Equilibrium propagation and recurrent backpropagation, side by side</title><desc id="${mode}-desc">${sayingOf(film)}</desc><defs>${clip('one', places.one)}${clip('two', places.two)}</defs>${before}
${networks(geometry, still)}${score(geometry, still)}</svg>
`;
}
