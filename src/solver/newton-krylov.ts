import * as z from 'zod';
import { entry, MOST } from '../entry.js';
import type { State } from '../model/types.js';
import { type Bounds, lowerAt, upperAt } from '../numerics/bounds.js';
import { addScaled, axpy, clip, maxAbs } from '../numerics/kernels.js';
import type { Numbers } from '../numerics/numbers.js';
import { sweeper } from './even-odd.js';
import type { FieldOrigin } from './field.js';
import { jacobian } from './jacobian.js';
import { biCgStab, conjugateGradients, solving } from './krylov.js';
import { copyRow, type Layout, layoutOf, numbers, rowAxpy, rowDot } from './rows.js';
import { type FixedPointRule, type FixedPointTask, iterate, Meter, type Solver } from './solver.js';

export interface NewtonKrylovOptions {
  /** Steps of even-odd, or s + dt F(s) where there are no layers, before the first of Newton's and away from a saddle. */
  readonly warmup: number;
  /** The same after each of Newton's: they find out which units a bound pins, and damp what the line search let pass. */
  readonly smoothing: number;
  /** Products J·v at most in one step. */
  readonly inner: number;
}

/** The least precision of a linear solve, and Eisenstat & Walker's γ (1996, choice 2, exponent 2). */
const [LOOSEST, GAMMA] = [0.5, 0.9];
/** Halvings of a step before the damped step is taken instead. */
const MOST_HALVINGS = 8;

/**
 * Newton's method on F(s) = 0 without matrices (Knoll & Keyes 2004): −J d = F by conjugate gradients where J is
 * symmetric, else by BiCGStab, solved only as precisely as the residual has earned (Eisenstat & Walker 1996). In a box
 * the units that a bound pins are left out and the step is projected (Bertsekas 1982). Example by example, a step is
 * halved until the energy falls along it (its derivative −F·d at the new point says so; Hager & Zhang 2005's approximate
 * Wolfe condition), or without a symmetric J until ‖F‖₂ falls.
 */
export function newtonKrylov(options: NewtonKrylovOptions): Solver {
  return {
    name: 'newton-krylov',
    needs: ['linearisation'],
    projects: true,
    followsTime: false,
    usesStep: true,
    asks: 'linearisation',
    relax(task, rule) {
      const meter = new Meter(task.field);
      const s = task.start.clone();
      const origin = task.field.of;
      if (origin === undefined) throw new TypeError('newton-krylov needs the field of a system');
      const step = newtonSteps({ task, origin, rule, meter, options }, s);
      return iterate(meter, s, rule, function* (at, force) {
        yield* step(at, force);
        return maxAbs(force.data);
      });
    },
  };
}

interface Setting {
  readonly task: FixedPointTask;
  readonly origin: FieldOrigin;
  readonly rule: FixedPointRule;
  readonly meter: Meter;
  readonly options: NewtonKrylovOptions;
}

function newtonSteps(setting: Setting, like: State): (s: State, force: State) => Generator<number, void> {
  const { task, origin, rule, meter, options } = setting;
  const layout = layoutOf(like.shapes);
  const J = jacobian(origin, task.field, meter, like);
  const solve = J.symmetric ? conjugateGradients(like, layout) : biCgStab(like, layout);
  const search = lineSearch(setting, layout, J.symmetric, like);
  const plain = plainSteps(setting);
  const free = activeSet(like, task.bounds);
  const forcing = eisenstatWalker(layout.rows, rule.tolerance);
  const [d, [size]] = [like.like(), numbers(like, 1)];
  let warm = options.warmup;
  return function* (s, force) {
    if (warm > 0) {
      plain(s, force, warm);
      warm = 0;
      return;
    }
    rowDot(layout, force, force, size);
    const product = J.at(s, free(s, force));
    const task = { product, right: force, tolerance: forcing(size), most: options.inner };
    const { products, indefinite } = yield* solving(solve(task, d));
    meter.pay(J.cost * products);
    search(s, force, d);
    if (indefinite) warm = options.warmup;
    else plain(s, force, options.smoothing);
  };
}

