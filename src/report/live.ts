/** An experiment while its runs go on: what has finished so far, figures drawn from it in memory. Nothing is written. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Issue, sentenceOf } from '../errors.js';
import { figureNames } from '../figure/draw.js';
import { drawPicture } from '../figure/picture.js';
import { openWhole } from '../figure/source.js';
import { packagedRuns, type Readable } from '../metrics/found.js';
import { type FinishedRun, readRecord } from '../metrics/record.js';
import { FIGURES_FOLDER, PACKAGE_FILE, RUN_FILE, SPEC_FILE } from '../metrics/results.js';
import { requestsOf, type Shown, shownFigures } from './figures.js';

/** When what can be shown of an experiment last changed: equal texts, equal pages. */
export function signatureOf(folder: string): string {
  return runFolders(folder)
    .map((run) => `${run}:${timeOf(join(run, RUN_FILE))}`)
    .concat([PACKAGE_FILE, FIGURES_FOLDER].map((name) => `${timeOf(join(folder, name))}`))
    .join('\n');
}

/** 0 where nothing is there, or a link that leads nowhere. */
function timeOf(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** Folders of runs, finished or not. */
function runFolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .filter((run) => existsSync(join(run, SPEC_FILE)) || existsSync(join(run, RUN_FILE)))
    .sort();
}

export interface Live extends Readable {
  /** Runs that have begun and not finished. */
  readonly atWork: number;
}

/** The runs of the latest sweep, and those that have finished since it was described. */
export function liveRuns(folder: string): Live {
  const described = timeOf(join(folder, PACKAGE_FILE));
  const { folders } = packagedRuns(folder);
  const all = runFolders(folder);
  const listed = new Set(folders ?? []);
  const current =
    folders === undefined ? all : [...folders, ...all.filter((run) => isNew(run, described) && !listed.has(run))];
  const runs: FinishedRun[] = [];
  const problems: Issue[] = [];
  for (const reading of current.map(readRecord)) {
    if (reading.kind === 'record') runs.push(reading);
    if (reading.kind === 'problem') problems.push(reading.problem);
  }
  return { experiment: folder, runs, problems, atWork: all.filter((run) => timeOf(join(run, RUN_FILE)) === 0).length };
}

const isNew = (run: string, since: number): boolean => timeOf(join(run, RUN_FILE)) > since;

/** Those on disk where they are of these runs; else drawn, a user's own excepted, which are drawn apart. */
export async function liveFigures(
  experiment: string,
  runs: readonly FinishedRun[],
): Promise<{ shown: Shown[]; issues: Issue[] }> {
  const requests = requestsOf(runs[0]);
  const names = figureNames(requests);
  const there = shownFigures(experiment, names);
  const described = timeOf(join(experiment, PACKAGE_FILE));
  if (runs.every(({ folder }) => !isNew(folder, described))) return { shown: there, issues: [] };
  const source = openWhole(runs.map(({ folder }) => folder));
  const shown: Shown[] = [];
  for (const [i, request] of requests.entries()) {
    try {
      shown.push('file' in request ? there[i] : { name: names[i], ...(await drawPicture(source, request)) });
    } catch (error) {
      if (sentenceOf(error) === undefined) throw error;
      shown.push({ name: names[i], svg: undefined, finding: '', caption: '' });
    }
  }
  return { shown, issues: [] };
}
