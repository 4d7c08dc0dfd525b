/** The grammar of a spec, made from the registry: what is registered there can be named here. */
import * as z from 'zod';
import { choice, MOST, positive } from '../entry.js';
import { figures } from '../figure/figures.js';
import { frameOptions } from '../figure/frame.js';
import { type Precision, precisions } from '../numerics/numbers.js';
import { late, sameOrigin } from '../origin.js';
import { registry } from '../registry.js';
import { agentSchema } from './agent.js';
import { assertion } from './assertion.js';
import { atRest, engine, startOfCopies } from './engine-schema.js';
import { networkSchema } from './network.js';
import { sweepSchema } from './sweep.js';

export const freeSchema = z.strictObject({
  solver: choice(registry.solvers).default({ name: 'euler' }).describe('what looks for the fixed point'),
  step: positive()
    .optional()
    .describe('dt, in the time constant of the leak, default 0.1; for a map 1, and less damps it'),
  tolerance: positive()
    .optional()
    .describe('stop where ‖F(s)‖_∞ is at most this; default 1e-12, and 1e-6 where precision is float32'),
  relative_tolerance: positive()
    .lt(1)
    .optional()
    .describe(
      'or where it is at most this part of ‖F‖_∞ at the start, if that is more; with at_rest: leave of each example',
    ),
  max_steps: z.int().positive().default(20000),
  at_rest: atRest(),
  rest_steps: z
    .int()
    .nonnegative()
    .default(0)
    .describe('steps after the tolerance is reached: bptt goes back through the last steps, at rest in Ernoult 2019'),
  ramp: z
    .int()
    .positive()
    .optional()
    .describe('the input is turned up in so many steps, to rest (within max_steps) at each; default at once'),
});

const second = z.strictObject({
  integrator: choice(registry.integrators).optional().describe('steps EP and RBP alike; default euler'),
  step: positive().optional().describe('dt, default 0.1; a map takes whole steps: 1'),
  steps: z.int().nonnegative().optional().describe('how many, default 100'),
  solver: choice(registry.solvers)
    .optional()
    .describe('what looks for the end, where only that is wanted (train, gradient), in place of integrator and steps'),
  tolerance: positive().optional().describe('of the solver: stop where ‖F‖_∞ is at most this; default 1e-6'),
  max_steps: z.int().positive().optional().describe('of the solver; default 1000'),
  at_rest: atRest(),
  start_at: startOfCopies(),
});

const tensors = z.array(z.string()).min(1).max(MOST.items).optional().describe('only these tensors, e.g. [s2, W1]');
const thinned = z.strictObject({
  every: z.int().positive().default(1).describe('only every n-th step'),
  tensors,
  cells: z.int().positive().optional().describe('at most so many cells of a tensor, evenly spread'),
});
const record = z.strictObject({
  processes: z.union([z.boolean(), thinned]).default(false).describe('processes.csv: S̄_t and Θ̄_t of every engine'),
  gradients: z
    .union([z.boolean(), z.strictObject({ tensors })])
    .default(false)
    .describe('gradients.csv: dJ/dθ'),
  free_state: z.boolean().default(false).describe('free_state.csv: s⁰, energy, cost'),
  // absent, not false: what is not said changes no hash
  free_path: z
    .union([z.boolean(), thinned])
    .optional()
    .transform((value) => value || undefined)
    .describe('free_path.csv: the states of phase one, with their energy and cost, and where it ended'),
  parameters: z
    .boolean()
    .optional()
    .transform((value) => value || undefined)
    .describe('parameters.csv: θ as the run begins with it'),
  summary: z
    .boolean()
    .default(false)
    .describe('summary.csv: relative mean squared error, signs and angle of whole processes (protocol equivalence)'),
});

/** Every figure takes, beside its own options, those of its frame. */
const framed = () =>
  Object.fromEntries(
    Object.entries(figures).map(([name, entry]) => [
      name,
      sameOrigin(entry, { name, options: { ...entry.options, ...frameOptions } }),
    ]),
  );
const figure = z.union([
  late(() => choice(framed() as never)),
  z.strictObject({
    file: z.string().describe('your own Vega-Lite spec over the data metrics, processes, …'),
    ...frameOptions,
  }),
]);

export type { EngineSpec } from './engine-schema.js';

const seed = z.int().nonnegative();
const directions = z.union([z.literal('all'), z.int().positive()]);

