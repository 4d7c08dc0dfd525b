import type { Linearisation, State } from '../../model/types.js';
import { Matrix, math } from '../../numerics/matrix.js';
import type { Engine, Estimate, Problem, Work } from '../engine.js';
import { conclude, sideNetwork } from './side-network.js';

/**
 * The end point without the way there: z = −J⁻ᵀc by a dense factorisation, one system an example, and
 * dJ/dθ = (∂F/∂θ)ᵀz. For an energy z = H⁻¹c (Almeida 1987, Pineda 1987).
 * Where J is singular the fixed point is not isolated: status `singular`, gradient NaN.
 */
export const direct = (): Engine => ({
  needs: ['linearisation'],
  accuracy: 'exact',
  residualGain: 0,
  hasProcess: false,
  run,
});

function* run(problem: Problem): Generator<Work, Estimate> {
  const { c, linearisation } = sideNetwork(problem);
  const gradient = problem.gradient ?? problem.free.of(problem.system.dynamics.parameters);
  const z = yield* solveTransposed(linearisation, c, problem.freeUnits);
  if (z === undefined) return { status: 'singular', steps: 0, gradient: gradient.fill(Number.NaN) };
  return conclude({ ...problem, gradient }, linearisation, c, z, 'completed', 0);
}

/** z with −Jᵀz = c, example by example; on pinned units, whose rows of J vanish, z = 0. Undefined where J is singular. */
function* solveTransposed(
  linearisation: Linearisation,
  c: State,
  free: Float64Array | undefined,
): Generator<Work, State | undefined> {
  const z = c.like();
  const matrices = yield* denseTransposed(linearisation, c);
  for (const [example, matrix] of matrices.entries()) {
    yield { done: example, of: matrices.length };
    const units = unitsOf(c, example);
    units.forEach((at, i) => {
      if (free?.[at] === 0) matrix.data[i * units.length + i] = -1;
    });
    // mathjs takes a right-hand side below 1e-15 for 0: solve for c of size 1
    const size = units.reduce((max, at) => Math.max(max, Math.abs(c.data[at])), 0) || 1;
    const right = Float64Array.from(units, (at) => -c.data[at] / size);
    const solution = solve(matrix, new Matrix(units.length, 1, right));
    if (solution === undefined) return undefined;
    units.forEach((at, i) => {
      z.data[at] = size * solution[i][0];
    });
  }
  return z;
}

/** mathjs's dense LU; it throws for a singular matrix, which is a result here. */
function solve(matrix: Matrix, right: Matrix): number[][] | undefined {
  try {
    return (math.lusolve(matrix as never, right as never) as unknown as { toArray(): number[][] }).toArray();
  } catch (error) {
    if (/singular/i.test(String(error))) return undefined;
    throw error;
  }
}

/** Jᵀ of each example as a dense matrix: column k is Jᵀe_k, for all examples at once. */
function* denseTransposed(linearisation: Linearisation, like: State): Generator<Work, readonly Matrix[]> {
  const examples = like.shapes[0].rows;
  const units = Array.from({ length: examples }, (_, example) => unitsOf(like, example));
  const n = units[0].length;
  const matrices = like.of(units.map((_, example) => ({ name: `Jᵀ${example}`, rows: n, cols: n }))).parts[0];
  const [unit, image] = [like.like(), like.like()];
  for (let k = 0; k < n; k++) {
    unit.fill(0);
    for (const places of units) unit.data[places[k]] = 1;
    linearisation.applyTranspose(unit, image);
    matrices.forEach((matrix, example) => {
      for (let i = 0; i < n; i++) matrix.data[i * n + k] = image.data[units[example][i]];
    });
    yield { done: k, of: n };
  }
  return matrices;
}

/** Where the units of one example are in the contiguous buffer of a state. */
function unitsOf(state: State, example: number): number[] {
  const places: number[] = [];
  let start = 0;
  for (const { rows, cols } of state.shapes) {
    for (let j = 0; j < cols; j++) places.push(start + example * cols + j);
    start += rows * cols;
  }
  return places;
}
