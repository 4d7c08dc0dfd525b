/**
 * What springs in the plane do along their edges: d holds their extents, examples × (dx, dy of every spring); k and ℓ are
 * one row each, a number a spring; r = ‖d‖.
 */

import type { Blocks } from './blocks.js';
import { backend } from './current-backend.js';
import { requireLengths } from './kernels.js';
import type { Matrix } from './matrix.js';

/** f = k(1 − ℓ/r) d; `d` and `f` real or complex alike, r then the root of dx² + dy² with a positive real part. */
export function springForce(d: Blocks, k: Matrix, l: Matrix, f: Blocks): void {
  requireLengths('springForce', k.data.length, l.data);
  requireLengths('springForce', d.re.length, f.re, f.im ?? f.re);
  if (d.im && f.im) backend().springForceComplex([d.re, d.im], k.data, l.data, [f.re, f.im]);
  else backend().springForce(d.re, k.data, l.data, f.re);
}

/** out = r − ℓ, examples × springs. */
export function springStretch(d: Matrix, l: Matrix, out: Matrix): void {
  requireLengths('springStretch', out.data.length * 2, d.data);
  backend().springStretch(d.data, l.data, out.data);
}

/** out = ∂f/∂d = k[(1 − ℓ/r) 1 + (ℓ/r³) d dᵀ], three numbers a spring: xx, xy, yy. */
export function springTangent(d: Matrix, k: Matrix, l: Matrix, out: Matrix): void {
  requireLengths('springTangent', (d.data.length / 2) * 3, out.data);
  backend().springTangent(d.data, k.data, l.data, out.data);
}

/** out = T v for the symmetric T of every spring (xx, xy, yy) and a vector v for each. */
export function symmetricPairs(tangent: Matrix, v: Matrix, out: Matrix): void {
  requireLengths('symmetricPairs', (v.data.length / 2) * 3, tangent.data);
  requireLengths('symmetricPairs', v.data.length, out.data);
  backend().symmetricPairs(tangent.data, v.data, out.data);
}

/** out = (d·v)/r: how fast the lengths change where the extents change by v. */
export function springAlong(d: Matrix, v: Matrix, out: Matrix): void {
  requireLengths('springAlong', d.data.length, v.data);
  requireLengths('springAlong', d.data.length / 2, out.data);
  backend().springAlong(d.data, v.data, out.data);
}

/** out = ‖d + δ‖ − ‖d‖ for real d, without loss where δ is small; `delta` and `out` real or complex alike. */
export function springChange(d: Matrix, delta: Blocks, out: Blocks): void {
  requireLengths('springChange', d.data.length, delta.re, delta.im ?? delta.re);
  requireLengths('springChange', d.data.length / 2, out.re, out.im ?? out.re);
  if (delta.im && out.im) backend().springChangeComplex(d.data, [delta.re, delta.im], [out.re, out.im]);
  else backend().springChange(d.data, delta.re, out.re);
}
