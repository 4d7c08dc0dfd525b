import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PublishedFile, PublishedSet } from '../data/published.js';
import { RunError } from '../errors.js';
import { ownFolder } from '../io/make-folder.js';
import { type DownloadOptions, download, isThere } from './download.js';

/** What the edge may want to show. */
export interface FetchObserver {
  fileStarted?(file: PublishedFile): void;
  progress?(file: PublishedFile, bytes: number): void;
  fileThere?(file: PublishedFile, fetched: boolean): void;
}

/** The folder of a published set in a cache. */
export const setFolder = (cache: string, { name }: Pick<PublishedSet, 'name'>): string => join(cache, name);

/** Whether the files of a set are in a cache, by name: what is in them is looked at when they are read. */
export const isFetched = (set: PublishedSet, cache: string): boolean =>
  set.files.every(({ path }) => existsSync(join(setFolder(cache, set), path)));

/**
 * Fetches the files of a set that are not there yet, from its mirrors in their order.
 * @throws RunError saying what could not be fetched and why, and what to put where by hand.
 */
export async function fetchSet(
  set: PublishedSet,
  cache: string,
  observer: FetchObserver = {},
  options: Pick<DownloadOptions, 'timeoutMs' | 'signal'> = {},
): Promise<void> {
  const folder = setFolder(cache, set);
  ownFolder(cache, set.name);
  for (const [i, file] of set.files.entries()) {
    const path = join(folder, file.path);
    if (await isThere(path, file)) {
      observer.fileThere?.(file, false);
      continue;
    }
    observer.fileStarted?.(file);
    const problems = await downloaded(set, path, file, observer, options);
    // what no mirror has of one file they will not have of the next: offline, it would be a long wait
    if (problems) throw byHand(set, folder, set.files.slice(i), problems);
    observer.fileThere?.(file, true);
  }
}

const addressOf = (mirror: string, { path }: PublishedFile): string => `${mirror.replace(/\/+$/, '')}/${path}`;

/** The problems of every address, where none would do. */
async function downloaded(
  { mirrors }: PublishedSet,
  path: string,
  file: PublishedFile,
  observer: FetchObserver,
  options: Pick<DownloadOptions, 'timeoutMs' | 'signal'>,
): Promise<string[] | undefined> {
  const problems: string[] = [];
  const urls = mirrors.map((mirror) => addressOf(mirror, file));
  try {
    await download(urls, path, file, {
      ...options,
      onProgress: (bytes) => observer.progress?.(file, bytes),
      onProblem: (url, problem) => problems.push(`${url}: ${problem}`),
    });
    return undefined;
  } catch (error) {
    if (error instanceof RunError && problems.length === urls.length) return problems;
    throw error;
  }
}

function byHand(
  set: PublishedSet,
  folder: string,
  missing: readonly PublishedFile[],
  problems: readonly string[],
): RunError {
  return new RunError(`${set.name} could not be fetched:`, [
    ...problems.map((problem) => `  ${problem}`),
    `get these files in another way and put them into ${folder}/:`,
    ...missing.map(({ path, bytes, sha256 }) => `  ${path}  ${bytes} bytes, SHA-256 ${sha256}`),
  ]);
}
