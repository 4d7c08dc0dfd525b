/** The only run loop: from a planned run to its folder. */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { RunError } from '../errors.js';
import { ownFolder } from '../io/make-folder.js';
import type { RunWatch } from '../metrics/assertions.js';
import { tables } from '../metrics/columns.js';
import { readRows } from '../metrics/read.js';
import { RESULTS_FORMAT, type RunRecord } from '../metrics/results.js';
import { readBack } from '../metrics/shown.js';
import { Arena } from '../numerics/arena.js';
import { backend } from '../numerics/current-backend.js';
import { threadCount, useThreads } from '../numerics/wasm.js';
import { build } from '../package.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';
import { movingIn, saidOf } from '../plan/said.js';
import type { Outcome, ProtocolEvent } from '../protocol/protocol.js';
import { precisionIn } from '../spec/schema.js';
import { chooseBackend } from './backend.js';
import { peakMemory } from './environment.js';
import { pluginsIn, RunFolder } from './folder.js';
import { Hold } from './hold.js';
import { Lock } from './lock.js';
import { againOf, type Finished, type Recalling, recall, resultOf, watchOf } from './recall.js';
import { Archive } from './store.js';
import { workOf } from './work.js';
import { keepYoungSpace } from './young-space.js';

/** A sign of life while a run computes: which phase, and how far it is. */
export type Work = Omit<Extract<ProtocolEvent, { kind: 'work' }>, 'keep'>;

export interface ExecuteOptions extends Recalling {
  readonly out: string;
  /** Volatile facts for run.json. */
  readonly environment: Record<string, unknown>;
  readonly signal?: AbortSignal;
  /** Which share large operations of the run; default 1. */
  readonly threads?: number | undefined;
  onWork?(work: Work): void;
}

/** Another process is at this run. */
export interface Busy {
  readonly holder: string;
}

/**
 * Carries out one run, or finds it done. Rows are on disk when the event that brought them has been handled; run.json is
 * written last.
 * @throws RunError where results cannot be written or read, or memory is short; TakenOver; the signal's reason, with every row so
 * far on disk.
 */
export async function execute(plan: Plan, run: RunPlan, options: ExecuteOptions): Promise<Finished | Busy> {
  const experiment = ownFolder(options.out, plan.name);
  const lock = Lock.take(experiment, run.hash);
  if (!(lock instanceof Lock)) return lock;
  let hold: Hold | undefined;
  try {
    const path = ownFolder(experiment, run.id);
    hold = Hold.take(path, lock);
    // whoever held it before has finished it by now, or never will
    const { finished, redone } = await recall(Archive.of(experiment), plan, run, options);
    return finished ?? { ...(await compute(plan, run, path, hold, options)), redone };
  } catch (error) {
    throw explained(error);
  } finally {
    hold?.release();
    lock.release();
  }
}

async function compute(plan: Plan, run: RunPlan, path: string, hold: Hold, options: ExecuteOptions): Promise<Finished> {
  useThreads(options.threads ?? 1);
  chooseBackend(plan.backend, precisionIn(run.spec));
  const arena = new Arena();
  const clock = stopwatch();
  let folder: RunFolder | undefined;
  try {
    const work = workOf(run, arena);
    folder = new RunFolder(path, hold, plan, run, work.metrics, againOf(run, options) === 'always');
    const { resume } = folder;
    const watch = watchOf(plan, run);
    if (resume) await readBack(watch, folder.tables, (file) => readRows(join(path, file)));
    const outcome = await drive(work.begin(resume), folder, watch, options);
    const environment = {
      ...options.environment,
      threads: threadsOf(plan),
      ...clock(),
      continued: resume !== undefined,
    };
    const record = recordOf(plan, run, folder, outcome, hold.token, environment);
    folder.finish(record);
    return { run, folder: path, cached: false, record, ...resultOf(record, watch) };
  } catch (error) {
    folder?.abandon();
    throw error;
  } finally {
    arena.release();
  }
}

