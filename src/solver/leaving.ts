/** Relaxations whose examples leave the batch, each when it is at rest itself. */
import type { State } from '../model/types.js';
import { type Numbers, sum } from '../numerics/numbers.js';
import { copyRows } from '../numerics/whole-state.js';
import type { Course } from './course.js';
import { layoutOf, numbers, rowSizes } from './rows.js';
import {
  DIVERGENCE_LIMIT,
  type FixedPointRule,
  LazySample,
  LOOK_EVERY,
  type Meter,
  type Relaxation,
  type RelaxSample,
  type RelaxStatus,
} from './solver.js';

/** Those on their way close ranks when no more than this part of the rows is left, … */
const PART = 1 / 2;
/** … and when so many units have come to rest: below that, to close ranks costs more than a few steps of theirs. */
const UNITS = 4096;

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
  const crowd = new Crowd(course, meter, rule.closeRanks);
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
  /** Of each example, where it was looked at last: ‖F‖_∞ and ‖F‖₂². */
  private readonly largest: Numbers;
  private readonly squares: Numbers;
  /** The same of each row of the course. */
  private readonly sizes: Numbers;
  private readonly sums: Numbers;
  /** Of each row of the course: which example it is, and whether that is on its way. */
  private rows: Uint32Array;
  private going: Uint8Array;
  /** How many are. */
  private left: number;
  private unfinished = false;

  constructor(
    private course: Course,
    private readonly meter: Meter,
    private readonly part: number | undefined,
  ) {
    const { rows } = course.s.shapes[0];
    this.ended = course.s.clone();
    this.left = rows;
    this.rows = new Uint32Array(rows);
    for (let i = 0; i < rows; i++) this.rows[i] = i;
    this.going = new Uint8Array(rows).fill(1);
    [this.largest, this.squares, this.sizes, this.sums] = numbers(course.s, 4);
  }

  /** Lets those go that are at rest, and all at the last step; how it ended, where it did. */
  look({ tolerance, tolerances, maxSteps }: FixedPointRule, step: number): RelaxStatus | undefined {
    const { course, rows, going, largest, squares, sizes, sums } = this;
    course.look();
    const all = [...course.s.shapes.keys()];
    const layout = { rows: rows.length, blocks: course.blocks ?? all };
    rowSizes(layout, course.force, sizes, sums);
    const leaving: number[] = [];
    let astray = false;
    for (let i = 0; i < rows.length; i++) {
      if (going[i] === 0) continue;
      largest[rows[i]] = sizes[i];
      squares[rows[i]] = sums[i];
      const rests = sizes[i] <= (tolerances?.[rows[i]] ?? tolerance);
      astray ||= Number.isNaN(sizes[i]);
      if (rests || step >= maxSteps) leaving.push(i);
      this.unfinished ||= !rests && step >= maxSteps;
    }
    if (step > 0 && (step % LOOK_EVERY === 0 || leaving.length === this.left)) astray ||= this.hasRunAway();
    this.leave(leaving);
    if (astray) return 'diverged';
    if (this.left > 0) return undefined;
    return this.unfinished ? 'max-steps' : 'converged';
  }

  /** Whether one that is on its way has gone too far. */
  private hasRunAway(): boolean {
    const { course, going, sizes, sums } = this;
    rowSizes(layoutOf(course.s.shapes), course.s, sizes, sums);
    return going.some((goes, i) => goes === 1 && !(sizes[i] <= DIVERGENCE_LIMIT));
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
    if (course.some === undefined || !this.pays()) return;
    const places = Uint32Array.from(rows.keys()).filter((i) => going[i] === 1);
    this.course = course.some(places);
    this.rows = places.map((i) => rows[i]);
    this.going = new Uint8Array(left).fill(1);
    this.meter.share = left / this.largest.length;
  }

  private pays(): boolean {
    const { course, rows, left, part } = this;
    if (left > (part ?? PART) * rows.length) return false;
    const units = course.s.data.length / rows.length;
    return part !== undefined || (rows.length - left) * units >= UNITS;
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
    return new LazySample(step, time, this.meter.evaluations, largestOf(this.largest), () => this.state());
  }

  end(status: RelaxStatus, steps: number): Relaxation {
    const { meter, largest, squares } = this;
    const residualL2 = Math.sqrt(sum(squares));
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
function largestOf(values: Numbers): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  return most;
}
