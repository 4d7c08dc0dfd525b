import { setImmediate } from 'node:timers/promises';
import type { FreeRecord, SpectrumRecord } from '../metrics/results.js';
import { Arena } from '../numerics/arena.js';
import type { RunPlan } from '../plan/run-plan.js';
import { type Biases, biasWarnings, expectedBiases } from '../protocol/bias.js';
import { diagnose, lengthWarnings, spectrumRecord } from '../protocol/diagnosis.js';
import { phaseOne } from '../protocol/phase-one.js';
import { precisionIn } from '../spec/schema.js';
import { assemble } from './assemble.js';
import { chooseBackend } from './backend.js';

/** What phase one of a run comes to, and how fast phase two will forget from there; nothing is written. */
export interface Preview {
  readonly free: FreeRecord;
  /** Undefined where phase one diverges. */
  readonly spectrum: SpectrumRecord | undefined;
  /** What β makes of dJ/dθ, by engine; NaN: not expandable. */
  readonly biases: Biases;
  readonly warnings: readonly string[];
}

const BREATH_MS = 50;

/** @throws the signal's reason */
export async function preview(backend: string, run: RunPlan, signal: AbortSignal): Promise<Preview> {
  chooseBackend(backend, precisionIn(run.spec));
  const arena = new Arena();
  try {
    const { bench } = assemble(run, arena);
    const way = phaseOne(bench);
    let next = way.next();
    for (let breathed = performance.now(); !next.done; next = way.next()) {
      if (performance.now() - breathed < BREATH_MS) continue;
      await setImmediate();
      signal.throwIfAborted();
      breathed = performance.now();
    }
    const { record, start, warnings } = next.value;
    if (record.status === 'diverged') return { free: record, spectrum: undefined, biases: new Map(), warnings };
    const modes = diagnose(start);
    const biases = expectedBiases(bench, start);
    return {
      free: record,
      spectrum: spectrumRecord(modes),
      biases,
      warnings: [...warnings, ...biasWarnings(bench, biases, modes), ...lengthWarnings(bench, modes)],
    };
  } finally {
    arena.release();
  }
}
