import { axpy, dot, norm2, scale } from './kernels.js';
import type { Matrix } from './matrix.js';
import { type ByPrecision, precisionOf, ulp } from './numbers.js';

/** A linear map between rows: out = u M, and back by its transpose. */
export interface RowMap {
  apply(u: Matrix, out: Matrix): void;
  applyTranspose(v: Matrix, out: Matrix): void;
}

/** One row each, overwritten: three of what is mapped, the first of them where the search starts, and one image. */
export interface Search {
  readonly rows: readonly [start: Matrix, Matrix, Matrix];
  readonly image: Matrix;
}

/** Residual, relative to σ², from which on σ is right to the last digits: its error is of second order. */
const STILL: ByPrecision = { float64: 1e-10, float32: 1e-4 };

const MOST_STEPS = 1000;

/**
 * The largest singular value, by Lanczos' method on M Mᵀ from a start with a share in everything (a random one). NaN where
 * the map has numbers that are not finite. Rows are not made orthogonal to all earlier ones: the largest value, once found,
 * is found again and again.
 */
export function largestSingularValue({ apply, applyTranspose }: RowMap, { rows, image }: Search): number {
  let [v, before, next] = rows;
  const still = STILL[precisionOf(v.data)];
  const [alphas, betas]: [number[], number[]] = [[], []];
  let top = { value: 0, least: 0, last: 1 };
  before.data.fill(0);
  for (let length = norm2(v.data); alphas.length < MOST_STEPS; length = norm2(v.data)) {
    if (alphas.length > 0) betas.push(length);
    scale(1 / length, v.data);
    apply(v, image);
    const alpha = dot(image.data, image.data);
    if (!Number.isFinite(alpha) || (alpha === 0 && alphas.length === 0)) return Math.sqrt(alpha);
    applyTranspose(image, next);
    axpy(-alpha, v.data, next.data);
    if (betas.length > 0) axpy(-length, before.data, next.data);
    alphas.push(alpha);
    [before, v, next] = [v, next, before];
    top = largestEigenvalue(alphas, betas, top.least);
    if (!(norm2(v.data) * top.last > still * top.value)) break;
  }
  return Math.sqrt(top.value);
}

/**
 * Of a symmetric tridiagonal matrix, by bisection from above and below, and the size of the last component of its unit vector.
 * @param least a bound from below: that of the matrix without its last row and column is one.
 */
function largestEigenvalue(alphas: readonly number[], betas: readonly number[], least: number) {
  let low = Math.max(least, alphas.at(-1)!);
  let high = alphas.reduce((most, alpha, j) => Math.max(most, alpha + (betas[j - 1] ?? 0) + (betas[j] ?? 0)), low);
  while (high - low > ulp.float64 * high) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (isAbove(middle, alphas, betas)) high = middle;
    else low = middle;
  }
  // Σs² / s_j², by (x − T)s = 0 from the first row on
  let sum = 1;
  let pivot = high - alphas[0];
  for (let j = 0; j < betas.length; j++) {
    const ratio = betas[j] / pivot;
    sum = 1 + sum * ratio * ratio;
    pivot = high - alphas[j + 1] - betas[j] * ratio;
  }
  return { value: high, least: low, last: 1 / Math.sqrt(sum) };
}

/** Whether x is above all eigenvalues: the pivots of x − T are positive (Sturm). */
function isAbove(x: number, alphas: readonly number[], betas: readonly number[]): boolean {
  let pivot = x - alphas[0];
  for (let j = 0; j < betas.length && pivot > 0; j++) pivot = x - alphas[j + 1] - betas[j] * (betas[j] / pivot);
  return pivot > 0;
}
