/** What every update of θ leaves as it is, or within bounds. */
import * as z from 'zod';
import { positive } from '../../entry.js';
import type { Tensor } from '../../model/tensor.js';
import type { Params } from '../../model/types.js';
import { gemm, scale } from '../../numerics/kernels.js';
import type { Matrix } from '../../numerics/matrix.js';
import { sum } from '../../numerics/numbers.js';
import { randomStream } from '../../numerics/random.js';
import { largestSingularValue, type RowMap, type Search } from '../../numerics/singular-value.js';

export const constrainOption = z
  .strictObject({
    mean: z.literal('kept').optional().describe('positive tensors are scaled to the mean that they had'),
    spectral_norm: positive()
      .optional()
      .describe(
        'couplings between free units are scaled down to this largest singular value where theirs is larger; of a convolution, ' +
          'that of the map between images, before pooling',
      ),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    message: 'must have mean or spectral_norm',
  })
  .optional()
  .describe('what every update leaves as it is, or within bounds; default nothing');

export type Constrain = z.output<typeof constrainOption>;

/** Brings a new θ to where it may be, in place. */
export type Constraint = (to: Params, from: Params) => void;

/** What a spec asks for, with buffers of its own where θ is; none where it asks for nothing. */
export function constraintsOf(given: Constrain, tensors: readonly Tensor[], theta: Params): readonly Constraint[] {
  return [
    ...(given?.mean ? [keptMeans(tensors)] : []),
    ...(given?.spectral_norm === undefined ? [] : [boundedNorms(given.spectral_norm, tensors, theta)]),
  ];
}

/** Why a constraint has nothing to act on, if that is so: which, and in words that follow "must be left out: no tensor of …". */
export function idleConstraint(
  given: Constrain,
  tensors: readonly Tensor[],
): readonly [key: string, why: string] | undefined {
  if (given?.mean && !tensors.some(({ domain }) => domain.isPositive)) return ['mean', 'must be positive'];
  if (given?.spectral_norm && !tensors.some(isCoupling)) return ['spectral_norm', 'couples free units'];
  return undefined;
}

/** A number of an expression is no map. */
const isCoupling = ({ kind, shape }: Tensor): boolean => kind === 'coupling' && shape.length > 1;

/** Scales positive tensors of a new θ to the means of the old one. */
const keptMeans =
  (tensors: readonly Tensor[]): Constraint =>
  (to, from) => {
    tensors.forEach(({ domain }, k) => {
      const [now, before] = [to, from].map(({ parts }) => parts[0][k].data);
      if (domain.isPositive) scale(sum(before) / sum(now), now);
    });
  };

/**
 * W ← W · bound/σ where σ > bound. Every search for σ starts from the same vector, so that θ alone decides: a training that
 * goes on from a checkpoint comes to the same bits.
 */
function boundedNorms(bound: number, tensors: readonly Tensor[], theta: Params): Constraint {
  const bounds = tensors.map((tensor, k) => {
    if (!isCoupling(tensor)) return undefined;
    const { rows, cols } = tensor.images ?? tensor;
    const row = (name: string) => ({ name, rows: 1, cols: rows });
    const [[start, v, before, next, image]] = theta.of([
      ...['start', 'v', 'before', 'next'].map(row),
      { name: 'image', rows: 1, cols },
    ]).parts;
    const search: Search = { rows: [v, before, next], image };
    const random = randomStream(0, `spectral-norm/${tensor.name}`);
    for (let i = 0; i < rows; i++) start.data[i] = random.normal();
    return (to: Params) => {
      const weights = to.parts[0][k];
      v.data.set(start.data);
      const sigma = largestSingularValue(mapOf(tensor, weights), search);
      if (sigma > bound) scale(bound / sigma, weights.data);
    };
  });
  return (to) => {
    for (const bind of bounds) bind?.(to);
  };
}

function mapOf({ images }: Tensor, weights: Matrix): RowMap {
  if (images) {
    return {
      apply: (u, out) => images.forward(weights, u, 0, out),
      applyTranspose: (v, out) => images.backward(1, weights, v, 0, out),
    };
  }
  return {
    apply: (u, out) => gemm(false, false, 1, u, weights, 0, out),
    applyTranspose: (v, out) => gemm(false, true, 1, v, weights, 0, out),
  };
}