/** How many there were: mathjs knows of one only. */
const threadsOf = ({ backend }: Plan): number => (backend === 'mathjs' ? 1 : threadCount());

const BREATH_MS = 50;
/** So long a run that is told to end is waited for until it can be kept as it is: it must be over before it is killed. */
const KEEP_MS = 4000;

/**
 * Handles the protocol's events, letting timers and signals in now and then. What can be kept at its signs of life is kept
 * when it is told to end.
 */
async function drive(
  events: Generator<ProtocolEvent, Outcome>,
  folder: RunFolder,
  watch: RunWatch,
  { signal, onWork }: ExecuteOptions,
): Promise<Outcome> {
  let breathed = performance.now();
  let [canKeep, told] = [false, Number.POSITIVE_INFINITY];
  for (;;) {
    const next = events.next();
    folder.verify();
    if (next.done) return next.value;
    handle(next.value);
    if (performance.now() - breathed < BREATH_MS) continue;
    keepYoungSpace();
    await setImmediate();
    if (signal?.aborted) leave(next.value);
    else breathed = performance.now();
  }

  /** Not yet, where it is in the middle of what it could keep a moment later. @throws the signal's reason */
  function leave(event: ProtocolEvent): void {
    if (told === Number.POSITIVE_INFINITY) told = performance.now();
    if (event.kind === 'work' && event.keep) folder.checkpoint(event.keep());
    else if (canKeep && performance.now() - told < KEEP_MS) return;
    signal?.throwIfAborted();
  }

  function handle(event: ProtocolEvent): void {
    if (event.kind === 'work') {
      const { keep, ...work } = event;
      canKeep ||= keep !== undefined;
      onWork?.(work);
    } else if (event.kind === 'checkpoint') folder.checkpoint(event.data);
    else if (event.kind === 'file') folder.file(event.name, event.data);
    else {
      folder.table(event.table).write(event.rows);
      for (const row of event.rows) watch.see(row, tables[event.table].file);
    }
  }
}

/** Sizes that no memory holds are the user's to change, not a bug. */
function explained(error: unknown): unknown {
  const isSize = error instanceof RangeError && /allocation failed|Invalid (typed )?array length/i.test(error.message);
  return isSize ? new RunError(`more memory is needed than there is (${error.message}): use smaller sizes`) : error;
}

function recordOf(
  plan: Plan,
  run: RunPlan,
  folder: RunFolder,
  outcome: Outcome,
  holder: string,
  environment: Record<string, unknown>,
): RunRecord {
  return {
    format: RESULTS_FORMAT,
    build,
    name: plan.name,
    id: run.id,
    hash: run.hash,
    status: outcome.status,
    ...(outcome.paused !== undefined && { pruned: { rung: run.rung!.index, epochs: outcome.paused } }),
    holder,
    changes: run.changes,
    spec: folder.spec,
    ...pluginsIn(plan, folder.spec),
    free: outcome.free,
    engines: outcome.engines,
    tables: folder.byTable,
    ...saidOf(run.spec, movingIn(run.spec)),
    spectrum: outcome.spectrum ?? null,
    references: outcome.references ?? {},
    ...(outcome.learners && { learners: outcome.learners }),
    pinned: outcome.pinned,
    warnings: [...run.warnings, ...folder.warnings, ...outcome.warnings],
    outputs: folder.close(),
    seed: run.spec.seed,
    backend: plan.backend,
    backend_details: backend().details,
    environment,
  };
}

/** When it began and ended by the calendar, and how long it took, which no change of the clock touches. */
function stopwatch(): () => Record<string, unknown> {
  const [date, begun] = [new Date(), performance.now()];
  return () => ({
    started: date.toISOString(),
    finished: new Date().toISOString(),
    seconds: Math.round(performance.now() - begun) / 1000,
    peak_rss_bytes: peakMemory(),
  });
}