/** So many sweeps, or damped steps; then F. */
function plainSteps({ task, rule, meter }: Setting): (s: State, force: State, count: number) => void {
  const sweep = sweeper(task, meter);
  return (s, force, count) => {
    for (let i = 0; i < count; i++) {
      if (sweep) {
        sweep(s);
        continue;
      }
      axpy(rule.step, force.data, s.data);
      if (task.bounds) clip(task.bounds, s.data);
      meter.field(s, force);
    }
    if (sweep && count > 0) meter.field(s, force);
  };
}

/** 1 where a unit may move: not at a bound, or pulled inwards; `force` is projected. Valid until the next call. */
function activeSet(like: State, bounds: Bounds | undefined): (s: State, force: State) => Numbers | undefined {
  if (bounds === undefined) return () => undefined;
  const free = like.like().data;
  return (s, force) => {
    for (let i = 0; i < free.length; i++) {
      const bound = s.data[i] <= lowerAt(bounds, i) || s.data[i] >= upperAt(bounds, i);
      free[i] = bound && force.data[i] === 0 ? 0 : 1;
    }
    return free;
  };
}

/** ‖F − (−J)d‖ to be reached in each row, from ‖F‖² now and at the last call. */
function eisenstatWalker(rows: number, tolerance: number): (size: Numbers) => Numbers {
  const [before, out] = [new Float64Array(rows), new Float64Array(rows)];
  return (size) => {
    for (let row = 0; row < rows; row++) {
      const share = before[row] > 0 ? Math.min(LOOSEST, (GAMMA * size[row]) / before[row]) : LOOSEST;
      // no more precisely than the end needs
      out[row] = Math.max(share * Math.sqrt(size[row]), tolerance / 10);
    }
    before.set(size);
    return out;
  };
}

/** Moves every row of s along d, as far as it does good, and leaves F there in `force`. */
function lineSearch({ task, rule, meter }: Setting, layout: Layout, symmetric: boolean, like: State) {
  const [trial, there, moved] = [like.like(), like.like(), like.like()];
  const [here, slope, end, size, size1, lengths] = numbers(like, 6);
  const good = (row: number) =>
    symmetric ? slope[row] >= 0 && end[row] >= -0.9 * slope[row] : size1[row] < size[row] || size[row] === 0;

  function attempt(s: State, force: State): number {
    if (task.bounds) clip(task.bounds, trial.data);
    meter.field(trial, there);
    addScaled(trial.data, -1, s.data, moved.data);
    rowDot(layout, force, moved, slope);
    rowDot(layout, there, moved, end);
    rowDot(layout, force, force, size);
    rowDot(layout, there, there, size1);
    let failed = 0;
    for (let row = 0; row < layout.rows; row++) {
      here[row] = good(row) ? 1 : 0;
      failed += 1 - here[row];
    }
    return failed;
  }

  return (s: State, force: State, d: State): void => {
    addScaled(s.data, 1, d.data, trial.data);
    let failed = attempt(s, force);
    for (let halving = 1; failed > 0 && halving <= MOST_HALVINGS; halving++) {
      retry(halving < MOST_HALVINGS ? 2 ** -halving : 0, s, force, d);
      failed = attempt(s, force);
    }
    s.copy(trial);
    force.copy(there);
  };

  /** The rows that failed, from s along a share of d; a share of 0 stands for the damped step. */
  function retry(share: number, s: State, force: State, d: State): void {
    for (let row = 0; row < layout.rows; row++) {
      if (!here[row]) copyRow(layout, row, s, trial);
    }
    const [way, length] = share > 0 ? [d, share] : [force, rule.step];
    for (let row = 0; row < layout.rows; row++) lengths[row] = here[row] ? 0 : length;
    rowAxpy(layout, lengths, way, trial);
  }
}

export const newtonKrylovEntry = entry({
  name: 'newton-krylov',
  summary: "Newton's method with products F′v only: conjugate gradients or BiCGStab, active set, line search",
  source: 'Knoll & Keyes 2004; Eisenstat & Walker 1996',
  options: {
    warmup: z
      .int()
      .nonnegative()
      .default(20)
      .describe('sweeps of even-odd (damped steps without layers) before it, and after negative curvature'),
    smoothing: z.int().nonnegative().default(1).describe('the same after every step of it'),
    inner: z
      .int()
      .positive()
      .max(MOST.vectors)
      .default(100)
      .describe('products F′v of one step at most (two more with BiCGStab)'),
  },
  create: newtonKrylov,
});
