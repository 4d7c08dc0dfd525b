import { UserError } from '../errors.js';
import { hasTable } from '../metrics/columns.js';
import { degrees } from '../metrics/compare.js';
import { formulaSymbol, GRADIENT, quantityLabel } from './labels.js';
import type { Lane } from './lanes.js';
import { headerOf } from './rows.js';
import { degreesText, numberText, shareText } from './say.js';
import { type EngineSpec, type Run, requireFile, type Source, specValue } from './source.js';

export const METRICS = 'metrics.csv';

/** Zeros on a log axis are drawn below every round-off. */
const DRAWN_ZERO = 1e-17;
export const ZERO_NOTE = 'An error of exactly 0 is drawn at 10⁻¹⁷';

/** The value itself, or where its zero stands on a log axis. */
export function drawable(value: number): number {
  return value === 0 ? DRAWN_ZERO : value;
}

/**
 * Whether ‖F(s⁰)‖/β is an error of this engine: where the weights of its copies sum to 0 (±β, or a circle of β), the
 * residual of the free phase cancels.
 */
export function keepsResidual({ nudging, points }: EngineSpec): boolean {
  return nudging === 'one-sided' || nudging === 'random-sign' || points === 1;
}

/** A number derived from one row of metrics.csv. */
export interface Measure {
  readonly name: string;
  /** The column that it is computed from. */
  readonly column: string;
  /** Of what run.json says of a whole run, and of no row. */
  readonly ofRun?: (run: Run) => number | null | undefined;
  /** Drawn on a linear axis whatever its values. */
  readonly linear: boolean;
  value(cell: number): number;
  /** Of an engine's value a and its reference's b. */
  title(a: string, b: string): string;
  /** What a sentence calls it: `the error`. */
  readonly noun: string;
  /** Its value in a sentence. */
  say(value: number): string;
}

const plain = (name: string, title: Measure['title'], linear = false): Measure => ({
  noun: name.startsWith('error') ? 'the error' : `the ${name.replaceAll('_', ' ')}`,
  say: /^error_(rel|scaled)$/.test(name) ? shareText : numberText,
  name,
  column: name,
  linear,
  value: (cell) => cell,
  title,
});

const known: readonly Measure[] = [
  plain('norm', (a) => `‖${a}‖₂`),
  plain('reference_norm', (_, b) => `‖${b}‖₂`),
  plain('error_abs', (a, b) => `‖${a} − ${b}‖₂`),
  plain('error_rel', (a, b) => `‖${a} − ${b}‖₂ / ‖${b}‖₂`),
  plain('error_scaled', (a, b) => `‖${a} − ${b}‖₂ / ${b === GRADIENT ? '' : 'max '}‖${b}‖₂`),
  plain('cosine', (a, b) => `cosine between ${a} and ${b}`, true),
  plain('sign_agreement', (a, b) => `entries of ${a} and ${b} of equal sign`, true),
  {
    noun: 'the angle',
    say: degreesText,
    name: 'angle',
    column: 'cosine',
    linear: true,
    value: degrees,
    title: (a, b) => `angle, ${a} to ${b} (°)`,
  },
  {
    ...plain('slowest_rate', () => 'slowest rate λ at s⁰', true),
    noun: 'the slowest rate λ',
    ofRun: ({ record }) => record.spectrum?.rate,
  },
];

/** The measure of this name: `angle`, or a column. */
export function measureOf(name: string): Measure {
  return known.find((measure) => measure.name === name) ?? plain(name, () => name.replaceAll('_', ' '));
}

/** The same where the default column is that of the table: a gradient has no running maximum to scale by. */
export function measureFor(name: string, { runs: [run] }: Source): Measure {
  return measureOf(name === DEFAULT && hasTable(run.record, 'gradient') ? 'error_rel' : name);
}

/** The column of a measure; of the default none that each table must have. */
export function columnsFor(name: string): string[] {
  const measure = measureOf(name);
  return name === DEFAULT || measure.ofRun ? [] : [measure.column];
}

