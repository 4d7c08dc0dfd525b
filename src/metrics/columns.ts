import { agentTables } from './agent-tables.js';
import { type Column, integer, number, string, type Table } from './column.js';
import { ruleTables } from './rule-tables.js';

export type { Column, Row, Table } from './column.js';

const engine = string('engine', 'id of the engine in the spec');
const reference = string(
  'reference',
  "id of the engine compared with, or 'exact', 'finite-difference' or 'early-error'",
);
const step = integer('step', 'step of phase two, from 0');
const time = number('time', "step × dt, in the time constant of the network's leak");

const epoch = integer('epoch', 'pass over the training set, from 1');
const iteration = integer('iteration', 'update of the weights, from 1, over all epochs');
const split = string(
  'split',
  'train (means over the epoch, each batch before its update), validation or test (after it)',
);

const comparison = {
  norm: number('norm', 'Frobenius norm of the engine’s value a, over the whole batch'),
  reference_norm: number('reference_norm', 'Frobenius norm of the reference’s value b'),
  error_abs: number('error_abs', '‖a − b‖₂'),
  error_rel: number('error_rel', '‖a − b‖₂ / ‖b‖₂; NaN for 0/0'),
  cosine: number('cosine', 'a·b / (‖a‖₂ ‖b‖₂); NaN where a or b is 0'),
  sign_agreement: number('sign_agreement', 'fraction of entries of equal sign, 0 equal to 0'),
};

/** Of a reference that is itself an estimate. */
const worth = {
  'finite-difference': [
    number(
      'reference_error',
      '‖error of b‖₂ / ‖b‖₂ as estimated from two steps and from round-off; NaN: not estimated',
    ),
  ],
};

const cell = [
  string('tensor', 's1…sL or s (error derivative of the state), or the name of a parameter'),
  integer('row', 'example for a state, presynaptic unit for a weight, 0 for a bias'),
  integer('column', 'unit, or postsynaptic unit'),
  number('value', 'state: per example; parameters: mean over the batch'),
];

export const tables = {
  equivalence: {
    file: 'metrics.csv',
    clock: 'step',
    columns: [
      step,
      time,
      engine,
      reference,
      string('quantity', 'state or params as a whole, or one tensor: state.<tensor>, params.<tensor>'),
      comparison.norm,
      comparison.reference_norm,
      comparison.error_abs,
      comparison.error_rel,
      number('error_scaled', '‖a − b‖₂ / max over steps so far of ‖b‖₂; 0 where a = b'),
      comparison.cosine,
      comparison.sign_agreement,
    ],
    against: worth,
  },
  gradient: {
    file: 'metrics.csv',
    columns: [
      engine,
      reference,
      string('quantity', 'params, params.<tensor>, or directions (derivatives along random directions)'),
      ...Object.values(comparison),
      integer('steps', 'steps of phase two behind the estimate; 0 for a direct solve'),
      number('free_residual', '‖F(s⁰)‖_∞ that the free phase reached'),
    ],
    against: worth,
  },
  relaxation: {
    file: 'metrics.csv',
    clock: 'step',
    columns: [
      integer('step', 'step of the solver, from 0'),
      number('time', "step × dt, in the time constant of the network's leak; NaN for a solver that follows no time"),
      string('solver', 'name of the solver of the free phase'),
      integer(
        'field_evaluations',
        'evaluations of F so far; sweeps over all layers and products F′v count as one each',
      ),
      number('residual_max', '‖F(s)‖_∞ over all units of all examples'),
      number('residual_l2', '‖F(s)‖₂ over all units of all examples'),
      number('energy', 'E(s), mean over the batch; NaN without an energy'),
      number('cost', 'J, the mean of C(s, y) over the batch'),
    ],
  },
  summary: {
    file: 'summary.csv',
    columns: [
      engine,
      reference,
      string('quantity', 'state or params as a whole, or one tensor: state.<tensor>, params.<tensor>'),
      string('kind', 'instantaneous: S̄_t, Θ̄_t − Θ̄_{t−1}; cumulated: Σ S̄_τ up to t, Θ̄_t'),
      integer('steps', 'steps of phase two that were compared'),
      number('rel_mse', '√(Σ_t(a−b)²/max(Σ_t a², Σ_t b²)) of each entry, averaged over the entries'),
      number('sign_agreement', 'fraction of entries, over all steps, of equal sign, 0 equal to 0'),
      number('angle', 'between a and b as vectors over entries and steps, in degrees; NaN where one is 0'),
    ],
  },
  train: {
    file: 'metrics.csv',
    clock: 'iteration',
    columns: [
      epoch,
      iteration,
      integer('examples', 'examples learned from so far, those of this batch among them'),
      engine,
      number('cost', 'J, the mean of C(s⁰, y) over the batch, before the update'),
      number('error', 'share of the batch that is put in another class; NaN without classes'),
      integer('free_steps', 'steps of the free phase; 0 where the engine has none'),
      number('free_residual', '‖F(s⁰)‖_∞ that the free phase reached; NaN where the engine has none'),
      integer('second_steps', 'steps of the second phase'),
      number(
        'pinned_outputs',
        'share of output units that a bound pins at s⁰; NaN where states are unbounded, or without a phase one',
      ),
      number('update_ratio', '‖Δθ‖₂ / ‖θ‖₂ over all parameters'),
      number('cosine', 'between the estimate and the exact dJ/dθ at the fixed point; NaN where it is not measured'),
    ],
  },
  updates: {
    file: 'updates.csv',
    clock: 'iteration',
    columns: [
      epoch,
      iteration,
      engine,
      string('tensor', 'name of a parameter'),
      number('gradient_norm', '‖g‖₂ of the estimate'),
      number('weight_norm', '‖θ‖₂ before the update'),
      number('update_ratio', '‖Δθ‖₂ / ‖θ‖₂; Infinity while θ is 0'),
      number('cosine', 'between the estimate and the exact dJ/dθ at the fixed point; NaN where it is not measured'),
    ],
  },
  evaluation: {
    file: 'evaluation.csv',
    clock: 'epoch',
    columns: [
      epoch,
      engine,
      split,
      integer('examples', 'examples in the split'),
      number('cost', 'J, the mean of C(s⁰, y) over the examples'),
      number('error', 'share of examples put in another class; NaN without classes'),
      number('free_steps_mean', 'steps of the free phase, mean over the batches'),
      number('free_residual_max', '‖F(s⁰)‖_∞ that the free phase reached, largest of all batches'),
    ],
  },
  confusion: {
    file: 'confusion.csv',
    columns: [
      engine,
      string('split', 'test, else validation, else train: the first that there is'),
      integer('label', 'the class that it is'),
      integer('prediction', 'the class that it is put in after the last epoch'),
      integer('count', 'examples'),
    ],
  },
  filters: {
    file: 'filters.csv',
    columns: [
      engine,
      integer('unit', 'unit of the first layer'),
      integer('row', 'row of the input image; 0 where the input is none'),
      integer('column', 'column of the input image, or the input unit'),
      number('value', 'weight after the last epoch'),
    ],
  },
  ...agentTables,
  processes: {
    file: 'processes.csv',
    clock: 'step',
    columns: [step, time, engine, ...cell],
  },
  gradients: { file: 'gradients.csv', columns: [engine, ...cell] },
  free_state: {
    file: 'free_state.csv',
    columns: [
      string('tensor', 's1…sL or s; energy and cost (one number an example)'),
      integer('row', 'example'),
      integer('column', 'unit'),
      number('value', 'activity, energy or cost at the free fixed point'),
    ],
  },
  free_path: {
    file: 'free_path.csv',
    clock: 'step',
    columns: [
      integer('step', 'step of phase one, from 0; the last one is where it ended'),
      number('time', "step × dt, in the time constant of the network's leak; NaN for a solver that follows no time"),
      string('tensor', 's1…sL or s; energy and cost (one number an example), both at the whole input'),
      integer('row', 'example'),
      integer('column', 'unit'),
      number('value', 'activity, energy or cost on the way to the free fixed point'),
    ],
  },
  parameters: {
    file: 'parameters.csv',
    columns: [
      string('tensor', 'name of a parameter'),
      integer('row', 'presynaptic unit of a weight, 0 of a list'),
      integer('column', 'postsynaptic unit, place in a list'),
      number('value', 'θ as the run begins with it'),
    ],
  },
  ...ruleTables,
} as const satisfies Record<string, Table>;

