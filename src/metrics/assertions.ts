import type { Column, Row, Table } from './columns.js';
import { medianOf } from './median.js';
import { logLogSlope } from './slope.js';

interface Limits {
  /** Undefined in tables without engines, as are reference and quantity: every row is meant. */
  readonly engine?: string | undefined;
  readonly reference?: string | undefined;
  readonly quantity?: string | undefined;
  readonly split?: string | undefined;
  readonly kind?: string | undefined;
  /** The table that is meant; metrics where absent. */
  readonly table?: 'metrics' | 'summary' | 'evaluation' | 'learners' | 'lessons' | undefined;
  /** What it measures of a learning rule, for the table of the field. */
  readonly measures?: 'order' | 'distance' | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Holds in every row of a run that matches. */
export interface BoundRule extends Limits {
  readonly column: string;
  readonly steps?: 'last' | readonly [from: number, to: number] | undefined;
  /** What must lie within the limits in place of every row. */
  readonly statistic?: 'mean' | 'median' | undefined;
}

/** Holds across the runs of a sweep: the slope, log against log, of each run's largest value over a swept key. */
export interface SlopeRule extends Limits {
  readonly slope: string;
  readonly over: string;
  readonly range: readonly [from: number, to: number];
}

export interface Verdict {
  readonly passed: boolean;
  /** How far beyond its limits the value is (negative: inside): the largest of several runs is the one to show. */
  readonly badness: number;
  /** What was found. */
  readonly value: number;
  /** The assertion in a line, and what was found. */
  readonly text: string;
}

/** Watches the rows of one run go by, fresh or read back, and judges them at the end. */
export class RunWatch {
  private readonly bounds: (BoundWatch | StatisticWatch)[];
  private readonly largest: LargestWatch[];
  /** The CSV files whose rows need to be shown. */
  readonly files: readonly string[];

  /** @param tableOf the table that a rule is about. */
  constructor(
    tableOf: (rule: BoundRule | SlopeRule) => Table,
    bounds: readonly BoundRule[],
    slopes: readonly SlopeRule[],
  ) {
    this.bounds = bounds.map((rule) =>
      rule.statistic ? new StatisticWatch(rule, tableOf(rule)) : new BoundWatch(rule, tableOf(rule)),
    );
    this.largest = slopes.map((rule) => new LargestWatch(rule, tableOf(rule)));
    this.files = [...new Set([...this.bounds, ...this.largest].map(({ file }) => file))];
  }

  see(row: Row, file: string): void {
    if (!this.files.includes(file)) return;
    for (const watch of this.bounds) if (watch.file === file) watch.see(row);
    for (const watch of this.largest) if (watch.file === file) watch.see(row);
  }

  verdicts(): Verdict[] {
    return this.bounds.map((watch) => watch.verdict());
  }

  /** For each slope rule the largest value of its column; NaN where a value is NaN or no row matches. */
  largestValues(): number[] {
    return this.largest.map((watch) => watch.value());
  }
}

/** What rows are chosen by, where the table has such a column. */
export const SELECTING = ['engine', 'reference', 'quantity', 'split', 'kind'] as const;

function matcher(columns: readonly Column[], rule: Limits) {
  const wanted = SELECTING.filter((key) => rule[key] !== undefined).map((key) => ({
    at: columns.findIndex(({ name }) => name === key),
    value: rule[key],
  }));
  return (row: Row): boolean => wanted.every(({ at, value }) => row[at] === value);
}

/** `ep state error_abs`, or the column alone. */
function subject({ engine, split, kind, quantity }: Limits, column: string): string {
  return [engine, split, kind, quantity, column].filter((word) => word !== undefined).join(' ');
}

class BoundWatch {
  private readonly matches: (row: Row) => boolean;
  private readonly value: number;
  private readonly step: number;
  private readonly clock: string;
  readonly file: string;
  private worst: { value: number; step: number } | undefined;

  constructor(
    private readonly rule: BoundRule,
    { columns, file, clock = 'step' }: Table,
  ) {
    this.file = file;
    this.clock = clock;
    this.matches = matcher(columns, rule);
    this.value = columns.findIndex((column) => column.name === rule.column);
    this.step = columns.findIndex((column) => column.name === clock);
  }

  see(row: Row): void {
    if (!this.matches(row)) return;
    const { steps } = this.rule;
    const step = this.step < 0 ? 0 : Number(row[this.step]);
    if (Array.isArray(steps) && (step < steps[0] || step > steps[1])) return;
    const value = Number(row[this.value]);
    const restart = steps === 'last' && this.worst !== undefined && step > this.worst.step;
    if (this.worst === undefined || restart || badness(value, this.rule) > badness(this.worst.value, this.rule)) {
      this.worst = { value, step };
    }
  }

