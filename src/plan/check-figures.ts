/** Whether figures can be drawn of what a protocol will write: told before it runs, and which others can. */
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import type { Judged } from '../data/source.js';
import type { Named } from '../entry.js';
import { type Issue, UserError } from '../errors.js';
import type { FigureEntry } from '../figure/define.js';
import { figures } from '../figure/figures.js';
import { frameOptions } from '../figure/frame.js';
import { KINDS } from '../io/kinds.js';
import { statRegular } from '../io/read.js';
import { RECORDED, type Recorded, referencesIn, tableFor, tables } from '../metrics/columns.js';
import type { TableName } from '../protocol/protocol.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import type { Path } from '../spec/source-document.js';
import { suggestion } from '../spec/suggest.js';
import { protocolOf } from './parts.js';

/** What there will be to draw of. */
export interface Drawable {
  readonly swept: readonly string[];
  /** Of metrics.csv; undefined where the network is not known. */
  readonly quantities: readonly string[] | undefined;
  /** By what the answers to its examples are right or wrong; undefined where nobody knows yet. */
  readonly judged: Judged | undefined;
}

type Told = Pick<Issue, 'message' | 'hint'>;

export function checkFigures(spec: PartialSpec, there: Drawable, draft: Draft): Issue[] {
  return (spec.figures ?? []).flatMap((figure, i): Issue[] => {
    const where = draft.locate(['figures', i] satisfies Path);
    if (!('name' in figure)) return unreadableFile(figure.file as string, where, draft.file);
    const { name, ...given } = figure;
    const entry = figures[name as keyof typeof figures] as FigureEntry;
    const unfitting = unfit(entry, given, spec, there);
    const problems = unfitting.length > 0 ? unfitting : unswept(entry, given, there);
    const told = problems.map(({ message, hint }) => ({ message, hint: joined(hint, others(spec, there)) }));
    return [...told, ...unrecorded(entry, spec)].map(({ hint, ...issue }) => ({
      where,
      ...issue,
      ...(hint && { hint }),
    }));
  });
}

const joined = (...parts: readonly (string | undefined)[]) => parts.filter((part) => part).join('; ');

/** What of a protocol's tables a figure does not find. */
function unfit(entry: FigureEntry, given: object, spec: PartialSpec, there: Drawable): Told[] {
  const { name, needs } = entry;
  const { protocol } = spec;
  if (protocol === undefined) return [];
  const unwritten = needs
    .filter((file) => !askedFor(file, protocol) && !writes(protocol, file))
    .map((file) => ({ message: `figure '${name}' needs ${file}, ${whoWrites(file, protocol)}` }));
  if (unwritten.length > 0) return unwritten;
  return [
    ...missingColumns(entry, given, spec, protocol),
    ...missingQuantities(entry, given, there),
    ...unjudged(entry, given, there),
    ...(entry.asks && isUnasked(entry.asks, protocol)
      ? [{ message: `figure '${name}' needs protocol.${entry.asks}`, hint: `set it, or leave the figure out` }]
      : []),
  ];
}

function isUnasked(option: string, protocol: Named): boolean {
  return !(protocol as unknown as Readonly<Record<string, unknown>>)[option];
}

/** Options with their defaults; undefined where they are wrong, which is told elsewhere. */
function optionsOf({ options }: FigureEntry, given: object): Record<string, unknown> | undefined {
  return z.object({ ...options, ...frameOptions }).safeParse(given).data;
}

function missingColumns(entry: FigureEntry, given: object, { reference }: PartialSpec, protocol: Named): Told[] {
  const chosen = optionsOf(entry, given);
  const [file] = entry.needs;
  const name = file === undefined ? undefined : tableNameOf(protocol, file);
  if (chosen === undefined || name === undefined) return [];
  const names = tableFor(name, referencesIn({ reference })).columns.map((column) => column.name);
  const missing = (entry.reads?.(chosen as never) ?? []).find((column) => !names.includes(column));
  if (missing === undefined) return [];
  const message = `figure '${entry.name}' needs the column '${missing}', which ${file} of protocol ${protocol.name} does not have`;
  return [{ message, hint: `it has ${names.join(', ')}` }];
}

