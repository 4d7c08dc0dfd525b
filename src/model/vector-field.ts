import * as z from 'zod';
import type { Activation } from '../numerics/activation.js';
import { axpy, gemm, hadamard } from '../numerics/kernels.js';
import { scratch } from '../numerics/whole-state.js';
import { turned } from './domain.js';
import { drivenBy } from './driven.js';
import {
  activationLabel,
  activationOption,
  activationProblems,
  complexCapabilities,
  createActivation,
} from './registered.js';
import { addInputPairs } from './synapses.js';
import type { Tensor } from './tensor.js';
import { type Driven, energy, isWhole } from './topology.js';
import { type Dynamics, type Linearisation, layoutOf, type State } from './types.js';

/**
 * ds/dt = −s + ρ(s)W + xU + b, W not symmetric and no energy (Almeida 1987; Pineda 1987; Scellier et al. 2018,
 * arXiv 1808.04873). W_ji connects unit j to unit i.
 * @param backwardAngle degrees between W and Wᵀ as initialised: 0 makes it symmetric, 180 antisymmetric; as drawn without.
 */
export function vectorField(topology: Driven, rho: Activation, backwardAngle?: number): Dynamics {
  const W = 0;
  const coupling = (given: Tensor, k: number): Tensor =>
    k === W && backwardAngle !== undefined ? { ...given, domain: turned(backwardAngle) } : given;
  const dynamics: Dynamics = {
    ...layoutOf(topology),
    parameters: topology.parameters.map(coupling),
    name: 'vector-field',
    time: 'continuous',
    agreement: 'none',
    offers: [
      'linearisation',
      'rates',
      ...complexCapabilities(rho),
      ...(isWhole(topology) ? (['whole-output'] as const) : []),
    ],
    box: undefined,
    bind: drivenBy(topology, (input) => {
      const { theta, x, drive } = input;
      const weights = theta.parts[0][W];
      const buffers = scratch(input.home, input.shapes, 'r');

      return {
        dynamics,
        ...input.system,
        force(s, out, nudge) {
          const { r } = buffers(s);
          rho.value(s, r);
          for (let part = 0; part < s.parts.length; part++) {
            const start = part === 0 ? drive.parts[0][0] : 0;
            gemm(false, false, 1, r.parts[part][0], weights, start, out.parts[part][0]);
          }
          axpy(-1, s.data, out.data);
          nudge?.(s, out);
          return undefined;
        },
        energy: undefined,
        synapses: {
          rates: (s, out) => rho.value(s, out),
          addPairs(alpha, pre, post, out) {
            const into = out.parts[0][W];
            gemm(true, false, alpha / x.rows, pre.parts[0][0], post.parts[0][0], into, into);
          },
          addInputPairs: (alpha, post, out) => addInputPairs(topology, alpha, x, post, out),
        },
        /** Jv = −v + (ρ'∘v)W and Jᵀv = −v + ρ'∘(vWᵀ). */
        linearise(s0): Linearisation {
          const [r, slope, p] = [s0.like(), s0.like(), s0.like()];
          const move = (s: State) => rho.evaluate(s, r, slope);
          move(s0);
          return {
            symmetric: false,
            move,
            apply(v, out) {
              hadamard(slope.data, v.data, p.data);
              gemm(false, false, 1, p.parts[0][0], weights, 0, out.parts[0][0]);
              axpy(-1, v.data, out.data);
            },
            applyTranspose(v, out) {
              gemm(false, true, 1, v.parts[0][0], weights, 0, out.parts[0][0]);
              hadamard(slope.data, out.data, out.data);
              axpy(-1, v.data, out.data);
            },
            gradParams(v, out) {
              gemm(true, false, 1 / x.rows, r.parts[0][0], v.parts[0][0], 0, out.fill(0).parts[0][W]);
              topology.addInputPairs(1 / x.rows, x, v.parts[0], out);
            },
          };
        },
      };
    }),
  };
  return dynamics;
}

export const vectorFieldEntry = energy({
  name: 'vector-field',
  summary: 'ds/dt = −s + ρ(s)W + xU + b with W not symmetric: no energy',
  source: 'Almeida 1987, Pineda 1987; Scellier et al. 2018 (arXiv 1808.04873)',
  takes: 'directed',
  options: {
    activation: activationOption(),
    backward_angle: z
      .number()
      .min(0)
      .max(180)
      .optional()
      .describe('degrees between W and Wᵀ as initialised: 0 symmetric, 180 antisymmetric; default as drawn, about 90'),
  },
  examples: [{ init: { name: 'glorot-uniform', gain: 0.5 } }],
  problems({ activation, backward_angle, parameters }, topology) {
    const wrong = activationProblems(activation, topology);
    if (backward_angle === undefined || parameters === undefined) return wrong;
    const why = 'backward_angle turns weights as they are initialised, and these are given in parameters';
    return [...wrong, ['backward_angle', `${why}; leave one of them out`]];
  },
  label: activationLabel,
  create: ({ activation, backward_angle }, topology: Driven) =>
    vectorField(topology, createActivation(activation, topology), backward_angle),
});
