import { entry } from '../entry.js';
import type { Row } from '../metrics/columns.js';
import type { State } from '../model/types.js';
import { maxAbs, norm2 } from '../numerics/kernels.js';
import { freeField } from '../solver/field.js';
import { type RelaxSample, solverOf } from '../solver/relax.js';
import { outcome } from './outcome.js';
import { phaseOne, type Watch } from './phase-one.js';
import type { Bench, Protocol } from './protocol.js';
import { recordFreeState } from './recording.js';

/**
 * The free phase alone, step by step: residual, energy and cost over what the solver has paid. All three are measured
 * here, at the state shown, and not counted: solvers that do not evaluate F at every step are told apart by nothing else.
 */
export const relaxation: Protocol = {
  metrics: 'relaxation',
  usesEngines: false,
  records: ['free_state', 'free_path', 'parameters'],
  *run(bench) {
    const one = yield* phaseOne(bench, measuring(bench));
    if (one.record.status !== 'diverged') yield* recordFreeState(bench, one.start);
    return outcome(bench, one, {});
  },
};

function measuring({ free, x }: Bench): Watch {
  const solver = solverOf(free);
  const mean = (values: Float64Array | undefined) =>
    values === undefined ? Number.NaN : values.reduce((a, b) => a + b, 0) / x.rows;
  let force: State | undefined;
  return ({ step, time, fieldEvaluations, state }: RelaxSample, { system, cost }) => {
    force ??= state.like();
    freeField(system)(state, force);
    const row: Row = [
      step,
      time,
      solver.name,
      Math.round(fieldEvaluations),
      maxAbs(force.data),
      norm2(force.data),
      mean(system.energy?.value(state)),
      mean(cost.value(state)),
    ];
    return { kind: 'rows', table: 'relaxation', rows: [row] };
  };
}

export const relaxationEntry = entry({
  name: 'relaxation',
  summary: 'the free phase alone, step by step: residual, energy and cost over field evaluations',
  options: {},
  create: () => relaxation,
});
