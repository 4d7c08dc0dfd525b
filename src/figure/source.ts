import { UserError } from '../errors.js';
import { type FinishedRun, readRecord } from '../metrics/record.js';
import type { EngineLabel } from '../metrics/results.js';
import { counted } from '../text.js';

/** One item of `engines` in a resolved spec. */
export interface EngineSpec {
  readonly id: string;
  readonly name: string;
  readonly beta?: number;
  /** What it is called; not of records of 0.1.0. */
  readonly label?: EngineLabel | undefined;
  readonly [option: string]: unknown;
}

/** A finished run on disk. */
export interface Run extends FinishedRun {
  readonly id: string;
  /** Swept keys with this run's values. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly engines: readonly EngineSpec[];
  /** Ids that metrics compare with. */
  readonly references: readonly string[];
}

/** What figures are drawn from: the files of finished runs, in the order given. */
export interface Source {
  readonly runs: readonly Run[];
  /** Runs that have this CSV. */
  having(file: string): readonly Run[];
  /** All swept keys. */
  readonly swept: readonly string[];
  /** Runs that a search has ended before their end, which are not among `runs`. */
  readonly early?: readonly Run[];
  /** For every caption: which of the runs that there are, or shall be, these are. */
  readonly note?: string | undefined;
}

/** A swept key that a figure needs. */
export interface Sweep {
  /** As messages call it. */
  readonly key: string;
  matches(key: string): boolean;
}

/**
 * The finished runs among these directories; a directory without `run.json` is unfinished and left out.
 * @throws UserError where none is left, or one is not what it was written to be.
 */
export function openSource(directories: readonly string[]): Source {
  const readings = directories.map(readRecord);
  const problems = readings.flatMap((reading) => (reading.kind === 'problem' ? reading.problem : []));
  if (problems.length > 0) throw new UserError(problems);
  const runs = readings.filter((reading) => reading.kind === 'record').map(asRun);
  if (runs.length === 0) {
    throw new UserError({
      message: `no finished run to draw (got ${directories.length} directories)`,
      hint: 'run the spec first',
    });
  }
  return {
    runs,
    having: (file) => runs.filter(({ record }) => Object.hasOwn(record.outputs, file)),
    swept: [...new Set(runs.flatMap(({ changes }) => Object.keys(changes)))],
  };
}

/** The same without what a search has ended before its end, unless there is nothing else. @throws UserError */
export function openWhole(directories: readonly string[]): Source {
  const all = openSource(directories);
  const whole = all.runs.filter(({ record }) => !record.pruned);
  const early = all.runs.length - whole.length;
  if (whole.length === 0 || early === 0) return all;
  const note = `Of ${counted(all.runs.length, 'run')} a search ended ${early} before the end.`;
  const ended = all.runs.filter(({ record }) => record.pruned);
  return { ...openSource(whole.map(({ folder }) => folder)), early: ended, note };
}

/** A record as figures read it. */
export function asRun({ folder, record }: FinishedRun): Run {
  const { engines, reference } = record.spec as { engines?: EngineSpec[]; reference?: string | string[] };
  return {
    folder,
    id: record.id,
    record,
    changes: record.changes,
    engines: (engines ?? []).map((engine) => ({ ...engine, label: record.labels?.engines[engine.id] })),
    references: reference === undefined ? [] : [reference].flat(),
  };
}

/** Whether a tensor is of the state, and whether it is a list of one number a unit. */
export function tensorOf({ record }: Run, name: string): { readonly isState: boolean; readonly isList: boolean } {
  const { tensors } = record;
  if (tensors?.[name]) return { isState: tensors[name].of === 'state', isList: tensors[name].shape.length === 1 };
  // records of 0.1.0 do not say: their states are s, s1 …, their lists b, b1 …
  return { isState: name.startsWith('s'), isList: /^[sb]/.test(name) };
}

/** A value in a resolved spec by a path of keys, e.g. `free.step`; undefined where there is none. */
export function specValue({ record }: Run, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], record.spec);
}

/** The runs that have a CSV. @throws UserError where none has it */
export function requireFile(figure: string, source: Source, file: string, hint?: string): readonly Run[] {
  const runs = source.having(file);
  if (runs.length > 0) return runs;
  const message = `figure '${figure}' needs ${file}, and no run has it`;
  throw new UserError({ message, ...(hint === undefined ? {} : { hint }) });
}

/** @throws UserError where no swept key matches, listing those that were swept. */
export function requireSwept(figure: string, { swept }: Source, { key, matches }: Sweep): void {
  if (swept.some(matches)) return;
  const hint = swept.length === 0 ? 'these runs sweep nothing' : `these runs sweep ${swept.join(', ')}`;
  throw new UserError({ message: `figure '${figure}' needs a sweep over ${key}`, hint });
}
