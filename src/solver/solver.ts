import type { Capability } from '../model/capability.js';
import type { State, System } from '../model/types.js';
import { type Bounds, isBox } from '../numerics/bounds.js';
import { maxAbs, norm2 } from '../numerics/kernels.js';
import type { Numbers } from '../numerics/numbers.js';
import type { Field } from './field.js';
import type { Integrator } from './integrator.js';

/** When a fixed point is found, ‖F‖_∞ ≤ tolerance, or the search given up. `step`: dt of solvers that follow ds/dt = F. */
export interface FixedPointRule {
  readonly step: number;
  readonly tolerance: number;
  /** Of each example that leaves by itself, where they differ. */
  readonly tolerances?: Numbers;
  readonly maxSteps: number;
  /** Examples at rest wait for the others, or `leave`: each then ends at its own ‖F‖_∞ ≤ tolerance. Default stay. */
  readonly atRest?: AtRest | undefined;
  /** Part of the rows that are left when these go on without the others; as it pays, where absent. No bit depends on it. */
  readonly closeRanks?: number;
}

export type AtRest = 'stay' | 'leave';

/** Find s with F(s) = 0, from `start` (left as it is). */
export interface FixedPointTask {
  readonly field: Field;
  readonly start: State;
  readonly bounds: Bounds | undefined;
  /** Where the free F may not be 0 at the start, for it has just vanished on all other blocks; unknown where absent. */
  readonly moving?: readonly number[] | undefined;
}

export interface RelaxSample {
  readonly step: number;
  /** In the time constant of the network's leak; NaN where the solver follows none. */
  readonly time: number;
  /**
   * Evaluations of F so far, those of equal cost counted alike: a product J·v, a linearisation, a sweep over all layers
   * each multiply every coupling once. What is measured for the reader alone is not counted.
   */
  readonly fieldEvaluations: number;
  /** ‖F(s)‖_∞ over all units of all examples; the change of a sweep where the solver does not evaluate F at every step. */
  readonly residualMax: number;
  /** Valid until the generator moves on. */
  readonly state: State;
  /** Set between two steps, of a solver whose steps are long: the part of this one that is done. All else is as before it. */
  readonly inner?: number;
}

/** A sample whose state is put together when it is asked for: most of the time no one does. A class, as engines' moments are. */
export class LazySample implements RelaxSample {
  constructor(
    readonly step: number,
    readonly time: number,
    readonly fieldEvaluations: number,
    readonly residualMax: number,
    private readonly whole: () => State,
  ) {}

  get state(): State {
    return this.whole();
  }
}

/** The same moment, counted from an earlier start; field by field, for a spread loses what a class computes. */
export function recounted(
  { residualMax, state, inner }: RelaxSample,
  count: Pick<RelaxSample, 'step' | 'time' | 'fieldEvaluations'>,
): RelaxSample {
  return { residualMax, state, ...count, ...(inner !== undefined && { inner }) };
}

export type RelaxStatus = 'converged' | 'max-steps' | 'diverged';

/** What came of it; the residuals are those of the state handed back. */
export interface Relaxation {
  readonly status: RelaxStatus;
  readonly steps: number;
  readonly fieldEvaluations: number;
  readonly residualMax: number;
  readonly residualL2: number;
  /** What the residual was held against, where that depends on where it started; the largest of all examples. */
  readonly tolerance?: number;
  readonly state: State;
  /** Blocks on which F may not be 0: it has just vanished on all others; absent where it may be anywhere. */
  readonly moving?: readonly number[] | undefined;
}

/** A way to a fixed point of a free or nudged field. */
export interface Solver {
  readonly name: string;
  readonly needs: readonly Capability[];
  /** It keeps states within the bounds of the system. */
  readonly projects: boolean;
  /** It follows ds/dt = F: its samples have a time. */
  readonly followsTime: boolean;
  /** It does not, and yet takes steps s + dt F(s) on its way. */
  readonly usesStep?: boolean;
  /** It asks more of a field than F(s): J, or how sets of blocks move, as its system has them. */
  readonly asks?: 'linearisation' | 'response' | undefined;
  /** Its examples can leave the batch, each when it is at rest. */
  readonly leaves?: boolean;
  /** Blocks of the start that tell where it ends: the others move first, wherever they were. All where absent. */
  startsFrom?(system: System): readonly number[] | undefined;
  /** What takes its steps, all of size `rule.step`; undefined where they are no such steps. */
  readonly integrator?: Integrator;
  /** Why it cannot treat a system, beyond what it `needs`; undefined where it can. */
  unfit?(system: System): string | undefined;
  /** Failure is a status, never an exception. */
  relax(task: FixedPointTask, rule: FixedPointRule): Generator<RelaxSample, Relaxation>;
}

