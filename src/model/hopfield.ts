import * as z from 'zod';
import { type Activation, activations } from '../numerics/activation.js';
import { axpy, hadamard, hadamardMinus, hadamardSum } from '../numerics/kernels.js';
import type { Numbers } from '../numerics/numbers.js';
import { complexHadamard, rowDots, scratch } from '../numerics/whole-state.js';
import { drivenBy } from './driven.js';
import { layerGraphExamples } from './images/examples.js';
import { type HeldPair, heldPair, interactionChange } from './interaction.js';
import { fillOutputs } from './outputs.js';
import {
  activationLabel,
  activationOption,
  activationProblems,
  boxProblems,
  complexCapabilities,
  createActivation,
  feedForwardOf,
} from './registered.js';
import { switchesOf } from './switches.js';
import { synapsesOf } from './synapses.js';
import { type Couplings, energy } from './topology.js';
import {
  type Dynamics,
  type Energy,
  type Linearisation,
  layoutOf,
  type Nudge,
  type OutputSlope,
  type State,
} from './types.js';
import { unitResponse } from './unit-response.js';

/**
 * The continuous Hopfield energy (Scellier & Bengio 2017, the example of Scellier & Bengio 2019):
 *
 *     E = ½‖s‖² − Σ_{i<j} W_ij ρ(u_i)ρ(u_j) − Σ b_i ρ(u_i),   u = inputs ∪ s, ρ(input) = x
 *     F = −s + ρ'(s) ∘ a,   a = Wρ(s) + xU + b
 *
 * Under a piecewise linear ρ the states are confined to its box (projected dynamics).
 *
 * With the slope ρ' dropped from the force on the outputs, F = −s + a there, F is no gradient of E unless ρ' = 1, and EP,
 * whose rule is still that of E, is biased.
 */
