import * as z from 'zod';
import { entry } from '../entry.js';
import type { State } from '../model/types.js';
import { addScaled, axpy, maxAbs } from '../numerics/kernels.js';
import type { ByPrecision } from '../numerics/numbers.js';
import { explicitRungeKutta, type Integrator } from './integrator.js';
import { type Advance, iterate, Meter, type Solver } from './solver.js';

/** Dormand & Prince 1980: seven stages, the last of which is the first of the next step. */
const A = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
];
const B = [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84];
/** B less the weights of the embedded method of order 4; the last is that of F at the end of the step. */
const ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

/** Of fixed step: what steps EP and RBP alike. */
export const dopri5: Integrator = explicitRungeKutta('dopri5', 5, { a: A, b: B });

export interface AdaptiveOptions {
  /** Error of a step at most, as a share of how far the step moves the state (both ‖·‖_∞). */
  readonly rtol: number;
  /** Added to it. */
  readonly atol: number;
}

/** The next step aims at so much of the tolerance, and changes by no more than these factors. */
const [SAFETY, SHRINK, GROW] = [0.9, 0.2, 5];
/** Errors of a step that are round-off, whatever is asked for. */
const ROUND_OFF: ByPrecision = { float64: 2 ** -52, float32: 2 ** -23 };
/** A step that is still refused after so many attempts leads nowhere: the field is not finite there, or round-off. */
const MOST_ATTEMPTS = 40;

/**
 * Dormand & Prince's 5(4) pair with error control, one step size for the whole batch. The tolerance is taken relative to
 * the step's move, not to the state: what is left to go shrinks with the force, and a tolerance relative to the state
 * would let the step grow until F hovers about rtol. The first step is `rule.step`.
 */
export function adaptive({ rtol, atol }: AdaptiveOptions): Solver {
  return {
    name: 'dopri5',
    needs: [],
    projects: false,
    followsTime: true,
    relax({ field, start }, rule) {
      const meter = new Meter(field);
      const s = start.clone();
      const attempt = attempts(meter, s);
      const least = Math.max(atol, ROUND_OFF[s.precision]);
      let [dt, time] = [rule.step, 0];
      const advance: Advance = (at, force) => {
        let isKnown = true;
        for (let i = 0; i < MOST_ATTEMPTS; i++) {
          const { move, error, next, nextForce } = attempt(at, force, dt);
          const allowed = rtol * move + least;
          const taken = dt;
          dt *= factor(allowed, error);
          isKnown = Number.isFinite(error);
          if (!(error <= allowed)) continue;
          time += taken;
          at.copy(next);
          force.copy(nextForce);
          return maxAbs(force.data);
        }
        return isKnown ? maxAbs(force.data) : Number.NaN;
      };
      return iterate(meter, s, rule, advance, () => time);
    },
  };
}

/** Steps from s to `next`: how far it moves, the error that the embedded method estimates, F at the end. */
function attempts(meter: Meter, like: State) {
  const stages = Array.from({ length: A.length + 1 }, () => like.like());
  const [next, stage, error] = [like.like(), like.like(), like.like()];
  return (s: State, k1: State, dt: number) => {
    const k = [k1, ...stages];
    [...A, B].forEach((weights, i) => {
      const to = i < A.length ? stage : next;
      addScaled(s.data, dt * weights[0], k1.data, to.data);
      for (let j = 1; j < weights.length; j++) axpy(dt * weights[j], k[j].data, to.data);
      meter.field(to, k[i + 1]);
    });
    error.fill(0);
    ERROR.forEach((weight, i) => {
      axpy(dt * weight, k[i].data, error.data);
    });
    addScaled(next.data, -1, s.data, stage.data);
    return { move: maxAbs(stage.data), error: maxAbs(error.data), next, nextForce: k[6] };
  };
}

/** SAFETY · (allowed/error)^{1/5} between SHRINK and GROW; the fifth root by Newton's method, the same on every machine. */
function factor(allowed: number, error: number): number {
  if (Number.isNaN(error)) return SHRINK;
  const q = Math.min(Math.max(allowed / error || 0, fifthPower(SHRINK / SAFETY)), fifthPower(GROW / SAFETY));
  let root = 1;
  for (let i = 0; i < 60; i++) root = (4 * root + q / (root * root * root * root)) / 5;
  return SAFETY * root;
}

const fifthPower = (x: number): number => x * x * x * x * x;

export const dopri5Entry = entry({
  name: 'dopri5',
  summary: "Dormand & Prince's fifth-order step of fixed size; six evaluations a step",
  source: 'Dormand & Prince 1980',
  options: {},
  create: () => dopri5,
});

export const dopri5SolverEntry = entry({
  name: 'dopri5',
  summary: "the flow ds/dt = F(s) by Dormand & Prince's 5(4) pair, its step chosen by error control",
  source: 'Dormand & Prince 1980',
  options: {
    rtol: z
      .number()
      .positive()
      .default(1e-4)
      .describe('error of a step at most, as a share of how far the step moves the state'),
    atol: z.number().nonnegative().default(1e-15).describe('added to it: above the round-off of F'),
  },
  create: adaptive,
});
