import * as z from 'zod';
import { entry, positive } from '../entry.js';
import { type Allocator, Blocks } from '../numerics/blocks.js';
import { onUnitCircle } from '../numerics/complex.js';
import { gemm, norm2 } from '../numerics/kernels.js';
import { Matrix, math } from '../numerics/matrix.js';
import type { Random } from '../numerics/random.js';
import { imposeStructure } from './structure.js';
import type { Initialiser, ParameterShape, Params } from './types.js';

/** Uniform in ±gain·√(6/(fan in + fan out)) (Glorot & Bengio 2010). */
export const glorotUniform = (gain: number): Initialiser => ({
  name: 'glorot-uniform',
  fill(weights, random) {
    const limit = gain * Math.sqrt(6 / (weights.rows + weights.cols));
    for (let i = 0; i < weights.data.length; i++) weights.data[i] = limit * (2 * random.uniform() - 1);
  },
});

/** Normal with mean 0 and standard deviation `std`. */
export const normal = (std: number): Initialiser => ({
  name: 'normal',
  fill(weights, random) {
    for (let i = 0; i < weights.data.length; i++) weights.data[i] = std * random.normal();
  },
});

/** gain · Q of the QR decomposition of a normal matrix: orthonormal rows or columns, whichever are fewer. */
export const orthogonal = (gain: number): Initialiser => ({
  name: 'orthogonal',
  fill(weights, random) {
    const [long, short] = [Math.max(weights.rows, weights.cols), Math.min(weights.rows, weights.cols)];
    const draw = new Matrix(long, short);
    normal(1).fill(draw, random);
    // mathjs's Q is long × long: its first `short` columns span the draw; signs as in R with a positive diagonal
    const { Q, R } = math.qr(draw as never) as unknown as Record<'Q' | 'R', { toArray(): number[][] }>;
    const [q, r] = [Q.toArray(), R.toArray()];
    for (let i = 0; i < long; i++) {
      for (let j = 0; j < short; j++) {
        const value = gain * (r[j][j] < 0 ? -q[i][j] : q[i][j]);
        weights.data[weights.rows >= weights.cols ? i * weights.cols + j : j * weights.cols + i] = value;
      }
    }
  },
});

export const zeros = (): Initialiser => ({ name: 'zeros', fill: (weights) => void weights.data.fill(0) });

const gain = positive().default(1).describe('factor on the weights');

export const initialisers = {
  'glorot-uniform': entry({
    name: 'glorot-uniform',
    summary: 'uniform in ±gain·√(6/(fan in + fan out)), biases 0',
    source: 'Glorot & Bengio 2010',
    options: { gain },
    create: (options) => glorotUniform(options.gain),
  }),
  normal: entry({
    name: 'normal',
    summary: 'normal with mean 0 and standard deviation std, biases 0',
    options: { std: z.number().nonnegative().describe('standard deviation') },
    create: (options) => normal(options.std),
  }),
  orthogonal: entry({
    name: 'orthogonal',
    summary: 'gain times a random matrix with orthonormal rows or columns, biases 0',
    source: 'Saxe et al. 2014',
    options: { gain },
    create: (options) => orthogonal(options.gain),
  }),
  zeros: entry({ name: 'zeros', summary: 'all weights and biases 0', options: {}, create: zeros }),
};

/**
 * Parameters of the given shapes: weights by the initialiser, each from a stream of its own, biases zero. Structure is
 * kept: a symmetric W is (M + Mᵀ)/2 with zero diagonal, a positive definite A is I + MMᵀ/n, a W at an angle to its transpose is turned.
 */
export function initialise(
  shapes: readonly ParameterShape[],
  init: Initialiser,
  stream: (name: string) => Random,
  arena?: Allocator,
): Params {
  const theta = Blocks.real(shapes, arena);
  shapes.forEach((shape, i) => {
    if (shape.role === 'bias') return;
    const weights = theta.parts[0][i];
    init.fill(weights, stream(shape.name));
    // symmetric up to round-off: the bits that results were computed from
    if (shape.structure === 'symmetric-positive-definite') makePositiveDefinite(weights);
    else imposeStructure(shape, weights);
    if (shape.backwardAngle !== undefined) turn(weights, shape.backwardAngle);
  });
  return theta;
}

function makePositiveDefinite(a: Matrix): void {
  const n = a.rows;
  const m = new Matrix(n, n, a.data.slice());
  gemm(false, true, 1 / n, m, m, 0, a);
  for (let i = 0; i < n; i++) a.data[i * n + i] += 1;
}

/**
 * Mixes the symmetric part S and the antisymmetric part A of a square w, of one norm each, as cos(α/2) S + sin(α/2) A:
 * ⟨w, wᵀ⟩ = cos α ‖w‖². The norm of w stays.
 */
function turn(w: Matrix, degrees: number): void {
  const n = w.rows;
  const parts = [1, -1].map((sign) =>
    Float64Array.from(w.data, (value, at) => (value + sign * w.data[(at % n) * n + Math.floor(at / n)]) / 2),
  );
  const { re: cos, im: sin } = onUnitCircle(degrees / 2, 360);
  const [s, a] = [cos, sin].map((share, i) => (share * norm2(w.data)) / (norm2(parts[i]) || 1));
  for (let at = 0; at < w.data.length; at++) w.data[at] = s * parts[0][at] + a * parts[1][at];
}
