import { createHash } from 'node:crypto';
import { RESULTS_FORMAT } from '../metrics/results.js';
import type { Spec } from '../spec/schema.js';
import { replacePaths } from './data-files.js';
import type { Point } from './grid.js';

/** What does the arithmetic unless told otherwise: results of another backend are other results. */
export const DEFAULT_BACKEND = 'wasm';

/** SHA-256 of the files that a spec names. */
export interface FileDigests {
  readonly parameters: string | undefined;
  readonly data: readonly string[] | undefined;
}

/**
 * Hash of everything that can change a row: the resolved spec without title, source, assert and figures; the contents
 * of parameter and data files in place of their paths; the backend; the version of the results format. 16 hexadecimal digits.
 */
export function hashOf(spec: Spec, digests: FileDigests, backend: string): string {
  const { title, source, assert, figures, ...rest } = spec;
  const { parameters } = digests;
  const network = parameters === undefined ? spec.network : { ...spec.network, parameters: { sha256: parameters } };
  const data = replacePaths(spec.data, (_, i) => ({ sha256: digests.data?.[i] }));
  const identity = { ...rest, network, data, backend, format: RESULTS_FORMAT };
  return createHash('sha256').update(canonical(identity)).digest('hex').slice(0, 16);
}

/** JSON with sorted keys: equal values give equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

const LONGEST_SLUG = 80;

/** `ep.beta-0.01_seed-2-3f9a01c2`: the swept keys, readable and safe in a path, and the start of the hash. */
export function runId(point: Point, hash: string): string {
  const names = point.map(({ key }) => shortKey(key));
  const slug = point
    .map(
      ({ key, value }, i) =>
        `${names.indexOf(names[i]) === names.lastIndexOf(names[i]) ? names[i] : key}-${label(value)}`,
    )
    .join('_')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, LONGEST_SLUG);
  return `${slug === '' ? 'run' : slug}-${hash.slice(0, 8)}`;
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
