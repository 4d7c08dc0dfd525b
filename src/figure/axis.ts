import { formatNumber, powerOfTen } from './labels.js';
import { namesOf } from './names.js';

/** A position axis: its title, its scale, and where it is labelled. */
export interface Axis {
  readonly title: string;
  readonly scale: Readonly<Record<string, unknown>>;
  readonly guide: Readonly<Record<string, unknown>>;
  /** What a value is called that stands there by name. */
  readonly nameOf?: (value: unknown) => string;
}

const MOST_TICKS = 7;
/** A value so little past a power of ten opens no new decade. */
const SLACK = 1.001;

/** Exact at every power, unlike 10 ** n, which differs between versions of V8. */
function ten(exponent: number): number {
  return Number(`1e${exponent}`);
}

/** The exponent of the largest power of ten that is at most `value` > 0. */
export function decade(value: number): number {
  return Number(value.toExponential().split('e')[1]);
}

/** A log axis over whole decades (`whole`), or just around the values; labelled with powers of ten, 7 at most. */
export function logAxis(title: string, values: readonly number[], whole = true): Axis {
  const [low, high] = extent(values.filter((value) => value > 0));
  const first = decade(low * SLACK);
  const last = -decade(SLACK / high);
  const domain = whole ? [ten(first), ten(Math.max(last, first + 1))] : [low / 1.5, high * 1.5];
  return { title, scale: { type: 'log', domain, nice: false }, guide: labelled(logTicks(domain[0], domain[1])) };
}

/** Powers of ten in the domain, every n-th where there are many; 1, 2, 5 times them where there are fewer than three. */
export function logTicks(low: number, high: number): number[] {
  const [first, last] = [decade(low), decade(high)];
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const inside = (ticks: number[]) => ticks.filter((tick) => tick >= low && tick <= high);
  const powers = inside(exponents.map(ten));
  if (powers.length < 3) return inside(exponents.flatMap((n) => [ten(n), Number(`2e${n}`), Number(`5e${n}`)]));
  const every = Math.ceil(powers.length / MOST_TICKS);
  return powers.filter((power) => (decade(power) - decade(powers.at(-1)!)) % every === 0);
}

/** Where an axis or a legend is labelled, and how: with powers of ten if all ticks are. */
export function labelled(ticks: readonly number[]): { values: readonly number[]; labelExpr: string } {
  const powers = ticks.every((tick) => tick === ten(decade(tick)));
  const plain = (exponent: number) => exponent === 0 || exponent === 1;
  const labels = ticks.map((tick) => (powers && !plain(decade(tick)) ? powerOfTen(decade(tick)) : formatNumber(tick)));
  return { values: ticks, labelExpr: `${JSON.stringify(labels)}[indexof(${JSON.stringify(ticks)}, datum.value)]` };
}

/** A linear axis with round ends, or just around the values. */
export function linearAxis(title: string, values: readonly number[], nice = true): Axis {
  const [low, high] = extent(values);
  const size = Math.max(Math.abs(low), Math.abs(high));
  const tiny = size > 0 && (size < 1e-3 || size >= 1e5);
  const [from, to] = low === high ? [low - 1, high + 1] : [low, high];
  return {
    title,
    scale: { type: 'linear', domain: nice ? roundEnds(from, to) : [from, to], nice: false, zero: false },
    guide: { tickCount: 5, ...(tiny ? { format: '~e' } : {}) },
  };
}

/** The same of what is counted: labelled at whole numbers alone. */
export function countAxis(title: string, values: readonly number[], nice = false): Axis {
  const axis = linearAxis(title, values, nice);
  return { ...axis, guide: { ...axis.guide, tickMinStep: 1 } };
}

/** Of values that may be counts: labelled at whole numbers alone where all of them are whole. */
export function numberAxis(title: string, values: readonly number[], nice = false): Axis {
  return (values.every(Number.isInteger) ? countAxis : linearAxis)(title, values, nice);
}

/** The domain up to the next 1, 2 or 5 times a power of ten of which it has some five. */
function roundEnds(low: number, high: number): [number, number] {
  const rough = (high - low) / 5;
  const power = ten(decade(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * SLACK ** -1) ?? 10);
  const to = (steps: number) => Number((steps * step).toPrecision(12));
  return [to(Math.floor(low / step + 1e-9)), to(Math.ceil(high / step - 1e-9))];
}

/** Where a value stands on an axis, as a share of its length. */
export function shareAlong({ scale }: Axis, value: number): number {
  const [low, high] = scale['domain'] as readonly [number, number];
  const place = scale['type'] === 'log' ? Math.log : (x: number) => x;
  return (place(value) - place(low)) / (place(high) - place(low));
}

/** An axis of names. */
export function nameAxis(title: string, names: readonly string[]): Axis {
  return { title, scale: { type: 'point', domain: [...new Set(names)], padding: 0.5 }, guide: { labelLimit: 120 } };
}

/** Of a swept key: numbers on an axis of numbers, anything else by name. */
export function keyAxis(
  key: string,
  values: readonly unknown[],
  ofNumbers: (numbers: readonly number[]) => Axis,
): Axis {
  if (values.every((value) => typeof value === 'number')) return ofNumbers(values);
  const { title, of } = namesOf(key, values);
  return { ...nameAxis(title, values.map(of)), nameOf: of };
}

/** Where a value of the key stands on its axis. */
export function placeOn({ nameOf }: Axis, value: unknown): number | string {
  return nameOf ? nameOf(value) : (value as number);
}

/** Log where all values are positive and span more than one and a half decades. */
export function wantsLog(values: readonly number[]): boolean {
  const [low, high] = extent(values);
  return low > 0 && high / low > 31.6;
}

/** Whether positive values lie nearer to a geometric row than to an arithmetic one; of several decades they do. */
export function isSpacedByFactors(values: readonly number[]): boolean {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)!];
  if (!(low > 0) || sorted.length < 3) return wantsLog(values);
  const middle = (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
  return wantsLog(values) || Math.abs(middle - Math.sqrt(low * high)) < Math.abs(middle - (low + high) / 2);
}

/** Smallest and largest; [1, 1] of nothing. */
export function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [1, 1] : [low, high];
}

/** The encoding of a field on an axis. */
export function position(field: string, { title, scale, guide }: Axis): Record<string, unknown> {
  const type = scale['type'] === 'point' || scale['type'] === 'band' ? 'ordinal' : 'quantitative';
  return { field, type, title, scale, axis: guide, ...(type === 'ordinal' ? { sort: null } : {}) };
}
