/** What a column means: header of the CSV, types and units of the data-package sidecar. */
export interface Column {
  readonly name: string;
  readonly type: 'integer' | 'number' | 'string';
  readonly description: string;
}

/** One CSV file of a run. */
export interface Table {
  readonly file: string;
  readonly columns: readonly Column[];
}

/** One line of a table: cells in the order of its columns. */
export type Row = readonly (string | number)[];

const integer = (name: string, description: string): Column => ({ name, type: 'integer', description });
const number = (name: string, description: string): Column => ({ name, type: 'number', description });
const string = (name: string, description: string): Column => ({ name, type: 'string', description });

const engine = string('engine', 'id of the engine in the spec');
const reference = string('reference', "id of the engine compared with, or 'exact' or 'finite-difference'");
const step = integer('step', 'step of phase two, from 0');
const time = number('time', "step × dt, in the time constant of the network's leak");

const comparison = {
  norm: number('norm', 'Frobenius norm of the engine’s value a, over the whole batch'),
  reference_norm: number('reference_norm', 'Frobenius norm of the reference’s value b'),
  error_abs: number('error_abs', '‖a − b‖₂'),
  error_rel: number('error_rel', '‖a − b‖₂ / ‖b‖₂; NaN for 0/0'),
  cosine: number('cosine', 'a·b / (‖a‖₂ ‖b‖₂); NaN where a or b is 0'),
  sign_agreement: number('sign_agreement', 'fraction of entries of equal sign, 0 equal to 0'),
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
  },
  relaxation: {
    file: 'metrics.csv',
    columns: [
      integer('step', 'step of the solver, from 0'),
      number('time', "step × dt, in the time constant of the network's leak; NaN for a solver that follows no time"),
      string('solver', 'name of the solver of the free phase'),
      integer(
        'field_evaluations',
        'evaluations of F so far; sweeps over all layers and products J·v count as one each',
      ),
      number('residual_max', '‖F(s)‖_∞ over all units of all examples'),
      number('residual_l2', '‖F(s)‖₂ over all units of all examples'),
      number('energy', 'E(s), mean over the batch; NaN without an energy'),
      number('cost', 'C(s, y), mean over the batch'),
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
  processes: {
    file: 'processes.csv',
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
} as const satisfies Record<string, Table>;
