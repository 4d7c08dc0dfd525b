import type { Linearisation, Params, State } from '../../model/types.js';
import { real } from '../../numerics/complex.js';
import { hadamard, norm2, scale } from '../../numerics/kernels.js';
import { anderson } from '../../solver/anderson.js';
import { freeField, freeUnits } from '../../solver/field.js';
import { biCgStab, conjugateGradients } from '../../solver/krylov.js';
import { settle } from '../../solver/relax.js';
import { layoutOf, numbers, rowDot } from '../../solver/rows.js';
import { compareBlocks } from '../gradient-reference.js';
import type { Bench } from '../protocol.js';
import type { Network } from './network.js';

/** To the fixed point itself, from where phase one left off. */
const TO_REST = anderson({ memory: 8, regularisation: 1e-12, growth: 2, of: 'auto' });
const MOST_STEPS = 5000;
/** Products of the linear solver at most, for each unit of an example. */
const PRODUCTS_PER_UNIT = 4;

/** An estimate, and where it was made. */
interface Estimated extends Network {
  readonly free: State;
  readonly gradient: Params;
}

/**
 * Cosines between an estimate and dJ/dθ at the fixed point, overall and of every parameter: phase one is carried on until
 * its residual is at most `tolerance`, and −Jᵀz = c is solved to that by a Krylov method. NaN where neither gets there.
 */
export function cosinesToExact(at: Estimated, bench: Bench, tolerance: number): number[] {
  const { gradient, system, free } = at;
  const { parameters, box } = bench.dynamics;
  const rule = { solver: TO_REST, step: bench.free.step, tolerance, maxSteps: MOST_STEPS };
  const end = settle(freeField(system), free, rule, box);
  const exact = free.of(parameters);
  if (end.status !== 'converged' || !solve(at, bench, end.state, tolerance, exact)) {
    return [Number.NaN, ...parameters.map(() => Number.NaN)];
  }
  return compareBlocks('params', gradient, exact).map(([, { cosine }]) => cosine);
}

/** dJ/dθ = (∂F/∂θ)ᵀz at s⁰ into `out`; whether the residual of z is small enough. */
function solve({ system, cost }: Network, { dynamics }: Bench, s0: State, tolerance: number, out: State): boolean {
  const mask = freeUnits(system, s0);
  const linearisation = system.linearise(s0, mask);
  const c = s0.like();
  cost.addGradState(s0, real(1), c);
  if (mask) hadamard(c.data, mask, c.data);
  const z = c.like();
  const layout = layoutOf(c.shapes);
  const [squares, enough] = numbers(c, 2);
  rowDot(layout, c, c, squares);
  const solver = (dynamics.agreement === 'process' ? conjugateGradients : biCgStab)(c, layout);
  const units = c.data.length / layout.rows;
  const product = minusTransposed(linearisation);
  for (let row = 0; row < layout.rows; row++) enough[row] = tolerance * Math.sqrt(squares[row]);
  solver({ product, right: c, tolerance: enough, most: PRODUCTS_PER_UNIT * units }, z);
  linearisation.gradParams(z, out);
  return residual(product, z, c) <= 10 * tolerance * norm2(c.data);
}

/** v ↦ −Jᵀv, which is Hv for an energy. */
function minusTransposed({ applyTranspose }: Linearisation): (v: State, out: State) => void {
  return (v, out) => {
    applyTranspose(v, out);
    scale(-1, out.data);
  };
}

function residual(product: (v: State, out: State) => void, z: State, c: State): number {
  const image = c.like();
  product(z, image);
  for (let i = 0; i < c.data.length; i++) image.data[i] -= c.data[i];
  return norm2(image.data);
}
