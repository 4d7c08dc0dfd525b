import { fileURLToPath } from 'node:url';
import type { Resvg } from '@resvg/resvg-js';
import type { VegaLiteSpec } from './chart.js';
import { fontFiles, textWidth } from './text-width.js';
import { CONFIG, FONT } from './theme.js';

/** Pixels of the PNG to one of the SVG. */
const PNG_SCALE = 2;

/** Something that Vega or Vega-Lite only warned of: a figure drawn all the same would be wrong. */
export class VegaWarning extends Error {
  override readonly name = 'VegaWarning';
}

let queue: Promise<unknown> = Promise.resolve();

/**
 * Draws a specification, the same bytes on every machine. One at a time, since Vega numbers its clip paths globally.
 * @throws VegaWarning
 */
export function renderSvg(spec: VegaLiteSpec): Promise<string> {
  const drawn = queue.then(() => draw(spec));
  queue = drawn.catch(() => undefined);
  return drawn;
}

async function draw(spec: VegaLiteSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  measureText(vega);
  const logger = refusing(vega);
  const compiled = compile({ ...spec } as never, { config: CONFIG as never, logger });
  const runtime = vega.parse(compiled.spec, undefined, { logger } as never);
  const view = new vega.View(runtime, { renderer: 'none', logger, loader: refuseToLoad(vega) });
  vega.resetSVGDefIds();
  try {
    return rounded(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** Lengths to a thousandth of a pixel: the last bits of a logarithm are no part of a figure. */
function rounded(svg: string): string {
  return svg.replace(/ (?:transform|d|x2|y2|x|y|dy|width|height)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{4,}(?:e-?\d+)?/g, (length) => String(Math.round(Number(length) * 1000) / 1000)),
  );
}

/** Vega estimates widths where there is no canvas and measures where there happens to be one; here it reads the font. */
function measureText(vega: typeof import('vega')): void {
  const { textMetrics } = vega as unknown as { textMetrics: { width(item: TextItem, text: string): number } };
  textMetrics.width = ({ fontSize, fontWeight }, text) =>
    textWidth(String(text ?? ''), fontSize ?? 11, fontWeight === 'bold' || Number(fontWeight) >= 600);
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

function refuseToLoad(vega: typeof import('vega')): ReturnType<typeof vega.loader> {
  const refuse = (uri: string): never => {
    throw new VegaWarning(`a figure loads nothing, got ${uri}`);
  };
  return Object.assign(vega.loader(), { load: refuse, http: refuse, file: refuse });
}

/** The PNG of an SVG, with the shipped fonts only. */
export async function renderPng(svg: string): Promise<Buffer> {
  const { Resvg } = await import('@resvg/resvg-js');
  const files = Object.values(fontFiles).map((file) => fileURLToPath(file));
  const image: Resvg = new Resvg(svg, {
    font: { loadSystemFonts: false, fontFiles: files, defaultFontFamily: FONT, sansSerifFamily: FONT },
    fitTo: { mode: 'zoom', value: PNG_SCALE },
  });
  return image.render().asPng();
}
