/** The folder of one run while it is written. */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { RunError, reasonOf } from '../errors.js';
import { referencesIn, tableFor, tables } from '../metrics/columns.js';
import { CsvWriter, type WrittenFile } from '../metrics/csv.js';
import { readRecord } from '../metrics/record.js';
import { CHECKPOINT_FILE, RUN_FILE, RUNG_FILE, type RunRecord, SPEC_FILE } from '../metrics/results.js';
import { replacePaths } from '../plan/data-files.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';
import { standalone } from '../plan/standalone.js';
import type { Parts } from '../protocol/packed.js';
import type { TableName } from '../protocol/protocol.js';
import { type AnySpec, isOfAgent } from '../spec/schema.js';
import { type Checkpoint, checkpointBytes, isFileOfRun, readCheckpoint } from './checkpoint.js';
import { type Hold, TakenOver } from './hold.js';

/** How often a holder looks whether it still is the holder, where it only adds rows. */
const CHECK_MS = 1000;

/**
 * CSV files appear with their first row, metrics.csv at once. An interrupted run of the same hash is continued.
 * @throws TakenOver, from every method, where another process has the folder by now; RunError.
 */
export class RunFolder {
  /** The resolved spec, its paths relative to this folder. */
  readonly spec: AnySpec;
  /** The protocol's state at the last checkpoint, where the run continues from one. */
  readonly resume: Uint8Array | undefined;
  /** Why a run that has a checkpoint starts over. */
  readonly warnings: string[] = [];
  private readonly writers = new Map<TableName, CsvWriter>();
  private files = new Map<string, Uint8Array>();
  private checked = performance.now();

  /** @param fresh whether to start over even where there is a checkpoint. */
  constructor(
    readonly path: string,
    private readonly hold: Hold,
    plan: Pick<Plan, 'file'>,
    private readonly run: RunPlan,
    metrics: TableName,
    fresh = false,
  ) {
    const before = readRecord(path);
    if (before.kind === 'record' && before.record.pruned && before.record.hash === run.hash && !fresh)
      hold.write(RUNG_FILE, JSON.stringify(before.record));
    // before anything that a record vouches for changes
    hold.begin();
    this.resume = fresh ? undefined : this.takeUp();
    if (this.resume === undefined) hold.remove(RUNG_FILE);
    this.clear();
    this.spec = relocate(run.spec, dirname(plan.file), path);
    writeSpec(hold, this.spec);
    for (const [name, contents] of this.files) hold.write(name, contents);
    this.table(metrics);
  }

  /** The files of the tables that are being written, those continued among them. */
  get tables(): readonly string[] {
    return Object.values(this.byTable);
  }

