/** The activations there are, and what of them no backend computes. */
import type { Box } from './bounds.js';
import { dilogarithm } from './dilogarithm.js';

export interface Formulas {
  readonly summary: string;
  readonly source: string;
  /** ∫ρ⁻¹ up to s, NaN outside the range of a smooth ρ: the leak of an energy whose states are ρ of something. */
  conjugate(s: number): number;
  /** Only where ρ is piecewise linear. */
  readonly box?: Box;
}

const half = (s: number): number => (s * s) / 2;

/** In the order that the kernels count them (kernels/assembly/kinds.ts). */
export const formulas = {
  sigmoid: { summary: 'ρ(s) = 1/(1 + e^−s)', source: 'Scellier & Bengio 2017', conjugate: logisticConjugate },
  tanh: {
    summary: 'ρ(s) = tanh s',
    source: 'Ernoult et al. 2019',
    conjugate: (s) => (timesLog(1 + s) + timesLog(1 - s)) / 2,
  },
  'shifted-sigmoid': {
    summary: 'ρ(s) = 1/(1 + e^(−4(s − 1/2)))',
    source: 'Ernoult et al. 2019',
    conjugate: (s) => logisticConjugate(s) / 4 + s / 2,
  },
  'hard-sigmoid': {
    summary: 'ρ(s) = clip(s, 0, 1); in an energy of ρ(s), states are projected to [0, 1]',
    source: 'Scellier & Bengio 2017',
    conjugate: half,
    box: { lower: 0, upper: 1 },
  },
  linear: { summary: 'ρ(s) = s', source: 'closed-form checks', conjugate: half },
  relu: {
    summary: 'ρ(s) = max(s, 0); in an energy of ρ(s), states are projected to s ≥ 0',
    source: 'piecewise linear',
    conjugate: half,
    box: { lower: 0, upper: Number.POSITIVE_INFINITY },
  },
  softplus: {
    summary: 'ρ(s) = log(1 + e^s)',
    source: 'smooth relu',
    conjugate: (s) => half(s) + dilogarithm(Math.exp(-s)),
  },
} satisfies Record<string, Formulas>;

export type ActivationName = keyof typeof formulas;

export const activationNames = Object.keys(formulas) as ActivationName[];

/** ∫ log(s/(1 − s)) ds */
function logisticConjugate(s: number): number {
  return timesLog(s) + timesLog(1 - s);
}

/** p log p, 0 at p = 0. */
function timesLog(p: number): number {
  return p === 0 ? 0 : p * Math.log(p);
}
