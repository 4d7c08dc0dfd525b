/** The only run loop: from a planned run to its folder. */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { RunError } from '../errors.js';
import { RunWatch, type Verdict } from '../metrics/assertions.js';
import { tables } from '../metrics/columns.js';
import { readRows } from '../metrics/read.js';
import { RESULTS_FORMAT, type RunRecord } from '../metrics/results.js';
import { Arena } from '../numerics/arena.js';
import { backend } from '../numerics/backend.js';
import { protocolOf } from '../plan/parts.js';
import type { Plan, RunPlan } from '../plan/plan.js';
import type { Bench, Outcome, Protocol, ProtocolEvent } from '../protocol/protocol.js';
import { assemble } from './assemble.js';
import { chooseBackend } from './backend.js';
import { RunFolder } from './folder.js';
import { experimentFolder, findFinished } from './store.js';

/** A sign of life while a run computes: which phase, and how far it is. */
export type Work = Extract<ProtocolEvent, { kind: 'work' }>;

export interface ExecuteOptions {
  readonly out: string;
  readonly force: boolean;
  /** Volatile facts for run.json. */
  readonly environment: Record<string, unknown>;
  readonly signal?: AbortSignal;
  onWork?(work: Work): void;
}

/** How one run ended. A cached run's results were there before. */
export interface Finished {
  readonly run: RunPlan;
  readonly folder: string;
  readonly cached: boolean;
  readonly record: RunRecord;
  readonly verdicts: readonly Verdict[];
  /** For each slope assertion the run's largest value. */
  readonly largest: readonly number[];
}

/**
 * Carries out one run, or finds it done. Rows are on disk when the event that brought them has been handled; run.json is
 * written last.
 * @throws RunError where results cannot be written or read; AbortError on the signal, with every row so far on disk.
 */
export async function execute(plan: Plan, run: RunPlan, options: ExecuteOptions): Promise<Finished> {
  const base = experimentFolder(options.out, plan.name);
  const watch = new RunWatch(metricsColumns(run), boundsOf(run), plan.slopes);
  const judged = (record: RunRecord) => ({ record, verdicts: watch.verdicts(), largest: watch.largestValues() });
  const done = options.force ? undefined : findFinished(base, run);
  if (done) {
    await readBack(join(done.folder, 'metrics.csv'), watch);
    return { run, folder: done.folder, cached: true, ...judged(done.record) };
  }
  chooseBackend(plan.backend);
  const arena = new Arena();
  const { protocol, bench } = assemble(run, arena);
  const folder = new RunFolder(join(base, run.id), plan, run, protocol.metrics, options.force);
  const { resume } = folder;
  const started = Date.now();
  try {
    if (resume) await readBack(join(folder.path, 'metrics.csv'), watch);
    const outcome = await drive(protocol, { ...bench, resume }, folder, watch, options);
    const environment = { ...options.environment, ...times(started), continued: resume !== undefined };
    const record = recordOf(plan, run, folder, outcome, environment);
    folder.finish(record);
    return { run, folder: folder.path, cached: false, ...judged(record) };
  } catch (error) {
    folder.abandon();
    throw error;
  } finally {
    arena.release();
  }
}

const BREATH_MS = 50;

/** Handles the protocol's events, letting timers and signals in now and then. */
async function drive(
  protocol: Protocol,
  bench: Bench,
  folder: RunFolder,
  watch: RunWatch,
  { signal, onWork }: ExecuteOptions,
): Promise<Outcome> {
  const events = protocol.run(bench);
  let breathed = performance.now();
  for (;;) {
    const next = events.next();
    if (next.done) return next.value;
    handle(next.value);
    if (performance.now() - breathed < BREATH_MS) continue;
    await setImmediate();
    signal?.throwIfAborted();
    breathed = performance.now();
  }

  function handle(event: ProtocolEvent): void {
    if (event.kind === 'work') onWork?.(event);
    else if (event.kind === 'checkpoint') folder.checkpoint(event.data);
    else if (event.kind === 'file') folder.file(event.name, event.data);
    else {
      folder.table(event.table).write(event.rows);
      if (event.table === protocol.metrics) for (const row of event.rows) watch.see(row);
    }
  }
}

function metricsColumns({ spec }: RunPlan) {
  return tables[protocolOf(spec.protocol).metrics].columns;
}

function boundsOf({ spec }: RunPlan) {
  return spec.assert.filter((assertion) => 'column' in assertion);
}

/** Shows the rows of a finished run to its assertions; without any, the file is not read. */
async function readBack(file: string, watch: RunWatch): Promise<void> {
  if (watch.idle) return;
  try {
    for await (const { rows } of readRows(file)) for (const row of rows) watch.see(row);
  } catch (error) {
    throw new RunError(`${(error as Error).message}; run with --force to make it again`);
  }
}

function recordOf(
  plan: Plan,
  run: RunPlan,
  folder: RunFolder,
  outcome: Outcome,
  environment: Record<string, unknown>,
): RunRecord {
  return {
    format: RESULTS_FORMAT,
    name: plan.name,
    id: run.id,
    hash: run.hash,
    status: outcome.status,
    changes: run.changes,
    spec: folder.spec,
    free: outcome.free,
    engines: outcome.engines,
    spectrum: outcome.spectrum ?? null,
    pinned: outcome.pinned,
    warnings: [...run.warnings, ...folder.warnings, ...outcome.warnings],
    outputs: folder.close(),
    seed: run.spec.seed,
    backend: plan.backend,
    backend_details: backend().details,
    environment,
  };
}

function times(started: number): Record<string, unknown> {
  const finished = Date.now();
  return {
    started: new Date(started).toISOString(),
    finished: new Date(finished).toISOString(),
    seconds: (finished - started) / 1000,
    peak_rss_bytes: process.resourceUsage().maxRSS * 1024,
  };
}