const DEFAULT = 'error_scaled';

/**
 * What a figure that reads metrics.csv needs of it.
 * @throws UserError where a column is not in the table of the runs' protocol.
 */
export async function requireColumns(
  figure: string,
  source: Source,
  columns: readonly string[],
): Promise<readonly Run[]> {
  const runs = requireFile(figure, source, METRICS);
  const header = await headerOf(runs[0], METRICS);
  const missing = columns.find((column) => !header.includes(column));
  if (missing === undefined) return runs;
  const { protocol } = runs[0].record.spec as { protocol?: { name?: string } };
  throw new UserError({
    message: `figure '${figure}' needs the column '${missing}', which ${METRICS} of protocol ${protocol?.name} does not have`,
    hint: `it has ${header.join(', ')}`,
  });
}

/** @throws UserError naming the quantities there are, where nothing was found to draw. */
export function requireDrawable(figure: string, wanted: readonly string[], found: ReadonlySet<string>): void {
  const missing = wanted.filter((quantity) => !found.has(quantity));
  if (missing.length < wanted.length) return;
  throw new UserError({
    message: `figure '${figure}': no row of quantity ${missing.join(', ')}`,
    hint: `${METRICS} has ${[...found].sort().join(', ')}`,
  });
}

/** The measure's axis title for what these lanes compare. */
export function measureTitle(measure: Measure, lanes: readonly Lane[]): string {
  const [{ engine, run }] = lanes;
  const names = new Set(lanes.map((lane) => formulaSymbol(lane.engine.id, lane.run.engines)));
  const symbols = new Set(lanes.map((lane) => formulaSymbol(lane.reference, run.engines)));
  const a = names.size === 1 ? formulaSymbol(engine.id, run.engines) : 'estimate';
  const b = symbols.size === 1 ? [...symbols][0] : 'reference';
  return a === b ? measure.title('estimate', b) : measure.title(a, b);
}

/** What of the steps of phase two is shown, after the heading of a panel; of a protocol without steps nothing. */
export function heading(
  quantity: string,
  statistic: 'max' | 'last' | 'mean',
  { record }: Run,
  measure?: Measure,
): string {
  if (measure?.ofRun) return 'relaxation';
  const text = { max: 'largest of phase two', last: 'at the last step', mean: 'mean over the steps' }[statistic];
  return hasTable(record, 'gradient') ? quantityLabel(quantity) : `${quantityLabel(quantity)}, ${text}`;
}

/** What these lanes are compared with, in a sentence: RBP, dJ/dθ, the reference. */
export function comparedWith(lanes: readonly Lane[]): string {
  const symbols = new Set(lanes.map(({ reference, run }) => formulaSymbol(reference, run.engines)));
  return symbols.size === 1 ? [...symbols][0] : 'the reference';
}

/** @throws UserError where rows were found, but no finite number among them. */
export function requireNumbers(
  figure: string,
  { name }: Measure,
  found: readonly unknown[],
  runs: readonly Run[],
): void {
  if (found.length > 0) return;
  throw new UserError({
    message: `figure '${figure}': no finite number of ${name} to draw`,
    hint: whyNone(name, runs),
  });
}

/** Columns of a training that are empty unless an option of the protocol asks for them. */
const ASKED: Readonly<Record<string, string>> = { cosine: 'cosine_every' };

/** Why none of these runs has a finite number of a column. */
export function whyNone(column: string, runs: readonly Run[]): string {
  if (runs.every(({ record }) => record.status === 'diverged')) return 'every run diverged';
  const option = ASKED[column];
  const unasked =
    option !== undefined &&
    runs.every((run) => hasTable(run.record, 'train') && specValue(run, `protocol.${option}`) === undefined);
  return unasked
    ? `it is measured where protocol.${option} asks for it, as in ${option}: 10`
    : 'none of these runs has one, though not all of them diverged';
}