/** Of examples without classes there is no error, and no confusion of classes. */
function unjudged(entry: FigureEntry, given: object, { judged }: Drawable): Told[] {
  const chosen = optionsOf(entry, given);
  const wanted = chosen && entry.judges?.(chosen as never);
  if (wanted === undefined || judged === undefined || judged === 'classes') return [];
  if (wanted === 'at all' && judged === 'signs') return [];
  const message = `figure '${entry.name}' needs examples of classes, and the targets of these are numbers`;
  const isOptional = entry.judges?.({ ...chosen, column: 'cost' } as never) === undefined;
  return [{ message, hint: isOptional ? 'write column: cost' : '' }];
}

/** A figure that names quantities has a panel for one of them at least. */
function missingQuantities({ name }: FigureEntry, given: object, { quantities }: Drawable): Told[] {
  const { quantity } = given as { quantity?: readonly string[] };
  if (quantities === undefined || !Array.isArray(quantity) || quantity.some((one) => quantities.includes(one)))
    return [];
  if (quantities.length === 0) return [];
  const message = `figure '${name}': there will be no row of quantity ${quantity.join(', ')}`;
  return [{ message, hint: suggestion(quantity[0], quantities) }];
}

/** A key must be swept, of which no hint knows more than the figure says. */
function unswept(entry: FigureEntry, given: object, { swept }: Drawable): Told[] {
  const wanted = entry.sweeps?.(given as never);
  if (wanted === undefined || swept.some((key) => wanted.matches(key))) return [];
  const hint = swept.length > 0 ? suggestion(wanted.key, swept) : 'add it under sweep:';
  return [{ message: `figure '${entry.name}' needs a sweep over ${wanted.key}`, hint }];
}

/** What must be recorded for it, and is not. */
function unrecorded({ name, needs }: FigureEntry, { protocol, record }: PartialSpec): Told[] {
  return needs.flatMap((file) => {
    const key = askedFor(file, protocol);
    if (key === undefined || record?.[key]) return [];
    return [{ message: `figure '${name}' needs ${file}`, hint: `set record: {${key}: true}` }];
  });
}

/** Figures that can be drawn as they are, without options. */
function others(spec: PartialSpec, there: Drawable): string {
  const fit = Object.values(figures as Readonly<Record<string, FigureEntry>>).filter(
    (entry) =>
      optionsOf(entry, {}) !== undefined &&
      [...unfit(entry, {}, spec, there), ...unswept(entry, {}, there), ...unrecorded(entry, spec)].length === 0,
  );
  return fit.length === 0 ? '' : `figures that fit: ${fit.map(({ name }) => name).join(', ')}`;
}

/** The table that a protocol writes to that file, whatever is recorded. */
function tableNameOf(named: Named, file: string): TableName | undefined {
  const { metrics, writes: more = [] } = protocolOf(named);
  return [metrics, ...more].find((name) => tables[name].file === file);
}

const writes = (named: Named, file: string): boolean => tableNameOf(named, file) !== undefined;

function whoWrites(file: string, named: Named): string {
  const asked = Object.entries(protocolOf(named).onRequest ?? {}).find(
    ([name]) => tables[name as TableName].file === file,
  );
  return asked ? `which ${asked[1]} asks for` : `which protocol ${named.name} does not write`;
}

/** A user's own figure is looked for now, not after the runs. */
function unreadableFile(file: string, where: Issue['where'], specFile: string): Issue[] {
  const path = resolve(dirname(specFile), file);
  try {
    statRegular(path, KINDS.figure);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ where: where!, message: `figure file ${path}: ${error.issues[0].message}` }];
  }
}

/** What of `record` asks for a file, where one must ask and the protocol knows of it. */
function askedFor(file: string, protocol: Named | undefined): Recorded | undefined {
  const { records = [] } = protocol === undefined ? { records: RECORDED } : protocolOf(protocol);
  return records.find((key) => tables[key].file === file);
}
