import { norm2, scale } from './kernels.js';
import type { Matrix } from './matrix.js';
import { type ByPrecision, precisionOf } from './numbers.js';

/** A linear map between rows: out = u M, and back by its transpose. */
export interface RowMap {
  apply(u: Matrix, out: Matrix): void;
  applyTranspose(v: Matrix, out: Matrix): void;
}

/** An estimate that grows by a smaller part than this from one step to the next has come to its end. */
const STILL: ByPrecision = { float64: 1e-13, float32: 1e-6 };

/** Where the two largest values are nearly equal the vector goes on turning, and the estimate lies between them. */
const MOST_STEPS = 10_000;

/**
 * The largest singular value by power iteration: σ_k = ‖v_k M‖ grows towards it, v_{k+1} ∝ v_k M Mᵀ. NaN or ∞ where the map
 * has such numbers.
 * @param v one row, where it starts; overwritten, as `image` is.
 */
export function largestSingularValue({ apply, applyTranspose }: RowMap, v: Matrix, image: Matrix): number {
  let sigma = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const length = norm2(v.data);
    if (length === 0) return sigma;
    scale(1 / length, v.data);
    apply(v, image);
    const next = norm2(image.data);
    if (!(Math.abs(next - sigma) > STILL[precisionOf(v.data)] * next)) return next;
    sigma = next;
    applyTranspose(image, v);
  }
  return sigma;
}
