import { fileURLToPath } from 'node:url';
import type { Resvg } from '@resvg/resvg-js';
import { parse } from 'csv-parse/sync';
import { inert } from '../text.js';
import type { Caption } from './caption.js';
import type { VegaLiteSpec } from './chart.js';
import { type Box, boxOf, fitWidth, isSquare, widthsIn } from './fit.js';
import { fontFiles } from './fonts.js';
import { INCH_POINTS, toMm, toPoints } from './frame.js';
import { isPicture, requireHarmless } from './svg-rule.js';
import { textWidth } from './text-width.js';
import { CONFIG, FONT } from './theme.js';

/** Something that Vega or Vega-Lite only warned of: a figure drawn all the same would be wrong. */
class VegaWarning extends Error {
  override readonly name = 'VegaWarning';
}

let queue: Promise<unknown> = Promise.resolve();

/**
 * Draws a specification, the same bytes on every machine. One at a time, since Vega numbers its clip paths globally.
 * Whatever is in it, the SVG is well-formed, its text shows and does nothing, and it loads nothing.
 * @throws VegaWarning, and UserError for what a figure may not hold
 */
export function renderSvg(spec: VegaLiteSpec, how: Drawn): Promise<string> {
  const drawn = queue.then(() => draw(spec, how));
  queue = drawn.catch(() => undefined);
  return drawn;
}

/** How a specification is drawn. */
export interface Drawn {
  /** What is read out in place of the picture. */
  readonly said: Caption;
  /** Width in points, and how many times as large it is on paper; without it, as wide as it comes. */
  readonly paper?: { readonly width: number; readonly scale: number } | undefined;
}

async function draw(spec: VegaLiteSpec, { said, paper }: Drawn): Promise<string> {
  const [vega, { compile }, { expressionInterpreter }] = await Promise.all([
    import('vega'),
    import('vega-lite'),
    import('vega-interpreter'),
  ]);
  measureText(vega);
  readTables(vega);
  const logger = refusing(vega);
  const compiled = compile({ ...spec } as never, { config: CONFIG as never, logger });
  const loader = loadingNothing(vega);
  // interpreted: no text of a figure becomes code
  const runtime = vega.parse(compiled.spec, undefined, { ast: true, logger } as never);
  const view = new vega.View(runtime, { renderer: 'none', expr: expressionInterpreter, logger, loader } as never);
  try {
    await view.runAsync();
    if (paper !== undefined)
      await fitWidth(view, widthsIn(compiled.spec as never), paper.width, isSquare(compiled.spec as never));
    vega.resetSVGDefIds();
    const svg = inert(rooted(visible(rounded(await view.toSVG())), boxOf(view), { said, paper }));
    loader.requireNothing();
    requireHarmless(svg);
    return svg;
  } finally {
    view.finalize();
  }
}

/** With its size on paper, and with what is read out in place of the picture. Vega's own root ends at whole pixels. */
function rooted(svg: string, drawn: Box, { said, paper }: Drawn): string {
  const [opening, background, x, y] =
    /^<svg[^>]*>(<rect width="[^"]*" height="[^"]*")?.*?transform="translate\(([^,]*),([^)]*)\)/s.exec(svg)!;
  const { width, scale } = paper ?? { width: drawn.width, scale: 1 };
  // what cannot be as narrow as it should is drawn smaller
  const shrunk = Math.max(1, drawn.width / (width + SLACK));
  const box = [Number(x) + drawn.x, Number(y) + drawn.y, width * shrunk, drawn.height].map(thousandth);
  const [right, down] = [width * scale, (drawn.height * scale) / shrunk].map(
    (points) => `${thousandth(toMm(points))}mm`,
  );
  const root = `<svg role="img" ${NAMESPACES} version="1.1" class="marks" width="${right}" height="${down}" viewBox="${box.join(' ')}">`;
  const words = `<title>${escaped(said.finding)}</title><desc>${escaped(said.caption)}</desc>`;
  const paint = `<rect x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}"`;
  const from = opening.indexOf('>') + 1;
  return `${root}${words}${background === undefined ? '' : paint}${svg.slice(from + (background ?? '').length)}`;
}

const NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
/** A width may be missed by this, in points: a fifth of a millimetre. */
const SLACK = 0.6;
const thousandth = (length: number) => Math.round(length * 1000) / 1000;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string) => text.replace(/[&<>]/g, (character) => ENTITIES[character]);

