import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { type Issue, RunError, UserError } from '../errors.js';
import { ownFolder } from '../io/make-folder.js';
import { writeWhole } from '../io/write.js';
import type { VegaLiteSpec } from './chart.js';
import type { FigureEntry } from './define.js';
import { type FigureRequest, figures } from './figures.js';
import { buildOwn } from './own.js';
import { renderPng, renderSvg } from './render.js';
import { openSource, type Source } from './source.js';

/** A figure on disk. */
export interface DrawnFigure {
  readonly name: string;
  /** Paths. */
  readonly svg: string;
  readonly png: string;
}

/**
 * Draws figures from what runs have left on disk, and from nothing else. Directories without `run.json` are unfinished
 * and left out. The same figure asked for twice is called name-2.
 * @throws UserError with every figure that cannot be drawn from these runs, after the others are drawn; RunError where a
 * file cannot be read or written.
 */
export async function drawFigures(
  runDirectories: readonly string[],
  requests: readonly FigureRequest[],
  outDirectory: string,
): Promise<DrawnFigure[]> {
  if (requests.length === 0) return [];
  const source = openSource(runDirectories);
  const names = figureNames(requests);
  const drawn: DrawnFigure[] = [];
  const issues: Issue[] = [];
  for (const [i, request] of requests.entries()) {
    try {
      const svg = await renderSvg(await build(source, request));
      drawn.push(write(outDirectory, names[i], svg, await renderPng(svg)));
    } catch (error) {
      issues.push(...issuesOf(error, request));
    }
  }
  if (issues.length > 0) throw new UserError(issues);
  return drawn;
}

/** What of an error is the user's: a warning by Vega is, in a file of their own. */
function issuesOf(error: unknown, request: FigureRequest): readonly Issue[] {
  if (error instanceof UserError) return error.issues;
  if ('file' in request && !(error instanceof RunError)) {
    return [{ where: { file: request.file }, message: (error as Error).message }];
  }
  throw error;
}

/** What the files of figures are called, without extension, in the order of the requests. */
export function figureNames(requests: readonly FigureRequest[]): string[] {
  return fileNames(requests.map(nameOf));
}

function nameOf(request: FigureRequest): string {
  return 'file' in request ? basename(request.file).replace(/(\.vl)?\.json$/, '') : request.name;
}

/** The second of a name becomes name-2, the third name-3. */
function fileNames(names: readonly string[]): string[] {
  return names.map((name, i) => {
    const nth = names.slice(0, i + 1).filter((other) => other === name).length;
    return nth === 1 ? name : `${name}-${nth}`;
  });
}

async function build(source: Source, request: FigureRequest): Promise<VegaLiteSpec> {
  if ('file' in request) return buildOwn(source, request.file);
  const { name, ...given } = request;
  const figure = figures[name] as FigureEntry | undefined;
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
  return figure.build(source, options.data);
}

function write(directory: string, name: string, svg: string, png: Buffer): DrawnFigure {
  const folder = ownFolder(dirname(directory), basename(directory));
  const paths = { svg: join(folder, `${name}.svg`), png: join(folder, `${name}.png`) };
  writeWhole(paths.svg, svg);
  writeWhole(paths.png, png);
  return { name, ...paths };
}
