import type { ByPrecision, Precision } from './numbers.js';

/** A pivot so small against its diagonal says that the column adds nothing that round-off does not. */
const DEPENDENT: ByPrecision = { float64: 1e-12, float32: 1e-5 };

/**
 * min ‖f − Σ γ_j d_j‖ from G_ij = d_i·d_j and b_j = d_j·f, by a Cholesky factorisation of the normal equations scaled to
 * unit diagonal. Columns come in order of trust: one that depends on those before it is left out, with γ = 0.
 * `gram` is m × m, row-major, of products of vectors of this precision: what is above its diagonal is not read, all else
 * overwritten.
 */
export function leastSquares(
  gram: Float64Array,
  right: Float64Array,
  m: number,
  regularisation: number,
  gamma: Float64Array,
  precision: Precision = 'float64',
): void {
  const dependent = DEPENDENT[precision];
  const L = gram;
  for (let j = 0; j < m; j++) {
    gamma[j] = 0;
    const size = L[j * m + j];
    let pivot = size * (1 + regularisation);
    for (let k = 0; k < j; k++) {
      if (L[k * m + k] === 0) {
        L[j * m + k] = 0;
        continue;
      }
      let sum = L[j * m + k];
      for (let i = 0; i < k; i++) sum -= L[j * m + i] * L[k * m + i];
      L[j * m + k] = sum / L[k * m + k];
      pivot -= L[j * m + k] * L[j * m + k];
    }
    // 0 marks a column that is left out
    L[j * m + j] = pivot > dependent * size ? Math.sqrt(pivot) : 0;
  }
  solveFactored(L, right, m, gamma);
}

/** L Lᵀ γ = b, skipping the columns that were left out. */
function solveFactored(L: Float64Array, right: Float64Array, m: number, gamma: Float64Array): void {
  for (let j = 0; j < m; j++) {
    if (L[j * m + j] === 0) continue;
    let sum = right[j];
    for (let i = 0; i < j; i++) sum -= L[j * m + i] * gamma[i];
    gamma[j] = sum / L[j * m + j];
  }
  for (let j = m - 1; j >= 0; j--) {
    if (L[j * m + j] === 0) continue;
    let sum = gamma[j];
    for (let i = j + 1; i < m; i++) sum -= L[i * m + j] * gamma[i];
    gamma[j] = sum / L[j * m + j];
  }
}
