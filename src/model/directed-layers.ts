import { gemm } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import { tensor } from './tensor.js';
import type { Couplings, Directed } from './topology.js';
import type { Params } from './types.js';

/**
 * Layers that hear each other by weights of their own each way (Ernoult et al. 2020): layer l receives
 * s_{l−1}W_l + s_{l+1}B_{l+1}, B_l of shape n_l × n_{l−1}, behind all W and b; B_l = W_lᵀ makes it `layered`.
 * @param chain the same layers, `layered`.
 */
export function directedLayers(sizes: readonly number[], chain: Couplings): Directed {
  const depth = sizes.length - 1;
  const every = Array.from({ length: depth }, (_, k) => k);
  const { name, inputs, outputs, states, parameters, filters, groups, drive, addInputPairs, feedForward } = chain;
  const forward = (theta: Params, l: number): Matrix => theta.parts[0][2 * (l - 1)];
  const back = (theta: Params, l: number): Matrix => theta.parts[0][2 * depth + l - 2];
  const down = every
    .slice(1)
    .map((k) => tensor({ name: `B${k + 1}`, kind: 'coupling', shape: [sizes[k + 1], sizes[k]], layer: k + 1 }));
  /** to_k = start + from_{k−1} · below(k + 1) + from_{k+1} · above(k + 2), part by part. */
  function gather(k: number, from: readonly Matrix[], first: 0 | Matrix, to: Matrix, [below, above]: Ways): void {
    if (k > 0) gemm(false, below.turned, 1, from[k - 1], below.of(k + 1), first, to);
    if (k + 1 < depth) gemm(false, above.turned, 1, from[k + 1], above.of(k + 2), k > 0 ? to : first, to);
    if (depth === 1) {
      if (first === 0) to.data.fill(0);
      else to.data.set(first.data);
    }
  }
  return {
    name,
    inputs,
    outputs,
    states,
    parameters: [...parameters, ...down],
    ...(filters && { filters }),
    ...(groups && { groups }),
    drive,
    addInputPairs,
    ...(feedForward && { feedForward }),
    couple(theta, p, start, out, blocks = every) {
      const ways: Ways = [
        { of: (l) => forward(theta, l), turned: false },
        { of: (l) => back(theta, l), turned: false },
      ];
      p.parts.forEach((from, part) => {
        for (const k of blocks) gather(k, from, (start !== 0 && start.parts[part]?.[k]) || 0, out.parts[part][k], ways);
      });
    },
    coupleBack(theta, q, out) {
      const ways: Ways = [
        { of: (l) => back(theta, l), turned: true },
        { of: (l) => forward(theta, l), turned: true },
      ];
      for (const k of every) gather(k, q.parts[0], 0, out.parts[0][k], ways);
    },
    addPairs(alpha, pre, post, out) {
      for (let l = 2; l <= depth; l++) {
        const [W, B] = [forward(out, l), back(out, l)];
        gemm(true, false, alpha, pre[l - 2], post[l - 1], W, W);
        gemm(true, false, alpha, pre[l - 1], post[l - 2], B, B);
      }
    },
  };
}

/** By which weights a layer is reached from the one below and from the one above, of which layer's number they are. */
type Ways = readonly [below: Way, above: Way];

interface Way {
  of(l: number): Matrix;
  /** It is their transpose. */
  readonly turned: boolean;
}
