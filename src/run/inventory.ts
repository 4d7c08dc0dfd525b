/** What lies in a folder of results: experiments, their runs, and what can go. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Issue } from '../errors.js';
import { isPart } from '../io/write.js';
import { packagedRuns } from '../metrics/found.js';
import { readRecord } from '../metrics/record.js';
import { CHECKPOINT_FILE, RUN_FILE, type RunRecord, SPEC_FILE } from '../metrics/results.js';
import { readUnderway, type Underway } from '../metrics/underway.js';
import { isOfHolder } from './hold.js';
import { LOCK_FOLDER } from './lock.js';

export interface RunEntry {
  readonly id: string;
  readonly folder: string;
  /** Absent where the run is not finished, or not to be believed. */
  readonly record: RunRecord | undefined;
  /** Why it is not to be believed. */
  readonly problem: Issue | undefined;
  /** Whether it would be continued rather than begun. */
  readonly hasCheckpoint: boolean;
  readonly bytes: number;
}

export interface ExperimentEntry {
  readonly name: string;
  readonly folder: string;
  readonly runs: readonly RunEntry[];
  /** Folders of the runs that the data package lists: the latest sweep. */
  readonly current: ReadonlySet<string>;
  /** What the sweep is at that was run last; absent where it is over. */
  readonly underway: Underway | undefined;
  /** What is wrong with the data package and with runs. */
  readonly problems: readonly Issue[];
}

/** The experiments of a folder of results, or the one whose folder it is. */
export function inventory(path: string): ExperimentEntry[] {
  if (!existsSync(path)) return [];
  const own = experimentAt(path);
  if (own.runs.length > 0) return [own];
  return foldersIn(path)
    .map((name) => experimentAt(join(path, name), name))
    .filter(({ runs }) => runs.length > 0);
}

function experimentAt(folder: string, name = folder): ExperimentEntry {
  const runs = foldersIn(folder)
    .filter((id) => RUN_ID.test(id))
    .filter((id) => existsSync(join(folder, id, SPEC_FILE)) || existsSync(join(folder, id, RUN_FILE)))
    .map((id) => runAt(join(folder, id), id));
  const { folders = [], problem } = packagedRuns(folder);
  const problems = [problem, ...runs.map((run) => run.problem)].filter((one) => one !== undefined);
  return { name, folder, runs, current: new Set(folders), underway: readUnderway(folder), problems };
}

const RUN_ID = /-[0-9a-f]{8}([0-9a-f]{8})?$/;

function runAt(folder: string, id: string): RunEntry {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce(
    (sum, { name }) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  const hasCheckpoint = files.some(({ name }) => name === CHECKPOINT_FILE);
  const reading = readRecord(folder);
  const record = reading.kind === 'record' ? reading.record : undefined;
  const problem = reading.kind === 'problem' ? reading.problem : undefined;
  return { id, folder, record, problem, hasCheckpoint, bytes };
}

/** Something that `clean` may remove, and why. */
export interface Litter {
  readonly path: string;
  readonly why: string;
}

/**
 * What can go from an experiment: what interrupted runs left, and with `old` finished runs that the latest sweep does
 * not have. Never a run that cannot be understood.
 */
export function litterIn({ folder, runs, current }: ExperimentEntry, old: boolean): Litter[] {
  const unfinished = runs.filter(({ record, problem }) => record === undefined && problem === undefined);
  const outdated = old && current.size > 0 ? runs.filter((run) => run.record && !current.has(run.folder)) : [];
  const parts = [folder, ...runs.filter(({ record }) => record).map((run) => run.folder)].flatMap((place) => [
    ...readdirSync(place)
      .filter((name) => isPart(name) || isOfHolder(name))
      .map((name) => join(place, name)),
  ]);
  return [
    ...unfinished.map(({ folder: path, hasCheckpoint }) => ({
      path,
      why: hasCheckpoint ? 'not finished; has a checkpoint to continue from' : 'not finished',
    })),
    ...outdated.map(({ folder: path }) => ({ path, why: 'not of the latest sweep' })),
    ...parts.map((path) => ({ path, why: 'half a file' })),
  ];
}

const foldersIn = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== LOCK_FOLDER)
    .map(({ name }) => name)
    .sort();
