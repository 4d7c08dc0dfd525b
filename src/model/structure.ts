/** What a tensor must be beside its shape (THEORY: tied pairs): imposed on what is drawn and learned, asked of what is given. */
import type { Matrix } from '../numerics/matrix.js';
import type { ParameterShape } from './types.js';

type Structured = Pick<ParameterShape, 'name' | 'structure'>;

/**
 * Makes the cells ij and ji of a tied tensor the same number, to the last bit, and its diagonal zero where it must be:
 * the two cells of a gradient are sums in different orders. What has its structure stays as it is.
 */
export function imposeStructure({ structure }: Structured, { rows: n, data }: Matrix): void {
  if (structure === undefined) return;
  for (let i = 0; i < n; i++) {
    if (structure === 'symmetric-zero-diagonal') data[i * n + i] = 0;
    for (let j = 0; j < i; j++) {
      const mean = (data[i * n + j] + data[j * n + i]) / 2;
      data[i * n + j] = mean;
      data[j * n + i] = mean;
    }
  }
}

/** What is wrong with the structure of a tensor, or undefined: W must be symmetric with zero diagonal, A symmetric positive definite. */
export function structureProblem({ name, structure }: Structured, w: Matrix): string | undefined {
  if (structure === undefined) return undefined;
  const n = w.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [lower, upper] = [w.data[i * n + j], w.data[j * n + i]];
      if (lower !== upper) {
        return `${name} must be symmetric, got ${name}[${j}][${i}] = ${upper} and ${name}[${i}][${j}] = ${lower}`;
      }
    }
    if (structure === 'symmetric-zero-diagonal' && w.data[i * n + i] !== 0) {
      return `${name} must have a zero diagonal, got ${name}[${i}][${i}] = ${w.data[i * n + i]}`;
    }
  }
  if (structure === 'symmetric-positive-definite' && !isPositiveDefinite(w)) return `${name} must be positive definite`;
  return undefined;
}

/** By an attempted Cholesky factorisation; reads the lower triangle. */
function isPositiveDefinite(a: Matrix): boolean {
  const n = a.rows;
  const L = a.data.slice();
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) for (let i = j; i < n; i++) L[i * n + j] -= L[i * n + k] * L[j * n + k];
    if (!(L[j * n + j] > 0)) return false;
    const root = Math.sqrt(L[j * n + j]);
    for (let i = j; i < n; i++) L[i * n + j] /= root;
  }
  return true;
}
