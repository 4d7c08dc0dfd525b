import * as z from 'zod';
import { type Activation, activations } from '../numerics/activation.js';
import { axpy, hadamard } from '../numerics/kernels.js';
import { power } from '../numerics/power.js';
import { fillBlocks, rowDots, scratch } from '../numerics/whole-state.js';
import { drivenBy } from './driven.js';
import { layerGraphExamples } from './images/examples.js';
import { type HeldPair, heldPair, interactionChange } from './interaction.js';
import { mapping, type NudgePlacement } from './mapping.js';
import {
  activationLabel,
  activationOption,
  activationProblems,
  complexCapabilities,
  createActivation,
  feedForwardOf,
} from './registered.js';
import { separateMap } from './separate-map.js';
import { switchesOf } from './switches.js';
import { type Couplings, energy, type NetworkProblem } from './topology.js';
import { type Agreement, type Dynamics, type Energy, type Linearisation, layoutOf, type State } from './types.js';

/**
 * Prototypical dynamics in discrete time (Ernoult et al. 2019), from the primitive function
 *
 *     Φ = Σ_{i<j} W_ij s_i s_j + (xU + b)·s       (bilinear: no ρ inside)
 *     s ← ρ(a),   a = ∂Φ/∂s = Ws + xU + b,        F = ρ(a) − s
 *
 * Its fixed points are stationary points of E = Σ∫ρ⁻¹ − Φ inside the range of ρ, and with a nudge inside ρ those of
 * E + βC. No box: ρ itself keeps the states in its range.
 *
 * EP by ds/dβ = v, v_{t+1} = D(Wv_t − c) with D = diag ρ'(a), against S̄_t = (WD)ᵗc: v_t = −D Σ_{k<t} S̄_k, hence
 * S̃_t = −D S̄_t and Θ̃_t = Θ̄_t for a nudge inside; outside, the output's D is missing, and a bias of 1/ρ' stays.
 *
 * With a feedback γ (Xie & Seung 2003) a_l = s_{l−1}W_l + γ s_{l+1}W_{l+1}ᵀ + b_l, and all of this holds for
 *
 *     E_γ = Σ_l γ^{l−L} (Σ∫ρ⁻¹ − s_{l−1}W_l·s_l − b_l·s_l),   ∂E_γ/∂s_l = γ^{l−L} (ρ⁻¹(s_l) − a_l):
 *
 * agnostic nudging is contrastive Hebbian learning then, which tends to backpropagation as γ → 0.
 */
export function prototypical(topology: Couplings, rho: Activation, placement: NudgePlacement): Dynamics {
  const { scales } = topology;
  const feedForward = feedForwardOf(topology, rho);
  const dynamics: Dynamics = {
    ...layoutOf(topology),
    name: 'prototypical',
    time: 'discrete',
    agreement: agreement(rho, topology, placement),
    offers: [
      'energy',
      'linearisation',
      ...complexCapabilities(rho, topology),
      ...(feedForward ? (['feed-forward'] as const) : []),
    ],
    box: undefined,
    feedForward,
    bind: drivenBy(topology, (input) => {
      const { theta, x, shapes, drive, home } = input;
      const { buffers, ...map } = mapping(topology, rho, placement, input);
      const switches = switchesOf(topology, input, (s, out) => out.copy(s));

      return {
        dynamics,
        ...input.system,
        ...map,
        energy: lyapunov(),
        ...(switches && { switches }),
        linearise,
      };

      function lyapunov(): Energy {
        const weights = fillBlocks(home.of(shapes), scales ?? []);
        const spare = scratch(home, shapes, 'total');
        let held: HeldPair | undefined;
        return {
          value(s) {
            const { a, next: leak } = buffers(s);
            rho.conjugate(s, leak);
            topology.couple(theta, s, drive, a);
            axpy(1, drive.data, a.data);
            // a = Ws + 2(xU + b): ½⟨s, Da⟩ counts every pair once and the input in full
            if (scales) hadamard(weights.data, a.data, a.data);
            const interaction = rowDots(s, a);
            return rowDots(leak, weights).map((sum, i) => sum - interaction[i] / 2);
          },
          addGradChange(copies, base, out) {
            const { a: difference } = buffers(base);
            held ??= heldPair(topology, theta, x, home);
            const change = interactionChange(topology, x, base, { difference, ...spare(base) }, out, held);
            for (const { s, weight } of copies) change.add(s, { re: -weight.re, im: -weight.im });
            change.finish();
          },
        };
      }

      /** J = diag(ρ'(a))W − 1, which is symmetric for linear ρ only; Wᵀ = DWD⁻¹. */
      function linearise(s0: State): Linearisation {
        const up = scales && fillBlocks(s0.like(), scales);
        const down =
          scales &&
          fillBlocks(
            s0.like(),
            scales.map((scale) => 1 / scale),
          );
        const [a, r, slope, p] = [s0.like(), s0.like(), s0.like(), s0.like()];
        const held = topology.held?.(theta, x, s0);
        const linear = held ?? topology;
        let at = s0;
        function move(s: State): void {
          at = s;
          held?.hold(s);
          linear.couple(theta, s, drive, a);
          rho.evaluate(a, r, slope);
        }
        move(s0);
        /** p = D⁻¹ρ'(a) ∘ v */
        function preactivation(v: State): void {
          hadamard(slope.data, v.data, p.data);
          if (down) hadamard(down.data, p.data, p.data);
        }
        return {
          symmetric: rho === activations.linear && scales === undefined,
          move,
          apply(v, out) {
            linear.couple(theta, v, 0, out);
            hadamard(slope.data, out.data, out.data);
            axpy(-1, v.data, out.data);
          },
          applyTranspose(v, out) {
            preactivation(v);
            linear.couple(theta, p, 0, out);
            if (up) hadamard(up.data, out.data, out.data);
            axpy(-1, v.data, out.data);
          },
          gradParams(v, out) {
            preactivation(v);
            out.fill(0);
            linear.addPairs(1 / x.rows, p.parts[0], at.parts[0], out);
            linear.addPairs(1 / x.rows, at.parts[0], p.parts[0], out);
            linear.addInputPairs(1 / x.rows, x, p.parts[0], out);
          },
        };
      }
    }),
  };
  return dynamics;
}

