import { entry } from '../entry.js';
import type { Activation } from '../numerics/activation.js';
import { axpy, hadamard, hadamardMinus, hadamardSum } from '../numerics/kernels.js';
import { complexHadamard, rowDots, scratch } from '../numerics/whole-state.js';
import { interactionChange } from './interaction.js';
import {
  activationOption,
  complexCapabilities,
  createActivation,
  createTopology,
  sizeProblems,
  topologyOptions,
} from './registered.js';
import type { Topology } from './topology.js';
import type { Dynamics, Energy, Linearisation, Nudge, State, System } from './types.js';
import { unitResponse } from './unit-response.js';

/**
 * The continuous Hopfield energy (Scellier & Bengio 2017, the example of Scellier & Bengio 2019):
 *
 *     E = ½‖s‖² − Σ_{i<j} W_ij ρ(u_i)ρ(u_j) − Σ b_i ρ(u_i),   u = inputs ∪ s, ρ(input) = x
 *     F = −s + ρ'(s) ∘ a,   a = Wρ(s) + xU + b
 *
 * Under a piecewise linear ρ the states are confined to its box (projected dynamics).
 */
export function hopfield(topology: Topology, rho: Activation): Dynamics {
  const dynamics: Dynamics = {
    name: 'hopfield',
    time: 'continuous',
    agreement: 'process',
    offers: ['energy', 'linearisation', ...complexCapabilities(rho)],
    inputs: topology.inputs,
    outputs: topology.outputs,
    parameters: topology.parameters,
    box: rho.box,
    stateShapes: topology.stateShapes,
    bind(theta, x): System {
      const shapes = topology.stateShapes(x.rows);
      const drive = theta.of(shapes);
      const refresh = () => topology.drive(theta, x, drive);
      const buffers = scratch(theta, shapes, 'r', 'slope', 'a');
      refresh();

      function force(s: State, out: State, nudge?: Nudge): number | undefined {
        const { r, slope, a } = buffers(s);
        rho.evaluate(s, r, slope);
        topology.couple(theta, r, drive, a);
        let most: number | undefined;
        if (s.im === undefined) most = hadamardMinus(slope.data, a.data, s.data, out.data);
        else axpy(-1, s.data, complexHadamard(slope, a, out).data);
        if (nudge === undefined) return most;
        nudge(s, out);
        return undefined;
      }

      const respond = topology.bipartite ? unitResponse({ topology, rho, theta, drive }) : undefined;
      return { dynamics, shapes, refresh, force, ...(respond && { respond }), energy: energy(), linearise };

      function energy(): Energy {
        const spare = scratch(theta, shapes, 'r');
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
            const change = interactionChange(topology, x, r0, { difference, total }, out);
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
      function linearise(s0: State, free?: Float64Array): Linearisation {
        const [r, slope, diagonal, a] = [s0.like(), s0.like(), s0.like(), s0.like()];
        const [p, q, ones] = [s0.like(), s0.like(), s0.like().fill(1)];
        function move(s: State, mask?: Float64Array): void {
          rho.evaluate(s, r, slope);
          rho.curvature(s, diagonal);
          topology.couple(theta, r, drive, a);
          hadamardMinus(diagonal.data, a.data, ones.data, diagonal.data);
          if (mask === undefined) return;
          // P J P: a pinned unit neither moves nor is felt
          hadamard(diagonal.data, mask, diagonal.data);
          hadamard(slope.data, mask, slope.data);
        }
        move(s0, free);
        function apply(v: State, out: State): void {
          hadamard(slope.data, v.data, p.data);
          topology.couple(theta, p, 0, q);
          hadamardSum(slope.data, q.data, diagonal.data, v.data, out.data);
        }
        return {
          move,
          apply,
          applyTranspose: apply,
          gradParams(v, out) {
            hadamard(slope.data, v.data, p.data);
            out.fill(0);
            topology.addPairs(1 / x.rows, p.parts[0], r.parts[0], out);
            topology.addPairs(1 / x.rows, r.parts[0], p.parts[0], out);
            topology.addInputPairs(1 / x.rows, x, p.parts[0], out);
          },
        };
      }
    },
  };
  return dynamics;
}

export const hopfieldEntry = entry({
  name: 'hopfield',
  summary: 'continuous Hopfield energy ½‖s‖² − Σ W ρ(u)ρ(u) − Σ b ρ(u), layered or recurrent, symmetric weights',
  source: 'Scellier & Bengio 2017; the example of Scellier & Bengio 2019',
  options: { ...topologyOptions, activation: activationOption() },
  problems: sizeProblems,
  create: ({ activation, ...sizes }) => hopfield(createTopology(sizes), createActivation(activation)),
});
