import type { Params, State, System } from '../model/types.js';
import type { Blocks } from '../numerics/blocks.js';
import { axpy } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import { boundsOf, freeField } from './field.js';
import { type Relaxation, type RelaxRule, type RelaxSample, relax, relaxAndStay } from './relax.js';
import { recounted } from './solver.js';

/** How phase one goes. */
export interface FreeRule {
  readonly free: RelaxRule;
  /** Steps after it has come to rest. */
  readonly restSteps?: number;
  /** Steps in which the input is turned up; at once where absent. */
  readonly ramp?: number | undefined;
}

/** A network bound to its parameters and input. */
export interface Bound {
  readonly system: System;
  readonly theta: Params;
  readonly x: Matrix;
}

/** Where phase one starts: 0, or where the network knows to be at rest. */
export function startOf(system: System, home: Blocks): State {
  const s = home.of(system.shapes);
  system.start?.(s);
  return s;
}

/**
 * Phase one: from `start` (left as it is) to rest; with a ramp at x·i/n for i = 1 … n in turn, each from where the last one
 * rested, so that of several fixed points the one is found that goes over into that without an input. All of it counts as
 * one relaxation; `free.maxSteps` holds for each turn.
 */
export function* freePhase(
  { system, theta, x }: Bound,
  start: State,
  { free, restSteps = 0, ramp = 1 }: FreeRule,
): Generator<RelaxSample, Relaxation> {
  const { dynamics } = system;
  const whole = (from: State) => relaxAndStay(freeField(system), from, free, restSteps, boundsOf(system));
  if (ramp === 1) return yield* whole(start);
  // in the arena of the state: training comes here in every update
  const part = start.of([{ name: 'x', rows: x.rows, cols: x.cols }]);
  const turned = dynamics.bind(start.of(theta.shapes).copy(theta), part.parts[0][0]);
  const turns = Array.from({ length: ramp - 1 }, (_, i) => (from: State) => {
    axpy((i + 1) / ramp, x.data, part.fill(0).data);
    turned.refresh();
    return relax(freeField(turned), from, free, boundsOf(turned));
  });
  return yield* inTurn(start, [...turns, whole]);
}

/** The end of a phase one whose way there is of no interest. */
export function freeEnd(bound: Bound, start: State, rule: FreeRule): Relaxation {
  const way = freePhase(bound, start, rule);
  for (;;) {
    const next = way.next();
    if (next.done) return next.value;
  }
}

/** Relaxations, each from where the last one ended, counted as one. After one that diverged there are no more. */
function* inTurn(
  start: State,
  ways: readonly ((from: State) => Generator<RelaxSample, Relaxation>)[],
): Generator<RelaxSample, Relaxation> {
  const before = { steps: 0, time: 0, evaluations: 0 };
  let state = start;
  for (const [i, way] of ways.entries()) {
    const turn = way(state);
    let time = 0;
    for (;;) {
      const next = turn.next();
      const fieldEvaluations = before.evaluations + next.value.fieldEvaluations;
      if (next.done) {
        const steps = before.steps + next.value.steps;
        if (next.value.status === 'diverged' || i === ways.length - 1)
          return { ...next.value, steps, fieldEvaluations };
        state = next.value.state;
        Object.assign(before, { steps, time: before.time + time, evaluations: fieldEvaluations });
        break;
      }
      time = next.value.time;
      // the first sample is the last of the turn before
      if (i > 0 && next.value.step === 0 && next.value.inner === undefined) continue;
      yield recounted(next.value, { step: before.steps + next.value.step, time: before.time + time, fieldEvaluations });
    }
  }
  throw new RangeError('no relaxation');
}