  verdict(): Verdict {
    const { reference, column, steps } = this.rule;
    const against = reference === undefined ? '' : ` against ${reference}`;
    const where =
      steps === undefined
        ? ''
        : steps === 'last'
          ? ` at the last ${this.clock}`
          : ` in ${this.clock}s ${steps[0]}…${steps[1]}`;
    const claim = `${subject(this.rule, column)}${against} ${limitText(this.rule)}${where}`;
    if (this.worst === undefined) return judged(Number.NaN, this.rule, `${claim}: no row matches`);
    const at = this.step < 0 ? '' : ` at ${this.clock} ${this.worst.step}`;
    const { value } = this.worst;
    return judged(
      value,
      this.rule,
      `${claim}: ${within(value, this.rule) ? 'worst' : 'got'} ${told(value, this.rule)}${at}`,
    );
  }
}

/** The mean or median over all rows that match. */
class StatisticWatch {
  private readonly matches: (row: Row) => boolean;
  private readonly column: number;
  readonly file: string;
  private readonly values: number[] = [];

  constructor(
    private readonly rule: BoundRule,
    { columns, file, clock = 'step' }: Table,
  ) {
    const chosen = matcher(columns, rule);
    const step = columns.findIndex((column) => column.name === clock);
    const { steps } = rule;
    this.file = file;
    this.column = columns.findIndex((column) => column.name === rule.column);
    this.matches = (row) =>
      chosen(row) && (!Array.isArray(steps) || (Number(row[step]) >= steps[0] && Number(row[step]) <= steps[1]));
  }

  see(row: Row): void {
    if (this.matches(row)) this.values.push(Number(row[this.column]));
  }

  verdict(): Verdict {
    const { rule, values } = this;
    const found = rule.statistic === 'median' ? medianOf(values) : values.reduce((a, b) => a + b, 0) / values.length;
    const claim = `${rule.statistic} of ${subject(rule, rule.column)} ${limitText(rule)}`;
    if (values.length === 0) return judged(Number.NaN, rule, `${claim}: no row matches`);
    return judged(found, rule, `${claim}: got ${told(found, rule)} over ${values.length} rows`);
  }
}

class LargestWatch {
  private readonly matches: (row: Row) => boolean;
  private readonly column: number;
  readonly file: string;
  private largest = Number.NaN;
  private broken = false;

  constructor(rule: SlopeRule, { columns, file }: Table) {
    this.file = file;
    this.matches = matcher(columns, rule);
    this.column = columns.findIndex((column) => column.name === rule.slope);
  }

  see(row: Row): void {
    if (!this.matches(row)) return;
    const value = Number(row[this.column]);
    if (Number.isNaN(value)) this.broken = true;
    if (!(value <= this.largest)) this.largest = value;
  }

  value(): number {
    return this.broken ? Number.NaN : this.largest;
  }
}

/** One run of a sweep as a slope rule sees it. */
export interface SlopePoint {
  /** Swept keys with the run's values. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly value: number;
}

/**
 * Judges a slope rule over the runs of a sweep, separately for every setting of the other swept keys; `companions` are
 * keys that move together with the rule's own.
 */
export function judgeSlope(
  rule: SlopeRule,
  runs: readonly SlopePoint[],
  companions: readonly string[] = [],
): Verdict[] {
  const groups = new Map<string, (readonly [number, number])[]>();
  for (const { changes, value } of runs) {
    const others = Object.entries(changes).filter(([key]) => key !== rule.over && !companions.includes(key));
    const size = Math.abs(Number(changes[rule.over]));
    if (!(size >= rule.range[0] && size <= rule.range[1])) continue;
    const key = others
      .map(([name, other]) => `${name} = ${typeof other === 'object' ? JSON.stringify(other) : other}`)
      .join(', ');
    groups.set(key, [...(groups.get(key) ?? []), [size, value]]);
  }
  const { slope, over, range } = rule;
  const claim = `slope of ${subject(rule, slope)} over ${over} in ${brief(range[0])}…${brief(range[1])} ${limitText(rule)}`;
  if (groups.size === 0) return [judged(Number.NaN, rule, `${claim}: no run lies in the range`)];
  return [...groups].map(([others, points]) => {
    const fitted = points.every(([, y]) => y > 0 && y < Number.POSITIVE_INFINITY) ? logLogSlope(points) : Number.NaN;
    const scope = others === '' ? '' : ` (${others})`;
    return judged(fitted, rule, `${claim}${scope}: got ${fitted.toFixed(4)} over ${points.length} runs`);
  });
}

function judged(value: number, limits: Limits, text: string): Verdict {
  return { passed: within(value, limits), badness: badness(value, limits), value, text };
}

/** How far beyond its limits a value is (negative: inside); nothing is worse than NaN. */
function badness(value: number, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Limits): number {
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  const over = max === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : value - max;
  const under = min === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : min - value;
  return Math.max(over, under);
}

/** NaN is within nothing. */
function within(value: number, limits: Limits): boolean {
  return badness(value, limits) <= 0;
}

function limitText({ min, max }: Limits): string {
  if (min !== undefined && max !== undefined) return `in ${whole(min)}…${whole(max)}`;
  return max !== undefined ? `≤ ${whole(max)}` : `≥ ${whole(min!)}`;
}

/** In three digits, or in all where these would tell of another verdict. */
function told(value: number, limits: Limits): string {
  const short = brief(value);
  return within(Number(short), limits) === within(value, limits) ? short : String(value);
}

/** A limit, in as many digits as it has. */
function whole(limit: number): string {
  const short = brief(limit);
  return Number(short) === limit ? short : String(limit);
}

function brief(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const short = Number(value.toPrecision(3));
  return Math.abs(short) < 1e-3 ? short.toExponential() : String(short);
}
