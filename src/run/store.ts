/** Where results are, and how one run's folder is written and found again. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { RunError, UserError } from '../errors.js';
import { type Table, tables } from '../metrics/columns.js';
import { CsvWriter, type WrittenFile } from '../metrics/csv.js';
import { readRecord } from '../metrics/record.js';
import { RUN_FILE, type RunRecord, SPEC_FILE } from '../metrics/results.js';
import type { Plan, RunPlan } from '../plan/plan.js';
import { standalone } from '../plan/standalone.js';
import type { TableName } from '../protocol/protocol.js';
import type { Spec } from '../spec/schema.js';

/** The folder of an experiment's results. */
export const experimentFolder = (out: string, name: string): string => join(out, name);

/** The folder of a run that has finished before under the same hash, whatever its slug. */
export function findFinished(
  folder: string,
  run: Pick<RunPlan, 'hash' | 'id'>,
): { folder: string; record: RunRecord } | undefined {
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
  const candidates = [run.id, ...names.filter((name) => name !== run.id && name.endsWith(run.hash.slice(0, 8)))];
  for (const name of candidates) {
    const record = readRecord(join(folder, name));
    if (record?.hash === run.hash && outputsExist(join(folder, name), record))
      return { folder: join(folder, name), record };
  }
  return undefined;
}

function outputsExist(folder: string, { outputs }: RunRecord): boolean {
  return Object.entries(outputs).every(
    ([file, { bytes }]) => statSync(join(folder, file), { throwIfNoEntry: false })?.size === bytes,
  );
}

/** Makes sure that results can be written. @throws UserError naming the folder. */
export function requireWritable(out: string): void {
  const probe = join(out, `.eprbp-${process.pid}`);
  try {
    makeFolder(out);
    closeSync(openSync(probe, 'w'));
    rmSync(probe);
  } catch (error) {
    throw new UserError({
      where: { file: out },
      message: `results cannot be written here: ${(error as Error).message}`,
    });
  }
}

/** mkdir -p. Node's own recursive mkdir does not return where a parent cannot be made (under /proc, say). */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // another process may have been quicker
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}

/** The folder of one run while it is written. CSV files appear with their first row; metrics.csv at once. */
export class RunFolder {
  /** The resolved spec, its paths relative to this folder. */
  readonly spec: Spec;
  private readonly writers = new Map<TableName, CsvWriter>();

  constructor(
    readonly path: string,
    plan: Pick<Plan, 'file'>,
    run: RunPlan,
    metrics: TableName,
  ) {
    try {
      makeFolder(path);
      for (const file of [RUN_FILE, ...Object.values(tables).map((table) => table.file)])
        rmSync(join(path, file), { force: true });
    } catch (error) {
      throw new RunError(`cannot write ${path}: ${(error as Error).message}`);
    }
    this.spec = relocate(run.spec, dirname(plan.file), path);
    writeWhole(join(path, SPEC_FILE), stringify(standalone(this.spec), { lineWidth: 0 }));
    this.table(metrics);
  }

  table(name: TableName): CsvWriter {
    const known = this.writers.get(name);
    if (known) return known;
    const table: Table = tables[name];
    const writer = new CsvWriter(join(this.path, table.file), table);
    this.writers.set(name, writer);
    return writer;
  }

  /** Closes the CSV files and says what is in them. */
  close(): Record<string, WrittenFile> {
    return Object.fromEntries([...this.writers].map(([name, writer]) => [tables[name].file, writer.close()]));
  }

  /** Lets go of the files of a run that ended before its time. */
  abandon(): void {
    for (const writer of this.writers.values()) writer.abandon();
  }

  finish(record: RunRecord): void {
    writeWhole(join(this.path, RUN_FILE), `${JSON.stringify(record, null, 2)}\n`);
  }
}

/** Paths in a spec are relative to its file: a spec written elsewhere points back. */
function relocate(spec: Spec, from: string, to: string): Spec {
  const move = (file: string) => relative(to, resolve(from, file));
  const { parameters } = spec.network;
  const file = (parameters as { file?: unknown } | undefined)?.file;
  return {
    ...spec,
    network: typeof file === 'string' ? { ...spec.network, parameters: { file: move(file) } } : spec.network,
    figures: spec.figures.map((figure) => ('file' in figure ? { file: move(figure.file as string) } : figure)),
  };
}

/** Writes a file so that it is there whole or not at all. @throws RunError */
export function writeWhole(path: string, text: string): void {
  const part = `${path}.part`;
  try {
    makeFolder(dirname(path));
    const descriptor = openSync(part, 'w');
    const block = Buffer.from(text);
    for (let done = 0; done < block.length; ) done += writeSync(descriptor, block, done);
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw new RunError(`cannot write ${path}: ${(error as Error).message}`);
  }
}
