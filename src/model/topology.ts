/**
 * Who is connected to whom, for dynamics whose interaction is the bilinear form ½ pᵀWp + (xU + b)·p with symmetric W.
 * Shared by energies; knows nothing of activations.
 */
import type { BlockShape, Blocks } from '../numerics/blocks.js';
import type { Complex } from '../numerics/complex.js';
import { addColumnSums, addRow, gemm, gemmOfInput } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import { singleBlock } from './single-block.js';
import type { OutputSlice, ParameterShape, Params } from './types.js';

export interface Topology {
  readonly inputs: number;
  readonly outputs: OutputSlice;
  readonly parameters: readonly ParameterShape[];
  stateShapes(examples: number): BlockShape[];
  /** out += what the clamped input and the biases send to every unit; `out` real. */
  addInputDrive(theta: Params, x: Matrix, out: Blocks): void;
  /** No block is coupled to itself nor to another of its parity (k % 2): each parity depends on the other alone. */
  readonly bipartite: boolean;
  /** out += W p, part by part (real and imaginary); with a parity, only into the blocks k with k % 2 = parity. */
  addCoupling(theta: Params, p: Blocks, out: Blocks, parity?: 0 | 1): void;
  /** out += α · (pairs of p and q over every connection among state units); real parts `p` against parts `q`. */
  addPairs(alpha: number, p: readonly Matrix[], q: readonly Matrix[], out: Params): void;
  /** out += α · (xᵀp and column sums of p): the connections from the input, and the biases. */
  addInputPairs(alpha: number, x: Matrix, p: readonly Matrix[], out: Params): void;
}

/**
 * out += Re(weight · the mean over the batch of ∂/∂θ (½ pᵀWp + (xU + b)·p)); p real or complex.
 */
export function addInteractionGrad(topology: Topology, weight: Complex, x: Matrix, p: Blocks, out: Params): void {
  const [re, im] = p.parts;
  const [u, v] = [weight.re / x.rows, weight.im / x.rows];
  if (u !== 0) {
    topology.addPairs(u, re, re, out);
    topology.addInputPairs(u, x, re, out);
  }
  if (im === undefined) return;
  if (u !== 0) topology.addPairs(-u, im, im, out);
  if (v !== 0) {
    topology.addPairs(-v, re, im, out);
    topology.addPairs(-v, im, re, out);
    topology.addInputPairs(-v, x, im, out);
  }
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
    addInputDrive(theta, x, out) {
      gemmOfInput(false, 1, x, weight(theta, 1), out.parts[0][0], out.parts[0][0]);
      for (const l of layers) addRow(bias(theta, l), out.parts[0][l - 1]);
    },
    bipartite: true,
    addCoupling(theta, p, out, parity) {
      const wanted = (block: number) => parity === undefined || block % 2 === parity;
      for (let part = 0; part < p.parts.length; part++) {
        const [from, to] = [p.parts[part], out.parts[part]];
        for (let l = 2; l <= depth; l++) {
          if (wanted(l - 1)) gemm(false, false, 1, from[l - 2], weight(theta, l), to[l - 1], to[l - 1]);
          if (wanted(l - 2)) gemm(false, true, 1, from[l - 1], weight(theta, l), to[l - 2], to[l - 2]);
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
    addCoupling(theta, p, out) {
      for (let part = 0; part < p.parts.length; part++) {
        gemm(false, false, 1, p.parts[part][0], theta.parts[0][W], out.parts[part][0], out.parts[part][0]);
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
