/** A module that adds entries to the registry. */
import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import type { Origin } from '../origin.js';

export interface Plugin extends Origin {
  /** Of its own file and of the local files that it imports; the same wherever they lie. */
  readonly sha256: string;
  /** SHA-256 of each of these files, by its path from the plugin's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** What it adds: `energies my-energy`, `engines rbp my-method`. */
  readonly adds: readonly string[];
  /** Whether any of that can change a row: figures cannot. */
  readonly computes: boolean;
}

/** A plugin as another process can be told of it. */
export type PluginReference = Pick<Plugin, 'file' | 'sha256'>;

/** @param read SHA-256 of every file, by its path */
export function fingerprint(file: string, read: ReadonlyMap<string, string>): Pick<Plugin, 'sha256' | 'files'> {
  const from = dirname(file);
  const named = [...read].map(([path, sha256]) => [relative(from, path).replaceAll('\\', '/'), sha256] as const);
  const files = named.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    sha256: createHash('sha256').update(JSON.stringify(files)).digest('hex'),
    files: Object.fromEntries(files),
  };
}
