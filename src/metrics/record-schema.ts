/** What stands in run.json, for those who read it: JSON Schema and checks come from here. */
import * as z from 'zod';
import { CHECKPOINT_FILE, RUN_FILE, SPEC_FILE } from './results.js';

const count = () => z.int().nonnegative();
const sha256 = () => z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
const date = () => z.iso.datetime({ error: 'a date and time, as 2026-01-31T12:00:00Z' });

const free = z.object({
  status: z.enum(['converged', 'max-steps', 'diverged']),
  steps: count(),
  field_evaluations: count().describe('evaluations of F that the solver has paid for'),
  residual_max: z.number().nullable().describe('‖F(s⁰)‖_∞; null where it is not finite'),
  residual_l2: z.number().nullable(),
});

const spectrum = z.object({
  of: z.enum(['hessian', 'jacobian']).describe('hessian: F′ is symmetric, −F′ = H; jacobian: real parts'),
  smallest: z.number().nullable(),
  largest: z.number().nullable(),
  radius: z.number().nullable().optional().describe('of a map: the spectral radius of its Jacobian'),
  rate: z.number().nullable().describe('the slowest mode decays like e^(−rate·t); of a map, t counts steps'),
  error: z.number().nullable().describe('residual of the eigenpair that the rate comes from'),
  products: count().describe('products with J that it took'),
});

const engine = z.object({
  status: z.enum(['completed', 'max-steps', 'diverged', 'singular', 'indefinite']),
  steps: count().describe('steps of phase two, terms of a series, iterations of a solve'),
  residual_max: z.number().nullable().optional().describe('of what is left undone; null where it is not finite'),
  field_evaluations: count().optional().describe('evaluations of F, and what costs as much'),
  memory_bytes: count().optional().describe('of the buffers that the engine held'),
  measured: z
    .record(z.string(), z.number().nullable())
    .optional()
    .describe(
      'what the engine found beside the gradient; null for what is not finite. expected_bias: ‖Θ̂ − dJ/dθ‖/‖dJ/dθ‖ that its β ' +
        'makes where both phases come to rest, null where no expansion in β holds. Of a training: epoch of the last evaluation ' +
        'and <split>_error, <split>_cost there, of train, validation and test as far as there are; where a validation chose, ' +
        'best_epoch (of the least validation error, else cost) and best_<split>_error, best_<split>_cost there; stopped_epoch ' +
        'where protocol.stop ended it',
    ),
});

const tensor = z.object({
  of: z.enum(['state', 'params']),
  kind: z.string(),
  shape: z.array(count()).describe('indices: a list has one'),
  layer: count(),
});

const sketch = z.object({
  nodes: count(),
  edges: z.array(z.tuple([count(), count()])).describe('in the order of the tensors on edges'),
  positions: z
    .array(z.tuple([z.number(), z.number()]))
    .optional()
    .describe('absent where nothing says where the nodes are'),
  sources: z.array(count()),
  fixed: z.array(count()),
  targets: z.array(count()).describe('nodes, or edges where those hold the state'),
  holds: z.enum(['nodes', 'edges']).describe('what the state stands at'),
  free: z.array(count()).describe('nodes, or edges, in the order of the units of s, `dimension` of them each'),
  dimension: z.union([z.literal(1), z.literal(2)]),
});

const part = z.object({
  keys: z.array(z.string()).describe('options that it tells'),
  text: z.string().optional(),
  symbol: z.string().optional(),
  value: z.unknown().optional(),
});

const label = z.object({
  symbol: z.string(),
  process: z.string(),
  nudged: z.boolean(),
  role: z.string().optional().describe('what it is to figures, which draw one role in one style'),
  parts: z.array(part),
});

const output = z.object({
  rows: count().optional().describe('of a table, without its header'),
  bytes: count(),
  sha256: sha256(),
});

/** What a run may call a file of its own. */
export const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Names that mean something else in the folder of a run. */
const RESERVED: readonly string[] = [RUN_FILE, SPEC_FILE, CHECKPOINT_FILE];

const fileName = z
  .string()
  .refine(
    (name) => FILE_NAME.test(name) && !RESERVED.includes(name),
    'must be the name of a file in the folder of the run',
  );

const limits = {
  engine: z.string().optional(),
  reference: z.string().optional(),
  quantity: z.string().optional(),
  split: z.string().optional(),
  table: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
};
const pair = () => z.tuple([z.number(), z.number()]);
const bound = z.object({
  ...limits,
  column: z.string(),
  steps: z.union([z.literal('last'), pair()]).optional(),
  statistic: z.enum(['mean', 'median']).optional(),
});
const slope = z.object({ ...limits, slope: z.string(), over: z.string(), range: pair() });

/** What readers rely on of a resolved spec, whichever version resolved it. */
const spec = z.looseObject({
  title: z.string().optional(),
  source: z.string().optional(),
  protocol: z.looseObject({ name: z.string() }),
  network: z.looseObject({}).optional().describe('absent where the protocol works on an agent'),
  engines: z.array(z.looseObject({ id: z.string(), name: z.string() })).optional(),
  reference: z.union([z.string(), z.array(z.string())]).optional(),
  assert: z.array(z.union([bound, slope])).optional(),
  figures: z.array(z.union([z.looseObject({ file: z.string() }), z.looseObject({ name: z.string() })])).optional(),
});

