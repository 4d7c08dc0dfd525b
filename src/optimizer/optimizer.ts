import * as z from 'zod';
import { choice, create, type Named, positive } from '../entry.js';
import { layersProblem, layerwise, type Tensor } from '../model/tensor.js';
import type { Params } from '../model/types.js';
import type { Blocks } from '../numerics/blocks.js';
import { axpy } from '../numerics/kernels.js';
import { schedules } from './schedules.js';

/** One for all tensors, or one for each layer, input side first. */
export type PerLayer = number | readonly number[];

/** What every optimizer is told. */
export interface Schedule {
  readonly rates: PerLayer;
  /** λ of λ/2 ‖W‖², which is added to J: weights only, biases are left alone. */
  readonly weight_decay: PerLayer;
  /** Factor on every rate after each epoch. */
  readonly decay: number;
  /** How else they fall, from epoch to epoch: one of `schedules`. */
  readonly schedule?: Named | undefined;
  /** μ, of an optimizer that has one. */
  readonly momentum?: PerLayer | undefined;
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

/** One number for all, or one for each layer. */
export const perLayer = (number: z.ZodNumber) => z.union([number, z.array(number).min(1)]);

export const scheduleExamples = [{ rates: 0.1 }];

export const scheduleOptions = {
  rates: perLayer(positive()).describe('learning rate: one for all, or one for each layer, input side first'),
  weight_decay: perLayer(z.number().nonnegative())
    .default(0)
    .describe('λ of λ/2 ‖W‖², added to the objective, weights only: one for all, or one for each layer'),
  decay: positive().max(1).default(1).describe('factor on the rates after every epoch'),
  schedule: choice(schedules)
    .optional()
    .describe('how rates fall from epoch to epoch, beside decay; default not at all'),
};

/** The rate of every tensor. */
export const ratesOf = ({ rates }: Pick<Schedule, 'rates'>, tensors: readonly Tensor[]): number[] =>
  layerwise(rates, tensors);

/** The factor on every rate after so many of all epochs. */
export function annealed({ decay, schedule }: Schedule, done: number, epochs: number): number {
  let factor = 1;
  for (let epoch = 0; epoch < done; epoch++) factor *= decay;
  return schedule ? factor * create(schedules, schedule)(done, epochs) : factor;
}

/** What is wrong with lists that have one number a layer, for these tensors: [key, message]. */
export function layerProblems(schedule: Schedule, tensors: readonly Tensor[]): [key: string, message: string][] {
  const lists = { rates: 'rates', weight_decay: 'weight decays', momentum: 'momenta' } as const;
  return Object.entries(lists).flatMap(([key, noun]): [string, string][] => {
    const wrong = layersProblem(schedule[key as keyof typeof lists] ?? 0, tensors, noun);
    return wrong === undefined ? [] : [[key, wrong]];
  });
}

/** gradient += λ W, of the tensors that decay. */
export function addWeightDecay(
  { weight_decay }: Schedule,
  tensors: readonly Tensor[],
  theta: Params,
  gradient: Params,
): void {
  if (weight_decay === 0) return;
  const lambdas = layerwise(weight_decay, tensors);
  tensors.forEach(({ domain }, i) => {
    if (domain.decays && lambdas[i] !== 0) axpy(lambdas[i], theta.parts[0][i].data, gradient.parts[0][i].data);
  });
}
