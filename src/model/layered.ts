import * as z from 'zod';
import { MOST } from '../entry.js';
import { addColumnSums, addRow, copy, fill, gemm, gemmOfInput, hadamard } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import { power } from '../numerics/power.js';
import { directedLayers } from './directed-layers.js';
import { level } from './domain.js';
import { type Chain, chainPredictions } from './predictive/chain.js';
import type { Predicting } from './predictive/predictions.js';
import { readOutLabel, readOutOf, readOutOption, readOutProblems } from './read-out.js';
import { tensor } from './tensor.js';
import { type Couplings, topology } from './topology.js';
import type { Params } from './types.js';

/** Of layer l, from 1. */
const weight = (theta: Params, l: number): Matrix => theta.parts[0][2 * (l - 1)];
const bias = (theta: Params, l: number): Matrix => theta.parts[0][2 * (l - 1) + 1];

/**
 * sizes [n₀ (input), n₁, …, n_L (output)]; W_l of shape n_{l−1} × n_l used in both directions. State blocks s1…sL. With
 * `feedback` γ layer l receives s_{l−1}W_l + γ s_{l+1}W_{l+1}ᵀ, and D_l = γ^{l−L} (Xie & Seung 2003).
 */
export function layered(sizes: readonly number[], feedback = 1): Couplings & Predicting {
  const depth = sizes.length - 1;
  const layers = Array.from({ length: depth }, (_, i) => i + 1);
  const every = layers.map((l) => l - 1);
  const scales = layers.map((l) => power(feedback, l - depth));
  const made: Couplings & Predicting & Chain = {
    name: 'layered',
    ...(feedback !== 1 && { scales }),
    withFeedback: (gamma) => layered(sizes, gamma),
    separate: () => directedLayers(sizes, made),
    inputs: sizes[0],
    outputs: { block: `s${depth}`, from: 0, to: sizes[depth] },
    states: layers.map((l) => tensor({ name: `s${l}`, kind: 'state', shape: [sizes[l]], layer: l })),
    parameters: layers.flatMap((layer) => [
      tensor({
        name: `W${layer}`,
        kind: layer === 1 ? 'input' : 'coupling',
        shape: [sizes[layer - 1], sizes[layer]],
        layer,
      }),
      tensor({ name: `b${layer}`, kind: 'bias', shape: [sizes[layer]], layer, domain: level }),
    ]),
    filters: {
      count: sizes[1],
      of: (theta, unit) => Float64Array.from({ length: sizes[0] }, (_, i) => weight(theta, 1).row(i)[unit]),
    },
    drive(theta, x, out) {
      gemmOfInput(false, 1, x, weight(theta, 1), bias(theta, 1), out.parts[0][0]);
      for (const l of layers.slice(1)) {
        fill(0, out.parts[0][l - 1].data);
        addRow(bias(theta, l), out.parts[0][l - 1]);
      }
    },
    // no layer sees another of its parity; s1, which sees the input, is of the first set
    groups: [0, 1].map((parity) => every.filter((k) => k % 2 === parity)).filter(({ length }) => length > 0),
    byExample: true,
    couple(theta, p, start, out, blocks = every) {
      for (let part = 0; part < p.parts.length; part++) {
        const from = p.parts[part];
        const to = out.parts[part];
        for (let i = 0; i < blocks.length; i++) {
          const k = blocks[i];
          const first = (start !== 0 && start.parts[part]?.[k]) || 0;
          if (k > 0) gemm(false, false, 1, from[k - 1], weight(theta, k + 1), first, to[k]);
          if (k + 1 < depth)
            gemm(false, true, feedback, from[k + 1], weight(theta, k + 2), k > 0 ? to[k] : first, to[k]);
          if (depth === 1) assign(first, to[k]);
        }
      }
    },
    addPairs(alpha, p, q, out) {
      for (let l = 2; l <= depth; l++) {
        gemm(true, false, alpha * scales[l - 1], p[l - 2], q[l - 1], weight(out, l), weight(out, l));
      }
    },
    addInputPairs(alpha, x, p, out) {
      gemmOfInput(true, alpha * scales[0], x, p[0], weight(out, 1), weight(out, 1));
      for (const l of layers) addColumnSums(alpha * scales[l - 1], p[l - 1], bias(out, l));
    },
    delays: layers.map((l) => new Array<number>(sizes[l]).fill(depth - l)),
    asksActivation: true,
    predictions: (theta, x, f) => chainPredictions(made, theta, x, f),
    push(theta, p, start, out, only) {
      p.parts.forEach((from, part) => {
        for (const k of only === undefined ? every : [only]) {
          const to = out.parts[part][k];
          const first = (start !== 0 && start.parts[part]?.[k]) || 0;
          if (k === 0) assign(first, to);
          else gemm(false, false, 1, from[k - 1], weight(theta, k + 1), first, to);
        }
      });
    },
    pull(theta, q, out) {
      q.parts.forEach((from, part) => {
        for (const k of every) {
          const to = out.parts[part][k];
          if (k + 1 < depth) gemm(false, true, 1, from[k + 1], weight(theta, k + 2), 0, to);
          else fill(0, to.data);
        }
      });
    },
    /** h_l = ρ(h_{l−1} W_l + b_l); δ_l = δ_{l+1} W_{l+1}ᵀ ∘ ρ', ∂J/∂W_l = mean of h_{l−1} δ_l. */
    feedForward(theta, x, rho, like) {
      const [h, slope] = [like.like(), like.like()];
      for (const l of layers) {
        const into = h.parts[0][l - 1];
        if (l === 1) gemmOfInput(false, 1, x, weight(theta, l), bias(theta, l), into);
        else gemm(false, false, 1, h.parts[0][l - 2], weight(theta, l), bias(theta, l), into);
        rho.of(`s${l}`).evaluate({ re: into.data }, { re: into.data }, { re: slope.parts[0][l - 1].data });
      }
      return {
        h,
        back(delta, out, outputSlope) {
          out.fill(0);
          for (let l = depth; l >= 1; l--) {
            const d = delta.parts[0][l - 1];
            if (l < depth) gemm(false, true, 1, delta.parts[0][l], weight(theta, l + 1), 0, d);
            if (l < depth || outputSlope === 'kept') hadamard(d.data, slope.parts[0][l - 1].data, d.data);
            if (l === 1) gemmOfInput(true, 1 / x.rows, x, d, 0, weight(out, l));
            else gemm(true, false, 1 / x.rows, h.parts[0][l - 2], d, 0, weight(out, l));
            addColumnSums(1 / x.rows, d, bias(out, l));
          }
        },
      };
    },
  };
  return made;
}

function assign(value: 0 | Matrix, out: Matrix): void {
  if (value === 0) fill(0, out.data);
  else copy(value.data, out.data);
}

export const layeredEntry = topology({
  name: 'layered',
  summary: 'layers, each connected to the next in both directions; the last one is the output',
  options: {
    layers: z
      .array(z.int().positive().max(MOST.units))
      .min(2)
      .max(MOST.layers)
      .describe('sizes of a layered network: [inputs, hidden …, outputs]; this, or units, inputs and outputs'),
    read_out: readOutOption(),
  },
  gives: ['symmetric', 'directed', 'predictions'],
  examples: [{ layers: [3, 5, 4, 2] }],
  problems: ({ layers, read_out }) => readOutProblems(layers, read_out),
  label: ({ layers, read_out }) => readOutLabel(layers.join('-'), read_out),
  create({ layers, read_out }, interaction) {
    const chain = layered(read_out ? layers.slice(0, -1) : layers);
    const made = interaction === 'directed' ? chain.separate!() : chain;
    return read_out ? readOutOf(made, layers.at(-1)!) : made;
  },
});