/** J is symmetric for linear ρ only, where D = 1; the placement makes no difference where D = 1 at the output. */
function agreement(rho: Activation, { outputs, scales }: Couplings, placement: NudgePlacement): Agreement {
  if (rho === activations.linear && scales === undefined) return 'process';
  return placement === 'inside' || rho.of(outputs.block) === activations.linear ? 'parameters' : 'none';
}

function feedbackProblems(gamma: number | undefined, { name, states, withFeedback }: Couplings): NetworkProblem[] {
  if (gamma === undefined) return [];
  if (withFeedback === undefined) {
    return [[['feedback'], `must be left out: a ${name} network has no layers, of which one is above another`]];
  }
  const scale = power(gamma, 1 - states.length);
  if (scale > 0 && Number.isFinite(scale)) return [];
  return [['feedback', `${gamma} is too far from 1 for ${states.length} layers: γ^(1 − L) is no number`]];
}

function separateProblems(gamma: number | undefined, { name, separate }: Couplings): NetworkProblem[] {
  if (separate === undefined) {
    const which = 'separate weights are of layers that are all dense, one to the next';
    return [[['backward'], `must be left out: ${which}, and this network is ${name}`]];
  }
  if (gamma === undefined) return [];
  return [
    [['feedback'], 'must be left out: backward: separate has weights of its own from above, which γ would scale'],
  ];
}

export const prototypicalEntry = energy({
  name: 'prototypical',
  summary:
    's ← ρ(∂Φ/∂s), Φ = Σ W s s + Σ b s: discrete time, layered or recurrent, symmetric weights or separate ones back',
  source: 'Ernoult et al. 2019, 2020; Laborieux et al. 2021',
  takes: 'symmetric',
  options: {
    activation: activationOption(),
    nudge: z
      .enum(['inside', 'outside'])
      .default('inside')
      .describe('ρ(∂Φ/∂s − β∂C/∂s): EP is exact; or outside, ρ(∂Φ/∂s) − β∂C/∂s: it is biased'),
    backward: z
      .literal('separate')
      .optional()
      .describe('what comes from the layer above has weights of its own, B2…BL, and there is no Φ; default those of W'),
    feedback: z
      .number()
      .positive()
      .optional()
      .describe('γ > 0 of a layered network: what comes from the layer above counts γ times; default 1'),
  },
  examples: [
    { init: { name: 'glorot-uniform', gain: 0.5 } },
    { init: { name: 'glorot-uniform', gain: 0.5 }, activation: 'tanh', nudge: 'inside', feedback: 0.5 },
    { init: { name: 'glorot-uniform', gain: 0.5 }, activation: 'shifted-sigmoid', backward: 'separate' },
    ...layerGraphExamples.map((example, i) => ({ ...example, nudge: 'inside', ...(i === 0 && { feedback: 0.5 }) })),
  ],
  problems: ({ activation, feedback, backward }, topology: Couplings) => [
    ...activationProblems(activation, topology),
    ...feedbackProblems(feedback, topology),
    ...(backward === 'separate' ? separateProblems(feedback, topology) : []),
  ],
  label: ({ activation, feedback, backward }) => [
    ...activationLabel({ activation }),
    ...(backward === 'separate' ? [{ keys: ['backward'], text: 'separate backward weights' }] : []),
    ...(feedback === undefined ? [] : [{ keys: ['feedback'], symbol: 'γ', value: feedback }]),
  ],
  create({ activation, nudge, feedback, backward }, topology: Couplings) {
    const rho = createActivation(activation, topology);
    if (backward === 'separate') return separateMap(topology.separate!(), rho, nudge);
    return prototypical(feedback === undefined ? topology : topology.withFeedback!(feedback), rho, nudge);
  },
});