/** What no file may be called on Windows. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

export const specSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be letters, digits, ., - and _: it names a directory')
    .max(100)
    .refine((name) => !DEVICES.test(name) && !name.endsWith('.'), 'is a name that some system keeps for itself')
    .describe('directory under results/'),
  title: z.string().optional().describe('title of the figures'),
  source: z.string().optional().describe('the paper and what of it'),
  protocol: choice(registry.protocols).describe('what is done with the engines'),
  plugins: z
    .array(z.string())
    .max(MOST.parts)
    .optional()
    .transform((files) => (files?.length === 0 ? undefined : files))
    .describe('modules, .ts or .js, that add entries; relative to this file; they load with --allow-plugins only'),
  seed: seed.default(1),
  seeds: z
    .union([z.int().positive(), z.array(seed).min(1)])
    .optional()
    .describe('n for 1…n, or a list: one run each'),
  precision: z
    .enum(precisions)
    .default('float64')
    .describe('of states, parameters and what is computed of them: 16 digits, or 7 in half the memory'),
  network: networkSchema,
  data: choice(registry.data),
  cost: choice(registry.costs).default({ name: 'mse' }),
  free: freeSchema.prefault({}),
  second: second.prefault({}),
  engines: z
    .array(engine)
    .max(MOST.parts)
    .default([])
    .describe('what is compared, where the protocol compares engines'),
  reference: z
    .union([z.string(), z.array(z.string()).max(MOST.parts)])
    .default([])
    .describe('id of the engine compared with; or exact (direct solve), finite-difference, early-error; or a list'),
  finite_difference: z
    .strictObject({
      step: positive().optional().describe('change of a parameter; default 1e-5, and 2e-3 where precision is float32'),
      directions: directions.default('all').describe('every parameter, or n random directions'),
    })
    .prefault({}),
  sweep: sweepSchema.optional(),
  record: record.prefault({}),
  assert: z
    .array(assertion)
    .max(MOST.items)
    .default([])
    .describe('checked after every run; exit code 3 where one fails'),
  figures: z.array(figure).max(MOST.parts).default([]),
});

const { shape } = specSchema;

/** Of a protocol that works on an agent at a task, in place of a network and its data. */
export const agentSpecSchema = z.strictObject({
  name: shape.name,
  title: shape.title,
  source: shape.source,
  protocol: shape.protocol,
  plugins: shape.plugins,
  seed: shape.seed,
  seeds: shape.seeds,
  task: choice(registry.tasks).describe('what is to be learned'),
  agent: agentSchema.describe('who learns'),
  sweep: shape.sweep,
  assert: shape.assert,
  figures: shape.figures,
});

/** Every part that some spec may have. */
export const partSchemas = { ...shape, ...agentSpecSchema.shape };

/** What the protocol that is named works on, if it is one. */
export function worksOnAgent(protocol: unknown): boolean {
  const name = typeof protocol === 'string' ? protocol : (protocol as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' && Object.hasOwn(registry.protocols, name)
    ? registry.protocols[name].worksOn === 'agent'
    : false;
}

type Parsed = z.output<typeof specSchema>;
type With<K extends string, T> = T & { readonly [P in K]: number };

/** A spec with every default filled in, of one run: `seeds` and `sweep` are resolved. */
export type Spec = Omit<Parsed, 'free' | 'second' | 'finite_difference'> & {
  readonly free: With<'step' | 'tolerance', Parsed['free']>;
  readonly second: With<'step', Parsed['second']>;
  readonly finite_difference: With<'step', Parsed['finite_difference']>;
};
/** The same of an agent. */
export type AgentSpec = z.output<typeof agentSpecSchema>;
export type AnySpec = Spec | AgentSpec;
export const isOfAgent = (spec: AnySpec): spec is AgentSpec => (spec as AgentSpec).agent !== undefined;

/** Agents compute in double precision. */
export const precisionIn = (spec: AnySpec): Precision => (isOfAgent(spec) ? 'float64' : spec.precision);

export type FigureSpec = z.output<typeof figure>;

/** JSON Schema of a spec, as users write it: which parts there are follows from the protocol. */
export function specJsonSchema(): Record<string, unknown> {
  const write = (schema: z.ZodType) =>
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<'properties', object> & Alternative;
  const [network, agent] = [write(specSchema), write(agentSpecSchema)];
  const shared = network.required.filter((key) => agent.required.includes(key));
  const others = (of: Alternative, than: Alternative) => ({
    required: of.required.filter((key) => !shared.includes(key)),
    properties: Object.fromEntries(
      Object.keys(than.properties).flatMap((key) => (key in of.properties ? [] : [[key, false]])),
    ),
  });
  const names = Object.values(registry.protocols).flatMap(({ name, worksOn }) => (worksOn === 'agent' ? [name] : []));
  const map = { type: 'object', properties: { name: { enum: names } }, required: ['name'] };
  const named = { anyOf: [{ enum: names }, map] };
  return {
    ...network,
    properties: { ...network.properties, ...agent.properties },
    required: shared,
    if: { properties: { protocol: named }, required: ['protocol'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: others(agent, network),
    else: others(network, agent),
    // what stands there is for anchors
    patternProperties: { '^x-': {} },
  };
}

interface Alternative {
  readonly required: readonly string[];
  readonly properties: object;
}
