import { entry } from '../../entry.js';
import type { Linearisation, State } from '../../model/types.js';
import { conjugateGradients } from '../../solver/krylov.js';
import type { Layout } from '../../solver/rows.js';
import { fromErrors } from '../claims.js';
import type { Engine } from '../engine.js';
import { type Equations, type KrylovOptions, krylovEngine, krylovOptions, negatedTranspose } from './krylov-solve.js';

/**
 * Hz = c by conjugate gradients (Liao et al. 2018): directly where J is symmetric, for H is then positive definite at a
 * stable fixed point, in as many steps as its condition number's square root asks for; elsewhere on the normal equations
 * JJᵀz = −Jc, which square the condition number and cost two products a step. An indefinite H is status `indefinite`.
 */
export const cg = (options: KrylovOptions): Engine => krylovEngine(pose, options);

function pose(linear: Linearisation, c: State, layout: Layout): Equations {
  const solver = conjugateGradients(c, layout);
  const negated = negatedTranspose(linear);
  if (linear.symmetric) return { product: negated, right: c, solver, indefinite: 'indefinite' };
  const [image, right] = [c.like(), c.like()];
  linear.apply(c, right);
  for (let i = 0; i < right.data.length; i++) right.data[i] = -right.data[i];
  return {
    product(v, out) {
      linear.applyTranspose(v, image);
      linear.apply(image, out);
    },
    right,
    solver,
    // JJᵀ has no negative eigenvalue, whatever the fixed point
    indefinite: 'singular',
  };
}

export const cgEntry = entry({
  name: 'cg',
  summary: 'Hz = c by conjugate gradients, on the normal equations where F′ is not symmetric; an end point',
  source: 'Liao et al. 2018 (arXiv 1803.06396)',
  claims: fromErrors('tolerance → 0'),
  options: krylovOptions,
  create: cg,
});
