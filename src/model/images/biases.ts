/** Biases of a layer: one a unit, or one a channel of an image. */
import { addColumnSums, addRow } from '../../numerics/kernels.js';
import type { Matrix } from '../../numerics/matrix.js';
import { level } from '../domain.js';
import { type Tensor, tensor } from '../tensor.js';
import type { LayerShape } from './shapes.js';

export interface Biases {
  readonly tensor: Tensor;
  /** out += b for every example */
  add(b: Matrix, out: Matrix): void;
  /** out += α · sums of p over examples, and over the places of a channel. */
  addSums(alpha: number, p: Matrix, out: Matrix): void;
}

export function biases({ units, image }: LayerShape, layer: number): Biases {
  const size = image ? image[0] : units;
  const made = tensor({ name: `b${layer}`, kind: 'bias', shape: [size], layer, domain: level });
  if (image === undefined) return { tensor: made, add: addRow, addSums: addColumnSums };
  const places = image[1] * image[2];
  return {
    tensor: made,
    add(b, out) {
      for (let i = 0, at = 0; i < out.rows; i++)
        for (let c = 0; c < size; c++) for (let n = 0; n < places; n++) out.data[at++] += b.data[c];
    },
    addSums(alpha, p, out) {
      for (let c = 0; c < size; c++) {
        let sum = 0;
        for (let i = 0; i < p.rows; i++)
          for (let n = 0, at = (i * size + c) * places; n < places; n++) sum += p.data[at++];
        out.data[c] += alpha * sum;
      }
    },
  };
}
