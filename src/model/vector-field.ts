import * as z from 'zod';
import { entry } from '../entry.js';
import type { Activation } from '../numerics/activation.js';
import { axpy, gemm, hadamard } from '../numerics/kernels.js';
import { scratch } from '../numerics/whole-state.js';
import {
  activationOption,
  complexCapabilities,
  createActivation,
  recurrentOptions,
  sizeProblems,
} from './registered.js';
import { singleBlock } from './single-block.js';
import type { Dynamics, Linearisation, State, System } from './types.js';

export interface VectorFieldShape {
  readonly units: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Degrees between W and Wᵀ as initialised: 0 makes it symmetric, 180 antisymmetric. */
  readonly backwardAngle?: number | undefined;
}

/**
 * ds/dt = −s + ρ(s)W + xU + b, W not symmetric and no energy (Almeida 1987; Pineda 1987; Scellier et al. 2018,
 * arXiv 1808.04873). W_ji connects unit j to unit i.
 */
export function vectorField({ units, inputs, outputs, backwardAngle }: VectorFieldShape, rho: Activation): Dynamics {
  const W = 0;
  const turned = backwardAngle === undefined ? {} : { backwardAngle };
  const block = singleBlock({ name: 'W', ...turned }, units, inputs, outputs);
  const dynamics: Dynamics = {
    ...block,
    name: 'vector-field',
    time: 'continuous',
    agreement: 'none',
    offers: ['linearisation', ...complexCapabilities(rho)],
    box: undefined,
    bind(theta, x): System {
      const shapes = dynamics.stateShapes(x.rows);
      const weights = theta.parts[0][W];
      const drive = theta.of(shapes);
      const refresh = () => block.drive(theta, x, drive);
      const buffers = scratch(theta, shapes, 'r');
      refresh();

      return {
        dynamics,
        shapes,
        refresh,
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
        /** Jv = −v + (ρ'∘v)W and Jᵀv = −v + ρ'∘(vWᵀ). */
        linearise(s0): Linearisation {
          const [r, slope, p] = [s0.like(), s0.like(), s0.like()];
          const move = (s: State) => rho.evaluate(s, r, slope);
          move(s0);
          return {
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
              block.addInputPairs(1 / x.rows, x, v.parts[0][0], out);
            },
          };
        },
      };
    },
  };
  return dynamics;
}

export const vectorFieldEntry = entry({
  name: 'vector-field',
  summary: 'ds/dt = −s + ρ(s)W + xU + b with W not symmetric: no energy',
  source: 'Almeida 1987, Pineda 1987; Scellier et al. 2018 (arXiv 1808.04873)',
  options: {
    ...recurrentOptions,
    activation: activationOption(),
    backward_angle: z
      .number()
      .min(0)
      .max(180)
      .optional()
      .describe('degrees between W and Wᵀ as initialised: 0 symmetric, 180 antisymmetric; default as drawn, about 90'),
  },
  problems: sizeProblems,
  create: ({ activation, backward_angle: backwardAngle, ...sizes }) =>
    vectorField({ ...sizes, backwardAngle }, createActivation(activation)),
});
