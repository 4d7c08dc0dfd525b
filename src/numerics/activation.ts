/**
 * Activations ρ, elementwise on the contiguous buffer of a state; the backend has the formulas, real and complex. The
 * complex forms feed the field that EP's `exact` nudging integrates; ρ'' feeds RBP's Hessian product only.
 */

import { type ActivationName, activationNames, type Formulas, formulas } from './activation-formulas.js';
import type { Blocks } from './blocks.js';
import type { Box } from './bounds.js';
import { backend } from './current-backend.js';
import { addScaled, axpy } from './kernels.js';
import type { Numbers } from './numbers.js';

/** Numbers of any shape: blocks, or one block of them; `im` where they are complex. */
export interface Values {
  readonly re: Numbers;
  readonly im?: Numbers | undefined;
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
  /** The same, and to = s + dt out, which is neither s nor out. */
  valueStep(a: Blocks, s: Blocks, dt: number, out: Blocks, to: Blocks): number | undefined;
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
  valueStep(a: Values, s: Values, dt: number, out: Values, to: Values): number | undefined;
  curvature(s: Values, out: Values): void;
  conjugate(s: Values, out: Values): void;
}

/** Every activation by name. */
export const activations = Object.fromEntries(
  activationNames.map((name) => [name, activation(name, formulas[name])]),
) as Record<ActivationName, Elementwise>;

function activation(name: ActivationName, { summary, source, conjugate, box }: Formulas): Elementwise {
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
    valueStep(a, s, dt, out, to) {
      if (a.im === undefined) return backend().valueStep(name, a.re, s.re, dt, out.re, to.re);
      made.valueMinus(a, s, out);
      addScaled(s.re, dt, out.re, to.re);
      addScaled(s.im!, dt, out.im!, to.im!);
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
  const name = all.map(({ name }) => name).join(', ');
  const analytic = all.every(({ analytic }) => analytic);
  return blockByBlock({ name, analytic, box: all[0].box, of: (block) => blocks.get(block)! });
}

/** ρ, asked for one block after the other. */
export function blockByBlock({
  name,
  of,
  analytic,
  box,
}: Pick<Activation, 'name' | 'of' | 'analytic' | 'box'>): Activation {
  const each = (act: (rho: Elementwise, ...parts: Values[]) => void, ...given: Blocks[]) =>
    given[0].shapes.forEach(({ name }, k) => {
      act(of(name), ...given.map(({ parts: [re, im] }) => ({ re: re[k].data, im: im?.[k].data })));
    });
  /** The largest of what they give, where all give a number. */
  const most = (act: (rho: Elementwise, ...parts: Values[]) => number | undefined, ...given: Blocks[]) => {
    const sizes: (number | undefined)[] = [];
    each((one, ...parts) => sizes.push(act(one, ...parts)), ...given);
    return sizes.reduce((a, b) => (a === undefined || b === undefined ? undefined : Math.max(a, b)), 0);
  };
  return {
    name,
    of,
    analytic,
    box,
    evaluate: (s, rho, slope) => each((one, ...parts) => one.evaluate(parts[0], parts[1], parts[2]), s, rho, slope),
    value: (s, rho) => each((one, ...parts) => one.value(parts[0], parts[1]), s, rho),
    valueMinus: (a, s, out) => most((one, ...parts) => one.valueMinus(parts[0], parts[1], parts[2]), a, s, out),
    valueStep: (a, s, dt, out, to) =>
      most((one, ...parts) => one.valueStep(parts[0], parts[1], dt, parts[2], parts[3]), a, s, out, to),
    curvature: (s, out) => each((one, ...parts) => one.curvature(parts[0], parts[1]), s, out),
    conjugate: (s, out) => each((one, ...parts) => one.conjugate(parts[0], parts[1]), s, out),
  };
}
