import * as z from 'zod';
import { entry, positive } from '../entry.js';
import { type Allocator, Blocks } from '../numerics/blocks.js';
import { exponential } from '../numerics/exponential.js';
import { Matrix, math } from '../numerics/matrix.js';
import type { Random } from '../numerics/random.js';
import type { Tensor } from './tensor.js';
import type { Initialiser, Params } from './types.js';

/** Uniform in ±gain·√(6/(fan in + fan out)) (Glorot & Bengio 2010). */
export const glorotUniform = (gain: number): Initialiser => ({
  name: 'glorot-uniform',
  fill(weights, random, { fan }) {
    const limit = gain * Math.sqrt(6 / (fan.in + fan.out));
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
    for (let i = 0; i < draw.data.length; i++) draw.data[i] = random.normal();
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

/** Uniform in (min, max). */
export const uniform = (min: number, max: number): Initialiser => ({
  name: 'uniform',
  least: min,
  fill(weights, random) {
    for (let i = 0; i < weights.data.length; i++) weights.data[i] = min + (max - min) * random.uniform();
  },
});

/** exp of a number uniform in (log min, log max). */
const logUniform = (min: number, max: number): Initialiser => ({
  name: 'log-uniform',
  least: min,
  fill(weights, random) {
    const range = Math.log(max / min);
    for (let i = 0; i < weights.data.length; i++) weights.data[i] = min * exponential(range * random.uniform());
  },
});

export const constant = (value: number): Initialiser => ({
  name: 'constant',
  least: value,
  fill: (weights) => void weights.data.fill(value),
});

export const zeros = (): Initialiser => ({ name: 'zeros', least: 0, fill: (weights) => void weights.data.fill(0) });

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
    examples: [{ std: 0.1 }],
    create: (options) => normal(options.std),
  }),
  uniform: entry({
    name: 'uniform',
    summary: 'uniform in (min, max); rest lengths a tenth of it around the lengths at the given positions',
    options: {
      min: z.number().default(0.5).describe('lower bound'),
      max: z.number().default(2).describe('upper bound'),
    },
    problems: ({ min, max }) => (min < max ? [] : [['max', `max must be greater than min (${min}), got ${max}`]]),
    create: ({ min, max }) => uniform(min, max),
  }),
  'log-uniform': entry({
    name: 'log-uniform',
    summary: 'between min and max, the logarithm uniform: parameters that differ by factors',
    options: { min: positive().describe('lower bound'), max: positive().describe('upper bound') },
    examples: [{ min: 0.1, max: 1 }],
    problems: ({ min, max }) => (min < max ? [] : [['max', `max must be greater than min (${min}), got ${max}`]]),
    create: ({ min, max }) => logUniform(min, max),
  }),
  constant: entry({
    name: 'constant',
    summary: 'all alike, biases 0',
    options: { value: z.number().describe('what every parameter is') },
    examples: [{ value: 0.1 }],
    create: ({ value }) => constant(value),
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

/** Parameters of these tensors, each drawn from a stream of its own and brought into its domain; biases are zero. */
export function initialise(
  tensors: readonly Tensor[],
  init: Initialiser,
  stream: (name: string) => Random,
  arena?: Allocator,
): Params {
  const theta = Blocks.real(tensors, arena);
  tensors.forEach((tensor, i) => {
    if (tensor.kind === 'bias') return;
    init.fill(theta.parts[0][i], stream(tensor.name), tensor);
    tensor.domain.fromDraw(theta.parts[0][i]);
  });
  return theta;
}
