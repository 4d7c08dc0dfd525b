import type { Capability } from './capability.js';
import { isWhole } from './topology.js';
import type { System } from './types.js';

/** Whether a system has what a claim is about; claims that only numbers can tell are not here. */
const has: Partial<Record<Capability, (system: System) => boolean>> = {
  energy: ({ energy }) => energy !== undefined,
  predictions: ({ predictions }) => predictions !== undefined,
  rates: ({ synapses }) => synapses !== undefined,
  'feed-forward': ({ dynamics }) => dynamics.feedForward !== undefined,
  levels: ({ dynamics, predictions }) => (dynamics.delays ?? predictions?.delays) !== undefined,
  'whole-output': ({ dynamics }) => isWhole(dynamics),
};

/** What of it a dynamics offers, and its system has not. */
export const lacking = (offers: readonly Capability[], system: System): Capability[] =>
  offers.filter((claim) => has[claim]?.(system) === false);
