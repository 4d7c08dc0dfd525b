import { entry } from '../entry.js';
import { scale } from '../numerics/kernels.js';
import {
  addWeightDecay,
  type Optimizer,
  ratesOf,
  type Schedule,
  scheduleExamples,
  scheduleOptions,
} from './optimizer.js';

/** Δ = η (g + λW) */
export function sgd(schedule: Schedule): Optimizer {
  return {
    schedule,
    start(shapes) {
      const rates = ratesOf(schedule, shapes);
      return {
        memory: [],
        turn(gradient, theta, decay) {
          addWeightDecay(schedule, shapes, theta, gradient);
          gradient.parts[0].forEach(({ data }, i) => {
            scale(decay * rates[i], data);
          });
        },
      };
    },
  };
}

export const sgdEntry = entry({
  name: 'sgd',
  summary: 'θ ← θ − η g',
  source: 'Robbins & Monro 1951',
  options: scheduleOptions,
  examples: scheduleExamples,
  create: sgd,
});
