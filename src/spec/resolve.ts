import type { core } from 'zod';
import { create, problemsOf } from '../entry.js';
import type { Issue } from '../errors.js';
import type { Time } from '../model/types.js';
import { registry } from '../registry.js';
import { schemaIssues } from './issues.js';
import type { Draft } from './overrides.js';
import { type NetworkSpec, type Spec, specSchema } from './schema.js';

/** What is left of a spec when its invalid parts are taken out: enough to look for problems between the parts. */
export type PartialSpec = Partial<Spec>;

export interface Resolved {
  /** Whole only if there are no issues. */
  readonly spec: PartialSpec;
  readonly issues: readonly Issue[];
}

/** Checks a draft against the schema and fills in the defaults. */
export function resolve(draft: Draft): Resolved {
  const whole = specSchema.safeParse(draft.data);
  if (whole.success) return { spec: withDefaults(whole.data), issues: [] };
  const known = structuredClone(draft.data);
  for (const issue of whole.error.issues) dropUnknown(issue, known);
  return { spec: withDefaults(validParts(known)), issues: schemaIssues(whole.error.issues, draft) };
}

/** Unknown keys are reported once; without them the rest of their part can still be checked. */
function dropUnknown(issue: core.$ZodIssue, data: unknown): void {
  const holder = issue.path.reduce<unknown>((value, part) => (value as never)?.[part as never], data);
  if (issue.code === 'invalid_union') for (const inner of issue.errors.flat()) dropUnknown(inner, holder);
  if (issue.code !== 'unrecognized_keys' || typeof holder !== 'object' || holder === null) return;
  if (issue.keys.length === Object.keys(holder).length) return;
  for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
}

function validParts(data: unknown): Unfilled {
  if (typeof data !== 'object' || data === null) return {};
  const parts: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(specSchema.shape)) {
    const result = schema.safeParse((data as Record<string, unknown>)[key]);
    if (result.success) parts[key] = result.data;
  }
  return parts as Unfilled;
}

/** dt where the spec names none. */
const defaultStep: Readonly<Record<Time, number>> = { continuous: 0.1, discrete: 1 };

/** What the schema hands over: `step` may still be missing. */
type Unfilled = Omit<PartialSpec, 'free' | 'second'> & {
  readonly free?: Optional<Spec['free'], 'step'>;
  readonly second?: Optional<Spec['second'], 'step'>;
};
type Optional<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]?: T[P] | undefined };

/** Defaults that depend on other keys, each at its place among the keys. */
function withDefaults(spec: Unfilled): PartialSpec {
  const { network, engines } = spec;
  const dt = defaultStep[timeOf(network)];
  const free = ({ solver, step = dt, ...rest }: NonNullable<Unfilled['free']>) => ({ solver, step, ...rest });
  const second = ({ integrator, step = dt, steps }: NonNullable<Unfilled['second']>) => ({ integrator, step, steps });
  return {
    ...spec,
    ...(network && !network.parameters && !network.init
      ? { network: { ...network, init: { name: 'glorot-uniform', gain: 1 } } }
      : {}),
    free: spec.free && free(spec.free),
    second: spec.second && second(spec.second),
    ...(engines ? { engines: engines.map(({ name, id, ...rest }) => ({ id: id ?? name, name, ...rest })) } : {}),
  };
}

/** Of a network whose sizes make sense; another is reported elsewhere. */
function timeOf(network: NetworkSpec | undefined): Time {
  if (network === undefined) return 'continuous';
  const { energy, init, parameters, ...options } = network;
  const named = { ...options, name: energy };
  return problemsOf(registry.energies, named).length > 0 ? 'continuous' : create(registry.energies, named).time;
}
