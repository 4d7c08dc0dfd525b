import type { Activation } from '../numerics/activation.js';
import { axpy, hadamard } from '../numerics/kernels.js';
import { drivenBy } from './driven.js';
import { mapping, type NudgePlacement } from './mapping.js';
import { complexCapabilities, feedForwardOf } from './registered.js';
import type { Directed } from './topology.js';
import { type Dynamics, type Linearisation, layoutOf, type State } from './types.js';

/**
 * The prototypical map with weights of its own each way (Ernoult et al. 2020, C-VF): a_l = s_{l−1}W_l + s_{l+1}B_{l+1} + b_l,
 * s ← ρ(a). There is no Φ, and so no energy: RBP is exact, EP by the vector-field rule as far as B_l is W_lᵀ.
 */
export function separateMap(topology: Directed, rho: Activation, placement: NudgePlacement): Dynamics {
  const feedForward = feedForwardOf(topology, rho);
  const dynamics: Dynamics = {
    ...layoutOf(topology),
    name: 'prototypical',
    time: 'discrete',
    agreement: 'none',
    offers: ['linearisation', ...complexCapabilities(rho), ...(feedForward ? (['feed-forward'] as const) : [])],
    box: undefined,
    feedForward,
    bind: drivenBy(topology, (input) => {
      const { theta, x, drive } = input;
      const { buffers: _, ...map } = mapping(topology, rho, placement, input);
      return {
        dynamics,
        ...input.system,
        ...map,
        energy: undefined,
        /** Jv = ρ'(a) ∘ (vW) − v and Jᵀv = (ρ'(a) ∘ v)Wᵀ − v. */
        linearise(s0): Linearisation {
          const [a, r, slope, p] = [s0.like(), s0.like(), s0.like(), s0.like()];
          let at = s0;
          function move(s: State): void {
            at = s;
            topology.couple(theta, s, drive, a);
            rho.evaluate(a, r, slope);
          }
          move(s0);
          return {
            symmetric: false,
            move,
            apply(v, out) {
              topology.couple(theta, v, 0, out);
              hadamard(slope.data, out.data, out.data);
              axpy(-1, v.data, out.data);
            },
            applyTranspose(v, out) {
              hadamard(slope.data, v.data, p.data);
              topology.coupleBack(theta, p, out);
              axpy(-1, v.data, out.data);
            },
            gradParams(v, out) {
              hadamard(slope.data, v.data, p.data);
              topology.addPairs(1 / x.rows, at.parts[0], p.parts[0], out.fill(0));
              topology.addInputPairs(1 / x.rows, x, p.parts[0], out);
            },
          };
        },
      };
    }),
  };
  return dynamics;
}
