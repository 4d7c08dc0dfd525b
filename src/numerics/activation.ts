/**
 * Activations ρ, elementwise on the contiguous buffer of a state. Each is given by real ρ, ρ', ρ'' and by complex ρ and
 * ρ'. The complex forms feed the field that EP's `exact` nudging integrates; ρ'' feeds RBP's Hessian product only.
 */
import type { Blocks } from './blocks.js';
import type { ComplexCell } from './complex.js';
import { dilogarithm } from './dilogarithm.js';
import { axpy } from './kernels.js';
import { touch } from './matrix.js';

/** Bounds of the states under a piecewise linear ρ in an energy: the dynamics is projected to [lower, upper]. */
export interface Box {
  readonly lower: number;
  readonly upper: number;
}

interface Scalar {
  readonly summary: string;
  readonly source: string;
  value(s: number): number;
  /** ρ'(s), given r = ρ(s). */
  slope(s: number, r: number): number;
  /** ρ''(s), given r = ρ(s). */
  curvature(s: number, r: number): number;
  /** ρ(x + iy), and its complex derivative there. A dual number (ε² = 0) in place of a complex one where ρ has kinks. */
  complex(x: number, y: number, value: ComplexCell, slope: ComplexCell): void;
  /** ∫ρ⁻¹ up to s, from anywhere: the leak of an energy whose states are ρ of something. NaN outside the range of ρ. */
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
  /** out = ρ(a) − s, all of one shape. */
  valueMinus(a: Blocks, s: Blocks, out: Blocks): void;
  /** out = ρ''(s); s real. */
  curvature(s: Blocks, out: Blocks): void;
  /** out = ∫ρ⁻¹ up to s; s real, NaN where it is outside the range of a smooth ρ. */
  conjugate(s: Blocks, out: Blocks): void;
}

/** ρ(x) at a complex point: r (1 + …) written so that a vanishing y leaves the real part bit for bit ρ(x). */
function complexLogistic(gain: number, centre: number) {
  return (x: number, y: number, value: ComplexCell, slope: ComplexCell): void => {
    // σ(a + ib) = r / (r + (1−r)e^{−ib}), r = σ(a)
    const r = logistic(gain * (x - centre));
    const b = gain * y;
    const re = r + (1 - r) * Math.cos(b);
    const im = -(1 - r) * Math.sin(b);
    const size = re * re + im * im;
    value.re = (r * re) / size;
    value.im = (-r * im) / size;
    // σ' = gain · σ(1 − σ)
    const [u, v] = [value.re, value.im];
    slope.re = gain * (u * (1 - u) + v * v);
    slope.im = gain * (v * (1 - u) - u * v);
  };
}

const complexSigmoid = complexLogistic(1, 0);

function logistic(a: number): number {
  return 1 / (1 + Math.exp(-a));
}

