import { type Convolution, type ConvolutionShape, convolution } from '../../numerics/convolution.js';
import { gemm, gemmOfInput } from '../../numerics/kernels.js';
import type { Matrix } from '../../numerics/matrix.js';
import { type Tensor, tensor } from '../tensor.js';
import type { LayerShape, Wire } from './shapes.js';

/** Weights between two layers: how the one sees the other, and the other the one. Rows of states are examples. */
export interface Connection extends Pick<Convolution, 'forward' | 'backward' | 'addPairs' | 'routed'> {
  readonly from: number;
  readonly to: number;
  readonly weights: Tensor;
  /** One channel of weights after the other under a unit, or filter, and how wide pictures of them are; undefined: as the input. */
  readonly filters: { readonly count: number; of(w: Matrix, unit: number): ArrayLike<number>; readonly width?: number };
}

/** What it is made of does not depend on routes where nothing is pooled by its largest. */
export function connection(wire: Wire, layers: readonly LayerShape[]): Connection {
  return wire.convolution ? convolutional(wire, wire.convolution) : dense(wire, layers);
}

function dense({ name, from, to }: Wire, layers: readonly LayerShape[]): Connection {
  const { units: rows, image } = layers[from];
  const cols = layers[to].units;
  const product = from === 0 ? gemmOfInput : (ta: boolean, ...rest: Rest) => gemm(ta, false, ...rest);
  return {
    from,
    to,
    weights: tensor({ name, kind: kindOf(from), shape: [rows, cols], layer: to }),
    routed: false,
    forward: (w, u, start, out) => product(false, 1, u, w, start, out),
    backward: (alpha, w, v, start, out) => gemm(false, true, alpha, v, w, start, out),
    addPairs: (alpha, u, v, out) => product(true, alpha, u, v, out, out),
    filters: {
      count: cols,
      of: (w, unit) => Float64Array.from({ length: rows }, (_, i) => w.row(i)[unit]),
      ...(image && { width: image[2] }),
    },
  };
}

type Rest = [alpha: number, a: Matrix, b: Matrix, start: 0 | Matrix, c: Matrix];

function convolutional({ name, from, to }: Wire, shape: NonNullable<Wire['convolution']>): Connection {
  const { channels, filters, kernel } = shape;
  const { forward, backward, addPairs, routed } = convolution(shape);
  const cells = kernel * kernel;
  return {
    from,
    to,
    weights: tensor({
      name,
      kind: kindOf(from),
      shape: [filters, channels, kernel, kernel],
      layer: to,
      fan: { in: channels * cells, out: filters * cells },
      images: unpooled(shape),
    }),
    routed,
    forward,
    backward,
    addPairs,
    filters: { count: filters, of: (w, unit) => w.row(unit), width: kernel },
  };
}

/** The convolution alone. */
function unpooled({ pool, ...shape }: ConvolutionShape): NonNullable<Tensor['images']> {
  const size = pool?.size ?? 1;
  const [rows, cols] = [shape.rows * size, shape.cols * size];
  const { forward, backward } = convolution({ ...shape, rows, cols, pool: undefined });
  return { forward, backward, rows: shape.channels * shape.height * shape.width, cols: shape.filters * rows * cols };
}

const kindOf = (from: number) => (from === 0 ? 'input' : 'coupling');
