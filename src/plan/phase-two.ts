/** How phase two of an engine goes: what it says of its own, else what the spec says for all. */
import type { StartAt } from '../engine/engine.js';
import type { Named } from '../entry.js';
import type { AtRest } from '../solver/solver.js';
import type { EngineSpec, Spec } from '../spec/schema.js';
import { engineOf } from './parts.js';

export interface PhaseTwo {
  readonly integrator: Named;
  readonly step: number;
  /** Of a solver, at most. */
  readonly steps: number;
  /** Goes straight to the end, to a tolerance. */
  readonly solver: Ending | undefined;
}

/** A solver that goes to the end, and how. */
export interface Ending {
  readonly named: Named;
  readonly tolerance: number;
  readonly atRest: AtRest | undefined;
  readonly startAt: StartAt | undefined;
}

const EULER: Named = { name: 'euler' };

/** The steps of engines that have no end for a solver are those of `second`, or iterations, as many as of its solver. */
export function phaseTwo(engine: EngineSpec, { second }: Pick<Spec, 'second'>): PhaseTwo {
  const from = engine.solver ? engine : second;
  const goes = engine.solver !== undefined || (!stepsOnItsOwn(engine) && engineOf(engine).settle !== undefined);
  const { solver: named, tolerance, at_rest: atRest, start_at: startAt } = from;
  const solver = goes && named ? { named, tolerance: tolerance!, atRest, startAt } : undefined;
  const isUnit = engineOf(engine).pace === 'unit';
  const stepped = engine.steps ?? second.steps ?? second.max_steps!;
  return {
    integrator: isUnit ? EULER : (engine.integrator ?? second.integrator ?? EULER),
    step: isUnit ? 1 : (engine.step ?? second.step),
    steps: solver ? from.max_steps! : stepped,
    solver,
  };
}

/** It says how it goes in steps. */
export const stepsOnItsOwn = ({ integrator, step, steps }: EngineSpec): boolean =>
  (integrator ?? step ?? steps) !== undefined;
