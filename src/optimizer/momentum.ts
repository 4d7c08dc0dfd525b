import * as z from 'zod';
import { entry } from '../entry.js';
import { layerwise } from '../model/tensor.js';
import { axpy, scale } from '../numerics/kernels.js';
import {
  addWeightDecay,
  type Optimizer,
  type PerLayer,
  perLayer,
  ratesOf,
  type Schedule,
  scheduleExamples,
  scheduleOptions,
} from './optimizer.js';

/** m ← μ m + g + λW,  Δ = η m: the form that deep-learning libraries use, without a factor 1 − μ. */
export function momentum(schedule: Schedule & { readonly momentum: PerLayer }): Optimizer {
  return {
    schedule,
    start(shapes, theta) {
      const rates = ratesOf(schedule, shapes);
      const shares = layerwise(schedule.momentum, shapes);
      const m = theta.like();
      return {
        memory: [m],
        turn(gradient, at, decay) {
          addWeightDecay(schedule, shapes, at, gradient);
          m.parts[0].forEach(({ data }, i) => {
            scale(shares[i], data);
          });
          axpy(1, gradient.data, m.data);
          gradient.copy(m);
          gradient.parts[0].forEach(({ data }, i) => {
            scale(decay * rates[i], data);
          });
        },
      };
    },
  };
}

export const momentumEntry = entry({
  name: 'momentum',
  summary: 'm ← μ m + g, θ ← θ − η m',
  source: 'Polyak 1964',
  options: {
    ...scheduleOptions,
    momentum: perLayer(z.number().min(0).lt(1))
      .default(0.9)
      .describe('share of m that stays, μ: one for all, or one for each layer'),
  },
  examples: scheduleExamples,
  create: momentum,
});
