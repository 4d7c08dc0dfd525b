/** How what a plugin defines comes into the registry, beside what is built in and never in place of it. */
import { divided } from '../data/divided.js';
import type { Entry } from '../entry.js';
import { type Issue, UserError } from '../errors.js';
import { figures } from '../figure/figures.js';
import { initialisers } from '../model/initialise.js';
import { scaled } from '../optimizer/log-scale.js';
import { comesFrom, type Origin, originOf, requireUnread } from '../origin.js';
import { registry } from '../registry.js';
import type { Definition } from './define.js';
import type { Axis } from './shape.js';

type Table = Record<string, object>;

/** Where entries of an axis are looked up; more than one place where an option has a table of its own. */
function tablesOf({ axis, family }: Definition): Table[] {
  if (axis === 'figures') return [figures as unknown as Table];
  if (family !== undefined) return [registry.engines[family].members as unknown as Table];
  const table = registry[axis] as unknown as Table;
  return axis === 'initialisers' ? [table, initialisers as unknown as Table] : [table];
}

/** What all entries of an axis have beside their own options. */
const completed: Readonly<Partial<Record<Axis, (entry: never) => object>>> = {
  data: (entry: Entry<never>) => divided({ entry })['entry'],
  optimizers: (entry: Entry<never>) => scaled({ entry }).entry,
};

/** `energies my-energy`, `engines rbp my-method` */
export const nameOf = ({ axis, family, entry }: Definition): string =>
  [axis, family, entry.name].filter((part) => part !== undefined).join(' ');

/** Adds all of them, or none. @throws UserError where a name is taken, or a spec has been read already */
export function admit(definitions: readonly Definition[], origin: Origin): void {
  const issues = definitions.flatMap((one, i) => problemOf(one, definitions.slice(0, i), origin) ?? []);
  if (issues.length > 0) throw new UserError(issues);
  requireUnread(origin);
  for (const definition of definitions) {
    const { axis, entry } = definition;
    const whole = definition.family === undefined ? (completed[axis]?.(entry as never) ?? entry) : entry;
    comesFrom(whole, origin);
    for (const table of tablesOf(definition)) table[entry.name] = whole;
  }
}

function problemOf(definition: Definition, before: readonly Definition[], { file }: Origin): Issue | undefined {
  const { family, entry } = definition;
  const where = definition.where ?? { file };
  if (family !== undefined && !isOpen(family)) {
    const open = Object.keys(registry.engines).filter(isOpen).join(', ');
    return { where, message: `'${family}' is no family of engines that takes members`, hint: `these do: ${open}` };
  }
  const taken = tablesOf(definition)[0][entry.name] as object | undefined;
  const twice = before.some((other) => nameOf(other) === nameOf(definition));
  if (taken === undefined && !twice) return undefined;
  const by = taken && originOf(taken);
  const whose = by ? `of the plugin ${by.file}` : twice ? 'defined twice in this plugin' : 'built in';
  return { where, message: `${nameOf(definition)} is ${whose}`, hint: 'give it another name' };
}

/** A family in which the spec chooses. */
const isOpen = (family: string): boolean =>
  Object.hasOwn(registry.engines, family) && registry.engines[family].key !== undefined;
