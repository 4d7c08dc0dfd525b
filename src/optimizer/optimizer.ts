import * as z from 'zod';
import { positive } from '../entry.js';
import { layersOf, type Tensor } from '../model/tensor.js';
import type { Params } from '../model/types.js';
import type { Blocks } from '../numerics/blocks.js';
import { axpy } from '../numerics/kernels.js';

/** What every optimizer is told: `rates` is one for all tensors, or one for each layer, input side first. */
export interface Schedule {
  readonly rates: number | readonly number[];
  /** λ of λ/2 ‖W‖², which is added to J: weights only, biases are left alone. */
  readonly weight_decay: number;
  /** Factor on every rate after each epoch. */
  readonly decay: number;
  /** `log`: steps in log θ where θ is positive. */
  readonly scale?: 'linear' | 'log' | undefined;
}

/** How gradients become steps of θ. */
export interface Optimizer {
  readonly schedule: Schedule;
  /** @param theta what will be trained; buffers are made in its arena. */
  start(tensors: readonly Tensor[], theta: Params): Descent;
}

/** One network's descent. */
export interface Descent {
  /** Makes of the gradient (in place) the step Δ with θ ← θ − Δ; `decay` is the factor on the rates so far. */
  turn(gradient: Params, theta: Params, decay: number): void;
  /** All that it remembers from step to step, for a checkpoint. */
  readonly memory: readonly Blocks[];
}

export const scheduleExamples = [{ rates: 0.1 }];

export const scheduleOptions = {
  rates: z
    .union([positive(), z.array(positive()).min(1)])
    .describe('learning rate: one for all, or one for each layer, input side first'),
  weight_decay: z.number().nonnegative().default(0).describe('λ of λ/2 ‖W‖², added to the objective; weights only'),
  decay: positive().max(1).default(1).describe('factor on the rates after every epoch'),
};

/** The rate of every tensor. */
export function ratesOf({ rates }: Schedule, tensors: readonly Tensor[]): number[] {
  if (typeof rates === 'number') return tensors.map(() => rates);
  const layers = layersOf(tensors);
  return tensors.map((_, i) => rates[layers.findIndex((layer) => layer.includes(i))]);
}

/** What is wrong with a list of rates for these tensors. */
export function ratesProblem({ rates }: Schedule, tensors: readonly Tensor[]): string | undefined {
  const layers = layersOf(tensors);
  if (typeof rates === 'number' || rates.length === layers.length) return undefined;
  const names = layers.map((layer) => layer.map((i) => tensors[i].name).join(' and '));
  return `has ${rates.length} rates for ${layers.length} layers (${names.join('; ')})`;
}

/** gradient += λ W, of the tensors that decay. */
export function addWeightDecay(
  { weight_decay }: Schedule,
  tensors: readonly Tensor[],
  theta: Params,
  gradient: Params,
): void {
  if (weight_decay === 0) return;
  tensors.forEach(({ domain }, i) => {
    if (domain.decays) axpy(weight_decay, theta.parts[0][i].data, gradient.parts[0][i].data);
  });
}
