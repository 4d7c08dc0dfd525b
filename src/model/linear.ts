import type { Blocks } from '../numerics/blocks.js';
import { axpy, gemm } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import { rowDots, scratch } from '../numerics/whole-state.js';
import { interactionChange } from './interaction.js';
import { batchOf } from './tensor.js';
import { type Driven, energy } from './topology.js';
import { type Dynamics, type Linearisation, layoutOf, type Params, type System } from './types.js';

/**
 * E = ½ sᵀAs − (xU + b)·s with A symmetric positive definite, F = −As + xU + b: everything has a closed form.
 * Tied pairs: ∂E/∂A_ij = s_i s_j for i ≠ j (both cells), ½ s_i² on the diagonal.
 */
export function linear(topology: Driven): Dynamics {
  const A = 0;
  const units = topology.parameters[A].rows;
  const dynamics: Dynamics = {
    ...layoutOf(topology),
    name: 'linear',
    time: 'continuous',
    agreement: 'process',
    offers: ['energy', 'linearisation', 'complex-field', 'analytic-field'],
    isLinear: true,
    box: undefined,
    bind(theta, x): System {
      const shapes = batchOf(topology.states, x.rows);
      const drive = theta.of(shapes);
      const refresh = () => topology.drive(theta, x, drive);
      const buffers = scratch(theta, shapes, 'a');
      const spare = scratch(theta, shapes, 'difference', 'total');
      refresh();

      /** out += A-pairs of p and q: (p_i q_j + q_i p_j)/2 in both cells of a pair, half of it on the diagonal. */
      function addPairs(alpha: number, p: Matrix, q: Matrix, out: Params): void {
        const pairs = buffer.get('A');
        gemm(true, false, alpha / 2, p, q, 0, pairs);
        gemm(true, false, alpha / 2, q, p, pairs, pairs);
        for (let i = 0; i < units; i++) pairs.data[i * units + i] /= 2;
        axpy(1, pairs.data, out.parts[0][A].data);
      }
      const buffer = theta.of(dynamics.parameters.slice(0, 1));
      const minusPairs = (alpha: number, [p]: readonly Matrix[], [q]: readonly Matrix[], out: Params) =>
        addPairs(-alpha, p, q, out);

      return {
        dynamics,
        shapes,
        refresh,
        force(s, out, nudge) {
          for (let part = 0; part < s.parts.length; part++) {
            const start = part === 0 ? drive.parts[0][0] : 0;
            gemm(false, false, -1, s.parts[part][0], theta.parts[0][A], start, out.parts[part][0]);
          }
          nudge?.(s, out);
          return undefined;
        },
        energy: {
          value(s) {
            const { a } = buffers(s);
            gemm(false, false, 0.5, s.parts[0][0], theta.parts[0][A], 0, a.parts[0][0]);
            axpy(-1, drive.data, a.data);
            return rowDots(s, a);
          },
          addGradChange(copies, base, out) {
            // E is less the form that interactionChange knows
            const form = { addPairs: minusPairs, addInputPairs: topology.addInputPairs };
            const change = interactionChange(form, x, base, spare(base), out);
            for (const { s, weight } of copies) change.add(s, { re: -weight.re, im: -weight.im });
            change.finish();
          },
        },
        linearise(s0): Linearisation {
          let at = s0;
          const apply = (v: Blocks, out: Blocks) => {
            gemm(false, false, -1, v.parts[0][0], theta.parts[0][A], 0, out.parts[0][0]);
          };
          return {
            symmetric: true,
            move: (s) => {
              at = s;
            },
            apply,
            applyTranspose: apply,
            gradParams(v, out) {
              out.fill(0);
              addPairs(-2 / x.rows, v.parts[0][0], at.parts[0][0], out);
              topology.addInputPairs(1 / x.rows, x, v.parts[0], out);
            },
          };
        },
      };
    },
  };
  return dynamics;
}

export const linearEntry = energy({
  name: 'linear',
  summary: 'quadratic energy ½ sᵀAs − (xU + b)·s, A symmetric positive definite: everything in closed form',
  source: 'closed-form checks',
  takes: 'definite',
  options: {},
  examples: [{ init: { name: 'glorot-uniform', gain: 0.5 } }],
  create: (_, topology: Driven) => linear(topology),
});
