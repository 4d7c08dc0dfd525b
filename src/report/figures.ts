/** The figures of an experiment as its folder has them, with what is written beside them. */
import { join, resolve } from 'node:path';
import type { Issue } from '../errors.js';
import { type Caption, captionFile, readCaption } from '../figure/caption.js';
import { type DrawOptions, drawFigures, figureNames } from '../figure/draw.js';
import type { FigureRequest } from '../figure/figures.js';
import { KINDS } from '../io/kinds.js';
import { isOwnFile, isOwnFolder } from '../io/make-folder.js';
import { readText } from '../io/read.js';
import type { FinishedRun } from '../metrics/record.js';
import { FIGURES_FOLDER } from '../metrics/results.js';

export interface Shown extends Caption {
  readonly name: string;
  /** Undefined where it could not be drawn. */
  readonly svg: string | undefined;
}

/** What the spec asks for; paths of a user's own figures are relative to the run's folder. */
export function requestsOf({ folder, record }: FinishedRun): FigureRequest[] {
  const given = (record.spec['figures'] ?? []) as FigureRequest[];
  return given.map((request) => ('file' in request ? { ...request, file: resolve(folder, request.file) } : request));
}

/** Every figure that the spec asks for, drawn where it is not there yet. */
export async function figuresOf(
  experiment: string,
  runs: readonly FinishedRun[],
  draw: DrawOptions | 'drawn',
): Promise<{ shown: Shown[]; issues: readonly Issue[] }> {
  const requests = requestsOf(runs[0]);
  const folder = join(experiment, FIGURES_FOLDER);
  const names = figureNames(requests);
  const paths = names.map((name) => join(folder, `${name}.svg`));
  const isMissing = paths.some((path) => !isThere(folder, path));
  const folders = runs.map((run) => run.folder);
  const { issues } =
    isMissing && draw !== 'drawn' ? await drawFigures(folders, requests, folder, draw) : { issues: [] };
  return { shown: shownFigures(experiment, names), issues };
}

/** What is on disk. */
export function shownFigures(experiment: string, names: readonly string[]): Shown[] {
  const folder = join(experiment, FIGURES_FOLDER);
  return names.map((name) => shownAt(folder, name, join(folder, `${name}.svg`)));
}

/** A link could bring in a file of the reader's own. */
function isThere(folder: string, path: string): boolean {
  return isOwnFolder(folder) && isOwnFile(path);
}

function shownAt(folder: string, name: string, path: string): Shown {
  if (!isThere(folder, path)) return { name, svg: undefined, finding: '', caption: '' };
  const beside = join(folder, captionFile(name));
  const said = isThere(folder, beside) ? readCaption(beside) : { finding: '', caption: '' };
  return { name, svg: readText(path, KINDS.drawing), ...said };
}
