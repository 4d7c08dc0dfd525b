/**
 * Krylov methods for A x = b, one system an example and one product with A for all of them: coefficients differ from row
 * to row, and a row that is done waits for the others. Buffers are made once.
 */

import type { State } from '../model/types.js';
import type { Numbers } from '../numerics/numbers.js';
import { type Layout, numbers, rowAxpy, rowAypx, rowDot } from './rows.js';

/** out = A v; the same operation serves every row. */
export type Product = (v: State, out: State) => void;

export interface LinearTask {
  readonly product: Product;
  readonly right: State;
  /** ‖b − Ax‖₂ that is small enough, for each row. */
  readonly tolerance: Numbers;
  /** Iterations at most. */
  readonly most: number;
}

/** What a solve came to. */
export interface LinearSolution {
  readonly products: number;
  readonly iterations: number;
  /** A turned out not to be positive definite in some row. */
  readonly indefinite: boolean;
  /** Rows whose tolerance was not reached. */
  readonly unfinished: number;
  /** Rows whose residual is no finite number: what they have is no solution. */
  readonly lost: number;
}

/** Writes x; yields after every iteration how many there have been. */
export type LinearSolver = (task: LinearTask, x: State) => Generator<number, LinearSolution>;

/** The end of a solve whose way there is of no interest. */
export function solution(way: Generator<number, LinearSolution>): LinearSolution {
  for (;;) {
    const next = way.next();
    if (next.done) return next.value;
  }
}

/** Iterations between two signs of life. */
const BREATH = 16;

/** The same with a sign of life now and then. */
export function* solving(way: Generator<number, LinearSolution>): Generator<number, LinearSolution> {
  for (let i = 1; ; i++) {
    const next = way.next();
    if (next.done) return next.value;
    if (i % BREATH === 0) yield next.value;
  }
}

/**
 * Conjugate gradients (Hestenes & Stiefel 1952) for symmetric A. A direction without positive curvature ends a row's
 * iteration: with what it has, or with b itself if it has nothing (Dembo & Steihaug 1983); A is then not a Hessian at a
 * minimum, and both lead downhill.
 */
export function conjugateGradients(like: State, layout: Layout): LinearSolver {
  const { rows } = layout;
  const [r, p, Ap] = [like.like(), like.like(), like.like()];
  const [rr, next, pAp, alpha, beta, minus] = numbers(like, 6);
  const [running, broken] = [new Uint8Array(rows), new Uint8Array(rows)];

  return function* ({ product, right, tolerance, most }, x) {
    x.fill(0);
    p.copy(r.copy(right));
    rowDot(layout, r, r, rr);
    let left = start(running, rr, tolerance);
    broken.fill(0);
    let products = 0;
    let indefinite = false;
    for (; left > 0 && products < most; products++) {
      product(p, Ap);
      rowDot(layout, p, Ap, pAp);
      for (let row = 0; row < rows; row++) {
        const downhill = pAp[row] > 0;
        alpha[row] = running[row] && downhill ? rr[row] / pAp[row] : 0;
        if (running[row] && !downhill) {
          running[row] = 0;
          broken[row] = Number(Number.isNaN(pAp[row]));
          indefinite = true;
          if (products === 0) alpha[row] = 1;
        }
        minus[row] = -alpha[row];
      }
      rowAxpy(layout, alpha, p, x);
      rowAxpy(layout, minus, Ap, r);
      rowDot(layout, r, r, next);
      for (let row = 0; row < rows; row++) beta[row] = running[row] ? next[row] / rr[row] : 0;
      rr.set(next);
      left = stop(running, rr, tolerance);
      rowAypx(layout, beta, r, p);
      yield products;
    }
    return { products, iterations: products, indefinite, unfinished: left, lost: lostRows(rr, broken) };
  };
}

function start(running: Uint8Array, rr: Numbers, tolerance: Numbers): number {
  running.fill(1);
  return stop(running, rr, tolerance);
}

/** By the squares of their residuals, or where a product was no number. */
const lostRows = (rr: Numbers, broken: Uint8Array): number =>
  [...rr].filter((square, row) => !Number.isFinite(square) || broken[row] === 1).length;

/** Rows that are done stop running; returns how many run. */
function stop(running: Uint8Array, rr: Numbers, tolerance: Numbers): number {
  let left = 0;
  for (let row = 0; row < running.length; row++) {
    if (running[row] && !(rr[row] > tolerance[row] * tolerance[row])) running[row] = 0;
    left += running[row];
  }
  return left;
}

/**
 * BiCGStab (van der Vorst 1992) for any A; two products an iteration. A row that breaks down keeps what it has; so does one
 * that meets a direction p with p·Ap ≤ 0, as conjugate gradients would.
 */
export function biCgStab(like: State, layout: Layout): LinearSolver {
  const { rows } = layout;
  const [r, shadow, p, v, t] = [like.like(), like.like(), like.like(), like.like(), like.like()];
  const [rr, rho, before, dots, alpha, omega, beta, factor] = numbers(like, 8);
  const [running, broken] = [new Uint8Array(rows), new Uint8Array(rows)];

  /** factor = numerator / denominator in the rows that run; a row without a finite one stops. */
  function quotient(numerator: Numbers, denominator: Numbers, out: Numbers): void {
    for (let row = 0; row < rows; row++) {
      const value = running[row] ? numerator[row] / denominator[row] : 0;
      out[row] = Number.isFinite(value) ? value : 0;
      if (running[row] && out[row] === 0) running[row] = 0;
    }
  }

  const add = (sign: 1 | -1, coefficients: Numbers, from: State, to: State): void => {
    for (let row = 0; row < rows; row++) factor[row] = sign * coefficients[row];
    rowAxpy(layout, factor, from, to);
  };

  return function* ({ product, right, tolerance, most }, x) {
    x.fill(0);
    p.copy(shadow.copy(r.copy(right)));
    rowDot(layout, r, r, rr);
    before.set(rr);
    let left = start(running, rr, tolerance);
    broken.fill(0);
    let products = 0;
    let indefinite = false;
    while (left > 0 && products < most) {
      product(p, v);
      rowDot(layout, p, v, dots);
      for (let row = 0; row < rows; row++) {
        const uphill = running[row] === 1 && !(dots[row] > 0);
        if (uphill) running[row] = 0;
        if (uphill) broken[row] = Number(Number.isNaN(dots[row]));
        factor[row] = uphill && products === 0 ? 1 : 0;
        indefinite ||= uphill;
      }
      rowAxpy(layout, factor, p, x);
      rowDot(layout, shadow, v, dots);
      quotient(before, dots, alpha);
      add(1, alpha, p, x);
      add(-1, alpha, v, r);
      product(r, t);
      products += 2;
      rowDot(layout, t, r, omega);
      rowDot(layout, t, t, dots);
      quotient(omega, dots, omega);
      add(1, omega, r, x);
      // p ← r + β (p − ω v), with r already reduced
      add(-1, omega, v, p);
      add(-1, omega, t, r);
      rowDot(layout, r, r, rr);
      left = stop(running, rr, tolerance);
      rowDot(layout, shadow, r, rho);
      for (let row = 0; row < rows; row++) factor[row] = (rho[row] * alpha[row]) / (before[row] * omega[row]);
      for (let row = 0; row < rows; row++) beta[row] = running[row] && Number.isFinite(factor[row]) ? factor[row] : 0;
      before.set(rho);
      rowAypx(layout, beta, r, p);
      yield products / 2;
    }
    return { products, iterations: products / 2, indefinite, unfinished: left, lost: lostRows(rr, broken) };
  };
}
