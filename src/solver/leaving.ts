/** Relaxations whose examples leave the batch, each when it is at rest itself. */
import type { State } from '../model/types.js';
import { copyRows } from '../numerics/whole-state.js';
import type { Course } from './course.js';
import { rowSizes } from './rows.js';
import {
  DIVERGENCE_LIMIT,
  type FixedPointRule,
  LOOK_EVERY,
  type Meter,
  type Relaxation,
  type RelaxSample,
  type RelaxStatus,
} from './solver.js';

/** Those on their way are put together when no more than this part of the rows is left: to do it costs about a step. */
const PAYS = 1 / 2;

/**
 * Every example goes on until its own ‖F‖_∞ is at most the tolerance, as it would alone: its numbers do not depend on the
 * others, nor on when these are taken out. Where the course cannot do with fewer, those at rest are carried along.
 */
export function* alone(
  course: Course,
  meter: Meter,
  rule: FixedPointRule,
  clock: (step: number) => number,
): Generator<RelaxSample, Relaxation> {
  const crowd = new Crowd(course, meter, rule.pays ?? PAYS);
  for (let step = 0; ; step++) {
    const status = crowd.look(rule, step);
    yield crowd.sample(step, clock(step));
    if (status) return crowd.end(status, step);
    crowd.advance();
  }
}

/** The examples of a batch: those on their way, and where the others came to rest. */
class Crowd {
  private readonly ended: State;
  /** Of each example, where it was looked at last: ‖F‖_∞, ‖F‖₂², ‖s‖_∞. */
  private readonly largest: Float64Array;
  private readonly squares: Float64Array;
  /** Of each row of the course: which example it is, and whether that is on its way. */
  private rows: Uint32Array;
  private going: Uint8Array;
  /** How many are. */
  private left: number;
  private unfinished = false;

  constructor(
    private course: Course,
    private readonly meter: Meter,
    private readonly pays: number,
  ) {
    this.ended = course.s.clone();
    this.left = course.s.shapes[0].rows;
    this.rows = Uint32Array.from({ length: this.left }, (_, i) => i);
    this.going = new Uint8Array(this.left).fill(1);
    this.largest = new Float64Array(this.left);
    this.squares = new Float64Array(this.left);
  }

  /** Lets those go that are at rest, and all at the last step; how it ended, where it did. */
  look({ tolerance, maxSteps }: FixedPointRule, step: number): RelaxStatus | undefined {
    this.course.look();
    const { course, rows, going, largest, squares } = this;
    const sizes = rowSizes(course.force);
    const reach = step % LOOK_EVERY === 0 || step >= maxSteps ? rowSizes(course.s) : undefined;
    const leaving: number[] = [];
    let astray = false;
    for (let i = 0; i < rows.length; i++) {
      if (going[i] === 0) continue;
      [largest[rows[i]], squares[rows[i]]] = [sizes.largest[i], sizes.squares[i]];
      astray ||= Number.isNaN(sizes.largest[i]) || (reach !== undefined && !(reach.largest[i] <= DIVERGENCE_LIMIT));
      const rests = sizes.largest[i] <= tolerance;
      if (rests || step >= maxSteps) leaving.push(i);
      this.unfinished ||= !rests && step >= maxSteps;
    }
    this.leave(leaving);
    if (astray) return 'diverged';
    if (this.left > 0) return undefined;
    return this.unfinished ? 'max-steps' : 'converged';
  }

  private leave(places: readonly number[]): void {
    if (places.length === 0) return;
    for (const i of places) this.going[i] = 0;
    this.left -= places.length;
    copyRows(
      this.course.s,
      places,
      this.ended,
      places.map((i) => this.rows[i]),
    );
  }

  /** Those on their way move on, and close ranks where that pays. */
  advance(): void {
    const { course, rows, going, left } = this;
    course.advance();
    if (course.some === undefined || left > this.pays * rows.length) return;
    const places = Uint32Array.from(rows.keys()).filter((i) => going[i] === 1);
    this.course = course.some(places);
    this.rows = places.map((i) => rows[i]);
    this.going = new Uint8Array(left).fill(1);
    this.meter.share = left / this.largest.length;
  }

  /** All examples, where they are now. */
  private state(): State {
    const places = [...this.rows.keys()].filter((i) => this.going[i] === 1);
    copyRows(
      this.course.s,
      places,
      this.ended,
      places.map((i) => this.rows[i]),
    );
    return this.ended;
  }

  sample(step: number, time: number): RelaxSample {
    const { meter, largest } = this;
    const state = () => this.state();
    return {
      step,
      time,
      fieldEvaluations: meter.evaluations,
      residualMax: largestOf(largest),
      // put together when it is asked for: most of the time no one does
      get state() {
        return state();
      },
    };
  }

  end(status: RelaxStatus, steps: number): Relaxation {
    const { meter, largest, squares } = this;
    const residualL2 = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    return {
      status,
      steps,
      fieldEvaluations: meter.evaluations,
      residualMax: largestOf(largest),
      residualL2,
      state: this.state(),
    };
  }
}

/** NaN where any is. */
const largestOf = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0);
