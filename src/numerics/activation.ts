/**
 * Activations ρ, elementwise on the contiguous buffer of a state; the backend has the formulas, real and complex. The
 * complex forms feed the field that EP's `exact` nudging integrates; ρ'' feeds RBP's Hessian product only.
 */
import { backend } from './backend.js';
import type { Blocks } from './blocks.js';
import { dilogarithm } from './dilogarithm.js';
import { axpy } from './kernels.js';

/** Bounds of the states under a piecewise linear ρ in an energy: the dynamics is projected to [lower, upper]. */
export interface Box {
  readonly lower: number;
  readonly upper: number;
}

interface Declaration {
  readonly summary: string;
  readonly source: string;
  /** ∫ρ⁻¹ up to s, NaN outside the range of a smooth ρ: the leak of an energy whose states are ρ of something. */
  conjugate(s: number): number;
  /** Only where ρ is piecewise linear. */
  readonly box?: Box;
}

export interface Activation {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  /** Complex ρ is the analytic continuation (false: a dual number, good for derivatives only). */
  readonly analytic: boolean;
  readonly box: Box | undefined;
  /** rho = ρ(s), slope = ρ'(s); s real or complex, all of one shape. */
  evaluate(s: Blocks, rho: Blocks, slope: Blocks): void;
  /** rho = ρ(s). */
  value(s: Blocks, rho: Blocks): void;
  /** out = ρ(a) − s, all of one shape; gives max |out| of real ones, NaN where any entry is. */
  valueMinus(a: Blocks, s: Blocks, out: Blocks): number | undefined;
  /** out = ρ''(s); s real. */
  curvature(s: Blocks, out: Blocks): void;
  /** out = ∫ρ⁻¹ up to s; s real, NaN where it is outside the range of a smooth ρ. */
  conjugate(s: Blocks, out: Blocks): void;
}

const half = (s: number): number => (s * s) / 2;

/** In the order that the kernels count them (kernels/assembly/kinds.ts). */
const declarations = {
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
} satisfies Record<string, Declaration>;

export type ActivationName = keyof typeof declarations;

export const activationNames = Object.keys(declarations) as ActivationName[];

/** Every activation by name. */
export const activations = Object.fromEntries(
  activationNames.map((name) => [name, activation(name, declarations[name])]),
) as Record<ActivationName, Activation>;

function activation(name: ActivationName, { summary, source, conjugate, box }: Declaration): Activation {
  return {
    name,
    summary,
    source,
    analytic: box === undefined,
    box,
    evaluate(s, rho, slope) {
      if (s.im) backend().evaluateComplex(name, [s.re, s.im], [rho.re, rho.im!], [slope.re, slope.im!]);
      else backend().evaluate(name, s.re, rho.re, slope.re);
    },
    value(s, rho) {
      if (s.im) backend().evaluateComplex(name, [s.re, s.im], [rho.re, rho.im!], undefined);
      else backend().value(name, s.re, rho.re);
    },
    valueMinus(a, s, out) {
      if (a.im === undefined) return backend().valueMinus(name, a.re, s.re, out.re);
      this.value(a, out);
      axpy(-1, s.data, out.data);
      return undefined;
    },
    curvature(s, out) {
      backend().curvature(name, s.re, out.re);
    },
    conjugate(s, out) {
      for (let i = 0; i < s.re.length; i++) out.re[i] = conjugate(s.re[i]);
    },
  };
}

/** ∫ log(s/(1 − s)) ds */
function logisticConjugate(s: number): number {
  return timesLog(s) + timesLog(1 - s);
}

/** p log p, 0 at p = 0. */
function timesLog(p: number): number {
  return p === 0 ? 0 : p * Math.log(p);
}
