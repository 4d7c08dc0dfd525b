/** Central differences. */
import type { System } from '../model/types.js';
import type { Blocks } from '../numerics/blocks.js';
import { type Numbers, sum } from '../numerics/numbers.js';

const H = 1e-6;

/** (f(x + h d) − f(x − h d)) / 2h, for vector functions. */
export function directional(f: (x: Blocks) => Numbers, x: Blocks, d: Blocks): Numbers {
  const shifted = (h: number) => {
    const moved = x.clone();
    for (let i = 0; i < moved.data.length; i++) moved.data[i] += h * d.data[i];
    return f(moved).slice();
  };
  const [up, down] = [shifted(H), shifted(-H)];
  return up.map((value, i) => (value - down[i]) / (2 * H));
}

/** ∂E/∂s of every unit. */
export function energySlopes(system: System, s: Blocks): Numbers {
  const unit = s.like();
  return Float64Array.from(s.data, (_, i) => {
    unit.fill(0).data[i] = 1;
    return sum(directional((x) => system.energy!.value(x), s, unit));
  });
}
