/** What every integrator promises. */
import { create, type Named } from '../entry.js';
import { logLogSlope } from '../metrics/slope.js';
import { Blocks } from '../numerics/blocks.js';
import { registry } from '../registry.js';
import type { Field } from '../solver/field.js';
import { titleOf } from './entries.js';
import { type Claims, type Law, law } from './law.js';

const shapes = [{ name: 's', rows: 1, cols: 2 }];
/** ds/dt = (s₂, −s₁ − s₁³): smooth, not linear, nothing special at any order. */
const oscillator: Field = ({ data: [x, v] }, out) => out.data.set([v, -x - x * x * x]);
/** The same with ∫s as a state of its own. */
const joint: Field = ({ data: [x, v] }, out) => out.data.set([v, -x - x * x * x, x, v]);

/** From a start through a unit of time. */
function following(named: Named) {
  const method = create(registry.integrators, named);

  const follow = (field: Field, start: number[], steps: number, integral?: Blocks) => {
    const s = Blocks.real([{ name: 's', rows: 1, cols: start.length }]);
    s.data.set(start);
    const [k1, advance] = [s.like(), method.prepare(s)];
    for (let i = 0; i < steps; i++) {
      field(s, k1);
      advance(field, s, k1, 1 / steps, s, integral);
    }
    return s.data;
  };
  return { method, follow };
}

function order(named: Named, t: Claims): void {
  const { method, follow } = following(named);

  const reference = follow(oscillator, [1, 0.5], 20000);
  const points = [8, 16, 32, 64, 128].flatMap((steps): [number, number][] => {
    const end = follow(oscillator, [1, 0.5], steps);
    const error = Math.hypot(end[0] - reference[0], end[1] - reference[1]);
    // far above round-off
    return error > 1e-13 ? [[1 / steps, error]] : [];
  });
  t.atLeast(points.length, 3, 'step sizes with an error above round-off');
  const order = logLogSlope(points.slice(-4));
  t.near(order, method.order, 0.1, 'order of the error in the step size, as measured and as declared');
}

function integrals(named: Named, t: Claims): void {
  const { follow } = following(named);

  const integral = Blocks.real(shapes);
  follow(oscillator, [1, 0.5], 10, integral);
  const together = follow(joint, [1, 0.5, 0, 0], 10);
  t.near(integral.data, together.slice(2), 1e-15, '∫s over 10 steps, against a state of its own');
}

export const integratorLaws = (named: Named): Law[] => [
  law(`${titleOf(named)}: the error falls with the order it declares`, (t) => order(named, t)),
  law(`${titleOf(named)}: the integral of the state is what stepping it jointly gives`, (t) => integrals(named, t)),
];
