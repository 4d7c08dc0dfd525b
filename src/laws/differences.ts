/** Central differences. */
import type { System } from '../model/types.js';
import type { Blocks } from '../numerics/blocks.js';
import { type Numbers, sum } from '../numerics/numbers.js';

const H = 1e-6;

/** (f(x + h d) − f(x − h d)) / 2h, for vector functions. */
export function directional(f: (x: Blocks) => Numbers, x: Blocks, d: Blocks, by = H): Numbers {
  const shifted = (h: number) => {
    const moved = x.clone();
    for (let i = 0; i < moved.data.length; i++) moved.data[i] += h * d.data[i];
    return f(moved).slice();
  };
  const [up, down] = [shifted(by), shifted(-by)];
  return up.map((value, i) => (value - down[i]) / (2 * by));
}

/** Below, round-off is all that there is. */
const LEAST_H = 1e-11;

/**
 * ∂E/∂s of every unit from two steps, and by what it may be off: E is rounded, and ∫ρ⁻¹ bends ever more towards the ends of the
 * range of a smooth ρ, behind which it is no number. There the steps are smaller.
 */
export function energySlopes(system: System, s: Blocks): { readonly slopes: Numbers; readonly doubts: Numbers } {
  const value = (x: Blocks) => system.energy!.value(x);
  const size = value(s).reduce((most, energy) => Math.max(most, Math.abs(energy)), 1);
  const unit = s.like();
  const [slopes, doubts] = [s.like().data, s.like().data.fill(Number.POSITIVE_INFINITY)];
  for (let i = 0; i < slopes.length; i++) {
    unit.fill(0).data[i] = 1;
    for (let h = H; h >= LEAST_H; h /= 10) {
      const [one, two] = [h, 2 * h].map((step) => sum(directional(value, s, unit, step)));
      const rounded = (4 * 2 ** -52 * size) / h;
      const bent = Math.abs(two - one);
      if (bent + rounded < doubts[i]) [slopes[i], doubts[i]] = [(4 * one - two) / 3, bent + rounded];
      if (bent <= rounded) break;
    }
  }
  return { slopes, doubts };
}
