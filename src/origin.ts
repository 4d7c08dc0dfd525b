/** Entries that come from elsewhere: which plugin an entry is of, and which plugins the spec at hand may use. */
import * as z from 'zod';
import { UserError } from './errors.js';

/** A module that adds entries, as far as they need to know of it. */
export interface Origin {
  /** Its path, as absolute as it is known. */
  readonly file: string;
}

const origins = new WeakMap<object, Origin>();

/** Undefined for what is built in. */
export const originOf = (entry: object): Origin | undefined => origins.get(entry);

/** Says that an entry is a plugin's. @returns the entry */
export function comesFrom<E extends object>(entry: E, origin: Origin): E {
  origins.set(entry, origin);
  return entry;
}

/** What is made of an entry comes from where that does. @returns what is made */
export function sameOrigin<E extends object>(entry: object, made: E): E {
  const origin = originOf(entry);
  return origin === undefined ? made : comesFrom(made, origin);
}

let isRead = false;

/** A schema made from tables when it is first asked for anything: until then entries may be added to them. */
export function late<T>(make: () => z.ZodType<T>): z.ZodType<T> {
  let made: z.ZodType<T> | undefined;
  return z.lazy(() => {
    isRead = true;
    made ??= make();
    return made;
  });
}

/** @throws UserError where a spec has been read already: its grammar has been made. */
export function requireUnread({ file }: Origin): void {
  if (!isRead) return;
  const message = 'is imported after the first spec was read, or its schema written';
  throw new UserError({ where: { file }, message, hint: 'import plugins first' });
}

let permitted: ReadonlySet<Origin> | undefined;

/** What an action reads may use entries of these plugins, and of no other; without this, of every one. */
export function permitting<T>(plugins: Iterable<Origin>, action: () => T): T {
  const before = permitted;
  permitted = new Set(plugins);
  try {
    return action();
  } finally {
    permitted = before;
  }
}

/** The schema of an entry: that of a plugin's takes only specs that name the plugin. */
export function ofOrigin<S extends z.ZodType>(entry: object, schema: S): S {
  const origin = originOf(entry);
  if (origin === undefined) return schema;
  const message = `is of the plugin ${origin.file}, which this spec does not name under plugins`;
  return schema.refine(() => permitted?.has(origin) !== false, { message });
}
