import type { Capability } from '../model/capability.js';
import type { Tensor } from '../model/tensor.js';
import type { BoundCost, Params, State, System } from '../model/types.js';
import type { Complex } from '../numerics/complex.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Numbers } from '../numerics/numbers.js';
import type { Random } from '../numerics/random.js';
import type { Integrator } from '../solver/integrator.js';
import { type Relaxation, type RelaxRule, relax } from '../solver/relax.js';
import type { FixedPointTask, Solver } from '../solver/solver.js';
import type { Trajectory } from '../solver/trajectory.js';

/** How an engine's second phase moves. */
export interface SecondPhase {
  readonly integrator: Integrator;
  readonly step: number;
  readonly steps: number;
}

/** What an engine is given: a network at its free fixed point, and a cost. */
export interface Problem {
  readonly system: System;
  /** θ and x, to which `system` is bound. An engine that moves weights binds a copy. */
  readonly theta: Params;
  readonly x: Matrix;
  readonly cost: BoundCost;
  /** s⁰ */
  readonly free: State;
  /** Blocks on which F(s⁰) may not be 0, where it is known to vanish on all others. */
  readonly moving?: readonly number[] | undefined;
  /** 1 where a unit is free at s⁰, 0 where a bound pins it; undefined where states are unbounded. */
  readonly freeUnits: Numbers | undefined;
  /** How phase one looked for s⁰: an engine may look for other fixed points alike. */
  readonly first: RelaxRule;
  readonly second: SecondPhase;
  /** The last `second.steps` steps of phase one (all of them, where it took fewer): for engines of pace `phase-one` only. */
  readonly trajectory?: Trajectory;
  /** The engine's own stream for a purpose; asked again (the next batch), it goes on where it was. */
  random(purpose: string): Random;
  /** Where the estimate is written; a buffer of its own where absent. */
  readonly gradient?: Params;
}

/**
 * One moment of an engine's second phase, in RBP's terms whatever the engine: `state` is the error derivative
 * S̄_t = ∂J_t/∂s, J_t the cost at time t after s (EP: −S̃_t), one row an example; `params()` is Θ̄_t = ∂J_t/∂θ (EP: Θ̃_t),
 * the mean over the batch. Both are valid until the generator moves on.
 */
export interface Process {
  readonly step: number;
  readonly time: number;
  /** Computed when asked for, as are the parameters: outer products at every step are dear. */
  readonly state: State;
  params(): Params;
}

/** A sign of life of an engine that has no process to show, so many of about so many parts of its work done. */
export interface Work {
  readonly done: number;
  readonly of: number;
}

/**
 * A moment whose state is computed when it is asked for: a class, for V8 keeps what a getter of an object literal sees until
 * it collects the whole heap, and that would be all of an update.
 */
export class Moment implements Process {
  constructor(
    readonly step: number,
    readonly time: number,
    private readonly compute: () => State,
    readonly params: () => Params,
  ) {}

  get state(): State {
    return this.compute();
  }
}

export const isProcess = (moment: Process | Work): moment is Process => 'params' in moment;

export interface Estimate {
  readonly status: EstimateStatus;
  /** Steps of phase two done (iterations, for a method without a process). */
  readonly steps: number;
  /** dJ/dθ as estimated at the last step, the mean over the batch. */
  readonly gradient: Params;
  /** What it found beside the gradient, for run.json: numbers by name (a residual, a radius). */
  readonly measured?: Readonly<Record<string, number>>;
  /** What the user should know of how the estimate came about, beyond its status. */
  readonly remarks?: readonly Remark[];
  /**
   * What is left undone, ‖·‖_∞: of a process the last S̄_t, which is what is taken where this is absent; of a linear solve
   * the residual c + Jᵀz.
   */
  readonly residual?: number;
}

/** A symptom of an estimate, with what was found; sentence and remedy are the protocol's. β as messages have it. */
export type Remark =
  | { readonly symptom: 'copies-diverged'; readonly betas: string }
  | {
      readonly symptom: 'points-moving';
      readonly moving: number;
      readonly points: number;
      readonly residual: number;
      readonly beta: string;
    }
  | { readonly symptom: 'points-beyond'; readonly beta: number }
  | { readonly symptom: 'windows-switched'; readonly switched: number; readonly windows: number; readonly beta: string }
  | { readonly symptom: 'errors-on-their-way'; readonly steps: number; readonly arrived: number };

