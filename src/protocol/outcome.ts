import type { Estimate } from '../engine/engine.js';
import type { EngineRecord } from '../metrics/results.js';
import type { Time } from '../model/types.js';
import type { PhaseOne } from './phase-one.js';
import type { Outcome } from './protocol.js';

/** Sums up a run from its free phase and the ends of its engines. */
export function outcome(one: PhaseOne, estimates: Record<string, Estimate>, warnings: readonly string[] = []): Outcome {
  const engines = Object.entries(estimates);
  const failed = one.record.status === 'diverged' || engines.some(([, { status }]) => status !== 'completed');
  return {
    status: failed ? 'diverged' : one.record.status === 'max-steps' ? 'max-steps' : 'completed',
    free: one.record,
    engines: Object.fromEntries(engines.map(([id, estimate]) => [id, engineRecord(estimate)])),
    pinned: one.pinned,
    warnings: [
      ...one.warnings,
      ...engines.flatMap(([id, estimate]) => engineWarnings(id, estimate, one.start.system.dynamics.time)),
      ...warnings,
    ],
  };
}

function engineRecord({ status, steps, measured }: Estimate): EngineRecord {
  if (measured === undefined) return { status, steps };
  const finite = Object.entries(measured).map(([name, value]) => [name, Number.isFinite(value) ? value : null]);
  return { status, steps, measured: Object.fromEntries(finite) };
}

/** What calms a second phase that diverges; the step of a map is 1. */
const remedy: Readonly<Record<Time, string>> = {
  continuous: 'reduce second.step, or its beta',
  discrete: 'reduce its beta, or the weights',
};

function engineWarnings(id: string, { status, steps, warnings = [] }: Estimate, time: Time): string[] {
  const failure = {
    completed: [],
    diverged: [`engine '${id}' diverged at step ${steps} of phase two: ${remedy[time]}`],
    singular: [`engine '${id}': the Jacobian at the fixed point is singular, so dJ/dθ does not exist there`],
  }[status];
  return [...failure, ...warnings.map((warning) => `engine '${id}': ${warning}`)];
}
