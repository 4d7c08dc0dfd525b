import { entry } from '../entry.js';
import { freeField } from '../solver/field.js';
import type { Engine, Estimate } from './engine.js';
import { family } from './family.js';

/**
 * The gradient of ½‖F(y)‖², the mean over the batch, where a target y is a state of all units: (∂F/∂θ)ᵀF at y. It makes y a
 * fixed point, and asks for no phase at all; of the gradient of J it knows nothing. On `vector-field` it is the delta rule:
 * W ← W + η ρ(y)ᵀ(y − b − ρ(y)W).
 */
export function fixedPointResidual(): Engine {
  return {
    needs: ['linearisation', 'clamping', 'whole-output'],
    accuracy: 'biased',
    residualGain: 0,
    hasProcess: false,
    // biome-ignore lint/correctness/useYield: an end point has no process to yield
    *run({ system, theta, cost, free, gradient = theta.like() }): Generator<never, Estimate> {
      const pattern = free.clone();
      cost.clamp!(pattern, 1);
      const force = free.like();
      freeField(system)(pattern, force);
      system.linearise(pattern).gradParams(force, gradient);
      return { status: 'completed', steps: 0, gradient };
    },
  };
}

export const fixedPointResidualFamily = family({
  name: 'fixed-point-residual',
  summary: 'the gradient of ½‖F(y)‖², which makes targets on all units fixed points: the delta rule',
  source: 'the delta rule, for states of a recurrent network',
  symbol: 'residual',
  options: {},
  members: {
    'fixed-point-residual': entry({
      name: 'fixed-point-residual',
      summary: 'all units are outputs, targets are patterns',
      claims: {
        equals: 'gradient of ½‖F(y)‖² in W, least squares of patterns y',
        local: 'yes',
        phases: 'shown',
        symmetric: 'no',
      },
      options: {},
      create: () => null,
    }),
  },
  create: fixedPointResidual,
});
