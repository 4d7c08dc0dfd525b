import type { EstimateStatus, Remark } from '../engine/engine.js';
import type { EngineRecord, FreeRecord, ReferenceRecord, RunStatus } from '../metrics/results.js';
import type { Spectrum } from '../solver/spectrum.js';
import { advise, type Settings, type Symptom } from './advice.js';
import { type Biases, biasWarnings } from './bias.js';
import { spectrumRecord } from './diagnosis.js';
import type { GradientReference } from './gradient-reference.js';
import { type Metered, recordOf } from './metered.js';
import type { PhaseOne } from './phase-one.js';
import type { Bench, Outcome } from './protocol.js';
import { symptoms } from './symptoms/symptoms.js';

/** What a protocol found beside its estimates. */
interface Findings {
  readonly spectrum?: Spectrum;
  readonly biases?: Biases;
  readonly references?: readonly GradientReference[];
  readonly warnings?: readonly string[];
}

/** Sums up a run from its free phase and the ends of its engines. */
export function outcome(bench: Bench, one: PhaseOne, estimates: Record<string, Metered>, more: Findings = {}): Outcome {
  const engines = Object.entries(estimates);
  return {
    status: worst([one.record.status, ...engines.map(([, { status }]) => status)]),
    free: one.record,
    engines: Object.fromEntries(
      engines.map(([id, end]): [string, EngineRecord] => [id, recordOf(biased(end, more.biases?.get(id)))]),
    ),
    ...(more.spectrum && { spectrum: spectrumRecord(more.spectrum) }),
    ...referenceRecords(more.references ?? []),
    pinned: one.pinned,
    warnings: [
      ...one.warnings,
      ...bench.contestants.flatMap(({ id, settings }) =>
        Object.hasOwn(estimates, id)
          ? engineWarnings(id, estimates[id], settings, more.spectrum?.rate ?? Number.NaN)
          : [],
      ),
      ...(more.spectrum && more.biases ? biasWarnings(bench, more.biases, more.spectrum) : []),
      ...(more.warnings ?? []),
    ],
  };
}

/** NaN, which the record has as null: not expandable. */
function biased(end: Metered, bias: number | undefined): Metered {
  return bias === undefined ? end : { ...end, measured: { ...end.measured, expected_bias: bias } };
}

/** What references are worth as a whole, where that is estimated. */
function referenceRecords(references: readonly GradientReference[]): Pick<Outcome, 'references'> {
  const records = references.flatMap(({ id, errors }): [string, ReferenceRecord][] => {
    const [error] = errors?.values() ?? [];
    return error === undefined ? [] : [[id, { reference_error: Number.isFinite(error) ? error : null }]];
  });
  return records.length > 0 ? { references: Object.fromEntries(records) } : {};
}

/** A run that misses one of its numbers has diverged; one whose numbers are less exact than asked for is at max-steps. */
function worst(statuses: readonly (FreeRecord['status'] | EstimateStatus)[]): RunStatus {
  if (statuses.some((status) => !GOOD.includes(status) && status !== 'max-steps')) return 'diverged';
  return statuses.includes('max-steps') ? 'max-steps' : 'completed';
}

const GOOD: readonly string[] = ['converged', 'completed'];

function engineWarnings(id: string, end: Metered, settings: Settings, rate: number): string[] {
  const failure =
    end.status === 'completed'
      ? []
      : [`engine '${id}' ${advise(symptoms.status[end.status], { ...end, rate }, settings)}`];
  return [...failure, ...(end.remarks ?? []).map((remark) => `engine '${id}': ${remarked(remark, settings)}`)];
}

/** What an engine remarks, in words. */
export function remarked(remark: Remark, settings: Settings): string {
  return advise(symptoms.remark[remark.symptom] as Symptom<Remark>, remark, settings);
}
