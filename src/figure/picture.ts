/** One figure, from what runs have left on disk to its files. */
import * as z from 'zod';
import { faultOf, type Issue, RunError, UserError } from '../errors.js';
import { type Origin, originOf } from '../origin.js';
import { inertJson } from '../text.js';
import { type Caption, oneLine } from './caption.js';
import type { Built, VegaLiteSpec } from './chart.js';
import type { FigureEntry } from './define.js';
import { type FigureRequest, figures } from './figures.js';
import { type Format, type Frame, frameOf, frameOptions, PAPERS, widthOf } from './frame.js';
import { arranged, type Words } from './layout.js';
import { buildOwn } from './own.js';
import { renderPdf } from './pdf.js';
import { type Drawn, paperOf, renderPng, renderSvg } from './render.js';
import { type Source, specValue } from './source.js';
import { CONFIG } from './theme.js';

export interface Picture extends Caption {
  /** Theme print, without its fonts. */
  readonly svg: string;
  /** What is written, by format, where it is not the SVG. */
  readonly others: Readonly<Partial<Record<Format, string | Uint8Array>>>;
}

/** @throws UserError where it cannot be drawn from these runs; RunError where a file cannot be read. */
export async function drawPicture(source: Source, request: FigureRequest): Promise<Picture> {
  try {
    const framed = await specOf(source, request);
    const svg = await renderSvg(framed.spec, framed);
    const others: [Format, string | Uint8Array][] = [];
    for (const format of frameOf(request).format) {
      if (format !== 'svg') others.push([format, await OTHERS[format](svg, framed)]);
    }
    return { svg, others: Object.fromEntries(others), ...framed.said };
  } catch (error) {
    throw 'file' in request && !(error instanceof RunError) ? new UserError(issuesIn(request.file, error)) : error;
  }
}

const OTHERS: Readonly<
  Record<Exclude<Format, 'svg'>, (svg: string, framed: Framed) => string | Uint8Array | Promise<Uint8Array>>
> = {
  png: (svg, { paper }) => renderPng(svg, paper),
  pdf: (svg, { said }) => renderPdf(svg, said.finding, paperOf(svg)),
  vega: (_, { spec }) => `${inertJson({ $schema: SCHEMA, config: CONFIG, ...spec }, 1)}\n`,
};

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

interface Framed {
  /** Vega-Lite, complete. */
  readonly spec: VegaLiteSpec;
  readonly paper: Drawn['paper'];
  readonly said: Caption;
}

/** What is drawn of a request, and what is said of it. */
export async function specOf(source: Source, request: FigureRequest): Promise<Framed> {
  const frame = frameOf(request);
  const built = await build(source, request, frame);
  const said = { finding: oneLine(built.finding), caption: oneLine([built.caption, source.note ?? ''].join(' ')) };
  const paper = { width: widthOf(frame.size), scale: PAPERS[frame.size].scale };
  if (!('file' in request)) return { spec: arranged(built, frame, wordsFor(source, built, frame)), paper, said };
  const { title, ...untitled } = built.spec;
  const spec = frame.title === 'none' ? untitled : built.spec;
  // as wide as its author made it, unless it shall have a width
  return { spec, paper: request.size === undefined ? undefined : paper, said };
}

function wordsFor(source: Source, { finding, facts }: Built, { title }: Frame): Words {
  if (title === 'none') return { title: '', subtitle: '' };
  const [run] = source.runs;
  const plain = String(specValue(run, 'title') ?? specValue(run, 'name') ?? '');
  return { title: oneLine(title === 'plain' ? plain : finding), subtitle: oneLine(facts ?? '') };
}

/** Whatever goes wrong with a file of the user's is theirs: a warning by Vega is. */
function issuesIn(file: string, error: unknown): Issue[] {
  if (error instanceof UserError) return error.issues.map((issue) => ({ where: { file }, ...issue }));
  const { message } = error as Error;
  return [
    { where: { file }, message: BEYOND.test(message) ? 'is nested too deeply, or makes a list too long' : message },
  ];
}

/** What V8 says of a tree, an array or a text that is too large for it. */
const BEYOND = /call stack|Invalid (array|string) length/;

/** One of a plugin is drawn where that may be imported. */
function noFigure(name: string, { runs: [run] }: Source): UserError {
  const plugins = specValue(run, 'plugins') as readonly string[] | undefined;
  const hint = plugins
    ? `to draw what a plugin of its spec adds (${plugins.join(', ')}): --allow-plugins, or --import FILE`
    : `there are ${Object.keys(figures).join(', ')}`;
  return new UserError({ message: `no figure '${name}'`, hint });
}

function build(source: Source, request: FigureRequest, frame: Frame): Promise<Built> {
  if ('file' in request) {
    const { file, ...given } = request;
    requireOptions(frameOptions, given, `figure '${file}'`);
    return buildOwn(source, file);
  }
  const { name, ...given } = request;
  const figure = Object.hasOwn(figures, name) ? (figures[name] as FigureEntry) : undefined;
  if (!figure) throw noFigure(name, source);
  const options = requireOptions({ ...figure.options, ...frameOptions }, given, `figure '${name}'`);
  const origin = originOf(figure);
  return origin
    ? byPlugin(() => figure.build(source, options, frame), figure, origin)
    : figure.build(source, options, frame);
}

/** What goes wrong in a figure of a plugin's is the plugin's. */
async function byPlugin(build: () => Promise<Built>, { name }: FigureEntry, { file }: Origin): Promise<Built> {
  try {
    const built = await build();
    if (
      Array.isArray(built?.spec?.['concat']) &&
      [built.finding, built.caption].every((text) => typeof text === 'string')
    )
      return built;
  } catch (error) {
    const fault = error instanceof UserError || error instanceof RunError ? undefined : faultOf(error);
    throw fault ? new UserError(fault) : error;
  }
  const message = `figure '${name}': build must give {spec: {concat: [panels]}, finding, caption}`;
  throw new UserError({ where: { file }, message, hint: 'make it by chart(runs, panels, notes)' });
}

/** @throws UserError */
function requireOptions(shape: z.ZodRawShape, given: object, what: string): Record<string, unknown> {
  const options = z.strictObject(shape).safeParse(given);
  if (options.success) return options.data;
  throw new UserError(
    options.error.issues.map(({ path, message }) => ({ message: `${what}: ${[...path, message].join(': ')}` })),
  );
}
