import * as z from 'zod';
import { MOST } from '../entry.js';
import { addColumnSums, addRow, gemm, gemmOfInput } from '../numerics/kernels.js';
import { type Domain, free, level, positiveDefinite, tied } from './domain.js';
import { tensor } from './tensor.js';
import { type Couplings, type Directed, topology } from './topology.js';
import type { Params } from './types.js';

/** How the units of one block are coupled: what the tensor is called, and which values it may have. */
const couplings = {
  symmetric: ['W', tied],
  definite: ['A', positiveDefinite],
  directed: ['W', free],
} as const satisfies Record<string, readonly [name: string, domain: Domain]>;

/** Places of the tensors: the couplings first, then U where there are inputs, b last. */
const [W, U] = [0, 1];

/**
 * n free units in one block `s`, every pair connected, driven by xU + b; outputs last. W is symmetric with a zero diagonal
 * unless the energy asks for another interaction; `addPairs` is that of the symmetric one. Without inputs there is no U.
 */
export function recurrent(
  units: number,
  inputs: number,
  outputs: number,
  interaction: keyof typeof couplings = 'symmetric',
): Couplings {
  const [name, domain] = couplings[interaction];
  const isDriven = inputs > 0;
  const b = isDriven ? 2 : 1;
  return {
    name: 'recurrent',
    inputs,
    outputs: { block: 's', from: units - outputs, to: units },
    states: [tensor({ name: 's', kind: 'state', shape: [units], layer: 1 })],
    parameters: [
      tensor({ name, kind: 'coupling', shape: [units, units], layer: 1, domain }),
      ...(isDriven ? [tensor({ name: 'U', kind: 'input', shape: [inputs, units], layer: 2 })] : []),
      tensor({ name: 'b', kind: 'bias', shape: [units], layer: isDriven ? 3 : 2, domain: level }),
    ],
    ...(isDriven && {
      filters: {
        count: units,
        of: (theta: Params, unit: number) =>
          Float64Array.from({ length: inputs }, (_, i) => theta.parts[0][U].row(i)[unit]),
      },
    }),
    drive(theta, x, out) {
      if (isDriven) gemmOfInput(false, 1, x, theta.parts[0][U], theta.parts[0][b], out.parts[0][0]);
      else addRow(theta.parts[0][b], out.fill(0).parts[0][0]);
    },
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
    addInputPairs(alpha, x, [p], out) {
      if (isDriven) gemmOfInput(true, alpha, x, p, out.parts[0][U], out.parts[0][U]);
      addColumnSums(alpha, p, out.parts[0][b]);
    },
  };
}

/** The same block with W as it comes: each of the two ways between a pair has a weight of its own, and a unit may hear itself. */
export function directedBlock(units: number, inputs: number, outputs: number): Directed {
  return {
    ...recurrent(units, inputs, outputs, 'directed'),
    coupleBack(theta, q, out) {
      gemm(false, true, 1, q.parts[0][0], theta.parts[0][W], 0, out.parts[0][0]);
    },
    addPairs(alpha, [pre], [post], out) {
      const pairs = out.parts[0][W];
      gemm(true, false, alpha, pre, post, pairs, pairs);
    },
  };
}

const size = () => z.int().positive().max(MOST.units);

export const recurrentEntry = topology({
  name: 'recurrent',
  summary: 'one block of units, every pair connected; the last of them are the outputs',
  options: {
    units: size().describe('number of free units; the last `outputs` of them are the output'),
    inputs: z.int().nonnegative().max(MOST.units).describe('number of clamped inputs; 0 for none, and no U'),
    outputs: size().describe('number of output units'),
  },
  gives: Object.keys(couplings),
  examples: [{ units: 6, inputs: 3, outputs: 2 }],
  problems({ units, outputs }) {
    if (outputs <= units) return [];
    return [['outputs', `outputs are free units: at most units (${units}), got ${outputs}`]];
  },
  label: ({ units }) => `with ${units} units`,
  create: ({ units, inputs, outputs }, interaction) =>
    interaction === 'directed'
      ? directedBlock(units, inputs, outputs)
      : recurrent(units, inputs, outputs, interaction as keyof typeof couplings),
});
