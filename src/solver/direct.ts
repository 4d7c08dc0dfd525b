import { entry } from '../entry.js';
import { axpy, maxAbs } from '../numerics/kernels.js';
import { jacobian } from './jacobian.js';
import { biCgStab, conjugateGradients, solving } from './krylov.js';
import { layoutOf, numbers } from './rows.js';
import { iterate, Meter, type Solver } from './solver.js';

/** Products J·v at most in one solve, for every unit. */
const MOST_PER_UNIT = 4;

/**
 * The fixed point of a field that is linear in s, F(s) = F(0) + J s with one J for all s: −J d = F(s) by conjugate
 * gradients where J is symmetric, else by BiCGStab, until no digit of F is left to take. A step is one such solve; the
 * second takes what round-off left of the first.
 */
export const direct: Solver = {
  name: 'direct',
  needs: ['linearisation'],
  asks: 'linearisation',
  projects: false,
  followsTime: false,
  unfit: ({ dynamics }) =>
    dynamics.isLinear
      ? undefined
      : 'solves one linear system, and the forces of this network are not linear in its state',
  relax({ field, start }, rule) {
    const meter = new Meter(field);
    const s = start.clone();
    const layout = layoutOf(s.shapes);
    const J = jacobian(field.of!, field, meter, s);
    const solve = J.symmetric ? conjugateGradients(s, layout) : biCgStab(s, layout);
    const product = J.at(s, undefined);
    const [d, [tolerance]] = [s.like(), numbers(s, 1)];
    tolerance.fill(rule.tolerance / 2);
    const most = MOST_PER_UNIT * s.shapes.reduce((units, { cols }) => units + cols, 0);
    return iterate(meter, s, rule, function* (at, force) {
      const { products } = yield* solving(solve({ product, right: force, tolerance, most }, d));
      meter.pay(J.cost * products);
      axpy(1, d.data, at.data);
      meter.field(at, force);
      return maxAbs(force.data);
    });
  },
};

export const directEntry = entry({
  name: 'direct',
  summary:
    'one linear system, by conjugate gradients (BiCGStab without symmetry): where forces are linear in the state',
  source: 'Hestenes & Stiefel 1952',
  options: {},
  create: () => direct,
});
