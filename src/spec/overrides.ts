import { type Location, UserError } from '../errors.js';
import { copyTree, type Path, parseSource, type SourceDocument } from './document.js';
import { suggestion } from './suggest.js';

/** A value that takes the place of what the file says at a dotted key, and who said so. */
export interface Override {
  readonly key: string;
  readonly value: unknown;
  readonly where: Location;
}

/** A spec as data, before it is checked: the file with overrides laid over it, each part with its place. */
export interface Draft {
  readonly file: string;
  readonly data: unknown;
  locate(path: Path): Location;
  locateKey(path: Path, key: string): Location;
}

/** Reads `key=value`, the value as YAML. @throws UserError */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  if (equals <= 0)
    throw new UserError({ where: { override: text }, message: "expected key=value, e.g. 'second.steps=40'" });
  const where = { override: text };
  try {
    return { key: text.slice(0, equals), value: parseSource(text.slice(equals + 1), text).data, where };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.issues.map(({ message }) => ({ where, message: `the value is not YAML: ${message}` })));
  }
}

/** The document with every override applied, the last one winning. @throws UserError where a key leads nowhere. */
export function applyOverrides(source: SourceDocument | Draft, overrides: readonly Override[]): Draft {
  const data = copyTree(source.data);
  const placed = overrides.map((override) => ({ path: place(data, override), where: override.where }));
  const covering = (path: Path) => placed.findLast((item) => item.path.every((part, i) => part === path[i]));
  return {
    file: source.file,
    data,
    locate: (path) => covering(path)?.where ?? source.locate(path),
    locateKey: (path, key) => covering([...path, key])?.where ?? source.locateKey(path, key),
  };
}

/** Sets the value at a dotted key in place; the path it stands at. List items are addressed by id, or by index from 0. */
function place(data: unknown, { key, value, where }: Override): Path {
  const path: (string | number)[] = [];
  const parts = key.split('.');
  if (parts.includes('__proto__')) throw new UserError({ where, message: `'${key}' is no key of a spec` });
  let holder = data as Record<string | number, unknown>;
  for (const [depth, part] of parts.entries()) {
    if (typeof holder !== 'object' || holder === null) {
      throw new UserError({
        where,
        message: `'${parts.slice(0, depth).join('.')}' is not a map: '${part}' cannot be set`,
      });
    }
    const step = Array.isArray(holder) ? itemIndex(holder, part, parts.slice(0, depth).join('.'), where) : part;
    path.push(step);
    if (depth === parts.length - 1) holder[step] = copyTree(value);
    else holder = enter(holder, step);
  }
  return path;
}

/** The map at `step`: a plain string is short for {name: string}, and a missing map is made. */
function enter(holder: Record<string | number, unknown>, step: string | number): Record<string, unknown> {
  if (typeof holder[step] === 'string') holder[step] = { name: holder[step] };
  holder[step] ??= {};
  return holder[step] as Record<string, unknown>;
}

function itemIndex(list: readonly unknown[], part: string, list_: string, where: Location): number {
  const ids = list.map((item) => String((item as Item)?.id ?? (item as Item)?.name ?? item));
  const index = ids.includes(part) ? ids.indexOf(part) : /^\d+$/.test(part) ? Number(part) : -1;
  if (index >= 0 && index < list.length) return index;
  throw new UserError({ where, message: `no item '${part}' in ${list_}`, hint: suggestion(part, ids) });
}

interface Item {
  readonly id?: unknown;
  readonly name?: unknown;
}
