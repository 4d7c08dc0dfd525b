import { hash as digest } from 'node:crypto';
import { remembered } from '../entry.js';
import { RESULTS_FORMAT } from '../metrics/results.js';
import type { Override } from '../spec/overrides.js';
import { partNames } from '../spec/resolve.js';
import { type AnySpec, isOfAgent } from '../spec/schema.js';
import { replacePaths } from './data-files.js';
import type { Point } from './grid.js';

/** What does the arithmetic unless told otherwise: results of another backend are other results. */
export const DEFAULT_BACKEND = 'wasm';

/** SHA-256 of the files that a spec names. */
export interface FileDigests {
  readonly parameters: string | undefined;
  readonly data: readonly string[] | undefined;
  /** Of plugins that can change a row. */
  readonly plugins?: readonly string[];
}

/** Parts of a spec that change no row. */
const PRESENTATION = ['title', 'source', 'assert', 'figures'];

/** Whatever else is in a spec, and what is beside it. */
const IDENTITY = [...partNames.filter((part) => !PRESENTATION.includes(part)), 'backend', 'format']
  .sort()
  .map((key) => ({ key, quoted: JSON.stringify(key) }));

/**
 * Hash of everything that can change a row: the resolved spec without title, source, assert and figures; the contents
 * of parameter and data files and of plugins in place of their paths; the backend; the version of the results format. Double
 * precision goes without saying, as it did before there was another. 16 hexadecimal digits.
 */
export function hashOf(spec: AnySpec, digests: FileDigests, backend: string): string {
  const instead: Record<string, unknown> = { ...byContents(spec, digests), backend, format: RESULTS_FORMAT };
  const pieces: string[] = [];
  for (const { key, quoted } of IDENTITY) {
    const value = key in instead ? instead[key] : spec[key as keyof AnySpec];
    if (value !== undefined && !(key === 'precision' && value === 'float64'))
      pieces.push(`${quoted}:${canonical(value)}`);
  }
  return digest('sha256', `{${pieces.join(',')}}`, 'hex').slice(0, 16);
}

/** The parts that name files, with what is in these in place of their paths. */
function byContents(spec: AnySpec, { parameters, data, plugins = [] }: FileDigests): Record<string, unknown> {
  const known = <P extends object>(part: P) =>
    parameters === undefined ? part : { ...part, parameters: { sha256: parameters } };
  // absent, not empty: what is not said changes no hash
  const added = { plugins: plugins.length === 0 ? undefined : plugins.map((sha256) => ({ sha256 })) };
  if (isOfAgent(spec)) return { ...added, agent: known(spec.agent) };
  return { ...added, network: known(spec.network), data: replacePaths(spec.data, (_, i) => ({ sha256: data?.[i] })) };
}

/** JSON with sorted keys: equal values give equal text. */
function canonical(value: unknown): string {
  return typeof value === 'object' && value !== null ? canonicalObject(value) : (JSON.stringify(value) ?? 'null');
}

/** Runs share most parts of their specs. */
const canonicalObject = remembered((value: object): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
});

const LONGEST_SLUG = 80;

/**
 * Names the runs of a sweep: `ep.beta-0.01_seed-2-3f9a01c2`, the swept keys, readable and safe in a path, and the start
 * of the hash; all of it where that much is taken.
 */
export function namer(swept: readonly string[]): (point: Point, hash: string) => string {
  const short = swept.map(shortKey);
  const names = new Map(
    swept.map((key, i) => [key, short.indexOf(short[i]) === short.lastIndexOf(short[i]) ? short[i] : key]),
  );
  const slugOf = remembered(({ key, value }: Override) => safe(`${names.get(key)}-${label(value)}`));
  const taken = new Map<string, string>();
  return (point, hash) => {
    const slug = point.map(slugOf).join('_').slice(0, LONGEST_SLUG) || 'run';
    const id = `${slug}-${hash.slice(0, 8)}`;
    if ((taken.get(id) ?? hash) !== hash) return `${slug}-${hash}`;
    taken.set(id, hash);
    return id;
  };
}

function safe(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '-');
}

/** `ep.beta` of engines.ep.beta, `step` of second.step. */
function shortKey(key: string): string {
  const parts = key.split('.');
  return parts.slice(parts[0] === 'engines' ? 1 : -1).join('.');
}

function label(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return String((value as { name?: unknown }).name ?? JSON.stringify(value).replace(/["{}[\]]/g, ''));
}
