import type * as z from 'zod';
import { remembered } from '../entry.js';
import type { Issue } from '../errors.js';
import type { Time } from '../model/types.js';
import { type ByPrecision, type Precision, precisions } from '../numerics/numbers.js';
import { registry } from '../registry.js';
import { schemaIssues } from './issues.js';
import { dynamicsOf, type NetworkSpec, networkProblems } from './network.js';
import type { Draft } from './overrides.js';
import {
  type AgentSpec,
  agentSpecSchema,
  type EngineSpec,
  partSchemas,
  type Spec,
  specSchema,
  worksOnAgent,
} from './schema.js';

/** What is left of a spec when its invalid parts are taken out: enough to look for problems between the parts. */
export type PartialSpec = Partial<Spec> & Partial<Pick<AgentSpec, 'task' | 'agent'>>;

export interface Resolved {
  /** Whole only if there are no issues. */
  readonly spec: PartialSpec;
  /** The same without the defaults that depend on other keys. */
  readonly parts: Unfilled;
  readonly issues: readonly Issue[];
  /** Those of one part, or of none ('': an unknown key). */
  issuesOf(part: string): readonly Issue[];
}

/** Checks a draft against the schema and fills in the defaults. */
export function resolve(draft: Draft): Resolved {
  const schema = schemaFor(draft.data);
  const whole = schema.safeParse(draft.data);
  if (whole.success) {
    return { spec: withDefaults(whole.data), parts: whole.data, issues: [], issuesOf: () => [] };
  }
  const { issues } = whole.error;
  const known = structuredClone(draft.data);
  for (const issue of issues) dropUnknown(issue, known);
  const parts = validParts(known, schema.shape);
  const partOf = ({ path }: z.core.$ZodIssue) => String(path[0] ?? '');
  const told = new Map<string, readonly Issue[]>();
  return {
    spec: withDefaults(parts),
    parts,
    issues: schemaIssues(issues, draft),
    issuesOf(part) {
      const found =
        told.get(part) ??
        schemaIssues(
          issues.filter((issue) => partOf(issue) === part),
          draft,
        );
      told.set(part, found);
      return found;
    },
  };
}

export const partNames: readonly string[] = Object.keys(partSchemas);

function schemaFor(data: unknown) {
  const ofAgent = worksOnAgent((data as { protocol?: unknown } | null | undefined)?.protocol);
  return ofAgent ? agentSpecSchema : specSchema;
}

/** One part of a spec by itself; undefined where the schema has complaints, or does not know it. */
export function resolvePart(part: string, data: unknown): { readonly value: unknown } | undefined {
  if (!Object.hasOwn(partSchemas, part)) return undefined;
  const result = partSchemas[part as keyof typeof partSchemas].safeParse(data);
  return result.success ? { value: result.data } : undefined;
}

/** Unknown keys are reported once; without them the rest of their part can still be checked. */
function dropUnknown(issue: z.core.$ZodIssue, data: unknown): void {
  const holder = issue.path.reduce<unknown>((value, part) => (value as never)?.[part as never], data);
  if (issue.code === 'invalid_union') for (const inner of issue.errors.flat()) dropUnknown(inner, holder);
  if (issue.code !== 'unrecognized_keys' || typeof holder !== 'object' || holder === null) return;
  if (issue.keys.length === Object.keys(holder).length) return;
  for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
}

function validParts(data: unknown, schemas: Readonly<Record<string, z.ZodType>>): Unfilled {
  if (typeof data !== 'object' || data === null) return {};
  const parts: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(schemas)) {
    const result = schema.safeParse((data as Record<string, unknown>)[key]);
    if (result.success) parts[key] = result.data;
  }
  return parts as Unfilled;
}

/** dt where the spec names none. */
const defaultStep: Readonly<Record<Time, number>> = { continuous: 0.1, discrete: 1 };

/** ‖F‖_∞ that is asked for, and the change of a parameter for differences, where the spec names none: a few digits above round-off. */
const defaultTolerance: ByPrecision = { float64: 1e-12, float32: 1e-6 };
const defaultChange: ByPrecision = { float64: 1e-5, float32: 2e-3 };

/** What the schema hands over: defaults may still be missing. */
export type Unfilled = Omit<PartialSpec, 'free' | 'second' | 'finite_difference'> & {
  readonly free?: Optional<Spec['free'], 'step' | 'tolerance'>;
  readonly second?: Optional<Spec['second'], 'step'>;
  readonly finite_difference?: Optional<Spec['finite_difference'], 'step'>;
};
type Optional<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]?: T[P] | undefined };

/** Defaults that depend on other keys, each at its place among the keys. The same parts give the same parts again. */
export function withDefaults(spec: Unfilled): PartialSpec {
  const { network, engines, free, second, finite_difference: differences, precision = 'float64' } = spec;
  const others: Omit<Unfilled, 'free' | 'second' | 'finite_difference'> = spec;
  const dt = defaultStep[timeOf(network)];
  return {
    ...others,
    ...(network ? { network: initialised(network) } : {}),
    ...(free ? { free: stepped.free[precision][dt](free) } : {}),
    ...(second ? { second: stepped.second[dt](second) } : {}),
    ...(differences ? { finite_difference: differing[precision](differences) } : {}),
    ...(engines ? { engines: identified(engines) } : {}),
  };
}

const initialised = remembered((network: NetworkSpec): NetworkSpec => {
  const isGiven = network.parameters !== undefined || network.init !== undefined;
  return isGiven ? network : { ...network, init: registry.energies[network.energy].init };
});

/** What a solver of phase two is asked where the spec says nothing. */
const SETTLING = { tolerance: 1e-6, max_steps: 1000 };

const identified = remembered((engines: readonly EngineSpec[]) =>
  engines.map(({ name, id, ...rest }) => ({ id: id ?? name, name, ...(rest.solver && SETTLING), ...rest })),
);

const free = (precision: Precision) => (dt: number) =>
  remembered(
    ({ solver, step = dt, tolerance = defaultTolerance[precision], ...rest }: NonNullable<Unfilled['free']>) => ({
      solver,
      step,
      tolerance,
      ...rest,
    }),
  );
const changing = (precision: Precision) =>
  remembered(({ step = defaultChange[precision], ...rest }: NonNullable<Unfilled['finite_difference']>) => ({
    step,
    ...rest,
  }));
const EULER = { name: 'euler' };
const second = (dt: number) =>
  remembered(({ step = dt, ...rest }: NonNullable<Unfilled['second']>) =>
    rest.solver ? { step, ...SETTLING, ...rest } : { integrator: EULER, step, steps: 100, ...rest },
  );
const each = <T>(make: (dt: number) => T): Readonly<Record<number, T>> =>
  Object.fromEntries(Object.values(defaultStep).map((dt) => [dt, make(dt)]));
const inEach = <T>(make: (precision: Precision) => T) =>
  Object.fromEntries(precisions.map((precision) => [precision, make(precision)])) as Record<Precision, T>;
const stepped = { free: inEach((precision) => each(free(precision))), second: each(second) };
const differing = inEach(changing);

/** Of a network whose sizes make sense; another is reported elsewhere. */
function timeOf(network: NetworkSpec | undefined): Time {
  return network === undefined || networkProblems(network).length > 0 ? 'continuous' : dynamicsOf(network).time;
}
