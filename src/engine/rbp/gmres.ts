import * as z from 'zod';
import { entry, MOST } from '../../entry.js';
import { gmres as solverOf } from '../../solver/gmres.js';
import { fromErrors } from '../claims.js';
import type { Engine } from '../engine.js';
import { type KrylovOptions, krylovEngine, krylovOptions, negatedTranspose } from './krylov-solve.js';

/** −Jᵀz = c by restarted GMRES, whatever J: symmetric or not, stable or not. */
export const gmres = ({ restart, ...options }: KrylovOptions & { readonly restart: number }): Engine =>
  krylovEngine((linear, c, layout) => {
    const units = c.shapes.reduce((sum, { cols }) => sum + cols, 0);
    return {
      product: negatedTranspose(linear),
      right: c,
      solver: solverOf(c, layout, Math.min(restart, units)),
      indefinite: 'indefinite',
    };
  }, options);

export const gmresEntry = entry({
  name: 'gmres',
  summary: '−F′ᵀz = c by restarted GMRES, whatever F′; an end point',
  source: 'Saad & Schultz 1986',
  claims: fromErrors('tolerance → 0'),
  options: {
    ...krylovOptions,
    restart: z
      .int()
      .min(1)
      .max(MOST.vectors)
      .default(30)
      .describe('products after which the Krylov space is begun anew'),
  },
  create: gmres,
});
