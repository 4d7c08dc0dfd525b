/** How the gaps of an engine grow with its β: a power of it, where that dominates. */
import type { Lane } from './lanes.js';
import type { Measure } from './measure.js';
import { fitSlope, type PowerLaw } from './slope.js';
import type { EngineSpec } from './source.js';
import { type Spread, spreadOf } from './spread.js';

/** The gap of one run at one β, and what lies under it. */
export interface Point {
  readonly beta: number;
  readonly gap: number;
  readonly residual: number;
  readonly roundOff: number;
}

/** Of all seeds at one β; the floors are the highest of them. */
export interface Place extends Omit<Point, 'gap'> {
  readonly gap: Spread;
}

/** One engine's places by rising β. */
export interface Series {
  readonly label: string;
  readonly quantity: string;
  readonly lane: Lane;
  readonly places: readonly Place[];
  readonly fit: { readonly law: PowerLaw; readonly from: number; readonly to: number } | undefined;
}

/**
 * Slopes are fitted where the leading power of β dominates: so many times above the floor, and where the gap is at most
 * this part of the reference, whatever the order (of an absolute gap, where β is at most this). Of N points inside a
 * radius R of analyticity the next power is (β/R)^N below the leading one.
 */
const ABOVE_FLOOR = 100;
const LEADING = 3e-2;

export function fitted(
  { lane, quantity }: Pick<Series, 'lane' | 'quantity'>,
  places: readonly Place[],
  measure: Measure,
  radius: number | undefined,
): Series {
  const used = places.filter(
    (place) =>
      place.gap.mean > 0 &&
      isLeading(place, lane.engine, measure, radius) &&
      (measure.linear || place.gap.mean >= ABOVE_FLOOR * Math.max(place.residual, place.roundOff)),
  );
  const law = fitSlope(used.map(({ beta, gap }) => ({ x: beta, y: gap.mean })));
  const fit = law && { law, from: used[0].beta, to: used.at(-1)!.beta };
  return { label: lane.label, quantity, lane, places, fit };
}

/** The points of all seeds, by rising β. */
export function placesOf(points: readonly Point[], band: Parameters<typeof spreadOf>[1], log: boolean): Place[] {
  const byBeta = new Map<number, Point[]>();
  for (const point of points) byBeta.set(point.beta, [...(byBeta.get(point.beta) ?? []), point]);
  return [...byBeta.entries()]
    .sort(([a], [b]) => a - b)
    .map(([beta, all]) => ({
      beta,
      gap: spreadOf(
        all.map(({ gap }) => gap),
        band,
        log && all.every(({ gap }) => gap > 0),
      ),
      residual: Math.max(...all.map(({ residual }) => residual)),
      roundOff: Math.max(...all.map(({ roundOff }) => roundOff)),
    }));
}

function isLeading(
  { beta, gap }: Place,
  { points }: EngineSpec,
  measure: Measure,
  radius: number | undefined,
): boolean {
  if (radius !== undefined && points !== undefined) {
    return Number(points) * Math.log(beta / radius) <= Math.log(LEADING);
  }
  return (measure.name === 'error_rel' || measure.name === 'error_scaled' ? gap.mean : beta) <= LEADING;
}

/** `β²·⁰⁰` to two digits; where panels differ, that of each. */
export function slopeText(label: string, series: readonly Series[]): string | undefined {
  const slopes = series
    .filter((one) => one.label === label)
    .map(({ quantity, fit }) => ({ quantity, text: fit?.law.slope.toFixed(2) }));
  const distinct = [...new Set(slopes.map(({ text }) => text))];
  if (distinct.length > 1) return slopes.map(({ text, quantity }) => `${text ?? '–'} (${quantity})`).join(', ');
  return distinct[0];
}