/** Without labels of axes that gave way to others, which Vega makes transparent. */
function visible(svg: string): string {
  return svg.replace(/<text[^>]* opacity="0"[^>]*>(?:[^<]|<\/?tspan[^>]*>)*<\/text>/g, '');
}

/** Lengths to a thousandth of a pixel: the last bits of a logarithm or a power are no part of a figure. */
function rounded(svg: string): string {
  return svg.replace(
    / (?:transform|d|x2|y2|x|y|dy|width|height|stroke-width|stroke-dasharray|opacity)="[^"]*"/g,
    (attribute) =>
      attribute.replace(/-?\d+\.\d{4,}(?:e-?\d+)?/g, (length) => String(Math.round(Number(length) * 1000) / 1000)),
  );
}

/** Vega estimates widths where there is no canvas and measures where there happens to be one; here it reads the font. */
function measureText(vega: typeof import('vega')): void {
  const { textMetrics } = vega as unknown as { textMetrics: { width(item: TextItem, text: string): number } };
  textMetrics.width = ({ fontSize, fontWeight }, text) =>
    textWidth(String(text ?? ''), fontSize ?? 11, fontWeight === 'bold' || Number(fontWeight) >= 600);
}

/** Tables written out in a figure: d3's reader makes code of the header, which is refused where figures are drawn apart. */
function readTables(vega: typeof import('vega')): void {
  const { formats } = vega as unknown as {
    formats(name: string, read: (text: string, format?: Format) => unknown): void;
  };
  const reader = (delimiter?: string) => (text: string, format?: Format) =>
    parse(text, {
      delimiter: delimiter ?? format?.delimiter ?? ',',
      columns: format?.header ? [...format.header] : true,
      relax_column_count: true,
    });
  for (const [name, delimiter] of [['csv', ','], ['tsv', '\t'], ['dsv']]) formats(name, reader(delimiter));
}

interface Format {
  readonly delimiter?: string;
  readonly header?: readonly string[];
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

type Logger = ReturnType<typeof import('vega').logger>;

function refusing(vega: typeof import('vega')): Logger {
  const refuse = (...messages: readonly unknown[]): never => {
    throw new VegaWarning(messages.map(String).join(' '));
  };
  const logger = vega.logger(vega.Warn);
  return Object.assign(logger, { warn: refuse, error: refuse });
}

/** Vega swallows what its loader throws for an image or a link, so that is kept. */
function loadingNothing(vega: typeof import('vega')) {
  const refused: string[] = [];
  const refuse = (uri: unknown): never => {
    throw new VegaWarning(`a figure loads nothing and leads nowhere, got ${String(uri).slice(0, 100)}`);
  };
  return Object.assign(vega.loader(), {
    load: refuse,
    http: refuse,
    file: refuse,
    async sanitize(uri: unknown, { context }: { context?: string } = {}) {
      if (context === 'image' && isPicture(String(uri))) return { href: String(uri) };
      refused.push(String(uri));
      return { href: '' };
    },
    requireNothing() {
      if (refused.length > 0) refuse(refused[0]);
    },
  });
}

/** Dots to an inch of paper, and the most of them. */
const PNG_DPI = 300;
const MOST_DOTS = 64e6;

/** The PNG of an SVG, with the shipped fonts only. */
export async function renderPng(
  svg: string,
  { scale }: { readonly scale: number } = { scale: 1 },
): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const files = Object.values(fontFiles).map((file) => fileURLToPath(file));
  const [width, height] = paperOf(svg);
  const dots = Math.min(PNG_DPI / scale / INCH_POINTS, Math.sqrt(MOST_DOTS / (width * height)));
  const image: Resvg = new Resvg(svg, {
    font: { loadSystemFonts: false, fontFiles: files, defaultFontFamily: FONT, sansSerifFamily: FONT },
    fitTo: { mode: 'width', value: Math.max(1, Math.round(width * dots)) },
  });
  return image.render().asPng();
}

/** Width and height on paper of a drawn figure, in points. */
export function paperOf(svg: string): [width: number, height: number] {
  const [, ...sides] = /^<svg[^>]* width="([\d.]+)mm" height="([\d.]+)mm"/.exec(svg)!;
  return sides.map((side) => toPoints(Number(side))) as [number, number];
}
