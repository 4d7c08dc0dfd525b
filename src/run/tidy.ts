/** Runs of a sweep in one table: each row of a run behind its id, the swept keys and the seed. */
import { formatRows } from '../metrics/format.js';

/** What says which run a row is of. */
export interface Labelled {
  readonly id: string;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The keys of the columns before those of the table: all that are swept, the seed last. */
export function keysOf(runs: readonly Pick<Labelled, 'changes'>[]): string[] {
  const keys = new Set(runs.flatMap(({ changes }) => Object.keys(changes)));
  keys.delete('seed');
  return [...keys, 'seed'];
}

/** Names of those columns; a key that a column of the table is called by has another. */
export function labelColumns(keys: readonly string[], columns: readonly string[]): string[] {
  return ['run', ...keys].map((name) => (columns.includes(name) ? `spec.${name}` : name));
}

/** Their cells for one run, as they are written, with a comma behind. */
export function labelCells(run: Labelled, keys: readonly string[]): string {
  const cells = [run.id, ...keys.map((key) => cell(valueAt(run, key)))];
  return `${formatRows([cells]).slice(0, -1)},`;
}

/** The value of a key in a run, whether or not it was swept there. */
export function valueAt({ changes, spec }: Labelled, key: string): unknown {
  if (key in changes) return changes[key];
  return key.split('.').reduce<unknown>((holder, part) => {
    if (Array.isArray(holder)) return holder.find((item) => item?.id === part) ?? holder[Number(part)];
    return (holder as Record<string, unknown> | null | undefined)?.[part];
  }, spec);
}

function cell(value: unknown): string | number {
  if (typeof value === 'number' || typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

/** Smaller numbers first, then words by their letters: an order that does not depend on how a sweep was run. */
export function byLabels(keys: readonly string[]): (a: Labelled, b: Labelled) => number {
  return (a, b) => {
    for (const key of keys) {
      const order = compare(cell(valueAt(a, key)), cell(valueAt(b, key)));
      if (order !== 0) return order;
    }
    return compare(a.id, b.id);
  };
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
  return typeof a === 'number' ? -1 : 1;
}
