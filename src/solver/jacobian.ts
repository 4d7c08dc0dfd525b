import { fillOutputs } from '../model/outputs.js';
import type { State } from '../model/types.js';
import { scale } from '../numerics/kernels.js';
import { infinitesimal, type Numbers } from '../numerics/numbers.js';
import type { Field, FieldOrigin } from './field.js';
import type { Product } from './krylov.js';
import type { Meter } from './solver.js';

/** Products with −J of a field. */
export interface NegatedJacobian {
  readonly symmetric: boolean;
  /** Field evaluations that a product is worth. */
  readonly cost: number;
  /** v ↦ −Jv at s, restricted to the units that `free` marks. */
  at(s: State, free: Numbers | undefined): Product;
}

/**
 * Of the free field by the system's linearisation. A nudge is not part of that: its field is differentiated in the complex
 * plane (−J v = −Im F(s + ihv)/h), at twice the price, where the dynamics offers complex states. What is held
 * has no force on it: v has nothing there, and −Jv gets nothing there.
 */
export function jacobian(
  { system, nudge, held }: FieldOrigin,
  field: Field,
  meter: Meter,
  like: State,
): NegatedJacobian {
  const linear = system.linearise(like);
  meter.pay(1);
  const { symmetric } = linear;
  if (nudge && system.dynamics.offers.includes('complex-field')) {
    return { symmetric, cost: 2, at: complexProduct(field, like) };
  }
  return {
    symmetric,
    cost: 1,
    at(s, free) {
      linear.move(s, free);
      meter.pay(1);
      return (v, out) => {
        linear.apply(v, out);
        scale(-1, out.data);
        if (held) fillOutputs(out, held, 0);
      };
    },
  };
}

/** The field leaves the imaginary part of what a bound pins at 0, and so do v that have none there. */
function complexProduct(field: Field, like: State): (s: State) => Product {
  const [at, out] = [like.of(like.shapes, true), like.of(like.shapes, true)];
  const h = infinitesimal[like.precision];
  return (s) => (v, to) => {
    at.copy(s);
    for (let i = 0; i < v.data.length; i++) at.im![i] = h * v.data[i];
    field(at, out);
    for (let i = 0; i < v.data.length; i++) to.data[i] = -out.im![i] / h;
  };
}
