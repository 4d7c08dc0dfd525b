/** Numbers over seeds as a paper prints them: a column of them has one precision. */
import { powerOfTen } from '../../figure/labels.js';
import type { Moments } from '../../metrics/statistics.js';
import type { Measured } from '../results.js';

type Kind = Measured['kind'];

/** What is so small or large, or spans so much, has powers of ten. */
const [SMALL, LARGE, SPAN] = [1e-3, 1e5, 1e3];
/** Digits of what has no deviation. */
const SIGNIFICANT = 3;
const MOST = 20;
/** Decimals: the rest of those near 1 is an error of the second order. */
const MOST_OF_COSINES = 5;

/**
 * One text for each, `32.8 ± 0.3` (of a share in %) or `(1.2 ± 0.3)×10⁻⁵`, all with as many decimals: the median of the
 * deviations shows two digits, the least of them one if one more decimal does it; where there is none, the largest number three. Counts are whole.
 */
export function columnTexts(column: readonly Moments[], kind: Kind): string[] {
  const scale = kind === 'share' ? 100 : 1;
  const scaled = column.map(({ count, mean, deviation }) => ({
    count,
    mean: scale * mean,
    deviation: scale * deviation,
  }));
  const sizes = scaled.map(({ mean }) => Math.abs(mean)).filter((size) => size > 0 && Number.isFinite(size));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const powers = kind === 'number' && (least < SMALL || most >= LARGE || most / least >= SPAN);
  return powers ? withPowers(scaled) : plain(scaled, kind, most);
}

/** One number alone. */
export const numberText = (one: Moments, kind: Kind): string => columnTexts([one], kind)[0];

function plain(column: readonly Moments[], kind: Kind, most: number): string[] {
  const whole = column.every(({ count, mean }) => count === 0 || Number.isInteger(mean));
  const spreads = column.map(({ deviation }) => deviation).filter((spread) => spread > 0);
  const decimals = (): number => {
    if (spreads.length > 0) return decimalsFor(spreads);
    if (kind === 'cosine') return MOST_OF_COSINES;
    return most === Number.NEGATIVE_INFINITY || (whole && kind === 'count')
      ? 0
      : Math.max(0, SIGNIFICANT - 1 - exponentOf(most));
  };
  const shown = Math.min(decimals(), kind === 'cosine' ? MOST_OF_COSINES : MOST);
  return column.map((one) => pairText(one, shown));
}

/** Each with a power of its own, and all with as many digits. */
function withPowers(column: readonly Moments[]): string[] {
  const powers = column.map(({ mean }) => exponentOf(Math.abs(mean)));
  const mantissas = column.map(({ count, mean, deviation }, i) => ({
    count,
    mean: shifted(mean, -powers[i]),
    deviation: shifted(deviation, -powers[i]),
  }));
  const spreads = mantissas.map(({ deviation }) => deviation).filter((spread) => spread > 0);
  const decimals = spreads.length > 0 ? Math.max(1, Math.min(SIGNIFICANT, decimalsFor(spreads))) : SIGNIFICANT - 1;
  return mantissas.map((one, i) => {
    const text = pairText(one, decimals);
    if (powers[i] === 0 || !Number.isFinite(one.mean)) return text;
    return `${text.includes(' ') ? `(${text})` : text}×${powerOfTen(powers[i])}`;
  });
}

function decimalsFor(spreads: readonly number[]): number {
  const sorted = [...spreads].sort((a, b) => a - b);
  const [least, middle] = [sorted[0], sorted[Math.floor(sorted.length / 2)]];
  const usual = Math.max(0, 1 - exponentOf(middle));
  return Math.min(MOST, usual + 1, Math.max(usual, -exponentOf(least)));
}

function pairText({ count, mean, deviation }: Moments, decimals: number): string {
  if (count === 0) return '–';
  const fixed = (value: number) => value.toFixed(decimals).replace('-', '−');
  if (!Number.isFinite(mean)) return String(mean);
  if (count < 2) return fixed(mean);
  const spread = fixed(deviation > 0 ? deviation : 0);
  // what there is does not become nothing: less than the last digit that is shown
  const isLost = deviation > 0 && Number(spread) === 0;
  return `${fixed(mean)} ± ${isLost ? `<${(1 / Number(`1e${decimals}`)).toFixed(decimals)}` : spread}`;
}

/** By powers of ten, as exactly as decimals are read. */
const shifted = (value: number, power: number): number => {
  if (!Number.isFinite(value)) return value;
  const [mantissa, exponent] = value.toExponential().split('e');
  return Number(`${mantissa}e${Number(exponent) + power}`);
};

/** 0 of what has none. */
function exponentOf(value: number): number {
  return value > 0 && Number.isFinite(value) ? Number(value.toExponential().split('e')[1]) : 0;
}

export const unitOf = ({ title, kind }: Measured): string => (kind === 'share' ? `${title} (%)` : title);
