/** Options that several dynamics share. */
import * as z from 'zod';
import { choice, create, type Entry, type LabelPart, type Named } from '../entry.js';
import { type Activation, activations, blockwise, type Elementwise } from '../numerics/activation.js';
import type { Capability } from './capability.js';
import type { Couplings, Topology } from './topology.js';
import type { Dynamics } from './types.js';

export const activationEntries: Readonly<Record<string, Entry<Elementwise>>> = Object.fromEntries(
  Object.values(activations).map((activation) => {
    const { name, summary, source } = activation;
    return [name, { name, summary, source, options: {}, create: () => activation }];
  }),
);

type Given = Named | readonly Named[];

const one = choice(activationEntries);
/** Of an energy: one for all, or one for each layer of free units. */
export const activationOption = () =>
  z
    .union([one, z.array(one).min(1)])
    .describe('activation ρ: one for all, or a list, one for each layer of free units, the output last');

export const activationLabel = ({ activation }: { readonly activation: Given }): LabelPart[] => [
  { keys: ['activation'], value: activation },
];

const listOf = (given: Given): readonly Named[] => (Array.isArray(given) ? given : [given as Named]);

/** What is wrong with a list of activations for these units: [key, message]. */
export function activationProblems(given: Given, { name, states }: Topology): [key: string, message: string][] {
  const { length } = listOf(given);
  if (!Array.isArray(given) || length === states.length) return [];
  const layers = states.length === 1 ? 'one block of free units' : `${states.length} layers of free units`;
  return [['activation', `${length} activations for a ${name} network of ${layers}: give one name, or one for each`]];
}

/** A field with ρ'(s) holds states within the bounds of ρ: one box for all. */
export function boxProblems(given: Given): [key: string, message: string][] {
  const boxes = new Set(listOf(given).map((named) => JSON.stringify(create(activationEntries, named).box ?? null)));
  if (boxes.size <= 1) return [];
  return [['activation', 'activations that bound states (hard-sigmoid, relu) do not mix with others in this energy']];
}

export function createActivation(given: Given, { states }: Topology): Activation {
  const list = listOf(given).map((named) => create(activationEntries, named));
  return blockwise(new Map(states.map(({ name }, k) => [name, list[k] ?? list[0]])));
}

/** What a field is capable of on complex states, as far as ρ decides it, and couplings whose states choose: another choice is a kink. */
export const complexCapabilities = (rho: Activation, { windows }: Pick<Couplings, 'windows'> = {}): Capability[] =>
  rho.analytic && windows === undefined ? ['complex-field', 'analytic-field'] : ['complex-field'];

/** The multilayer perceptron of a topology, with ρ or with a last layer that is linear. */
export function feedForwardOf(
  { feedForward, states, outputs }: Pick<Couplings, 'feedForward' | 'states' | 'outputs'>,
  rho: Activation,
): Dynamics['feedForward'] {
  if (feedForward === undefined) return undefined;
  const linear = blockwise(
    new Map(states.map(({ name }) => [name, name === outputs.block ? activations.linear : rho.of(name)])),
  );
  return (theta, x, like, output) => feedForward(theta, x, output === 'linear' ? linear : rho, like);
}
