import type { core } from 'zod';
import type { Issue } from '../errors.js';
import { schemaIssues } from './issues.js';
import type { Draft } from './overrides.js';
import { type Spec, specSchema } from './schema.js';

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

function validParts(data: unknown): PartialSpec {
  if (typeof data !== 'object' || data === null) return {};
  const parts: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(specSchema.shape)) {
    const result = schema.safeParse((data as Record<string, unknown>)[key]);
    if (result.success) parts[key] = result.data;
  }
  return parts as PartialSpec;
}

/** Defaults that depend on other keys. */
function withDefaults(spec: PartialSpec): PartialSpec {
  const { network, engines } = spec;
  return {
    ...spec,
    ...(network && !network.parameters && !network.init
      ? { network: { ...network, init: { name: 'glorot-uniform', gain: 1 } } }
      : {}),
    ...(engines ? { engines: engines.map(({ name, id, ...rest }) => ({ id: id ?? name, name, ...rest })) } : {}),
  };
}
