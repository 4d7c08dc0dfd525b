import { entry } from '../entry.js';
import type { State } from '../model/types.js';
import type { Bounds } from '../numerics/bounds.js';
import { addScaled, axpy, clip } from '../numerics/kernels.js';
import type { Field } from './field.js';

/**
 * One step of size dt from s, written into `out` (which may be s). k1 = field(s): the stopping rule has paid for it.
 * With `integral`, the integral of the state over the step is added to it by the same tableau: exactly what the method
 * does to dA/dt = s stepped jointly.
 */
export type Step = (field: Field, s: State, k1: State, dt: number, out: State, integral?: State) => void;

/** An explicit one-step method. */
export interface Integrator {
  readonly name: string;
  /** The global error is O(dt^order). */
  readonly order: number;
  /** It can project to a box after each step (only where the step is a single evaluation). */
  readonly projects: boolean;
  readonly tableau: Tableau;
  /** A step function with buffers for states like `like`. */
  prepare(like: State, bounds?: Bounds): Step;
}

/** a[i][j]: weight of stage j in stage i + 1; b: weights of the stages in the step. */
export interface Tableau {
  readonly a: readonly (readonly number[])[];
  readonly b: readonly number[];
}

/** s ← s + dt F(s), the literature's step; projected where the states are confined to a box. */
export const euler: Integrator = explicitRungeKutta('euler', 1, { a: [], b: [1] });

/** The classical fourth-order method. */
export const rk4: Integrator = explicitRungeKutta('rk4', 4, {
  a: [[1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
});

export function explicitRungeKutta(name: string, order: number, tableau: Tableau): Integrator {
  const { a, b } = tableau;
  return {
    name,
    order,
    projects: b.length === 1,
    tableau,
    prepare(like, bounds) {
      const stages = a.map(() => ({ s: like.like(), k: like.like() }));
      return (field, s, k1, dt, out, integral) => {
        a.forEach((weights, i) => {
          const stage = stages[i];
          addScaled(s.data, dt * weights[0], k1.data, stage.s.data);
          for (let j = 1; j < weights.length; j++) {
            if (weights[j] !== 0) axpy(dt * weights[j], stages[j - 1].k.data, stage.s.data);
          }
          field(stage.s, stage.k);
        });
        if (integral) {
          axpy(dt * b[0], s.data, integral.data);
          for (let i = 1; i < b.length; i++) axpy(dt * b[i], stages[i - 1].s.data, integral.data);
        }
        addScaled(s.data, dt * b[0], k1.data, out.data);
        for (let i = 1; i < b.length; i++) axpy(dt * b[i], stages[i - 1].k.data, out.data);
        if (bounds) clip(bounds, out.re, out.im);
      };
    },
  };
}

export const eulerEntry = entry({
  name: 'euler',
  summary: 's ← s + dt F(s), order 1; projected where states are confined to a box',
  source: 'the step of Scellier & Bengio 2017',
  options: {},
  create: () => euler,
});

export const rk4Entry = entry({
  name: 'rk4',
  summary: 'the classical Runge-Kutta method, order 4; four evaluations a step',
  options: {},
  create: () => rk4,
});
