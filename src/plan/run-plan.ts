/** What is to be done, as plain data. */

import type { Location } from '../errors.js';
import type { Plugin } from '../plugin/plugin.js';
import type { Assertion, SlopeAssertion } from '../spec/assertion.js';
import type { GivenParameters } from '../spec/parameter-file.js';
import type { AnySpec, FigureSpec } from '../spec/schema.js';
import type { PlannedData } from './check-data.js';

/** One run: one protocol, one seed, one point of the sweep. Plain data. */
export interface RunPlan {
  readonly id: string;
  readonly hash: string;
  /** Swept keys with this run's values. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly spec: AnySpec;
  readonly parameters: GivenParameters | undefined;
  /** Of data from files. */
  readonly data: PlannedData | undefined;
  readonly warnings: readonly string[];
  /** Where a search lets it go for now; to its end where undefined. */
  readonly rung?: Rung | undefined;
}

/** One rung of a search's ladder. */
export interface Rung {
  /** From 0. */
  readonly index: number;
  /** After so many epochs; undefined on the last one, which is the end of the run. */
  readonly until: number | undefined;
}

/** What a spec file comes to. */
export interface Plan {
  /** The spec's file, to which paths in it are relative. */
  readonly file: string;
  readonly name: string;
  /** What does the arithmetic. */
  readonly backend: string;
  readonly swept: readonly string[];
  /** Swept keys that move together, group by group. */
  readonly zipped: readonly (readonly string[])[];
  /** In the order of the spec. */
  readonly plugins: readonly Plugin[];
  readonly runs: readonly RunPlan[];
  readonly figures: readonly FigureSpec[];
  /** How a search goes: on each rung but the last, `keep` of its points go on to the next. */
  readonly ladder?: { readonly rungs: readonly Rung[]; readonly keep: number } | undefined;
  /** Assertions across the runs. */
  readonly slopes: readonly SlopeAssertion[];
  /** Every assertion, and where it stands. */
  readonly asserted: readonly { readonly assertion: Assertion; readonly where: Location }[];
  /** Where what makes several runs of it stands, or its name. */
  readonly where: Location;
}
