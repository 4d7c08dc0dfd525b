/** What somebody else would write: layers of images, joined by convolutions whose tensors have four indices, one of them bounded. */
import * as z from 'zod';
import { bounded } from '../../src/model/domain.js';
import { tensor } from '../../src/model/tensor.js';
import { type Couplings, topology } from '../../src/model/topology.js';
import type { Matrix } from '../../src/numerics/matrix.js';

/** `out[to] += W[weight] · in[from]` */
interface Tap {
  readonly weight: number;
  readonly from: number;
  readonly to: number;
}

/** W [out][in][height][width] over an image of `side`² pixels a channel, without a margin. */
function taps(outputs: number, inputs: number, kernel: number, side: number): Tap[] {
  const [found, made] = [[] as Tap[], side - kernel + 1];
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  for (const o of range(outputs))
    for (const c of range(inputs))
      for (const ky of range(kernel))
        for (const kx of range(kernel))
          for (const y of range(made))
            for (const x of range(made))
              found.push({
                weight: ((o * inputs + c) * kernel + ky) * kernel + kx,
                from: (c * side + y + ky) * side + x + kx,
                to: (o * made + y) * made + x,
              });
  return found;
}

/** 1 × 3 × 3 → channels × 2 × 2 → 2 × 1 × 1. */
function conv(channels: number): Couplings {
  const [input, inner] = [taps(channels, 1, 2, 3), taps(2, channels, 2, 2)];
  const spread = (list: readonly Tap[], W: Matrix, x: Matrix, out: Matrix): void => {
    for (let i = 0; i < x.rows; i++)
      for (const { weight, from, to } of list) out.row(i)[to] += W.data[weight] * x.row(i)[from];
  };
  const gather = (list: readonly Tap[], alpha: number, p: Matrix, q: Matrix, W: Matrix): void => {
    for (let i = 0; i < p.rows; i++)
      for (const { weight, from, to } of list) W.data[weight] += alpha * p.row(i)[from] * q.row(i)[to];
  };
  const back = inner.map(({ weight, from, to }) => ({ weight, from: to, to: from }));
  return {
    name: 'outsider-conv',
    inputs: 9,
    outputs: { block: 's2', from: 0, to: 2 },
    states: [
      tensor({ name: 's1', kind: 'state', shape: [4 * channels], layer: 1 }),
      tensor({ name: 's2', kind: 'state', shape: [2], layer: 2 }),
    ],
    parameters: [
      tensor({ name: 'W1', kind: 'input', shape: [channels, 1, 2, 2], layer: 1, fan: { in: 4, out: 4 * channels } }),
      tensor({
        name: 'W2',
        kind: 'coupling',
        shape: [2, channels, 2, 2],
        layer: 2,
        fan: { in: 4 * channels, out: 8 },
        domain: bounded(-0.5, 0.5),
      }),
    ],
    drive(theta, x, out) {
      out.fill(0);
      spread(input, theta.get('W1'), x, out.parts[0][0]);
    },
    addInputPairs: (alpha, x, [p], out) => gather(input, alpha, x, p, out.get('W1')),
    groups: [[0], [1]],
    couple(theta, p, start, out, blocks = [0, 1]) {
      p.parts.forEach((from, part) => {
        for (const k of blocks) {
          const [into, first] = [out.parts[part][k], start === 0 ? undefined : start.parts[part]?.[k]];
          if (first) into.data.set(first.data);
          else into.data.fill(0);
          spread(k === 0 ? back : inner, theta.get('W2'), from[1 - k], into);
        }
      });
    },
    addPairs: (alpha, [p], [, q], out) => gather(inner, alpha, p, q, out.get('W2')),
  };
}

export const convEntry = topology({
  name: 'outsider-conv',
  summary: 'an image, channels over it, two outputs',
  options: { channels: z.int().positive().describe('channels of the layer between') },
  gives: ['symmetric'],
  examples: [{ channels: 2 }],
  label: ({ channels }) => `of ${channels} channels`,
  create: ({ channels }) => conv(channels),
});
