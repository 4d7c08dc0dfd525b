/** The theme `screen`: an SVG that takes the colours of the page around it, or of the reader's system where it stands alone. */
import { isOfSeries } from './roles.js';
import { GREY, INK, mix, PAPER, SOFT } from './theme.js';

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
    .replace(/ (fill|stroke)="(#[0-9a-f]{6}|black)"/gi, (whole, property, colour) => {
      const dressed = DRESS.get(`${property} ${colour}`) ?? (isOfSeries(colour) ? variableOf(colour) : undefined);
      return dressed === undefined ? whole : ` ${property}="${dressed}"`;
    });
}

/** `var(--c-0072b2,#0072b2)`: in the dark `darkHues` sets it. */
const variableOf = (colour: string) => `var(--c-${colour.slice(1).toLowerCase()},${legible(colour, PAPER)})`;

/** Of the colours of series in figures for the screen: what they are on a dark page. */
export function darkHues(...svgs: readonly string[]): string {
  const hues = new Set(svgs.flatMap((svg) => [...svg.matchAll(/var\(--c-([0-9a-f]{6}),/g)].map(([, hue]) => hue)));
  const set = [...hues].sort().map((hue) => `--c-${hue}:${legible(`#${hue}`, DARK)}`);
  return set.length === 0 ? '' : `@media screen and (prefers-color-scheme:dark){svg{${set.join(';')}}}`;
}

/** Of the shapes of graphics against what is behind them (WCAG 2, 1.4.11). */
const LEAST_CONTRAST = 3;

/** The colour itself, or as much darker or lighter as it takes to be seen on this paper. */
export function legible(colour: string, paper: string): string {
  const towards = luminance(paper) > 0.5 ? '#000000' : '#ffffff';
  for (let share = 0; share <= 1; share += 0.01) {
    const mixed = mix(colour, towards, share);
    if (contrast(mixed, paper) >= LEAST_CONTRAST) return mixed;
  }
  return towards;
}

/** From 1, of one colour with itself, to 21 of black on white. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Relative, of sRGB. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Behind figures on dark pages; those of the program are darker. */
export const DARK = '#16181c';
/** For the style sheet of one that stands alone: the reader's light or dark. */
export const ALONE = [
  `svg{color:${INK};background:${PAPER}}`,
  `@media(prefers-color-scheme:dark){svg{color:#e8e8e8;background:${DARK};--figure-paper:${DARK};--figure-grey:#999999}}`,
].join('');