/** Tables that a spec's `record` asks for, each by its name. */
export const RECORDED = ['processes', 'gradients', 'free_state', 'free_path', 'parameters'] as const;
export type Recorded = (typeof RECORDED)[number];

/** A table as a run has it that compares with these references. */
export function tableFor(name: keyof typeof tables, references: readonly string[]): Table {
  const table: Table = tables[name];
  const { against = {} } = table;
  const more = references.flatMap((id) => (Object.hasOwn(against, id) ? against[id] : []));
  return more.length > 0 ? { ...table, columns: [...table.columns, ...more] } : table;
}

/** Every column that the table may have in some run. */
export const everyColumn = ({ columns, against = {} }: Table): readonly Column[] => [
  ...columns,
  ...Object.values(against).flat(),
];

/** The references that a spec names, as a list. */
export const referencesIn = (spec: object): string[] =>
  'reference' in spec ? [spec.reference ?? []].flat().map(String) : [];

/** The table of a file of a run: metrics.csv has the columns of its protocol, every other table has a file of its own. */
export function tableOfFile(file: string, record: Tabled): Table | undefined {
  const found = Object.entries(tablesOf(record)).find(([, name]) => name === file)?.[0];
  return found !== undefined && Object.hasOwn(tables, found)
    ? tableFor(found as keyof typeof tables, referencesIn(record.spec))
    : undefined;
}

/** Whether a run has a table of this name among those that its protocol writes. */
export const hasTable = (record: Tabled, name: keyof typeof tables): boolean => Object.hasOwn(tablesOf(record), name);

/** What of run.json says which tables there are. */
interface Tabled {
  readonly tables?: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * What a record says, and the tables that it has no rows of. Those of 0.1.0 did not say: metrics.csv was the table of their
 * protocol's name, every other had a file of its own.
 */
function tablesOf({ tables: said, spec }: Tabled): Readonly<Record<string, string>> {
  const { name: protocol } = spec['protocol'] as { name: string };
  const all = Object.entries(tables).map(([name, { file }]) => [name, file] as const);
  const own = said ? () => false : (name: string) => name === protocol;
  return { ...Object.fromEntries(all.filter(([name, file]) => file !== 'metrics.csv' || own(name))), ...said };
}
