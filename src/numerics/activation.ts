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

/** Numbers of any shape: blocks, or one block of them; `im` where they are complex. */
export interface Values {
  readonly re: Float64Array;
  readonly im?: Float64Array | undefined;
}

/** ρ of whole states: of every unit the same, or of every block its own. */
export interface Activation {
  readonly name: string;
  /** ρ of the units of that block. */
  of(block: string): Elementwise;
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

/** One ρ for all units: it asks for no blocks. */
export interface Elementwise extends Activation {
  readonly summary: string;
  readonly source: string;
  evaluate(s: Values, rho: Values, slope: Values): void;
  value(s: Values, rho: Values): void;
  valueMinus(a: Values, s: Values, out: Values): number | undefined;
  curvature(s: Values, out: Values): void;
  conjugate(s: Values, out: Values): void;
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
) as Record<ActivationName, Elementwise>;

function activation(name: ActivationName, { summary, source, conjugate, box }: Declaration): Elementwise {
  const made: Elementwise = {
    name,
    summary,
    source,
    of: () => made,
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
      made.value(a, out);
      axpy(-1, s.re, out.re);
      axpy(-1, s.im!, out.im!);
      return undefined;
    },
    curvature(s, out) {
      backend().curvature(name, s.re, out.re);
    },
    conjugate(s, out) {
      for (let i = 0; i < s.re.length; i++) out.re[i] = conjugate(s.re[i]);
    },
  };
  return made;
}

/**
 * Each block's own ρ, by the block's name. States are bounded as all of them bound theirs: an energy of ρ(s) takes no mixture
 * of bounds.
 */
export function blockwise(blocks: ReadonlyMap<string, Elementwise>): Activation {
  const all = [...blocks.values()];
  if (all.every((rho) => rho === all[0])) return all[0];
  const of = (block: string) => blocks.get(block)!;
  const each = (act: (rho: Elementwise, ...parts: Values[]) => void, ...given: Blocks[]) =>
    given[0].shapes.forEach(({ name }, k) => {
      act(of(name), ...given.map(({ parts: [re, im] }) => ({ re: re[k].data, im: im?.[k].data })));
    });
  return {
    name: all.map(({ name }) => name).join(', '),
    of,
    analytic: all.every(({ analytic }) => analytic),
    box: all[0].box,
    evaluate: (s, rho, slope) => each((one, ...parts) => one.evaluate(parts[0], parts[1], parts[2]), s, rho, slope),
    value: (s, rho) => each((one, ...parts) => one.value(parts[0], parts[1]), s, rho),
    valueMinus(a, s, out) {
      let most: number | undefined = 0;
      each(
        (one, ...parts) => {
          const size = one.valueMinus(parts[0], parts[1], parts[2]);
          most = most === undefined || size === undefined ? undefined : Math.max(most, size);
        },
        a,
        s,
        out,
      );
      return most;
    },
    curvature: (s, out) => each((one, ...parts) => one.curvature(parts[0], parts[1]), s, out),
    conjugate: (s, out) => each((one, ...parts) => one.conjugate(parts[0], parts[1]), s, out),
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
