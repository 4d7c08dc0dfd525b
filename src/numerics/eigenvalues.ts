/** The only door to ml-matrix: mathjs's own eigenvalues of a matrix that is not symmetric fail from 30 rows on. */
import { createRequire } from 'node:module';
import type * as MlMatrix from 'ml-matrix';
import { ulp } from './numbers.js';

let loaded: typeof MlMatrix | undefined;

/** Loaded when first asked: the help, `list` and `validate` do without. */
function load(): typeof MlMatrix {
  loaded ??= createRequire(import.meta.url)('ml-matrix') as typeof MlMatrix;
  return loaded;
}

export interface Eigenpair {
  readonly re: number;
  readonly im: number;
  /** |last entry| of the eigenvector of unit length: how much of it leans on the last direction. */
  readonly last: number;
}

/** Of a small dense real matrix, rows of numbers. */
export function eigenpairs(matrix: readonly (readonly number[])[], symmetric: boolean): Eigenpair[] {
  const n = matrix.length;
  if (n === 0) return [];
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
