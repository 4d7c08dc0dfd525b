/** What is drawn of several seeds at one place: their mean, and a band. */
import { moments } from '../metrics/statistics.js';
import type { FrameOptions } from './frame.js';

export type Band = NonNullable<FrameOptions['band']>;

export interface Spread {
  readonly mean: number;
  /** Ends of the band; the mean where there is none. */
  readonly low: number;
  readonly high: number;
  readonly seeds: number;
}

/** From so many seeds on the two ends are the 10 % and 90 % quantiles: the range of many grows with their number. */
const ENOUGH = 5;

/**
 * By default the range, of 5 seeds and more from the 10 % to the 90 % quantile; `sd`: one standard deviation of a sample on
 * each side. On a log axis mean and deviation are those of the logarithms, of positive values.
 */
export function spreadOf(values: readonly number[], band: Band = 'range', log = false): Spread {
  const seeds = values.length;
  const scaled = log ? values.map(Math.log) : values;
  const mean = scaled.reduce((sum, value) => sum + value, 0) / seeds;
  const [low, high] = seeds < 2 || band === 'none' ? [mean, mean] : endsOf(scaled, mean, band);
  // 6 digits, so that no difference in the last bit of a logarithm shows in the file
  const back = (value: number) => (log ? Number(Math.exp(value).toPrecision(6)) : value);
  return { mean: seeds === 1 ? values[0] : back(mean), low: back(low), high: back(high), seeds };
}

function endsOf(values: readonly number[], mean: number, band: 'sd' | 'range'): [number, number] {
  if (band === 'sd') {
    const { deviation } = moments(values);
    return [mean - deviation, mean + deviation];
  }
  const share = tailOf(values.length);
  return [quantile(values, share), quantile(values, 1 - share)];
}

/** What of so many seeds is left out at each end. */
export const tailOf = (seeds: number): number => (seeds < ENOUGH ? 0 : 0.1);

/** Between the two nearest of the sorted values, linearly. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** For the caption: `Line: mean of 5 seeds; band: 10–90 %`; undefined of one seed. */
export function bandNote(seeds: number, band: Band = 'range', log = false): string | undefined {
  if (seeds < 2) return undefined;
  const line = `Line: ${log ? 'geometric ' : ''}mean of ${seeds} seeds`;
  if (band === 'none') return line;
  const ends = { sd: `one ${log ? 'geometric ' : ''}standard deviation`, range: seeds < ENOUGH ? 'range' : '10–90 %' }[
    band
  ];
  return `${line}; band: ${ends}`;
}