  /** The same, by the names of the tables. */
  get byTable(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.writers.keys()].map((name) => [name, tables[name].file]));
  }

  table(name: TableName): CsvWriter {
    const known = this.writers.get(name);
    if (known) return known;
    const writer = this.writer(name);
    this.writers.set(name, writer);
    return writer;
  }

  private writer(name: TableName, from?: WrittenFile): CsvWriter {
    const table = tableFor(name, referencesIn(this.run.spec));
    const options = { room: this.hold.room, ...(from && { from }) };
    return this.hold.attempt(() => new CsvWriter(join(this.path, table.file), table, options));
  }

  /** Makes sure, now and then, that what is written counts. */
  verify(): void {
    if (performance.now() - this.checked < CHECK_MS) return;
    this.hold.check();
    this.checked = performance.now();
  }

  /** A whole file of the run beside its tables; the last of a name counts. */
  file(name: string, data: Uint8Array): void {
    if (!isFileOfRun(name)) throw new RangeError(`'${name}' is no name for a file of a run`);
    this.hold.write(name, data);
    this.files.set(name, data);
  }

  /** Keeps the protocol's state, after every row that it has yielded is on the disk itself. */
  checkpoint(data: Parts): void {
    this.hold.check();
    const written = Object.fromEntries([...this.writers].map(([name, writer]) => [name, writer.flush()]));
    this.hold.write(CHECKPOINT_FILE, ...checkpointBytes(this.run.hash, { tables: written, files: this.files, data }));
  }

  /** Closes the tables and says what there is. @throws RunError where someone has removed a file meanwhile. */
  close(): RunRecord['outputs'] {
    this.hold.check();
    const outputs = this.closeAll();
    for (const [name, { bytes }] of Object.entries(outputs)) {
      const size = statSync(join(this.path, name), { throwIfNoEntry: false })?.size;
      if (size !== bytes)
        throw new RunError(`${join(this.path, name)} was ${size === undefined ? 'removed' : 'changed'} during the run`);
    }
    return outputs;
  }

  private closeAll(): RunRecord['outputs'] {
    const files = [...this.files].map(([name, data]) => {
      const sha256 = createHash('sha256').update(data).digest('hex');
      return [name, { bytes: data.length, sha256 }] as const;
    });
    const written = [...this.writers].map(([name, writer]) => [tables[name].file, writer.close()] as const);
    return Object.fromEntries([...written, ...files]);
  }

  /** Lets go of the files of a run that ended before its time. */
  abandon(): void {
    for (const writer of this.writers.values()) writer.abandon();
  }

  finish(record: RunRecord): void {
    writeRecord(this.hold, record);
    this.hold.remove(RUNG_FILE);
    // a search may go on with it
    if (!record.pruned) this.hold.remove(CHECKPOINT_FILE);
  }

  /** Opens the tables where the last checkpoint left them. What does not fit together is not continued. */
  private takeUp(): Uint8Array | undefined {
    try {
      const found = readCheckpoint(join(this.path, CHECKPOINT_FILE), this.run.hash);
      if (found === undefined) return undefined;
      this.continueTables(found);
      this.files = new Map(found.files);
      return found.data;
    } catch (error) {
      this.abandon();
      if (error instanceof TakenOver) throw error;
      this.writers.clear();
      this.warnings.push(`the checkpoint is not continued, the run starts over: ${reasonOf(error)}`);
      return undefined;
    }
  }

  private continueTables({ tables: written }: Pick<Checkpoint, 'tables'>): void {
    for (const [name, mark] of Object.entries(written) as [TableName, WrittenFile][])
      this.writers.set(name, this.writer(name, mark));
  }

  /** Removes what an earlier attempt left and this one does not continue. */
  private clear(): void {
    const kept = new Set(this.tables);
    if (this.resume) for (const name of [...this.files.keys(), CHECKPOINT_FILE]) kept.add(name);
    for (const entry of readdirSync(this.path, { withFileTypes: true }))
      if (!entry.isDirectory() && !kept.has(entry.name) && !entry.name.startsWith('.')) this.hold.remove(entry.name);
  }
}

/** The spec of one run by itself: running it again reproduces. @throws RunError */
export function writeSpec(hold: Hold, spec: AnySpec): void {
  hold.write(SPEC_FILE, stringify(standalone(spec), { lineWidth: 0 }));
}

/** @throws RunError */
export function writeRecord(hold: Hold, record: RunRecord): void {
  hold.write(RUN_FILE, `${JSON.stringify(record, null, 2)}\n`);
}

/** What plugins were at the time, each by the path that the run's spec has for it. */
export const pluginsIn = ({ plugins }: Pick<Plan, 'plugins'>, spec: AnySpec): Pick<RunRecord, 'plugins'> =>
  plugins.length === 0
    ? {}
    : { plugins: plugins.map(({ sha256, files, adds }, i) => ({ file: spec.plugins![i], sha256, files, adds })) };

/** Paths in a spec are relative to its file: a spec written elsewhere points back. */
export function relocate(spec: AnySpec, from: string, to: string): AnySpec {
  const move = (file: string) => relative(to, resolve(from, file));
  const moved = <P extends object>(part: P): P => {
    const { parameters } = part as { parameters?: { file?: unknown } };
    const file = parameters?.file;
    return typeof file === 'string' ? { ...part, parameters: { ...parameters, file: move(file) } } : part;
  };
  const figures = spec.figures.map((figure) =>
    'file' in figure ? { ...figure, file: move(figure.file as string) } : figure,
  );
  const plugins = spec.plugins && { plugins: spec.plugins.map(move) };
  if (isOfAgent(spec)) return { ...spec, ...plugins, agent: moved(spec.agent), figures };
  const data = replacePaths(spec.data, ({ path }) => move(path));
  return { ...spec, ...plugins, data, network: moved(spec.network), figures };
}
