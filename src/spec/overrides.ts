import { type Location, UserError } from '../errors.js';
import { parseSource } from './document.js';
import type { Path, SourceDocument } from './source-document.js';
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
    throw new UserError(
      error.issues.map(({ message, hint }) => ({
        where,
        message: `the value is not YAML: ${message}`,
        ...(hint === undefined ? {} : { hint }),
      })),
    );
  }
}

/**
 * The document with every override applied, the last one winning. What no override touches is shared with the document,
 * which stays as it is. @throws UserError where a key leads nowhere.
 */
export function applyOverrides(source: SourceDocument | Draft, overrides: readonly Override[]): Draft {
  let { data } = source;
  const placed = overrides.map((override) => {
    const path: (string | number)[] = [];
    data = put(data, override, partsOf(override.key), path);
    return { path, where: override.where };
  });
  const covering = (path: Path) => placed.findLast((item) => item.path.every((part, i) => part === path[i]));
  const making = (path: Path) => placed.find((item) => path.every((part, i) => part === item.path[i]));
  return {
    file: source.file,
    data,
    locate: (path) => covering(path)?.where ?? source.locate(path),
    locateKey(path, key) {
      const at = [...path, key];
      return (covering(at) ?? making(at))?.where ?? source.locateKey(path, key);
    },
  };
}

/** A copy of `holder` with the value at a dotted key; the path it stands at is added to `path`. List items are addressed by id, or by index from 0. */
function put(holder: unknown, override: Override, parts: readonly string[], path: (string | number)[]): unknown {
  const { key, value, where } = override;
  const depth = path.length;
  if (depth === parts.length) return value;
  if (parts.includes('__proto__')) throw new UserError({ where, message: `'${key}' is no key of a spec` });
  const above = parts.slice(0, depth).join('.');
  if (typeof holder !== 'object' || holder === null) {
    throw new UserError({ where, message: `'${above}' is not a map: '${parts[depth]}' cannot be set` });
  }
  const isList = Array.isArray(holder);
  const step = isList ? itemIndex(holder, parts[depth], above, where) : parts[depth];
  path.push(step);
  const copy = (isList ? [...holder] : { ...holder }) as Record<string | number, unknown>;
  copy[step] = put(path.length === parts.length ? undefined : entered(copy[step]), override, parts, path);
  return copy;
}

/** What is swept is itself a dotted key: `sweep.free.step` is the list of free.step, `sweep.free.step.count` of its range. */
function partsOf(key: string): string[] {
  const swept =
    /^(sweep(?:\.zip(?:\.\d+)?)?)\.(?!(?:zip|include|exclude|sample|prune)(?:\.|$))(.+?)(?:\.(from|to|count|scale|integer))?$/.exec(
      key,
    );
  return swept ? [...swept[1].split('.'), ...swept.slice(2).filter((part) => part !== undefined)] : key.split('.');
}

/** The map behind a key: a plain string is short for {name: string}, and a missing map is made. */
function entered(value: unknown): unknown {
  return typeof value === 'string' ? { name: value } : (value ?? {});
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
