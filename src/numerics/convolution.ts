/**
 * Convolutions, their adjoints and pooling over batches of images, in the kernels' order of summation: patches are gathered into
 * a buffer that is used again, for so many examples at a time as fit a cache, and multiplied by the filters.
 */
import type { PatchShape, WindowShape } from './backend.js';
import { backend } from './current-backend.js';
import type { Matrix } from './matrix.js';
import type { Numbers } from './numbers.js';
import { workspace } from './workspace.js';

/** Filters over an image, and what is made of windows of what they give. */
export interface ConvolutionShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Channels that it gives, one a filter. */
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly pool: { readonly kind: 'average' | 'max'; readonly size: number } | undefined;
  /** Of the pooled image. */
  readonly rows: number;
  readonly cols: number;
}

/** Which entry of its window comes through, one number for every unit of the pooled image: of max pooling. */
export type Routes = Numbers;

/** Numbers in the buffer of patches: 1 MB, which a second-level cache holds. One example at least. */
const AT_ONCE = 2 ** 17;

export interface Convolution {
  readonly shape: ConvolutionShape;
  /** Whether which entries come through depends on what comes. */
  readonly routed: boolean;
  /**
   * out = start + P(w ⋆ u). Of max pooling it writes the routes that u takes, or takes those that are `given`.
   * @param w filters × (channels · kernel · kernel), @param u images, a row each.
   */
  forward(w: Matrix, u: Matrix, start: 0 | Matrix, out: Matrix, routes?: Routes, given?: boolean): void;
  /** out = start + α (w ⋆ᵀ Pᵀv), by the routes of max pooling. */
  backward(alpha: number, w: Matrix, v: Matrix, start: 0 | Matrix, out: Matrix, routes?: Routes): void;
  /** out += α Σ over the batch of the correlation of u with Pᵀv; with `less`, Pᵀ is what its routes take away from it. */
  addPairs(alpha: number, u: Matrix, v: Matrix, out: Matrix, routes?: Routes, less?: Routes): void;
}

export function convolution(shape: ConvolutionShape): Convolution {
  const { channels, height, width, filters, kernel, stride, padding, pool, rows, cols } = shape;
  const routed = pool?.kind === 'max' && pool.size > 1;
  // a mean of windows is a convolution by fewer, wider patches; the largest is chosen among all
  const mean = pool?.kind === 'average' ? pool.size : 1;
  const size = routed ? pool.size : 1;
  const positions = rows * cols * size * size;
  const cells = channels * kernel * kernel;
  const [inputs, outputs] = [channels * height * width, filters * rows * cols];
  const most = Math.max(1, Math.floor(AT_ONCE / (positions * cells)));

  const patchesOf = (examples: number): PatchShape => {
    const image = { examples, channels, height, width };
    return { ...image, kernel, stride, padding, pool: mean, rows: rows * size, cols: cols * size };
  };
  const windowsOf = (examples: number): WindowShape => ({ examples, channels: filters, rows, cols, size });

  /** So many examples at a time: `act` is told how many, and where rows of a matrix of so many columns are. */
  function each(examples: number, act: (count: number, part: Part) => void): void {
    for (let from = 0; from < examples; from += most) {
      const to = Math.min(from + most, examples);
      act(to - from, (data, size) => data.subarray(from * size, to * size));
    }
  }
  return {
    shape,
    routed,
    forward(w, u, start, out, routes, given = false) {
      each(u.rows, (count, part) => {
        const [n, patches, map] = [count * positions, ...room(count)];
        backend().patches(patchesOf(count), part(u.data, inputs), patches);
        const filter = { ta: false, tb: true, alpha: 1, start: undefined, sparse: false };
        backend().product({ ...filter, m: n, n: filters, k: cells, a: patches, b: w.data, c: map });
        const first = start === 0 ? undefined : part(start.data, outputs);
        const by = routed && routes ? part(routes, outputs) : undefined;
        // what is not chosen has no routes that could be given
        backend().pool(windowsOf(count), map, by, given && by !== undefined, first, part(out.data, outputs));
      });
    },
    backward(alpha, w, v, start, out, routes) {
      if (start === 0) out.data.fill(0);
      else if (start !== out) out.data.set(start.data);
      each(v.rows, (count, part) => {
        const [n, patches, map] = [count * positions, ...room(count)];
        backend().unpool(
          windowsOf(count),
          alpha,
          part(v.data, outputs),
          routed ? part(routes!, outputs) : undefined,
          map,
        );
        const filter = { ta: false, tb: false, alpha: 1, start: undefined, sparse: routed };
        backend().product({ ...filter, m: n, n: cells, k: filters, a: map, b: w.data, c: patches });
        backend().addPatches(patchesOf(count), patches, part(out.data, inputs));
      });
    },
    addPairs(alpha, u, v, out, routes, less) {
      each(u.rows, (count, part) => {
        const [n, patches, map] = [count * positions, ...room(count)];
        const spread = (by: Routes | undefined, to: Numbers) =>
          backend().unpool(windowsOf(count), 1, part(v.data, outputs), by && part(by, outputs), to);
        spread(routed ? routes : undefined, map);
        if (less) {
          const other = workspace('map of others', map.length);
          spread(less, other);
          backend().addScaled(map, -1, other, map);
        }
        backend().patches(patchesOf(count), part(u.data, inputs), patches);
        const pairs = { ta: true, tb: false, start: out.data, c: out.data, sparse: routed };
        backend().product({ ...pairs, alpha, m: filters, n: cells, k: n, a: map, b: patches });
      });
    },
  };

  function room(count: number): [patches: Numbers, map: Numbers] {
    const n = count * positions;
    return [workspace('patches', n * cells), workspace('map', n * filters)];
  }
}

type Part = (data: Numbers, size: number) => Numbers;
