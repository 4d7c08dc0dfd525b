import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type PublishedSet, published } from '../../data/published.js';
import { UserError } from '../../errors.js';
import { cacheFolder } from '../../files/cache.js';
import { fetchSet, setFolder } from '../../files/fetch-set.js';
import { registry } from '../../registry.js';
import { suggestion } from '../../spec/suggest.js';
import { EXIT } from '../exit-codes.js';
import { fetchProgress } from '../fetch-progress.js';
import { underSignals } from '../signals.js';
import { print, styled, table } from '../terminal.js';

/** `eprbp data list`: what a spec can name, and what of it is here. */
export function list(): number {
  const lines = Object.values(registry.data).map(({ name, summary }) => [name, summary, whereabouts(name)]);
  print(table(lines));
  print(styled('dim', `options of each: eprbp list data    cache: ${cacheFolder()}`));
  return EXIT.ok;
}

function whereabouts(name: string): string {
  const set = published.find((other) => other.name === name);
  if (set === undefined) return '';
  const folder = setFolder(cacheFolder(), set);
  const here = set.files.every(({ path }) => existsSync(join(folder, path)));
  return here ? 'in the cache' : `not here (${megabytes(sizeOf(set))})`;
}

export interface FetchArguments {
  readonly set: readonly string[];
  readonly mirror: readonly string[];
  readonly quiet: boolean;
}

/** `eprbp data fetch`: what is there already is only checked. */
export async function fetch({ set: names, mirror, quiet }: FetchArguments): Promise<number> {
  const sets = names.map(publishedSet);
  requireAddresses(mirror);
  await underSignals(async (signal) => {
    for (const set of sets) await fetchOne(mirror.length === 0 ? set : { ...set, mirrors: mirror }, quiet, signal);
  }, 'what has come is kept, and the next fetch goes on');
  return EXIT.ok;
}

async function fetchOne(set: PublishedSet, quiet: boolean, signal: AbortSignal): Promise<void> {
  const shown = fetchProgress(set.name, quiet);
  try {
    await fetchSet(set, cacheFolder(), shown, { signal });
  } finally {
    shown.stop();
  }
  print(setFolder(cacheFolder(), set));
}

function publishedSet(name: string): PublishedSet {
  const set = published.find((other) => other.name === name);
  if (set) return set;
  const names = published.map((other) => other.name);
  throw new UserError({ message: `there is no data set '${name}' to fetch`, hint: suggestion(name, names) });
}

function requireAddresses(mirrors: readonly string[]): void {
  for (const mirror of mirrors) {
    if (!URL.canParse(mirror) || !/^https?:$/.test(new URL(mirror).protocol)) {
      throw new UserError({ message: `--mirror must be an http or https address, got '${mirror}'` });
    }
  }
}

function sizeOf({ files }: PublishedSet): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
