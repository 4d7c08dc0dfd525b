/** The pages of results, written beside them. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Issue, sentenceOf, UserError } from '../errors.js';
import type { DrawOptions } from '../figure/draw.js';
import { ownFolder } from '../io/make-folder.js';
import { writeWhole } from '../io/write.js';
import { foundRuns, type Readable, readableRuns } from '../metrics/found.js';
import { FIGURES_FOLDER, INDEX_FILE, PACKAGE_FILE, REPORT_FILE, RUN_FILE } from '../metrics/results.js';
import { type Experiment, experimentAt, experimentOf } from './experiment.js';
import { figuresOf } from './figures.js';
import { type Entry, entryOf, overviewOf, type Unreadable } from './overview.js';
import { pageOf } from './page.js';

/** The picture as an image, among the figures. */
export const PICTURE_FILE = 'picture.svg';

export interface Written extends Pick<Readable, 'runs' | 'problems'> {
  readonly file: string;
  /** Why figures are missing in it. */
  readonly issues: readonly Issue[];
}

/** Writes the page of one experiment. @throws UserError, RunError */
export async function writeReport(path: string, figures: DrawOptions | 'drawn' = {}): Promise<Written> {
  const found = readableRuns(path);
  const experiment = await experimentOf(found, (folder, runs) => figuresOf(folder, runs, figures));
  return written(experiment);
}

function written(experiment: Experiment): Written {
  const { folder, runs, problems, issues } = experiment;
  const file = join(folder, REPORT_FILE);
  if (experiment.picture) writeWhole(join(ownFolder(folder, FIGURES_FOLDER), PICTURE_FILE), experiment.picture.svg);
  writeWhole(file, pageOf(experiment));
  return { file, runs, problems, issues };
}

/** The names of the experiments in a folder of results; none where it is itself an experiment, or a run. */
export function experimentsIn(path: string): string[] {
  const folder = resolve(path);
  if (isExperiment(folder) || existsSync(join(folder, RUN_FILE))) return [];
  return foldersIn(folder).filter((name) => isExperiment(join(folder, name)));
}

/** Whether a folder has runs in it, or what lists them. */
export function isExperiment(folder: string): boolean {
  return (
    existsSync(join(folder, PACKAGE_FILE)) || foldersIn(folder).some((name) => existsSync(join(folder, name, RUN_FILE)))
  );
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

export interface Site {
  readonly index: string;
  readonly pages: readonly Written[];
  readonly unreadable: readonly Unreadable[];
}

export interface SiteOptions {
  readonly figures?: DrawOptions | 'drawn';
  /** The pages stand in the index, and nowhere else. */
  readonly single?: boolean;
}

/** Writes the index over the experiments of a folder, and the page of each. What cannot be read costs itself only. @throws RunError */
export async function writeSite(results: string, { figures = {}, single = false }: SiteOptions = {}): Promise<Site> {
  const names = experimentsIn(results);
  const entries: Entry[] = [];
  const inside: Experiment[] = [];
  const pages: Written[] = [];
  const unreadable: Unreadable[] = [];
  let picture: Experiment['picture'];
  for (const name of names) {
    try {
      const experiment = await experimentAt(join(results, name), figures);
      picture ??= experiment.picture;
      entries.push(entryOf(experiment, entries.length));
      if (single) inside.push(experiment);
      pages.push(single ? { ...experiment, file: '' } : written(experiment));
    } catch (error) {
      const problem = sentenceOf(error);
      if (problem === undefined) throw error;
      unreadable.push({ name, problem });
    }
  }
  const index = join(results, INDEX_FILE);
  writeWhole(index, overviewOf({ entries, unreadable, picture, inside }));
  return { index, pages, unreadable };
}

/** @throws UserError where a path is neither a folder of results, nor an experiment, nor a run */
export function requireResults(path: string): void {
  if (experimentsIn(path).length > 0) return;
  const { runs, problems } = foundRuns(path);
  if (runs.length === 0) throw new UserError(problems);
}
