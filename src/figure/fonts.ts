/** The fonts that come with the package, as `npm run fonts` prepares them: widths, and what an SVG brings along. */
import { readFileSync } from 'node:fs';
import { packageRoot } from '../package.js';
import { FONT } from './theme.js';

const fontFile = (name: string) => new URL(`src/figure/fonts/${name}`, packageRoot);

const NAMES = { normal: 'DejaVuSans', bold: 'DejaVuSans-Bold' } as const;
type Weight = keyof typeof NAMES;

/** Whole TrueType files, for what draws text itself. */
export const fontFiles = { normal: fontFile('DejaVuSans.ttf'), bold: fontFile('DejaVuSans-Bold.ttf') };

/** [first code point, advances of it and of those that follow it without a gap]. */
type Runs = readonly (readonly number[])[];

interface Prepared extends Readonly<Record<Weight, Runs>> {
  readonly unitsPerEm: number;
  /** Ranges of code points in the first of the two files of each font. */
  readonly core: readonly (readonly [from: number, to: number])[];
}

const read: { prepared?: Prepared; readonly faces: Map<string, string> } = { faces: new Map() };

function prepared(): Prepared {
  read.prepared ??= JSON.parse(readFileSync(fontFile('advances.json'), 'utf8')) as Prepared;
  return read.prepared;
}

/** How far each character moves the pen; one that the font lacks is drawn as a box. */
export function advances(bold: boolean): { unitsPerEm: number; advance(codePoint: number): number } {
  const { unitsPerEm, [bold ? 'bold' : 'normal']: runs } = prepared();
  const missing = unitsPerEm * 0.6;
  return { unitsPerEm, advance: (codePoint) => advanceIn(runs, codePoint) ?? missing };
}

function advanceIn(runs: Runs, codePoint: number): number | undefined {
  let [low, high] = [0, runs.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (runs[middle][0] <= codePoint) low = middle;
    else high = middle;
  }
  return runs[low][codePoint - runs[low][0] + 1];
}

/** Widths of characters are those of the font, not rounded to pixels. */
const EXACT = 'text{text-rendering:geometricPrecision}';

/** The style sheet that makes an SVG of these figures independent of installed fonts: for a page, once. @param svgs what it shows */
export function fontFaces(...svgs: readonly string[]): string {
  const isBold = svgs.some((svg) => /font-weight(?:="bold"|:[6-9]00)/.test(svg));
  const weights: readonly Weight[] = isBold ? ['normal', 'bold'] : ['normal'];
  const parts = svgs.some(needsRest) ? (['rest', 'core'] as const) : (['core'] as const);
  return EXACT + weights.flatMap((weight) => parts.map((part) => face(weight, part))).join('');
}

/** Whether there is text beyond the core. */
function needsRest(svg: string): boolean {
  const isCore = (code: number) => prepared().core.some(([from, to]) => code >= from && code <= to);
  const drawn = svg.replace(/<(title|desc)>[^<]*|<[^>]*>|\s/g, '');
  for (const character of new Set(drawn)) if (!isCore(character.codePointAt(0)!)) return true;
  return false;
}

/** One @font-face; of two parts the core comes last and says what it has, so that it is taken for that. */
function face(weight: Weight, part: 'core' | 'rest'): string {
  const name = `${NAMES[weight]}-${part}.woff2`;
  const known = read.faces.get(name);
  if (known !== undefined) return known;
  const hex = (code: number) => code.toString(16);
  const range = part === 'rest' ? '' : `;unicode-range:${prepared().core.map(([a, b]) => `U+${hex(a)}-${hex(b)}`)}`;
  const data = readFileSync(fontFile(name)).toString('base64');
  const css = `@font-face{font-family:"${FONT}";font-weight:${weight};src:url(data:font/woff2;base64,${data}) format("woff2")${range}}`;
  read.faces.set(name, css);
  return css;
}

const STYLE = /<style>[^<]*<\/style>/;

/** An SVG that brings its fonts along. @param more for its style sheet */
export function withFonts(svg: string, more = ''): string {
  return withoutFonts(svg).replace('</desc>', () => `</desc><style>${fontFaces(svg)}${more}</style>`);
}

/** The same without them, for a page that has them. */
export function withoutFonts(svg: string): string {
  return svg.replace(STYLE, '');
}
