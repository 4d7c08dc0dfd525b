import * as z from 'zod';
import type { Linearisation, State } from '../../model/types.js';
import { scale } from '../../numerics/kernels.js';
import { type ByPrecision, type Numbers, ulp } from '../../numerics/numbers.js';
import type { LinearSolver, Product } from '../../solver/krylov.js';
import { type Layout, layoutOf, numbers, rowDot } from '../../solver/rows.js';
import type { Engine, EstimateStatus } from '../engine.js';
import { conclude, sideNetwork } from './side-network.js';

export interface KrylovOptions {
  /** ‖b − Az‖₂/‖b‖₂ at which a row is done; 0: take all the steps. */
  readonly tolerance: number;
}

/** Less is more than the numbers have: residuals of single precision come to rest at one or two of their last places. */
const LEAST: ByPrecision = { float64: ulp.float64, float32: 8 * ulp.float32 };

export const krylovOptions = {
  tolerance: z
    .number()
    .nonnegative()
    .max(1)
    .default(1e-12)
    .describe('an example is done when its residual is so small relative to c; 0: take all the steps'),
};

/** What is solved for z: −Jᵀz = c, or what has the same solution. */
export interface Equations {
  readonly product: Product;
  readonly right: State;
  readonly solver: LinearSolver;
  /** What a direction without positive curvature says of J. */
  readonly indefinite: EstimateStatus;
}

/** How a method poses its equations, from J and c. */
export type Pose = (linear: Linearisation, c: State, layout: Layout) => Equations;

/**
 * z = −J⁻ᵀc by a Krylov method, products with J only, one system an example; dJ/dθ = (∂F/∂θ)ᵀz. `second.steps` bounds the
 * iterations. An end point: it has no process in time.
 */
export const krylovEngine = (pose: Pose, { tolerance }: KrylovOptions): Engine => ({
  needs: ['linearisation'],
  accuracy: 'exact',
  residualGain: 0,
  hasProcess: false,
  leastSteps: 1,
  *run(problem) {
    const { c, linearisation } = sideNetwork(problem);
    const layout = layoutOf(c.shapes);
    const { product, right, solver, indefinite } = pose(linearisation, c, layout);
    const z = c.like();
    const most = problem.second.steps;
    const small = sizes(layout, right, Math.max(tolerance, LEAST[right.precision]));
    const way = solver({ product, right, tolerance: small, most }, z);
    let next = way.next();
    for (; !next.done; next = way.next()) yield { done: next.value, of: most };
    const solution = next.value;
    const asked = solution.unfinished > 0 && tolerance > 0 ? 'max-steps' : 'completed';
    const ended = solution.indefinite ? indefinite : asked;
    const status = solution.lost > 0 ? 'diverged' : ended;
    return conclude(problem, linearisation, c, z, status, solution.iterations);
  },
});

/** factor · ‖b‖₂ of every row. */
function sizes(layout: Layout, b: State, factor: number): Numbers {
  const [squares] = numbers(b, 1);
  rowDot(layout, b, b, squares);
  return Float64Array.from(squares, (square) => factor * Math.sqrt(square));
}

/** out = −Jᵀv */
export function negatedTranspose({ applyTranspose }: Linearisation): Product {
  return (v, out) => {
    applyTranspose(v, out);
    scale(-1, out.data);
  };
}
