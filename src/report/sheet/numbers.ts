/** Numbers over seeds as a paper prints them. */
import { formatNumber, powerOfTen } from '../../figure/labels.js';
import type { Moments } from '../../metrics/statistics.js';
import type { Measured } from '../results.js';

/** `3.92 ± 0.12` (of a share in %), `(1.2 ± 0.3)×10⁻⁵`: two digits of the deviation, three where there is none. */
export function numberText({ count, mean, deviation }: Moments, kind: Measured['kind']): string {
  if (count === 0) return '–';
  const [value, spread] = kind === 'share' ? [100 * mean, 100 * deviation] : [mean, deviation];
  if (!Number.isFinite(value) || !(spread > 0)) return `${formatNumber(value, 3)}${count > 1 ? ' ± 0' : ''}`;
  const size = Math.abs(value);
  const power = size > 0 && (size < 1e-3 || size >= 1e5) ? exponentOf(size) : 0;
  const scale = 10 ** power;
  const digits = Math.min(20, Math.max(0, 1 - exponentOf(spread / scale)));
  const text = `${(value / scale).toFixed(digits)} ± ${(spread / scale).toFixed(digits)}`.replaceAll('-', '−');
  return power === 0 ? text : `(${text})×${powerOfTen(power)}`;
}

const exponentOf = (value: number): number => Number(value.toExponential().split('e')[1]);

export const unitOf = ({ title, kind }: Measured): string => (kind === 'share' ? `${title} (%)` : title);
