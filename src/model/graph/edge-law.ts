/** What the edges of a graph do, each by itself: an energy of its extent and of its own parameters. */
import type { Blocks } from '../../numerics/blocks.js';
import type { Complex } from '../../numerics/complex.js';
import type { Matrix } from '../../numerics/matrix.js';
import type { Params } from '../types.js';

/**
 * Edges of one kind. An extent d has as many numbers as the space has dimensions, the difference of what its two ends are
 * at; `extents` are examples × (numbers of every edge), everything else examples × edges.
 */
export interface EdgeLaw {
  /** 1: potentials; 2: places in the plane. */
  readonly dimension: 1 | 2;
  /** Forces are linear in extents. */
  readonly isLinear: boolean;
  /** @param theta parameters, to stay. @param home room for `examples` is made in its arena. */
  bind(theta: Params, examples: number, home: Blocks): BoundEdges;
}

export interface BoundEdges {
  /** Energies of the edges. */
  energy(extents: Matrix, out: Matrix): void;
  /** out = ∂E/∂d; real or complex alike. */
  force(extents: Blocks, out: Blocks): void;
  /** Goes to other extents (real): the two functions below are about these. */
  move(extents: Matrix): void;
  /** out = (∂²E/∂d²) v */
  tangent(v: Matrix, out: Matrix): void;
  /** out += α Σ_examples (∂²E/∂θ∂d) v */
  addGradForce(alpha: number, v: Matrix, out: Params): void;
  /** out += Re w · Σ_examples (∂E/∂θ(d + δ) − ∂E/∂θ(d)), d where move() went, without loss where δ is small. */
  addGradChange(weight: Complex, delta: Blocks, out: Params): void;
}