/** A run counts as diverged when a number is not finite or ‖s‖_∞ exceeds this. */
export const DIVERGENCE_LIMIT = 1e6;

export const LOOK_EVERY = 16;

/** `scale`: the size that is ordinary for s. */
export function hasDiverged(s: State, scale = 1): boolean {
  return !(maxAbs(s.data) <= DIVERGENCE_LIMIT * scale);
}

/**
 * The same of a state on its way by steps s + dt F(s), F of a known size: ‖s + dt F‖_∞ ≤ ‖s‖_∞ + dt ‖F‖_∞, and bounds that
 * have 0 between them make none longer. It is looked at only where that may have come near the limit.
 */
export class Watch {
  /** ‖s‖_∞ is no more. */
  private reach = Number.POSITIVE_INFINITY;
  private readonly follows: boolean;

  constructor({ projects }: Integrator, bounds: Bounds | undefined) {
    this.follows = projects && (bounds === undefined || (isBox(bounds) && bounds.lower <= 0 && bounds.upper >= 0));
  }

  hasDiverged(s: State): boolean {
    // half of it: room for round-off
    if (this.reach <= DIVERGENCE_LIMIT / 2) return false;
    this.reach = maxAbs(s.data);
    return !(this.reach <= DIVERGENCE_LIMIT);
  }

  /** The state has made a step. @param size ‖F‖_∞ */
  moved(dt: number, size: number): void {
    this.reach = this.follows ? this.reach + dt * size : Number.POSITIVE_INFINITY;
  }
}

/** Counts what a solver has paid: of a batch, so that one of half its examples is half an evaluation. */
export class Meter {
  evaluations = 0;
  /** Part of the batch that is still evaluated. */
  share = 1;

  constructor(private readonly of: Field) {}

  /** F(s) into `out`, for one evaluation. */
  readonly field: Field = (s, out) => {
    this.evaluations += this.share;
    return this.of(s, out);
  };

  /** The same of another field: that of some of the examples. */
  on(field: Field): Field {
    return (s, out) => {
      this.evaluations += this.share;
      return field(s, out);
    };
  }

  /** F(s) into `out`, for one evaluation; gives ‖F(s)‖_∞. */
  residual(s: State, out: State): number {
    const most = this.field(s, out);
    return typeof most === 'number' ? most : maxAbs(out.data);
  }

  /** So many operations of the cost of an evaluation. */
  pay(evaluations: number): void {
    this.evaluations += this.share * evaluations;
  }

  end(status: RelaxStatus, steps: number, state: State, force: State, moving?: readonly number[]): Relaxation {
    const [residualMax, residualL2] = [maxAbs(force.data), norm2(force.data)];
    return { status, steps, fieldEvaluations: this.evaluations, residualMax, residualL2, state, moving };
  }
}

export function judge(
  s: State,
  residual: number,
  step: number,
  { tolerance, maxSteps }: FixedPointRule,
): RelaxStatus | undefined {
  const over = residual <= tolerance || step >= maxSteps;
  if (Number.isNaN(residual)) return 'diverged';
  // a look at the whole state now and then: what runs away does not come back
  if ((over || step % LOOK_EVERY === 0 || residual > DIVERGENCE_LIMIT) && hasDiverged(s)) return 'diverged';
  if (!over) return undefined;
  return residual <= tolerance ? 'converged' : 'max-steps';
}

/**
 * Moves s, given F(s) in `force`, and leaves both as the next state and its force; gives ‖F‖_∞ there. A long step may give
 * signs of life on the way, while s is what it was.
 */
export type Advance = (s: State, force: State) => number | Generator<number, number>;

const timeless = () => Number.NaN;

/** The loop of the solvers that know F at every step. Yields before every step and at the end. */
export function* iterate(
  meter: Meter,
  s: State,
  rule: FixedPointRule,
  advance: Advance,
  clock: (step: number) => number = timeless,
): Generator<RelaxSample, Relaxation> {
  const force = s.like();
  let residualMax = meter.residual(s, force);
  for (let step = 0; ; step++) {
    const sample = { step, time: clock(step), fieldEvaluations: meter.evaluations, residualMax, state: s };
    yield sample;
    const status = judge(s, residualMax, step, rule);
    if (status) return meter.end(status, step, s, force);
    const way = advance(s, force);
    residualMax = typeof way === 'number' ? way : yield* between(sample, way);
  }
}

function* between(sample: RelaxSample, way: Generator<number, number>): Generator<RelaxSample, number> {
  for (;;) {
    const next = way.next();
    if (next.done) return next.value;
    yield { inner: next.value, ...sample };
  }
}