function pieces(box: Box) {
  return (x: number, y: number, value: ComplexCell, slope: ComplexCell): void => {
    const inside = x >= box.lower && x <= box.upper;
    value.re = clip(x, box);
    value.im = inside ? y : 0;
    slope.re = inside ? 1 : 0;
    slope.im = 0;
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

/** NaN stays NaN. */
export function clip(x: number, { lower, upper }: Box): number {
  return x < lower ? lower : x > upper ? upper : x;
}

function piecewise(box: Box, summary: string, source: string): Scalar {
  return {
    summary,
    source,
    box,
    value: (s) => clip(s, box),
    slope: (s) => (s >= box.lower && s <= box.upper ? 1 : 0),
    curvature: () => 0,
    complex: pieces(box),
    conjugate: (s) => (s * s) / 2,
  };
}

const scalars = {
  sigmoid: {
    summary: 'ρ(s) = 1/(1 + e^−s)',
    source: 'Scellier & Bengio 2017',
    value: logistic,
    slope: (_, r) => r * (1 - r),
    curvature: (_, r) => r * (1 - r) * (1 - 2 * r),
    complex: complexLogistic(1, 0),
    conjugate: logisticConjugate,
  },
  tanh: {
    summary: 'ρ(s) = tanh s',
    source: 'Ernoult et al. 2019',
    value: Math.tanh,
    slope: (_, r) => 1 - r * r,
    curvature: (_, r) => -2 * r * (1 - r * r),
    complex(x, y, value, slope) {
      // tanh(x + iy) = (t + iT)/(1 + itT), t = tanh x, T = tan y
      const t = Math.tanh(x);
      const T = Math.tan(y);
      const size = 1 + t * t * T * T;
      const u = (t * (1 + T * T)) / size;
      const v = (T * (1 - t * t)) / size;
      value.re = u;
      value.im = v;
      slope.re = 1 - u * u + v * v;
      slope.im = -2 * u * v;
    },
    // s atanh s + ½ log(1 − s²)
    conjugate: (s) => (timesLog(1 + s) + timesLog(1 - s)) / 2,
  },
  'shifted-sigmoid': {
    summary: 'ρ(s) = 1/(1 + e^(−4(s − 1/2)))',
    source: 'Ernoult et al. 2019',
    value: (s) => logistic(4 * (s - 0.5)),
    slope: (_, r) => 4 * r * (1 - r),
    curvature: (_, r) => 16 * r * (1 - r) * (1 - 2 * r),
    complex: complexLogistic(4, 0.5),
    conjugate: (s) => logisticConjugate(s) / 4 + s / 2,
  },
  'hard-sigmoid': piecewise(
    { lower: 0, upper: 1 },
    'ρ(s) = clip(s, 0, 1); states projected to [0, 1]',
    'Scellier & Bengio 2017',
  ),
  linear: {
    summary: 'ρ(s) = s',
    source: 'closed-form checks',
    value: (s) => s,
    slope: () => 1,
    curvature: () => 0,
    complex(x, y, value, slope) {
      value.re = x;
      value.im = y;
      slope.re = 1;
      slope.im = 0;
    },
    conjugate: (s) => (s * s) / 2,
  },
  relu: piecewise(
    { lower: 0, upper: Number.POSITIVE_INFINITY },
    'ρ(s) = max(s, 0); states projected to s ≥ 0',
    'piecewise linear',
  ),
  softplus: {
    summary: 'ρ(s) = log(1 + e^s)',
    source: 'smooth relu',
    value: (s) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))),
    slope: logistic,
    curvature: (s) => logistic(s) * (1 - logistic(s)),
    complex(x, y, value, slope) {
      // log(1 + e^z) = max(z, 0) + log(1 + w), w = e^(∓z) inside the unit disc
      const w = Math.exp(-Math.abs(x));
      const [re, im] = [w * Math.cos(y), (x >= 0 ? -w : w) * Math.sin(y)];
      value.re = Math.max(x, 0) + 0.5 * Math.log1p(2 * re + w * w);
      value.im = (x >= 0 ? y : 0) + Math.atan2(im, 1 + re);
      complexSigmoid(x, y, slope, scratch);
    },
    // ρ⁻¹ = s + log(1 − e^−s), and d/ds Li₂(e^−s) = log(1 − e^−s)
    conjugate: (s) => (s * s) / 2 + dilogarithm(Math.exp(-s)),
  },
} satisfies Record<string, Scalar>;

const scratch: ComplexCell = { re: 0, im: 0 };

export type ActivationName = keyof typeof scalars;

export const activationNames = Object.keys(scalars) as ActivationName[];

/** Every activation by name. */
export const activations = Object.fromEntries(
  Object.entries(scalars).map(([name, scalar]) => [name, lift(name, scalar)]),
) as Record<ActivationName, Activation>;

/** A scalar ρ as operations on whole states. */
function lift(name: string, scalar: Scalar): Activation {
  const { value, slope, curvature, complex, conjugate } = scalar;
  const [v, d] = [
    { re: 0, im: 0 },
    { re: 0, im: 0 },
  ];

  function evaluateComplex(s: Blocks, rho: Blocks, out: Blocks | undefined): void {
    const [x, y, n] = [s.re, s.im!, s.re.length];
    for (let i = 0; i < n; i++) {
      complex(x[i], y[i], v, d);
      rho.re[i] = v.re;
      rho.im![i] = v.im;
      if (out === undefined) continue;
      out.re[i] = d.re;
      out.im![i] = d.im;
    }
  }

  return {
    name,
    summary: scalar.summary,
    source: scalar.source,
    analytic: scalar.box === undefined,
    box: scalar.box,
    evaluate(s, rho, out) {
      touch();
      if (s.im) return evaluateComplex(s, rho, out);
      const [x, r, ds] = [s.re, rho.re, out.re];
      for (let i = 0; i < x.length; i++) {
        r[i] = value(x[i]);
        ds[i] = slope(x[i], r[i]);
      }
    },
    value(s, rho) {
      touch();
      if (s.im) return evaluateComplex(s, rho, undefined);
      const [x, r] = [s.re, rho.re];
      for (let i = 0; i < x.length; i++) r[i] = value(x[i]);
    },
    valueMinus(a, s, out) {
      this.value(a, out);
      axpy(-1, s.data, out.data);
    },
    curvature(s, out) {
      touch();
      const [x, c] = [s.re, out.re];
      for (let i = 0; i < x.length; i++) c[i] = curvature(x[i], value(x[i]));
    },
    conjugate(s, out) {
      touch();
      for (let i = 0; i < s.re.length; i++) out.re[i] = conjugate(s.re[i]);
    },
  };
}
