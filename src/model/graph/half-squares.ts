import type { Blocks } from '../../numerics/blocks.js';
import type { Complex } from '../../numerics/complex.js';
import { addScaled, axpy } from '../../numerics/kernels.js';
import type { Matrix } from '../../numerics/matrix.js';
import { addColumnDots } from '../../numerics/sparse.js';

/**
 * out += Re w · (column sums of ½((d + δ)² − d²)) = Re w · Σ δ(d + ½δ), real d: the gradient of ½ k d² by k, without loss
 * where δ is small. `spare` has the shape of d and is overwritten.
 */
export function addHalfSquareChange(
  { re: u, im: v }: Complex,
  d: Matrix,
  delta: Blocks,
  spare: Matrix,
  out: Matrix,
): void {
  const [[re], [im] = []] = delta.parts;
  addScaled(d.data, 0.5, re.data, spare.data);
  if (u !== 0) addColumnDots(u, re, spare, out);
  if (im === undefined) return;
  if (u !== 0) addColumnDots(-u / 2, im, im, out);
  axpy(0.5, re.data, spare.data);
  if (v !== 0) addColumnDots(-v, im, spare, out);
}
