import type { Estimate } from '../engine/engine.js';
import type { EngineRecord } from '../metrics/results.js';
import type { PhaseOne } from './phase-one.js';
import type { Outcome } from './protocol.js';

/** Sums up a run from its free phase and the ends of its engines. */
export function outcome(one: PhaseOne, estimates: Record<string, Estimate>, warnings: readonly string[] = []): Outcome {
  const engines = Object.entries(estimates);
  const failed = one.record.status === 'diverged' || engines.some(([, { status }]) => status !== 'completed');
  return {
    status: failed ? 'diverged' : one.record.status === 'max-steps' ? 'max-steps' : 'completed',
    free: one.record,
    engines: Object.fromEntries(
      engines.map(([id, { status, steps }]): [string, EngineRecord] => [id, { status, steps }]),
    ),
    pinned: one.pinned,
    warnings: [...one.warnings, ...engines.flatMap(([id, estimate]) => engineWarnings(id, estimate)), ...warnings],
  };
}

function engineWarnings(id: string, { status, steps }: Estimate): string[] {
  if (status === 'diverged') {
    return [`engine '${id}' diverged at step ${steps} of phase two: reduce second.step, or its beta`];
  }
  if (status === 'singular') {
    return [`engine '${id}': the Jacobian at the fixed point is singular, so dJ/dθ does not exist there`];
  }
  return [];
}
