import type { DataFile, DataSource } from '../data/source.js';
import { create, type Named } from '../entry.js';
import { registry } from '../registry.js';

export const sourceOf = (data: Named): DataSource => create(registry.data, data);

/** The files that a source reads. */
export function filesOf(source: DataSource): readonly DataFile[] {
  return source.fixed ? source.files : [];
}

/** The data of a spec with something else in place of every path in it. */
export function replacePaths(data: Named, replace: (file: DataFile, index: number) => unknown): Named {
  return filesOf(sourceOf(data)).reduce<Named>(
    (changed, file, i) => ('option' in file ? (put(changed, file.option, replace(file, i)) as Named) : changed),
    data,
  );
}

/** A copy of a tree with another value at a path that exists. */
function put(tree: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const map = tree as Record<string, unknown>;
  return { ...map, [key]: put(map[key], rest, value) };
}
