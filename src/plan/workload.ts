import type { Spec } from '../spec/schema.js';
import { dynamicsOf, engineOf, stepsOf } from './parts.js';
import type { RunPlan } from './plan.js';

/** Buffers of the size of a state that a run holds, and of the size of the parameters, for each engine. */
const STATES_PER_ENGINE = 10;
const PARAMS_PER_ENGINE = 2;
/** Of the free phase: Anderson acceleration with its usual memory. */
const STATES = 24;

/** At most so many steps (free phase and every engine's second phase), and about so many bytes of numbers. */
export function workload({ spec, data }: Pick<RunPlan, 'spec' | 'data'>): { steps: number; bytes: number } {
  const dynamics = dynamicsOf(spec.network);
  const size = (shapes: readonly { rows: number; cols: number }[]) =>
    shapes.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  const state = size(dynamics.stateShapes(data?.examples ?? examplesOf(spec)));
  const params = size(dynamics.parameters);
  const engines = spec.engines.map((engine) => ({ ...engineOf(engine), steps: stepsOf(engine, spec) }));
  const kept = Math.max(0, ...engines.filter(({ pace }) => pace === 'phase-one').map(({ steps }) => steps));
  const moving = engines.filter(({ hasProcess }) => hasProcess);
  return {
    steps: spec.free.max_steps + spec.free.rest_steps + moving.reduce((sum, { steps }) => sum + steps, 0),
    bytes:
      8 *
      (engines.length * (STATES_PER_ENGINE * state + PARAMS_PER_ENGINE * params) + (STATES + kept) * state + params),
  };
}

function examplesOf({ data }: Spec): number {
  return Number(data['examples'] ?? (data['x'] as unknown[] | undefined)?.length ?? 1);
}
