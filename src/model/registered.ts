/** Options that several dynamics share. */
import * as z from 'zod';
import { choice, create, type Entry, MOST, type Named } from '../entry.js';
import { type Activation, activations } from '../numerics/activation.js';
import { layered, recurrent, type Topology } from './topology.js';
import type { Capability } from './types.js';

export const activationEntries: Readonly<Record<string, Entry<Activation>>> = Object.fromEntries(
  Object.values(activations).map((activation) => {
    const { name, summary, source } = activation;
    return [name, { name, summary, source, options: {}, create: () => activation }];
  }),
);

export const activationOption = () => choice(activationEntries).describe('activation ρ');
export const createActivation = (named: Named): Activation => create(activationEntries, named);

/** What a field is capable of on complex states, as far as ρ decides it. */
export const complexCapabilities = (rho: Activation): Capability[] =>
  rho.analytic ? ['complex-field', 'analytic-field'] : ['complex-field'];

const size = () => z.int().positive().max(MOST.units);

export const recurrentOptions = {
  units: size().describe('number of free units; the last `outputs` of them are the output'),
  inputs: size().describe('number of clamped inputs'),
  outputs: size().describe('number of output units'),
};

export const topologyOptions = {
  layers: z
    .array(size())
    .min(2)
    .max(MOST.layers)
    .optional()
    .describe('sizes of a layered network: [inputs, hidden …, outputs]; this, or units, inputs and outputs'),
  units: recurrentOptions.units.optional(),
  inputs: recurrentOptions.inputs.optional(),
  outputs: recurrentOptions.outputs.optional(),
};

interface TopologyChoice {
  readonly layers?: readonly number[] | undefined;
  readonly units?: number | undefined;
  readonly inputs?: number | undefined;
  readonly outputs?: number | undefined;
}

/** Layered or recurrent, whichever the options describe; sizeProblems() has been asked before. */
export function createTopology({ layers, units, inputs, outputs }: TopologyChoice): Topology {
  return layers ? layered(layers) : recurrent(units!, inputs!, outputs!);
}

/** What is wrong with sizes that each look right: [key, message]. */
export function sizeProblems(network: TopologyChoice): [key: string, message: string][] {
  const given = (['units', 'inputs', 'outputs'] as const).filter((key) => network[key] !== undefined);
  if (network.layers) {
    return given.map((key) => [key, `layers and ${key} exclude each other: a network is layered or recurrent`]);
  }
  const missing = (['units', 'inputs', 'outputs'] as const).filter((key) => network[key] === undefined);
  if (missing.length === 3) return [['', 'the network needs sizes: layers, or units, inputs and outputs']];
  if (missing.length > 0) return [['', `a recurrent network also needs ${missing.join(' and ')}`]];
  if (network.outputs! > network.units!) {
    return [['outputs', `outputs are free units: at most units (${network.units}), got ${network.outputs}`]];
  }
  return [];
}
