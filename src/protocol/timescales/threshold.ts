import { real } from '../../numerics/complex.js';
import { eigenpairs } from '../../numerics/decompositions.js';
import { Matrix } from '../../numerics/matrix.js';
import type { Sight } from '../protocol.js';
import type { TimescalesOptions } from './options.js';

/**
 * Where ε loses the fixed point, in closed form: of units ds/dt = −λs + θx with dz/dt = −λz + (s − y), dθ/dt = −εxz the
 * characteristic polynomial is p³ + 2λp² + λ²p + εx², stable where ε < 2λ³/x² (Routh–Hurwitz). So it is in each mode of a
 * linear network, all of whose units are outputs, while input weights learn: λ is the least eigenvalue of H, x² the largest
 * of the mean of xxᵀ (with a 1 in x where biases learn). By Euler steps h the roots must lie in |1 + hp| < 1, which is
 * less: with a = 2/h, 2λ³a²(a − λ) − κa(a² + 4λa − 8λ²) − 8κ² > 0 for κ = εx².
 */
export function thresholds({ dynamics, theta, x, cost }: Sight, { learn, step }: TimescalesOptions) {
  const learned = dynamics.parameters.filter(({ name }) => learn?.includes(name) ?? true);
  const { block, from, to } = dynamics.outputs;
  const [only, ...others] = dynamics.states;
  const whole = only.name === block && from === 0 && to === only.cols && others.length === 0;
  if (!dynamics.isLinear || !whole || learned.some(({ kind }) => kind !== 'input' && kind !== 'bias')) return undefined;
  const system = dynamics.bind(theta, new Matrix(1, x.cols));
  const [unit, image] = [theta.of(system.shapes), theta.of(system.shapes)];
  const linear = system.linearise(unit.like());
  const H = Array.from({ length: to }, (_, j) => {
    unit.fill(0).data[j] = 1;
    linear.apply(unit, image);
    return Array.from(image.data, (value) => -value);
  });
  const bent = cost.bind(new Matrix(1, to), dynamics.outputs);
  bent.addGradState(unit.fill(1), real(1), image.fill(0));
  bent.addGradState(unit.fill(0), real(-1), image);
  if (image.data.some((curvature) => curvature !== 1)) return undefined;
  const lambda = Math.min(...eigenpairs(H, true).map(({ re }) => re));
  const square = Math.max(
    0,
    ...eigenpairs(
      momentsOf(
        x,
        learned.map(({ kind }) => kind),
      ),
      true,
    ).map(({ re }) => re),
  );
  if (!(square > 0 && lambda > 0)) return undefined;
  const a = 2 / step;
  const b = a * (a * a + 4 * lambda * a - 8 * lambda * lambda);
  const cube = lambda * lambda * lambda;
  const kappa = (-b + Math.sqrt(b * b + 64 * cube * a * a * (a - lambda))) / 16;
  return { lambda, square, flow: (2 * cube) / square, stepped: kappa / square };
}

/** Mean of xᵀx over the examples, of what the learned parameters see of them. */
function momentsOf(x: Matrix, kinds: readonly string[]): number[][] {
  const seen = Array.from({ length: x.rows }, (_, i) => [
    ...(kinds.includes('input') ? Array.from(x.row(i)) : []),
    ...(kinds.includes('bias') ? [1] : []),
  ]);
  return seen[0].map((_, j) => seen[0].map((_, k) => seen.reduce((sum, row) => sum + row[j] * row[k], 0) / x.rows));
}
