/** The data sets that specs name: read once, with the digests of their files. */
import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { publishedFile } from '../data/published.js';
import type { DataFile, Dataset, FixedSource } from '../data/source.js';
import { type Issue, type Location, UserError } from '../errors.js';
import { KINDS } from '../io/kinds.js';
import { readBlocks, statRegular } from '../io/read.js';
import { cacheFolder } from './cache.js';

/** A data set as it was read, and the SHA-256 of each of its files. */
export interface Loaded {
  readonly dataset: Dataset;
  readonly digests: readonly string[];
}

/** Where a spec is, and where in its data an option stands. */
export interface Place {
  readonly specFile: string;
  locate(option: readonly string[]): Location;
}

let last: { readonly key: string; readonly loaded: Loaded } | undefined;

/**
 * The examples of a source, which `name` tells from other sources. The last set is kept: the points of a sweep share it.
 * @throws UserError where a file is missing or does not hold what it should.
 */
export function load(source: FixedSource, name: string, place: Place): Loaded {
  const found = source.files.map((file) => ({ file, ...find(file, place) }));
  const key = JSON.stringify([name, found.map(({ path, stamp }) => [path, stamp])]);
  if (last?.key === key) return last.loaded;
  last = undefined;
  const digests = found.map(({ path }) => digestOf(path));
  requirePublished(found, digests);
  const pathIn = (file: DataFile) => found.find((other) => other.file === file)!.path;
  const dataset = placed(found, place, () => source.load((file) => readBlocks(pathIn(file), KINDS.data)));
  last = { key, loaded: { dataset, digests } };
  return last.loaded;
}

/** The path of a data file, whether it is there or not. */
export function pathOf(file: DataFile, specFile: string): string {
  return 'set' in file ? join(cacheFolder(), file.set, file.path) : resolve(dirname(specFile), file.path);
}

interface Found {
  readonly file: DataFile;
  readonly path: string;
}

/** A file and what changes when it is written again. */
function find(file: DataFile, { specFile, locate }: Place): { path: string; stamp: readonly number[] } {
  const path = pathOf(file, specFile);
  try {
    const { size, mtimeMs, ino } = statRegular(path, KINDS.data);
    return { path, stamp: [size, mtimeMs, ino] };
  } catch (error) {
    if (error instanceof UserError) throw unreadable(file, path, error.issues[0].message, locate);
    throw error;
  }
}

function unreadable(file: DataFile, path: string, problem: string, locate: Place['locate']): UserError {
  return new UserError(
    'set' in file
      ? {
          where: locate([]),
          message: `data: ${file.set} is not in the cache (${path}: ${problem})`,
          hint: `fetch it with 'eprbp data fetch ${file.set}'`,
        }
      : { where: locate(file.option), message: `data file ${path}: ${problem}` },
  );
}

function digestOf(path: string): string {
  const hash = createHash('sha256');
  for (const block of readBlocks(path, KINDS.data)) hash.update(block);
  return hash.digest('hex');
}

/** Names files by their full path in messages, and the spec where a message names none. */
function placed<T>(found: readonly Found[], { locate }: Place, action: () => T): T {
  const place = ({ where, ...issue }: Issue): Issue => {
    if (where === undefined) return { ...issue, where: locate([]), message: `data: ${issue.message}` };
    const path = 'file' in where && found.find(({ file }) => file.path === where.file)?.path;
    return { ...issue, where: path ? { ...where, file: path } : where };
  };
  try {
    return action();
  } catch (error) {
    throw error instanceof UserError ? new UserError(error.issues.map(place)) : error;
  }
}

/** A published set is the one that was published. */
function requirePublished(found: readonly Found[], digests: readonly string[]): void {
  for (const [i, { file, path }] of found.entries()) {
    if (!('set' in file) || publishedFile(file).sha256 === digests[i]) continue;
    throw new UserError({
      where: { file: path },
      message: `is not the file of ${file.set} that was published: its SHA-256 is ${digests[i]}`,
      hint: `fetch it again with 'eprbp data fetch ${file.set}'`,
    });
  }
}
