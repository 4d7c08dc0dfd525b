/** What the numbers of a table are: at each point of each engine, over its seeds. */
import type { Moments } from '../../metrics/statistics.js';
import type { Measured } from '../results.js';

/** An engine at a point. */
export interface Entry {
  readonly engine: string;
  /** Swept keys but the seed, as a reader calls them. */
  readonly point: ReadonlyMap<string, unknown>;
  /** One for each thing measured. */
  readonly values: readonly Moments[];
  readonly seeds: number;
  /** Validation prefers it. */
  readonly best: boolean;
}

export interface Entries {
  readonly measured: readonly Measured[];
  readonly keys: readonly string[];
  readonly all: readonly Entry[];
  /** What all numbers are of, in a few words. */
  readonly about?: string;
  /** Points that a search has ended before their end: they are not among them. */
  readonly pruned: number;
}
