/** Steps in the logarithm of what is positive: Δ log θ in place of Δθ. */
import * as z from 'zod';
import type { Entry } from '../entry.js';
import type { Tensor } from '../model/tensor.js';
import type { Params } from '../model/types.js';
import { exponential } from '../numerics/exponential.js';
import { addWeightDecay, type Optimizer, type Schedule } from './optimizer.js';

type Entries = Readonly<Record<string, Entry<Optimizer>>>;

const scaleOption = z
  .enum(['linear', 'log'])
  .optional()
  .describe('log: tensors that must be positive take their steps in log θ, θ ← θ exp(−Δ); default linear');

/** Every optimizer with the option `scale`. */
export const scaled = <E extends Entries>(entries: E): E =>
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, scaledEntry(entry)])) as E;

function scaledEntry(given: Entry<Optimizer>): Entry<Optimizer> {
  return {
    ...given,
    options: { ...given.options, scale: scaleOption },
    create(all) {
      const { scale, ...schedule } = all as unknown as Schedule;
      if (scale !== 'log') return given.create(schedule);
      // weight decay is of θ, not of its logarithm
      return inLog(given.create({ ...schedule, weight_decay: 0 }), { ...schedule, scale });
    },
  };
}

/** The same descent by ∂J/∂log θ = θ ∂J/∂θ, where θ is positive. */
function inLog(optimizer: Optimizer, schedule: Schedule): Optimizer {
  return {
    schedule,
    start(tensors, theta) {
      const { memory, turn } = optimizer.start(tensors, theta);
      return {
        memory,
        turn(gradient, at, decay) {
          addWeightDecay(schedule, tensors, at, gradient);
          eachPositive(tensors, gradient, at, (by, value) => value * by);
          turn(gradient, at, decay);
          eachPositive(tensors, gradient, at, (by, value) => value - value * exponential(-by));
        },
      };
    },
  };
}

function eachPositive(
  tensors: readonly Tensor[],
  steps: Params,
  theta: Params,
  become: (step: number, value: number) => number,
): void {
  tensors.forEach(({ domain }, k) => {
    if (!domain.isPositive) return;
    const [to, at] = [steps.parts[0][k].data, theta.parts[0][k].data];
    for (let i = 0; i < to.length; i++) to[i] = become(to[i], at[i]);
  });
}
