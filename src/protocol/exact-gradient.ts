import type { BoundCost, Linearisation, Params, State, System } from '../model/types.js';
import { real } from '../numerics/complex.js';
import { hadamard, norm2, scale } from '../numerics/kernels.js';
import { freeUnits } from '../solver/field.js';
import { biCgStab, conjugateGradients, solution } from '../solver/krylov.js';
import { layoutOf, numbers, rowDot } from '../solver/rows.js';

/** Products of the linear solver at most, for each unit of an example. */
const PRODUCTS_PER_UNIT = 4;

interface At {
  readonly system: System;
  readonly cost: BoundCost;
}

/**
 * dJ/dθ = (∂F/∂θ)ᵀz at s⁰ into `out`, −Jᵀz = c by a Krylov method with products only; whether the residual of z is at most
 * some tens of `tolerance`, relative to c.
 */
export function exactGradient(at: At, s0: State, tolerance: number, out: Params, most?: number): boolean {
  return adjoint(at, s0, tolerance, out, most).solved;
}

/** The same, with z. */
export function adjoint(
  { system, cost }: At,
  s0: State,
  tolerance: number,
  out: Params,
  most = (PRODUCTS_PER_UNIT * s0.data.length) / s0.shapes[0].rows,
): { readonly z: State; readonly solved: boolean } {
  const mask = freeUnits(system, s0);
  const linearisation = system.linearise(s0, mask);
  const c = s0.like();
  cost.addGradState(s0, real(1), c);
  if (mask) hadamard(c.data, mask, c.data);
  const z = c.like();
  const layout = layoutOf(c.shapes);
  const [squares, enough] = numbers(c, 2);
  rowDot(layout, c, c, squares);
  const solver = (linearisation.symmetric ? conjugateGradients : biCgStab)(c, layout);
  const product = minusTransposed(linearisation);
  for (let row = 0; row < layout.rows; row++) enough[row] = tolerance * Math.sqrt(squares[row]);
  solution(solver({ product, right: c, tolerance: enough, most }, z));
  linearisation.gradParams(z, out);
  cost.readOut?.gradient(s0, out);
  return { z, solved: residual(product, z, c) <= 10 * tolerance * norm2(c.data) };
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
