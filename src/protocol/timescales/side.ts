import type { BoundCost, Params, State, System } from '../../model/types.js';
import { real } from '../../numerics/complex.js';
import { addScaled, axpy, clip, hadamard, maxAbs } from '../../numerics/kernels.js';
import { boundsOf, freeUnits, nudgedField } from '../../solver/field.js';

/** What moves beside the network and tells it dJ/dθ. */
export interface Side {
  /** All that it is at. */
  readonly moving: State;
  /** Its rate, and its estimate of dJ/dθ into `gradient`, where the network is at s and moves at ds. */
  evaluate(s: State, ds: State, gradient: Params): void;
  advance(dt: number): void;
  /** z where the network is at s: what comes to rest at −J⁻ᵀc. */
  read(s: State): State;
  /** ‖dz/dt‖_∞ as evaluated. */
  speed(): number;
}

/** The side network of RBP (Almeida 1987, Pineda 1987), linearised where the network is: dz/dt = Jᵀz + c. */
export function sideNetwork(system: System, cost: BoundCost, start: State): Side {
  const [z, rate, c] = [start.like(), start.like(), start.like()];
  const linearisation = system.linearise(start);
  return {
    moving: z,
    evaluate(s, _, gradient) {
      const mask = freeUnits(system, s);
      linearisation.move(s, mask);
      cost.addGradState(s, real(1), c.fill(0));
      if (mask) hadamard(c.data, mask, c.data);
      linearisation.applyTranspose(z, rate);
      axpy(1, c.data, rate.data);
      linearisation.gradParams(z, gradient);
    },
    advance: (dt) => axpy(dt, rate.data, z.data),
    read: () => z,
    speed: () => maxAbs(rate.data),
  };
}

/** EP without phases: a second copy is nudged all the time, dJ/dθ is (∂E/∂θ(s^β) − ∂E/∂θ(s))/β, and z = −(s^β − s)/β. */
export function nudgedCopy(system: System, cost: BoundCost, start: State, beta: number): Side {
  const field = nudgedField(system, cost, real(beta));
  const bounds = boundsOf(system);
  const [copy, rate, difference] = [start.clone(), start.like(), start.like()];
  let speed = 0;
  return {
    moving: copy,
    evaluate(s, ds, gradient) {
      field(copy, rate);
      addScaled(rate.data, -1, ds.data, difference.data);
      speed = maxAbs(difference.data) / Math.abs(beta);
      system.energy!.addGradChange([{ s: copy, weight: real(1 / beta) }], s, gradient.fill(0));
    },
    advance(dt) {
      axpy(dt, rate.data, copy.data);
      if (bounds) clip(bounds, copy.data);
    },
    read(s) {
      addScaled(s.data, -1, copy.data, difference.data);
      for (let i = 0; i < difference.data.length; i++) difference.data[i] /= beta;
      return difference;
    },
    speed: () => speed,
  };
}
