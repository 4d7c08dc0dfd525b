/** The picture as SVG: whole without a script, and what a script moves. */
import { fontFaces } from '../../figure/fonts.js';
import { type Html, html } from '../html.js';
import type { Film } from './film.js';
import { geometryOf } from './geometry.js';
import { type Peaks, short } from './mapping.js';
import { networks } from './network.js';
import { peaksOf } from './pack.js';
import { stillOf } from './peak.js';
import { score } from './score.js';
import { sayingOf } from './words.js';

const MARGIN = 14;
const FONTS = '"DejaVu Sans",Verdana,"Segoe UI",Helvetica,Arial,sans-serif';

/** The drawing as a file of its own, whose colours follow the reader's. */
export function standalone(film: Film, style: string): string {
  const { width, height } = geometryOf(film, 'wide');
  const [w, h] = [width + 2 * MARGIN, height + 2 * MARGIN];
  const paper = html`<style>${style}svg.pic{font-family:${FONTS}}</style><rect x="${-MARGIN}" y="${-MARGIN}" width="${w}" height="${h}" class="paper"/>`;
  const svg = drawing(film, peaksOf(film), 'wide', paper).text.replace(
    /<svg ([^>]*)viewBox="[^"]*"/,
    `<svg xmlns="http://www.w3.org/2000/svg" $1viewBox="${-MARGIN} ${-MARGIN} ${w} ${h}"`,
  );
  return svg.replace('<style>', () => `<style>${fontFaces(svg)}`);
}

export function drawing(film: Film, peaks: Peaks, mode: 'wide' | 'tall', before?: Html): Html {
  const geometry = geometryOf(film, mode);
  const still = { film, frame: stillOf(film), peaks };
  const { width, height, places } = geometry;
  const clip = (name: string, [from, to]: readonly [number, number]) =>
    html`<clipPath id="${mode}-${name}"><rect x="${short(from - 2)}" y="0" width="${short(to - from + 4)}" height="${height}"/></clipPath>`;
  return html`<svg class="pic ${mode}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${mode}-title ${mode}-desc" data-places="${before ? undefined : JSON.stringify(places)}"><title id="${mode}-title">Equilibrium propagation and recurrent backpropagation, side by side</title><desc id="${mode}-desc">${sayingOf(film)}</desc><defs>${clip('one', places.one)}${clip('two', places.two)}</defs>${before}
${networks(geometry, still)}${score(geometry, still)}</svg>
`;
}
