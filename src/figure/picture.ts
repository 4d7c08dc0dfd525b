/** One figure, from what runs have left on disk to its files. */
import * as z from 'zod';
import { type Issue, RunError, UserError } from '../errors.js';
import { type Caption, oneLine } from './caption.js';
import { type Built, totalWidth, type VegaLiteSpec } from './chart.js';
import type { FigureEntry } from './define.js';
import { type FigureRequest, figures } from './figures.js';
import type { Frame } from './frame.js';
import { buildOwn } from './own.js';
import { renderPng, renderSvg } from './render.js';
import type { Source } from './source.js';
import { wrap } from './text-width.js';
import { TEXT_SIZE, TITLE_SIZE } from './theme.js';

export interface Picture extends Caption {
  readonly svg: string;
  readonly png: Uint8Array;
}

/** @throws UserError where it cannot be drawn from these runs; RunError where a file cannot be read. */
export async function drawPicture(source: Source, request: FigureRequest): Promise<Picture> {
  try {
    const built = await build(source, request);
    const said = { finding: oneLine(built.finding), caption: oneLine(built.caption) };
    const svg = await renderSvg('file' in request ? built.spec : titled(built), said);
    return { svg, png: await renderPng(svg), ...said };
  } catch (error) {
    throw 'file' in request && !(error instanceof RunError) ? new UserError(issuesIn(request.file, error)) : error;
  }
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

function titled({ spec, finding, caption }: Built): VegaLiteSpec {
  const width = totalWidth((spec['concat'] as unknown[]).length);
  const title = {
    text: wrap(finding, width, TITLE_SIZE, true, 3),
    subtitle: wrap(caption, width, TEXT_SIZE, false, 6),
  };
  return { title, ...spec };
}

const FRAME: Frame = { size: 'one-column', theme: 'print' };

function build(source: Source, request: FigureRequest): Promise<Built> {
  if ('file' in request) return buildOwn(source, request.file);
  const { name, ...given } = request;
  const figure = Object.hasOwn(figures, name) ? (figures[name] as FigureEntry) : undefined;
  if (!figure)
    throw new UserError({ message: `no figure '${name}'`, hint: `there are ${Object.keys(figures).join(', ')}` });
  const options = z.strictObject(figure.options).safeParse(given);
  if (!options.success) {
    throw new UserError(
      options.error.issues.map(({ path, message }) => ({
        message: `figure '${name}': ${[...path, message].join(': ')}`,
      })),
    );
  }
  return figure.build(source, options.data, FRAME);
}
