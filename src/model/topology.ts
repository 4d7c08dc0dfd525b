/**
 * Who is connected to whom, for dynamics whose interaction is the bilinear form ½ pᵀWp + (xU + b)·p with symmetric W.
 * Shared by energies; knows nothing of activations.
 */
import type { BlockShape, Blocks } from '../numerics/blocks.js';
import { addColumnSums, addRow, gemm, gemmOfInput } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import { singleBlock } from './single-block.js';
import type { OutputSlice, ParameterShape, Params } from './types.js';

export interface Topology {
  readonly inputs: number;
  readonly outputs: OutputSlice;
  readonly parameters: readonly ParameterShape[];
  stateShapes(examples: number): BlockShape[];
  /** out = what the clamped input and the biases send to every unit; `out` real. */
  drive(theta: Params, x: Matrix, out: Blocks): void;
  /** No block is coupled to itself nor to another of its parity (k % 2): each parity depends on the other alone. */
  readonly bipartite: boolean;
  /**
   * out = start + W p, part by part (real and imaginary; a real start has no imaginary part). With a parity, only the
   * blocks k with k % 2 = parity are written.
   */
  couple(theta: Params, p: Blocks, start: 0 | Blocks, out: Blocks, parity?: 0 | 1): void;
  /** out += α · (pairs of p and q over every connection among state units); real parts `p` against parts `q`. */
  addPairs(alpha: number, p: readonly Matrix[], q: readonly Matrix[], out: Params): void;
  /** out += α · (xᵀp and column sums of p): the connections from the input, and the biases. */
  addInputPairs(alpha: number, x: Matrix, p: readonly Matrix[], out: Params): void;
}

/** sizes [n₀ (input), n₁, …, n_L (output)]; W_l of shape n_{l−1} × n_l used in both directions. State blocks s1…sL. */
export function layered(sizes: readonly number[]): Topology {
  const depth = sizes.length - 1;
  const layers = Array.from({ length: depth }, (_, i) => i + 1);
  const weight = (theta: Params, l: number) => theta.parts[0][2 * (l - 1)];
  const bias = (theta: Params, l: number) => theta.parts[0][2 * (l - 1) + 1];
  return {
    inputs: sizes[0],
    outputs: { block: `s${depth}`, from: 0, to: sizes[depth] },
    parameters: layers.flatMap((l): ParameterShape[] => [
      { name: `W${l}`, rows: sizes[l - 1], cols: sizes[l], role: 'weight' },
      { name: `b${l}`, rows: 1, cols: sizes[l], role: 'bias' },
    ]),
    stateShapes: (examples) => layers.map((l) => ({ name: `s${l}`, rows: examples, cols: sizes[l] })),
    drive(theta, x, out) {
      gemmOfInput(false, 1, x, weight(theta, 1), bias(theta, 1), out.parts[0][0]);
      for (const l of layers.slice(1)) {
        out.parts[0][l - 1].data.fill(0);
        addRow(bias(theta, l), out.parts[0][l - 1]);
      }
    },
    bipartite: true,
    couple(theta, p, start, out, parity) {
      for (let part = 0; part < p.parts.length; part++) {
        const [from, to] = [p.parts[part], out.parts[part]];
        for (let k = parity ?? 0; k < depth; k += parity === undefined ? 1 : 2) {
          const first = (start !== 0 && start.parts[part]?.[k]) || 0;
          if (k > 0) gemm(false, false, 1, from[k - 1], weight(theta, k + 1), first, to[k]);
          if (k + 1 < depth) gemm(false, true, 1, from[k + 1], weight(theta, k + 2), k > 0 ? to[k] : first, to[k]);
          if (depth === 1) assign(first, to[k]);
        }
      }
    },
    addPairs(alpha, p, q, out) {
      for (let l = 2; l <= depth; l++) gemm(true, false, alpha, p[l - 2], q[l - 1], weight(out, l), weight(out, l));
    },
    addInputPairs(alpha, x, p, out) {
      gemmOfInput(true, alpha, x, p[0], weight(out, 1), weight(out, 1));
      for (const l of layers) addColumnSums(alpha, p[l - 1], bias(out, l));
    },
  };
}

/** n free units in one block `s`, every pair connected (W symmetric, zero diagonal), U from the input; outputs last. */
export function recurrent(units: number, inputs: number, outputs: number): Topology {
  const W = 0;
  const block = singleBlock({ name: 'W', structure: 'symmetric-zero-diagonal' }, units, inputs, outputs);
  return {
    ...block,
    bipartite: false,
    couple(theta, p, start, out) {
      for (let part = 0; part < p.parts.length; part++) {
        const first = (start !== 0 && start.parts[part]?.[0]) || 0;
        gemm(false, false, 1, p.parts[part][0], theta.parts[0][W], first, out.parts[part][0]);
      }
    },
    addPairs(alpha, p, q, out) {
      const pairs = out.parts[0][W];
      // both cells of a tied pair hold d/dw: (p_i q_j + q_i p_j)/2, which for p = q is p_i p_j
      gemm(true, false, alpha / 2, p[0], q[0], pairs, pairs);
      gemm(true, false, alpha / 2, q[0], p[0], pairs, pairs);
      for (let i = 0; i < units; i++) pairs.data[i * units + i] = 0;
    },
    addInputPairs: (alpha, x, p, out) => block.addInputPairs(alpha, x, p[0], out),
  };
}

function assign(value: 0 | Matrix, out: Matrix): void {
  if (value === 0) out.data.fill(0);
  else out.data.set(value.data);
}
