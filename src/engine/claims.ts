/** What kinds of engines claim to be, for their entries. */
import type { Claims } from '../entry.js';

/** The gradient of J from states of the network alone: from those of an energy. */
export const fromStates = (phases: string, limit?: string): Claims => ({
  equals: 'dJ/dθ',
  ...(limit === undefined ? {} : { limit }),
  local: 'yes',
  phases,
  symmetric: 'yes',
});

/** The gradient of J from errors at the fixed point, whatever J is like. */
export const fromErrors = (limit?: string, phases = 'free, errors'): Claims => ({
  equals: 'dJ/dθ',
  ...(limit === undefined ? {} : { limit }),
  local: 'no',
  phases,
  symmetric: 'no',
});
