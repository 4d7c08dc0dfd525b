import type { EstimateStatus, Remark } from '../../engine/engine.js';
import type { Precision } from '../../numerics/numbers.js';
import { counted } from '../../text.js';
import { brief, percent, type Symptom, symptom, where } from '../advice.js';
import {
  averages,
  hasLengths,
  lowerBeta,
  lowerTolerance,
  lowerWeights,
  otherData,
  sized,
  smaller,
  stay,
} from './common.js';

/** Where a second phase, or a solve, ended. */
export interface SecondEnd {
  readonly steps: number;
  readonly residual: number;
  /** Of the slowest mode at s⁰; not positive: the fixed point is not stable. NaN where it is not known. */
  readonly rate: number;
}

const moreSteps = [
  'raise its steps (now {engine.steps})',
  'raise its max_steps (now {engine.max_steps})',
  'raise second.steps (now {second.steps})',
  'raise second.max_steps (now {second.max_steps})',
];

const calmer = [
  lowerBeta,
  'reduce its learning_rate (now {engine.learning_rate})',
  'reduce its step (now {engine.step})',
  'reduce second.step (now {second.step})',
  ...lowerWeights,
];

/** By the status of an estimate. */
export const status: Readonly<Record<Exclude<EstimateStatus, 'completed'>, Symptom<SecondEnd>>> = {
  diverged: symptom<SecondEnd>(
    ({ steps }) => `diverged at step ${steps} of phase two`,
    [
      where(
        (found, at) => found.rate <= 0 && !hasLengths(found, at),
        ({ rate }) => `${smaller}, for the fixed point itself is not stable (slowest rate λ = ${brief(rate)})`,
      ),
      ...calmer,
    ],
    smaller,
  ),
  'max-steps': symptom<SecondEnd>(
    ({ residual, steps }) => `did not reach its tolerance: residual ${sized(residual)} after ${steps} steps`,
    [...moreSteps, 'accept a larger tolerance of its own (now {engine.tolerance})'],
    'use method: direct',
  ),
  singular: symptom<SecondEnd>(
    () => 'finds the Jacobian at the fixed point singular, so that dJ/dθ does not exist there',
    [...stay, lowerTolerance, ...lowerWeights],
    otherData,
  ),
  indefinite: symptom<SecondEnd>(
    () =>
      'finds the Hessian at the fixed point not positive definite: the fixed point is not stable, and no relaxation would end there',
    [...stay, ...lowerWeights, lowerTolerance],
    smaller,
  ),
};

/** What engines remark of estimates beyond their status. */
export const remark: { readonly [K in Remark['symptom']]: Symptom<Extract<Remark, { symptom: K }>> } = {
  'copies-diverged': symptom(
    ({ betas }) => `what diverged is the copy with β = ${betas}`,
    [lowerBeta],
    'reduce the strength of the nudge',
  ),
  'points-moving': symptom(
    ({ moving, points, residual, beta }) =>
      `not at rest: ${moving} of ${points} points, residual up to ${residual.toExponential(1)} at β = ${beta}; the estimate is wrong`,
    [lowerBeta, ...moreSteps],
    'take more steps',
  ),
  'points-beyond': symptom(
    ({ beta }) =>
      `the Taylor coefficients of s^β hardly fall off on the circle |β| = ${beta}: analyticity ends there or within, and no ` +
      'number of points makes the estimate exact',
    [lowerBeta],
    'reduce the radius of the circle',
  ),
  'windows-switched': symptom(
    ({ switched, windows, beta }) =>
      `${switched} of ${counted(windows, 'window')} of max pooling let another entry through at β = ${beta} than at s⁰; the energy has ` +
      'a kink in between, where the bias is no power of β',
    [lowerBeta, averages],
    averages,
  ),
  'errors-on-their-way': symptom(
    ({ steps, arrived }) =>
      `errors need ${counted(arrived, 'step')} to reach every unit, and there were ${steps}: where they had not arrived the estimate is 0`,
    ['raise its steps (now {engine.steps})', 'raise second.steps (now {second.steps})'],
    'take more steps',
  ),
};

/** A phase two of length `time` that has `left` some of the slowest mode; `enough` steps leave no more than `most`. */
export interface Short {
  readonly left: number;
  readonly time: number;
  readonly rate: number;
  readonly enough: number;
  readonly most: number;
}

/** What β costs an engine: ‖Θ̂ − dJ/dθ‖/‖dJ/dθ‖ where phase two comes to rest, of some order in β. */
export interface Bias {
  readonly bias: number;
  readonly rate: number;
  readonly order: number;
  /** |β| that has a bias of `least` by that order. */
  readonly enough: number;
  readonly least: number;
}

const exactInstead = 'use nudging: exact, which has none';

/** Of the end of phase two, taken for dJ/dθ. */
export const endPoint = {
  short: symptom<Short>(
    ({ left, time, rate }) =>
      `second phase too short: e^{−λt} = ${brief(left)} of the slowest mode is left after t = ${brief(time)} (λ = ${brief(rate)})`,
    [
      where(
        () => true,
        ({ enough, most }) => `raise second.steps (now {second.steps}) to ${enough}, which leave ${most}`,
      ),
    ],
    'raise its steps',
  ),
  unstable: symptom<{ readonly rate: number }>(
    ({ rate }) =>
      `the fixed point is not stable (slowest rate λ = ${brief(rate)}), and phase two comes to no end there`,
    [...stay, ...lowerWeights],
    smaller,
  ),
  biased: symptom<Bias>(
    ({ bias, rate }) => `β makes dJ/dθ about ${percent(bias)} wrong (slowest rate λ = ${brief(rate)})`,
    [
      where(
        () => true,
        ({ enough, least }) => `reduce its beta (now {engine.beta}) to ${brief(enough)} for ${percent(least)}`,
      ),
      where(({ order }) => order === 1, 'use nudging: centered, whose bias is of second order'),
      exactInstead,
    ],
    exactInstead,
  ),
  rounded: symptom<{ readonly bias: number; readonly precision: Precision }>(
    ({ bias, precision }) =>
      `round-off of ${precision}, divided by β, makes ${bias < 1 ? `about ${percent(bias)}` : 'most'} of dJ/dθ`,
    [
      'raise its beta (now {engine.beta})',
      where(({ precision }) => precision === 'float32', 'use precision: float64'),
      exactInstead,
    ],
    exactInstead,
  ),
  beyond: symptom<{ readonly rate: number }>(
    ({ rate }) =>
      `dJ/dθ is not expandable in its β, too strong for the slowest rate λ = ${brief(rate)}: what phase two ends at is off by more ` +
      'than 30 %',
    ['reduce its beta (now {engine.beta}) well below λ', exactInstead],
    exactInstead,
  ),
};
