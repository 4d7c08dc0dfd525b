/**
 * The only door to ml-matrix. mathjs's own eigenvalues of a matrix that is not symmetric fail from 30 rows on; its LU takes
 * numbers below 1e-15 for 0.
 */
import { createRequire } from 'node:module';
import type * as MlMatrix from 'ml-matrix';
import { type Numbers, ulp } from './numbers.js';

let loaded: typeof MlMatrix | undefined;

/** Loaded when first asked: the help, `list` and `validate` do without. */
function load(): typeof MlMatrix {
  loaded ??= createRequire(import.meta.url)('ml-matrix') as typeof MlMatrix;
  return loaded;
}

/** A pivot that is so much smaller than the largest is round-off of 0. */
const SINGULAR = 4 * ulp.float64;

/**
 * x of A x = b by LU with partial pivoting; A: n × n by rows, b: n numbers. Undefined where A is singular to round-off;
 * numbers that are not finite lead to such.
 */
export function solved(A: Numbers, b: Numbers): number[] | undefined {
  const { LuDecomposition, Matrix } = load();
  const n = b.length;
  const lu = new LuDecomposition(Matrix.from1DArray(n, n, [...A]));
  const pivots = lu.upperTriangularMatrix.diagonal().map(Math.abs);
  const largest = pivots.reduce((most, pivot) => Math.max(most, pivot), 0);
  if (pivots.some((pivot) => pivot <= SINGULAR * largest)) return undefined;
  return lu.solve(Matrix.columnVector([...b])).to1DArray();
}

export interface Eigenpair {
  readonly re: number;
  readonly im: number;
  /** |last entry| of the eigenvector of unit length: how much of it leans on the last direction. */
  readonly last: number;
}

/** Of a small dense real matrix, rows of numbers; NaN where any of them is not finite. */
export function eigenpairs(matrix: readonly (readonly number[])[], symmetric: boolean): Eigenpair[] {
  const n = matrix.length;
  if (n === 0) return [];
  // iterations of the library would not end, or go beyond its arrays
  if (!matrix.flat().every(Number.isFinite)) return matrix.map(() => ({ re: Number.NaN, im: 0, last: Number.NaN }));
  const { EigenvalueDecomposition } = load();
  const { realEigenvalues, imaginaryEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    matrix.map((row) => [...row]),
    { assumeSymmetric: symmetric },
  );
  const square = (row: number, columns: readonly number[]) =>
    columns.reduce((sum, column) => sum + eigenvectorMatrix.get(row, column) * eigenvectorMatrix.get(row, column), 0);
  return realEigenvalues.map((re, k) => {
    const im = imaginaryEigenvalues[k];
    // a complex pair has its real and its imaginary part in two columns
    const columns = im === 0 ? [k] : im > 0 ? [k, k + 1] : [k - 1, k];
    const length = Array.from({ length: n }, (_, row) => square(row, columns)).reduce((a, b) => a + b, 0);
    return { re, im, last: Math.sqrt(square(n - 1, columns) / length) };
  });
}

/**
 * R⁺ of a small dense matrix by its singular values; those below round-off of the largest count as 0, entries being known
 * to one `unit` of 1.
 */
export function pseudoInverse(
  matrix: readonly (readonly number[])[],
  unit: number = ulp.float64,
): { inverse: number[][]; rank: number } {
  const { SVD } = load();
  const {
    leftSingularVectors: U,
    rightSingularVectors: V,
    diagonal,
    norm2,
    threshold,
  } = new SVD(
    matrix.map((row) => [...row]),
    { autoTranspose: true },
  );
  const small = Math.max(threshold, Math.max(matrix.length, matrix[0].length) * unit * norm2);
  const kept = diagonal.flatMap((value, k) => (value > small ? [k] : []));
  const inverse = matrix[0].map((_, i) =>
    matrix.map((_, j) => kept.reduce((sum, k) => sum + (V.get(i, k) / diagonal[k]) * U.get(j, k), 0)),
  );
  return { inverse, rank: kept.length };
}