const plugin = z.object({
  file: z.string().describe('from the folder of the run'),
  sha256: sha256().describe('of its files together: part of the hash of the run, where it adds what computes'),
  files: z.record(z.string(), sha256()).describe('its own and the local files that it imports, from its folder'),
  adds: z.array(z.string()).describe('axis and name of each entry: energies my-energy'),
});

/** Volatile facts: none of them changes a row. */
const environment = z.object({
  eprbp: z.string().describe('version'),
  node: z.string(),
  v8: z.string(),
  platform: z.string(),
  host: z.string(),
  cpu: z.string(),
  cores: count(),
  threads: count().optional().describe('that shared large operations; absent in records of 0.1.0'),
  memory_bytes: count(),
  git: z
    .object({ commit: z.string(), dirty: z.boolean().optional().describe('of 0.1.0 only: whether there were changes') })
    .nullable()
    .describe('what the checkout that it was run in is at, read from its files; null outside one'),
  lock_file_sha256: sha256().nullable().describe('package-lock.json of the program'),
  argv: z.array(z.string()),
  started: date(),
  finished: date(),
  seconds: z.number().nonnegative().describe('of the last attempt'),
  peak_rss_bytes: count().describe('of the process, which may have done other runs before'),
  continued: z.boolean().describe('whether the last attempt went on from a checkpoint'),
});

export const runRecordSchema = z
  .object({
    format: z.int().positive().describe('version of the layout of results: part of the hash'),
    build: z
      .string()
      .describe('digest of the kernels and of the modules that compute: another one may give other numbers'),
    name: z.string().describe('of the experiment'),
    id: z.string().describe('name of the folder of the run'),
    hash: z
      .string()
      .regex(/^[0-9a-f]{16}$/, '16 hexadecimal digits')
      .describe('of everything that can change a row'),
    status: z
      .enum(['completed', 'max-steps', 'diverged', 'pruned'])
      .describe('pruned: ended by sweep.prune before its end, where nothing else is to be said of it'),
    pruned: z
      .object({ rung: count().describe('from 0'), epochs: count().describe('done') })
      .optional()
      .describe(
        'where sweep.prune has ended it before its end: its tables are the beginnings of those of the whole run',
      ),
    holder: z
      .string()
      .optional()
      .describe('token of the attempt that has written it and the files beside it; not in those of 0.1.0'),
    changes: z.record(z.string(), z.unknown()).describe('swept keys, and the seed of several, with their values here'),
    spec: spec.describe('the resolved spec: see eprbp schema'),
    plugins: z.array(plugin).optional().describe('of the spec, in its order; absent where it names none'),
    free,
    engines: z.record(z.string(), engine).describe('by their ids'),
    tables: z
      .record(z.string(), z.string())
      .optional()
      .describe('tables by name, each with its file; not in those of 0.1.0'),
    tensors: z
      .record(z.string(), tensor)
      .optional()
      .describe('what the tensors of the tables are; not in those of 0.1.0'),
    labels: z
      .object({ network: z.array(part), engines: z.record(z.string(), label) })
      .optional()
      .describe('what figures call the network and the engines; not in those of 0.1.0'),
    time: z
      .enum(['continuous', 'discrete'])
      .optional()
      .describe('whether its dynamics flow, or are a map that is applied; not in those of 0.1.0'),
    phase_two: z
      .object({ methods: z.array(z.string()), steps: z.array(z.number()) })
      .optional()
      .describe(
        'integrators or solvers of its engines, and sizes of their steps, each once; of engines that have such',
      ),
    units: z
      .record(z.string(), z.array(z.string()))
      .optional()
      .describe('what the units of state blocks stand for, in their order: node 3; of networks of nodes only'),
    sketch: sketch
      .optional()
      .describe(
        'how its nodes and edges, or creases, lie in the plane; of networks of nodes with at most 500 edges only',
      ),
    spectrum: spectrum.nullable().describe('of −F′ at the fixed point; null where the protocol does not ask'),
    references: z
      .record(
        z.string(),
        z.object({
          reference_error: z
            .number()
            .nullable()
            .describe('relative, estimated; null where the reference cannot be had'),
        }),
      )
      .optional()
      .describe('what references are worth that are estimates themselves, by their ids; of this program always there'),
    learners: z
      .object({ networks: count(), learned: count(), median_trials: z.number().nullable() })
      .optional()
      .describe('of agents: networks, how many met the criterion, and the median of their trials until then'),
    pinned: z
      .object({ units: z.number(), outputs: z.number() })
      .nullable()
      .describe('share of units that a bound pins at the fixed point'),
    warnings: z.array(z.string()),
    outputs: z.record(fileName, output).describe('every other file of the run but spec.yaml'),
    seed: count(),
    backend: z.string(),
    backend_details: z.record(z.string(), z.unknown()).describe('what else the arithmetic depends on'),
    environment,
  })
  .describe('run.json of a finished run of eprbp');

/** What is read: earlier versions did not write all of it, and programs that use the library need not tell where they ran. */
export const readRecordSchema = runRecordSchema
  .partial({ build: true, spectrum: true, backend_details: true })
  .extend({ free: free.partial({ field_evaluations: true }), environment: environment.partial() });

/** JSON Schema of run.json. */
export function runJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(runRecordSchema, { io: 'input' }) as Record<string, unknown>;
}
