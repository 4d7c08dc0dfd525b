import type { EstimateStatus } from '../engine/engine.js';
import type { EngineRecord, FreeRecord, RunStatus } from '../metrics/results.js';
import type { Time } from '../model/types.js';
import type { Spectrum } from '../solver/spectrum.js';
import { spectrumRecord } from './diagnosis.js';
import { type Metered, recordOf } from './metered.js';
import type { PhaseOne } from './phase-one.js';
import type { Outcome } from './protocol.js';

/** What a protocol found beside its estimates. */
interface Findings {
  readonly spectrum?: Spectrum;
  readonly warnings?: readonly string[];
}

/** Sums up a run from its free phase and the ends of its engines. */
export function outcome(one: PhaseOne, estimates: Record<string, Metered>, more: Findings = {}): Outcome {
  const engines = Object.entries(estimates);
  return {
    status: worst([one.record.status, ...engines.map(([, { status }]) => status)]),
    free: one.record,
    engines: Object.fromEntries(engines.map(([id, end]): [string, EngineRecord] => [id, recordOf(end)])),
    ...(more.spectrum && { spectrum: spectrumRecord(more.spectrum) }),
    pinned: one.pinned,
    warnings: [
      ...one.warnings,
      ...engines.flatMap(([id, estimate]) => engineWarnings(id, estimate, one.start.system.dynamics.time)),
      ...(more.warnings ?? []),
    ],
  };
}

/** A run that misses one of its numbers has diverged; one whose numbers are less exact than asked for is at max-steps. */
function worst(statuses: readonly (FreeRecord['status'] | EstimateStatus)[]): RunStatus {
  if (statuses.some((status) => !GOOD.includes(status) && status !== 'max-steps')) return 'diverged';
  return statuses.includes('max-steps') ? 'max-steps' : 'completed';
}

const GOOD: readonly string[] = ['converged', 'completed'];

/** What calms a second phase that diverges; the step of a map is 1. */
const remedy: Readonly<Record<Time, string>> = {
  continuous: 'reduce second.step, or its beta where it has one',
  discrete: 'reduce its beta where it has one, or the weights',
};

function engineWarnings(id: string, { status, steps, residual, warnings = [] }: Metered, time: Time): string[] {
  const told: Readonly<Record<EstimateStatus, string | undefined>> = {
    completed: undefined,
    'max-steps': ` did not reach its tolerance: residual ${residual.toExponential(2)} after ${steps} steps; raise second.steps`,
    diverged: ` diverged at step ${steps} of phase two: ${remedy[time]}`,
    singular: ': the Jacobian at the fixed point is singular, so dJ/dθ does not exist there',
    indefinite:
      ': the Hessian at the fixed point is not positive definite: the fixed point is not stable, and no relaxation would end there',
  };
  const failure = told[status] === undefined ? [] : [`engine '${id}'${told[status]}`];
  return [...failure, ...warnings.map((warning) => `engine '${id}': ${warning}`)];
}
