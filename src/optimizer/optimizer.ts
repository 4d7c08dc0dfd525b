import * as z from 'zod';
import { positive } from '../entry.js';
import type { ParameterShape, Params } from '../model/types.js';
import type { Blocks } from '../numerics/blocks.js';
import { axpy } from '../numerics/kernels.js';

/** What every optimizer is told: `rates` is one for all tensors, or one for each layer, input side first. */
export interface Schedule {
  readonly rates: number | readonly number[];
  /** λ of λ/2 ‖W‖², which is added to J: weights only, biases are left alone. */
  readonly weight_decay: number;
  /** Factor on every rate after each epoch. */
  readonly decay: number;
}

/** How gradients become steps of θ. */
export interface Optimizer {
  readonly schedule: Schedule;
  /** @param theta what will be trained; buffers are made in its arena. */
  start(shapes: readonly ParameterShape[], theta: Params): Descent;
}

/** One network's descent. */
export interface Descent {
  /** Makes of the gradient (in place) the step Δ with θ ← θ − Δ; `decay` is the factor on the rates so far. */
  turn(gradient: Params, theta: Params, decay: number): void;
  /** All that it remembers from step to step, for a checkpoint. */
  readonly memory: readonly Blocks[];
}

export const scheduleOptions = {
  rates: z
    .union([positive(), z.array(positive()).min(1)])
    .describe('learning rate: one for all, or one for each layer, input side first'),
  weight_decay: z.number().nonnegative().default(0).describe('λ of λ/2 ‖W‖², added to the objective; weights only'),
  decay: positive().max(1).default(1).describe('factor on the rates after every epoch'),
};

/** How many layers tensors of these names make: W1, b1, W2, … belong to the layer of their number; others are one each. */
export function layersOf(shapes: readonly ParameterShape[]): readonly (readonly number[])[] {
  const layers = new Map<string, number[]>();
  shapes.forEach(({ name }, i) => {
    const layer = /\d+$/.exec(name)?.[0] ?? name;
    layers.set(layer, [...(layers.get(layer) ?? []), i]);
  });
  return [...layers.values()];
}

/** The rate of every tensor. */
export function ratesOf({ rates }: Schedule, shapes: readonly ParameterShape[]): number[] {
  if (typeof rates === 'number') return shapes.map(() => rates);
  const layers = layersOf(shapes);
  return shapes.map((_, i) => rates[layers.findIndex((layer) => layer.includes(i))]);
}

/** What is wrong with a list of rates for these tensors. */
export function ratesProblem({ rates }: Schedule, shapes: readonly ParameterShape[]): string | undefined {
  const layers = layersOf(shapes);
  if (typeof rates === 'number' || rates.length === layers.length) return undefined;
  const names = layers.map((layer) => layer.map((i) => shapes[i].name).join(' and '));
  return `has ${rates.length} rates for ${layers.length} layers (${names.join('; ')})`;
}

/** gradient += λ W, of weights. */
export function addWeightDecay(
  { weight_decay }: Schedule,
  shapes: readonly ParameterShape[],
  theta: Params,
  gradient: Params,
): void {
  if (weight_decay === 0) return;
  shapes.forEach(({ role }, i) => {
    if (role === 'weight') axpy(weight_decay, theta.parts[0][i].data, gradient.parts[0][i].data);
  });
}
