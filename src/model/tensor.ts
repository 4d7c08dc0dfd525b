/** What a tensor says of itself: whoever needs to know what it is reads it here, and no name. */
import type { BlockShape, Blocks } from '../numerics/blocks.js';
import type { Convolution } from '../numerics/convolution.js';
import { type Domain, free } from './domain.js';

/** `coupling`: weights among free units; `input`: weights from clamped ones; `read-out`: to what is no unit. */
export type TensorKind = 'state' | 'coupling' | 'input' | 'read-out' | 'bias' | 'stiffness' | 'length';

/**
 * A tensor of the state (of one example) or of the parameters. As a block it is a matrix: a list is one row, more than two
 * indices are the first against all others.
 */
export interface Tensor extends BlockShape {
  readonly kind: TensorKind;
  /** Its indices, as parameter files nest them; none of a number. */
  readonly shape: readonly number[];
  /** Its place from the input on, from 1: tensors of one layer learn at one rate. */
  readonly layer: number;
  /** How many values come together in one that it feeds, and how many each of those that it reads feeds. */
  readonly fan: { readonly in: number; readonly out: number };
  readonly domain: Domain;
  /** The map between images that weights are filters of, rows units of the one and cols of the other, before pooling. */
  readonly images?: Pick<Convolution, 'forward' | 'backward'> & { readonly rows: number; readonly cols: number };
  /** What each of its cells stands for, where that is more than its place. */
  readonly units?: readonly string[];
}

type Described = Pick<Tensor, 'name' | 'kind' | 'shape' | 'layer'> &
  Partial<Pick<Tensor, 'fan' | 'domain' | 'units' | 'images'>>;

/** Fans are those of a dense matrix, presynaptic × postsynaptic, unless they are said. */
export function tensor({ domain = free, ...described }: Described): Tensor {
  const { shape } = described;
  const [rows, ...rest] = shape.length < 2 ? [1, ...shape] : shape;
  const cols = rest.reduce((product, size) => product * size, 1);
  return { fan: { in: rows, out: cols }, ...described, domain, rows, cols };
}

/** The blocks of a batch: rows = examples, cols = units. */
export function batchOf(states: readonly Tensor[], examples: number): BlockShape[] {
  return states.map(({ name, cols }) => ({ name, rows: examples, cols }));
}

/** For every free parameter the places of its cells in the contiguous buffer: two for a tied pair. */
export function coordinatesOf(tensors: readonly Tensor[]): number[][] {
  let start = 0;
  return tensors.flatMap(({ rows, cols, domain }) => {
    const first = start;
    start += rows * cols;
    return domain.coordinates(rows, cols).map((places) => places.map((at) => first + at));
  });
}

/** θ back into its domains, after an update. */
export function impose(tensors: readonly Tensor[], theta: Blocks): void {
  tensors.forEach(({ domain }, k) => {
    domain.impose(theta.parts[0][k]);
  });
}

/** Tensors by layer, input side first; each as its place in the list. */
export function layersOf(tensors: readonly Tensor[]): readonly (readonly number[])[] {
  const layers = new Map<number, number[]>();
  tensors.forEach(({ layer }, k) => {
    layers.set(layer, [...(layers.get(layer) ?? []), k]);
  });
  return [...layers.values()];
}

/** What is one number for all tensors, or one for each layer, input side first: that of every tensor. */
export function layerwise(given: number | readonly number[], tensors: readonly Tensor[]): number[] {
  if (typeof given === 'number') return tensors.map(() => given);
  const layers = layersOf(tensors);
  return tensors.map((_, i) => given[layers.findIndex((layer) => layer.includes(i))]);
}

/** What is wrong with a list that has one number a layer, for these tensors. @param noun of the numbers: `rates` */
export function layersProblem(
  given: number | readonly number[],
  tensors: readonly Tensor[],
  noun: string,
): string | undefined {
  const layers = layersOf(tensors);
  if (typeof given === 'number' || given.length === layers.length) return undefined;
  const names = layers.map((layer) => layer.map((i) => tensors[i].name).join(' and '));
  return `has ${given.length} ${noun} for ${layers.length} layers (${names.join('; ')})`;
}

/** Numbers as parameter files nest them: a number by itself, or lists. */
export function nested(numbers: ArrayLike<number>, shape: readonly number[]): unknown {
  const [size, ...rest] = shape;
  if (size === undefined) return numbers[0];
  if (rest.length === 0 || numbers.length === 0) return Array.from(numbers);
  const each = rest.reduce((product, inner) => product * inner, 1);
  const list = Array.from(numbers);
  return Array.from({ length: size }, (_, i) => nested(list.slice(i * each, (i + 1) * each), rest));
}