export function hopfield(topology: Couplings, rho: Activation, outputSlope: OutputSlope = 'kept'): Dynamics {
  const dropped = outputSlope === 'dropped';
  const atOutput = rho.of(topology.outputs.block);
  const feedForward = feedForwardOf(topology, rho);
  const dynamics: Dynamics = {
    ...layoutOf(topology),
    name: 'hopfield',
    time: 'continuous',
    // in the box of a piecewise linear ρ its slope is 1
    agreement: dropped && atOutput.analytic && atOutput !== activations.linear ? 'none' : 'process',
    offers: [
      'energy',
      'linearisation',
      ...(topology.held ? [] : (['rates'] as const)),
      ...complexCapabilities(rho, topology),
      ...(feedForward ? (['feed-forward'] as const) : []),
    ],
    box: rho.box,
    delays: topology.delays,
    feedForward,
    bind: drivenBy(topology, (input) => {
      const { theta, x, shapes, drive, home } = input;
      const buffers = scratch(home, shapes, 'r', 'slope', 'a');

      function force(s: State, out: State, nudge?: Nudge): number | undefined {
        const { r, slope, a } = buffers(s);
        rho.evaluate(s, r, slope);
        if (dropped) fillOutputs(slope, topology.outputs, 1);
        topology.couple(theta, r, drive, a);
        let most: number | undefined;
        if (s.im === undefined) most = hadamardMinus(slope.data, a.data, s.data, out.data);
        else axpy(-1, s.data, complexHadamard(slope, a, out).data);
        if (nudge === undefined) return most;
        nudge(s, out);
        return undefined;
      }

      const { groups } = topology;
      const response = groups && unitResponse({ topology, groups, rho, theta, drive, dropped });
      const switches = switchesOf(topology, input, (s, out) => rho.value(s, out));
      return {
        dynamics,
        ...input.system,
        force,
        ...(response && { response }),
        energy: lyapunov(),
        ...(switches && { switches }),
        ...(topology.held ? {} : { synapses: synapsesOf(topology, rho, x) }),
        linearise,
      };

      function lyapunov(): Energy {
        const spare = scratch(home, shapes, 'r');
        let held: HeldPair | undefined;
        return {
          value(s) {
            const { r, a } = buffers(s);
            rho.value(s, r);
            topology.couple(theta, r, drive, a);
            axpy(1, drive.data, a.data);
            // a = Wρ + 2(xU + b): ½⟨ρ, a⟩ counts every pair once and the input in full
            const squares = rowDots(s, s);
            return rowDots(r, a).map((interaction, i) => (squares[i] - interaction) / 2);
          },
          addGradChange(copies, base, out) {
            const { slope: r0, a: difference } = buffers(base);
            const { r: total } = spare(base);
            rho.value(base, r0);
            held ??= heldPair(topology, theta, x, home);
            const change = interactionChange(topology, x, r0, { difference, total }, out, held);
            for (const { s, weight } of copies) {
              const { r } = buffers(s);
              rho.value(s, r);
              change.add(r, { re: -weight.re, im: -weight.im });
            }
            change.finish();
          },
        };
      }

      /** −H: (Hv)_i = v_i − ρ''(s_i) a_i v_i − ρ'(s_i) Σ_j W_ij ρ'(s_j) v_j. */
      function linearise(s0: State, free?: Numbers): Linearisation {
        const [r, slope, diagonal, a] = [s0.like(), s0.like(), s0.like(), s0.like()];
        /** ρ' as the force has it: not that of the activity which is felt. */
        const outer = dropped ? s0.like() : slope;
        const [p, q, ones] = [s0.like(), s0.like(), s0.like().fill(1)];
        const held = topology.held?.(theta, x, s0);
        const linear = held ?? topology;
        function move(s: State, mask?: Numbers): void {
          rho.evaluate(s, r, slope);
          rho.curvature(s, diagonal);
          if (dropped) {
            fillOutputs(outer.copy(slope), topology.outputs, 1);
            fillOutputs(diagonal, topology.outputs, 0);
          }
          held?.hold(r);
          linear.couple(theta, r, drive, a);
          hadamardMinus(diagonal.data, a.data, ones.data, diagonal.data);
          if (mask === undefined) return;
          // P J P: a pinned unit neither moves nor is felt
          hadamard(diagonal.data, mask, diagonal.data);
          hadamard(slope.data, mask, slope.data);
          if (dropped) hadamard(outer.data, mask, outer.data);
        }
        move(s0, free);
        const product = (from: State, to: State) => (v: State, out: State) => {
          hadamard(from.data, v.data, p.data);
          linear.couple(theta, p, 0, q);
          hadamardSum(to.data, q.data, diagonal.data, v.data, out.data);
        };
        const apply = product(slope, outer);
        return {
          symmetric: !dropped,
          move,
          apply,
          applyTranspose: dropped ? product(outer, slope) : apply,
          gradParams(v, out) {
            hadamard(outer.data, v.data, p.data);
            out.fill(0);
            linear.addPairs(1 / x.rows, p.parts[0], r.parts[0], out);
            linear.addPairs(1 / x.rows, r.parts[0], p.parts[0], out);
            linear.addInputPairs(1 / x.rows, x, p.parts[0], out);
          },
        };
      }
    }),
  };
  return dynamics;
}

export const hopfieldEntry = energy({
  name: 'hopfield',
  summary: 'continuous Hopfield energy ½‖s‖² − Σ W ρ(u)ρ(u) − Σ b ρ(u), layered or recurrent, symmetric weights',
  source: 'Scellier & Bengio 2017; the example of Scellier & Bengio 2019',
  takes: 'symmetric',
  options: {
    activation: activationOption(),
    output_slope: z
      .enum(['kept', 'dropped'])
      .default('kept')
      .describe("the factor ρ' in the force on the outputs; dropped, F is no gradient of the energy and EP is biased"),
  },
  examples: [
    { init: { name: 'glorot-uniform', gain: 0.5 } },
    ...layerGraphExamples.map((example) => ({ ...example, output_slope: 'kept' })),
  ],
  problems: ({ activation }, topology) => [...activationProblems(activation, topology), ...boxProblems(activation)],
  label: activationLabel,
  create: ({ activation, output_slope }, topology: Couplings) =>
    hopfield(topology, createActivation(activation, topology), output_slope),
});
