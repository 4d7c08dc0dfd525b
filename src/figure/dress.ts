/** The theme `screen`: an SVG that takes the colours of the page around it, or of the reader's system where it stands alone. */
import { GREY, INK, PAPER, SOFT } from './theme.js';

/** Of text, axes and what stands behind them, and what a page may set them to. */
const DRESS: ReadonlyMap<string, string> = new Map([
  [`fill ${INK}`, 'currentColor'],
  [`stroke ${INK}`, 'currentColor'],
  ['fill #000000', 'currentColor'],
  ['fill black', 'currentColor'],
  ['stroke #000000', 'currentColor'],
  ['stroke black', 'currentColor'],
  [`fill ${SOFT}`, 'var(--figure-soft,currentColor)'],
  [`fill ${GREY}`, `var(--figure-grey,${GREY})`],
  [`stroke ${GREY}`, `var(--figure-grey,${GREY})`],
  // around text that lies on curves; white text on a dark cell stays
  [`stroke ${PAPER}`, `var(--figure-paper,${PAPER})`],
]);

/** @param svg of theme print, harmless */
export function forScreen(svg: string): string {
  return svg
    .replace(/(<\/desc><rect [^>]*fill=)"[^"]*"/, '$1"none"')
    .replace(/ (fill|stroke)="(#[0-9a-f]{6}|black)"/g, (whole, property, colour) => {
      const dressed = DRESS.get(`${property} ${colour}`);
      return dressed === undefined ? whole : ` ${property}="${dressed}"`;
    });
}

/** For the style sheet of one that stands alone: the reader's light or dark. */
const DARK = '#16181c';
export const ALONE = [
  `svg{color:${INK};background:${PAPER}}`,
  `@media(prefers-color-scheme:dark){svg{color:#e8e8e8;background:${DARK};--figure-paper:${DARK};--figure-grey:#999999}}`,
].join('');
