/** A figure as it stands in a page: its SVG inline, where marks can be asked for their values. */
import { forScreen } from '../figure/dress.js';
import { withoutFonts } from '../figure/fonts.js';
import { formatNumber } from '../figure/labels.js';
import { firstPanelOnly, withoutTitle } from './crop.js';
import { isOf, numberIn, type Panel, panelOf, saidBy, sharedTitles } from './marks.js';
import { type Element, elementsOf, parseSvg, writeSvg } from './svg.js';

export interface Plot {
  /** Markup of an `svg` of the program's own writing: known elements and attributes alone. */
  readonly svg: string;
  /** Width at which its smallest text has one pixel. */
  readonly unit: number;
}

export interface PlotOptions {
  /** Before the ids of this figure, which no other of the page has. */
  readonly prefix: string;
  /** Whether marks keep what they say; those of a card, which has the first panel alone, do not. */
  readonly speaks: boolean;
  /** The rows of the page's table that a point stands for, by the axis title and the value there. */
  rowsAt?(title: string, value: number): readonly number[];
}

const ELEMENTS = new Set(
  'svg g path rect line circle text tspan image defs clipPath linearGradient radialGradient pattern stop'.split(' '),
);

const KEPT = new Set(
  `x y x1 x2 y1 y2 dx dy cx cy r fx fy fr width height d transform viewBox preserveAspectRatio opacity fill-opacity
  stroke-opacity stroke-width stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset stroke-miterlimit
  text-anchor offset id fill stroke clip-path stop-color font-size font-style font-weight xlink:href dominant-baseline
  paint-order vector-effect`.split(/\s+/),
);

/** Undefined where it is no SVG that can stand in a page as it is. */
export function plotOf(svg: string, options: PlotOptions): Plot | undefined {
  const root = parseSvg(forScreen(withoutFonts(svg)));
  if (root) withoutTitle(root);
  if (root && !options.speaks) firstPanelOnly(root);
  const [, , width = 0] = (root?.attributes.get('viewBox') ?? '').split(/[\s,]+/).map(Number);
  if (root === undefined || !(width > 0)) return undefined;
  const unit = width / smallestText(root);
  const kept = inPage(root, { ...options, titled: sharedTitles(root) }, undefined);
  if (kept === undefined) return undefined;
  for (const name of ['width', 'height']) kept.attributes.delete(name);
  if (!options.speaks) coarsen(kept);
  return { svg: writeSvg(kept), unit };
}

/** Tenths are enough in a card, where a unit is about a pixel. */
function coarsen(root: Element): void {
  for (const { attributes } of elementsOf(root)) {
    const path = attributes.get('d');
    if (path !== undefined)
      attributes.set(
        'd',
        path.replace(/\d+\.\d{2,}(?!e)/g, (n) => String(Number(Number(n).toFixed(1)))),
      );
  }
}

const USUAL_TEXT = 11;

function smallestText(root: Element): number {
  const sizes = [...elementsOf(root)]
    .filter(({ name }) => name === 'text')
    .map(({ attributes }) => Number.parseFloat(attributes.get('font-size') ?? ''));
  return sizes.reduce((least, size) => (size > 0 && size < least ? size : least), USUAL_TEXT);
}

interface Options extends PlotOptions {
  /** A panel with the titles that others say for it. */
  titled(panel: Panel): Panel;
}

/** The element with what a page may have of it; undefined where nothing of it shows. */
function inPage(element: Element, options: Options, outer: Panel | undefined): Element | undefined {
  const { name, attributes } = element;
  if (!ELEMENTS.has(name) || attributes.get('display') === 'none') return undefined;
  const found = name === 'g' ? panelOf(element) : undefined;
  const own = found && options.titled(found);
  const panel = own ?? outer;
  const children = element.children.flatMap((child) =>
    typeof child === 'string'
      ? name === 'text' || name === 'tspan'
        ? child
        : []
      : (inPage(child, options, panel) ?? []),
  );
  if ((name === 'g' || name === 'text' || name === 'defs') && children.length === 0) return undefined;
  if (name === 'path' && /^(M0,0h0v0h0Z)?$/.test(attributes.get('d') ?? '')) return undefined;
  const kept = new Map(
    [...attributes].filter(([key]) => KEPT.has(key)).map(([key, value]) => [key, apart(key, value, options)]),
  );
  if (/pixelated/.test(attributes.get('style') ?? '')) kept.set('image-rendering', 'pixelated');
  if (name === 'image' && !/^data:image\/(png|jpeg);base64,/.test(kept.get('xlink:href') ?? '')) return undefined;
  if (options.speaks) speak(kept, attributes, own, panel, options);
  // a group that says nothing is its only child
  const [only] = children;
  if (name === 'g' && kept.size === 0 && children.length === 1 && typeof only === 'object') return only;
  return { name, attributes: kept, children };
}

/** Ids of this figure are not those of another; nothing is looked up elsewhere. */
function apart(key: string, value: string, { prefix }: PlotOptions): string {
  if (key === 'id') return `${prefix}${value}`;
  if (!/url\s*\(/i.test(value)) return key === 'opacity' && value === '1' ? '1' : value;
  const id = /^url\(#([\w-]+)\)$/.exec(value)?.[1];
  return id === undefined ? 'none' : `url(#${prefix}${id})`;
}

/** As Vega calls them by itself, and as Vega-Lite does. */
const MARK = /^(line|symbol|point|circle|square|rect|bar|rule|tick|arc)( mark)?$/;

/** What the page's script reads: axes of a panel, values of a mark, rows of the table. */
function speak(
  kept: Map<string, string>,
  attributes: ReadonlyMap<string, string>,
  own: Panel | undefined,
  panel: Panel | undefined,
  { rowsAt }: PlotOptions,
): void {
  if (own) kept.set('data-panel', JSON.stringify(own));
  const label = attributes.get('aria-label');
  const kind = MARK.exec(attributes.get('aria-roledescription') ?? '')?.[1];
  if (label === undefined || kind === undefined) return;
  const said = saidBy(label);
  const isLine = kind === 'line';
  const axisOf = (title: string) =>
    isOf(panel?.x, 'x', title) ? panel!.x : isOf(panel?.y, 'y', title) ? panel!.y : undefined;
  // of a line, Vega says where it begins
  const told = isLine ? said.filter(({ title }) => axisOf(title) === undefined) : said;
  const lines = told.map(({ title, value }) => {
    const name = axisOf(title)?.title || title;
    return name === 'series' || name === '' ? value : `${name}: ${brief(value)}`;
  });
  kept.set('data-mark', isLine ? 'line' : 'point');
  kept.set('data-says', lines.join('\n'));
  const at = isLine ? undefined : said.find(({ title }) => isOf(panel?.x, 'x', title));
  const rows = at && rowsAt ? rowsAt(panel!.x!.title, numberIn(at.value)) : [];
  if (rows.length > 0) kept.set('data-rows', rows.join(' '));
}

/** Vega writes twelve digits. */
function brief(value: string): string {
  const number = numberIn(value);
  return Number.isFinite(number) ? formatNumber(number, 4) : value;
}