/**
 * `max-steps`: the tolerance of a solve was not reached. No gradient (NaN) from `singular`, where the fixed point is not
 * isolated, and `indefinite`, where H is not positive definite: the fixed point is not stable.
 */
export type EstimateStatus = 'completed' | 'max-steps' | 'diverged' | 'singular' | 'indefinite';

/** How the estimate at the end of phase two relates to dJ/dθ. */
export type Accuracy = 'exact' | { readonly orderInBeta: number } | 'biased';

/** One copy of the network and its weight in a sum; a copy with a complex β has a complex state. */
export interface NudgedCopy {
  /** Infinity: the outputs are held, not pulled. */
  readonly beta: Complex;
  /** η of held outputs: a share of the way from o⁰ to where the cost is least; all of it without. */
  readonly held?: number;
  readonly weight: Complex;
}

/** A gradient estimator. */
export interface Engine {
  readonly needs: readonly Capability[];
  readonly accuracy: Accuracy;
  /**
   * About the factor by which a residual F(s⁰) ≠ 0 of phase one enters the process: 1/|β| one-sided; 1 where it cancels
   * at first and the state drifts on; 0 where everything is taken at s⁰.
   */
  readonly residualGain: number;
  /** Whether it has a process in time, or an end point only. */
  readonly hasProcess: boolean;
  /**
   * Whose steps it takes where they are not those of `second.integrator`: Euler's whatever is asked for, those of size 1, or
   * those of phase one, backwards.
   */
  readonly pace?: 'euler' | 'unit' | 'phase-one';
  /** How fast, in steps of that size, its process comes to its end, e^{−rate·t}, where that is not the slowest mode at s⁰. */
  rate?(step: number): number;
  /**
   * Where the estimate is Σ_k w_k ∂E/∂θ at the fixed points of nudged copies, with real β_k: what these cost can be told
   * before phase two.
   */
  readonly copies?: readonly NudgedCopy[];
  /** Fewer steps than this make no sense; 0 where absent. */
  readonly leastSteps?: number;
  /** What of its options does not fit these tensors, if anything: which, and why. */
  misfit?(tensors: readonly Tensor[]): readonly [option: string, why: string] | undefined;
  /**
   * Writes the activities of a network of the engine's own into `out`, where that is not the one at its free fixed point:
   * training then takes its outputs for the prediction, and there is no phase one.
   */
  predict?(network: Pick<Problem, 'system' | 'theta' | 'x'>, out: State): void;
  run(problem: Problem): Generator<Process | Work, Estimate>;
  /** The end that `run` tends to, by a solver; absent where the steps are what the engine is. */
  readonly settle?: Settle;
}

/** Where copies of phase two start: at s⁰, or one nudged by −β at what one nudged by β has come to, mirrored at s⁰. */
export type StartAt = 'free' | 'mirrored';

/** How the end of phase two is looked for. */
export interface EndRule extends RelaxRule {
  readonly startAt?: StartAt | undefined;
}

export interface Settle {
  /** What solvers that ask more of the field than F(s) find there: that of a system has all, with outputs held J alone. */
  readonly offers: readonly NonNullable<Solver['asks']>[];
  /** It has copies nudged by β and by −β: one may start at the other's mirror image. */
  readonly mirrors?: boolean;
  run(problem: Problem, rule: EndRule): Generator<Work, Estimate>;
}

/** The same engine, at its end at once; for engines that settle. */
export function settled({ pace, leastSteps, ...engine }: Engine, rule: EndRule): Engine {
  return { ...engine, hasProcess: false, run: (problem) => engine.settle!.run(problem, rule) };
}

/** Relaxes, with signs of life. */
export function* settling(task: FixedPointTask, rule: RelaxRule): Generator<Work, Relaxation> {
  const way = relax(task.field, task.start, rule, task.bounds, task.moving);
  for (;;) {
    const next = way.next();
    if (next.done) return next.value;
    yield { done: next.value.step, of: rule.maxSteps };
  }
}

/** How far a status of a relaxation lets an estimate be one. */
export const statusOf = (ends: readonly Pick<Relaxation, 'status'>[]): EstimateStatus =>
  (['diverged', 'max-steps'] as const).find((bad) => ends.some(({ status }) => status === bad)) ?? 'completed';
