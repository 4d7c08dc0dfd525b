import * as z from 'zod';
import { entry, positive } from '../entry.js';
import {
  addWeightDecay,
  type Optimizer,
  ratesOf,
  type Schedule,
  scheduleExamples,
  scheduleOptions,
} from './optimizer.js';

interface AdamOptions extends Schedule {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  Δ = η m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
 * (Kingma & Ba 2015, algorithm 1); λW is part of g.
 */
export function adam({ beta1, beta2, epsilon, ...schedule }: AdamOptions): Optimizer {
  return {
    schedule,
    start(shapes, theta) {
      const rates = ratesOf(schedule, shapes);
      const [m, v] = [theta.like(), theta.like()];
      // β₁ᵗ and β₂ᵗ, by multiplication: ** differs between versions of V8
      const powers = theta.of([{ name: 'powers', rows: 1, cols: 2 }]).fill(1);
      return {
        memory: [m, v, powers],
        turn(gradient, at, decay) {
          addWeightDecay(schedule, shapes, at, gradient);
          powers.data[0] *= beta1;
          powers.data[1] *= beta2;
          const unbiasedM = 1 - powers.data[0];
          const unbiasedV = 1 - powers.data[1];
          gradient.parts[0].forEach(({ data: g }, k) => {
            const [mk, vk, rate] = [m.parts[0][k].data, v.parts[0][k].data, decay * rates[k]];
            for (let i = 0; i < g.length; i++) {
              mk[i] = beta1 * mk[i] + (1 - beta1) * g[i];
              vk[i] = beta2 * vk[i] + (1 - beta2) * g[i] * g[i];
              g[i] = (rate * (mk[i] / unbiasedM)) / (Math.sqrt(vk[i] / unbiasedV) + epsilon);
            }
          });
        },
      };
    },
  };
}

const share = () => z.number().min(0).lt(1);

export const adamEntry = entry({
  name: 'adam',
  summary: 'steps of a size of their own for every parameter, from running means of g and g²',
  source: 'Kingma & Ba 2015',
  options: {
    ...scheduleOptions,
    beta1: share().default(0.9).describe('share of the mean of g that stays'),
    beta2: share().default(0.999).describe('share of the mean of g² that stays'),
    epsilon: positive().default(1e-8).describe('added to the root'),
  },
  examples: scheduleExamples,
  create: adam,
});
