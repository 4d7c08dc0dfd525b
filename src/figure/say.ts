/** Numbers and lists in the sentences of findings. */
import { formatNumber, powerOfTen } from './labels.js';

/** A share as people say it: 1420 %, 13.7 %, 0.8 %, 7×10⁻¹⁴. */
export function shareText(share: number): string {
  const size = Math.abs(share);
  if (size < 1e-3) return numberText(share);
  const percent = size >= 10 ? Number((share * 100).toPrecision(3)) : share * 100;
  return `${formatNumber(percent, size < 0.1 ? 1 : size < 10 ? 2 : 4)} %`;
}

/** `17.2 ± 2.0 %`, of what is no share without it: two digits of the deviation, three from 10 on; as many decimals of the mean. */
export function withDeviation(mean: number, deviation: number, isShare: boolean): string {
  const [value, spread] = isShare ? [100 * mean, 100 * deviation] : [mean, deviation];
  const say = isShare ? shareText : numberText;
  if (spread === 0) return isShare ? `${say(mean).replace(' %', '')} ± 0 %` : `${say(mean)} ± 0`;
  if (!(spread > 0) || Math.abs(value) < 1e-2 || spread < 1e-3) return `${say(mean)} ± ${say(deviation)}`;
  const digits = Math.min(6, Math.max(0, spread >= 10 ? 1 : 1 - Math.floor(Math.log10(spread))));
  return `${value.toFixed(digits).replace('-', '−')} ± ${spread.toFixed(digits)}${isShare ? ' %' : ''}`;
}

/** An angle in degrees: 27°, 0.4°, 2×10⁻⁶°. */
export function degreesText(angle: number): string {
  return `${angle >= 9.5 ? String(Math.round(angle)) : angle < 0.1 ? numberText(angle) : formatNumber(angle, 1)}°`;
}

/** Any other number, to three digits; what is small to two: 0.985, 4.7×10⁻⁷. */
export function numberText(value: number): string {
  if (Math.abs(value) >= 1e-3 || value === 0) return formatNumber(Number(value.toPrecision(3)), 2);
  const [mantissa, exponent] = value.toExponential(1).split('e');
  return `${mantissa === '1.0' ? '' : `${mantissa.replace('.0', '').replace('-', '−')}×`}${powerOfTen(Number(exponent))}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Where all are said alike, once; else from the least to the largest. */
export function between(values: readonly number[], say: (value: number) => string): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map(say);
  return low === high ? low : `${low} to ${high}`;
}

/** With a capital, for the start of a sentence. */
export function capital(text: string): string {
  return text === '' ? text : text[0].toUpperCase() + text.slice(1);
}
