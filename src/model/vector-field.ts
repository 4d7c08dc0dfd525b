import * as z from 'zod';
import type { Activation } from '../numerics/activation.js';
import { addScaled, axpy, hadamard } from '../numerics/kernels.js';
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
import { type Directed, energy, isWhole } from './topology.js';
import { type Dynamics, type Linearisation, layoutOf, type Nudge, type State } from './types.js';

/**
 * ds/dt = −s + ρ(s)W + xU + b, W not symmetric and no energy (Almeida 1987; Pineda 1987; Scellier et al. 2018,
 * arXiv 1808.04873). W_ji connects unit j to unit i; of layers, W has weights W_l and B_l beside its diagonal blocks.
 * @param backwardAngle degrees between W and Wᵀ as initialised: 0 makes it symmetric, 180 antisymmetric; as drawn without.
 */
export function vectorField(topology: Directed, rho: Activation, backwardAngle?: number): Dynamics {
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
      const buffers = scratch(input.home, input.shapes, 'r', 'next');
      const { groups, outputs } = topology;
      const last = input.shapes.findIndex(({ name }) => name === outputs.block);

      /** Where F vanishes, s = ρ(s)W + xU + b of the other set, less the nudge. */
      function move(s: State, group: number, out: State, nudge?: Nudge, into?: State): void {
        const { r, next } = buffers(s);
        const blocks = groups![group];
        rho.value(s, r);
        topology.couple(theta, r, drive, next, blocks);
        // to the last bit what `force` gives: less s first
        if (into) for (const k of blocks) difference(next, s, k, into);
        const pull = blocks.includes(last) ? nudge : undefined;
        if (into) pull?.(s, into);
        pull?.(s, next);
        for (const k of blocks) out.parts[0][k].data.set(next.parts[0][k].data);
      }

      return {
        dynamics,
        ...input.system,
        force(s, out, nudge) {
          const { r } = buffers(s);
          rho.value(s, r);
          topology.couple(theta, r, drive, out);
          axpy(-1, s.data, out.data);
          nudge?.(s, out);
          return undefined;
        },
        ...(groups && { response: { groups, isExplicit: true, move } }),
        energy: undefined,
        synapses: {
          rates: (s, out) => rho.value(s, out),
          addPairs: (alpha, pre, post, out) => topology.addPairs(alpha / x.rows, pre.parts[0], post.parts[0], out),
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
              topology.couple(theta, p, 0, out);
              axpy(-1, v.data, out.data);
            },
            applyTranspose(v, out) {
              topology.coupleBack(theta, v, out);
              hadamard(slope.data, out.data, out.data);
              axpy(-1, v.data, out.data);
            },
            gradParams(v, out) {
              topology.addPairs(1 / x.rows, r.parts[0], v.parts[0], out.fill(0));
              topology.addInputPairs(1 / x.rows, x, v.parts[0], out);
            },
          };
        },
      };
    }),
  };
  return dynamics;
}

/** out = a − b, of block k. */
function difference(a: State, b: State, k: number, out: State): void {
  addScaled(a.parts[0][k].data, -1, b.parts[0][k].data, out.parts[0][k].data);
}

export const vectorFieldEntry = energy({
  name: 'vector-field',
  summary: 'ds/dt = −s + ρ(s)W + xU + b with W not symmetric: no energy; of layers too, with weights B back',
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
    if (backward_angle !== undefined && topology.states.length > 1) {
      return [...wrong, ['backward_angle', 'must be left out: it turns one square W, and layers have several']];
    }
    if (backward_angle === undefined || parameters === undefined) return wrong;
    const why = 'backward_angle turns weights as they are initialised, and these are given in parameters';
    return [...wrong, ['backward_angle', `${why}; leave one of them out`]];
  },
  label: activationLabel,
  create: ({ activation, backward_angle }, topology: Directed) =>
    vectorField(topology, createActivation(activation, topology), backward_angle),
});
