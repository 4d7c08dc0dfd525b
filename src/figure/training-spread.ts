/** What is drawn of a column of an engine: its one seed, or the mean of several and a band. */
import { wantsLog } from './axis.js';
import { type Band, quantile, type Spread, spreadOf, tailOf } from './spread.js';
import type { Course, Stretch } from './training-rows.js';

export interface Place extends Spread {
  /** The iteration, or the mean of those of a stretch. */
  readonly x: number;
}

/**
 * Of one seed the mean and the range of each stretch; of several the mean of their means, and between the ends of the band
 * those of their ranges: the lowest of one seed is in the range of all.
 */
export function placesOf({ lines }: Pick<Course, 'lines'>, band: Band | undefined, log: boolean): Place[] {
  const byX = new Map<number, Stretch[]>();
  for (const stretch of lines.flat()) {
    const there = byX.get(stretch.x);
    if (there) there.push(stretch);
    else byX.set(stretch.x, [stretch]);
  }
  const places = [...byX].map(([x, stretches]) => ({ x, ...spreadAt(stretches, band, log) }));
  return places.sort((a, b) => a.x - b.x);
}

/** Whether the values of a column want a logarithmic axis, on which means are geometric. */
export function isLog(courses: readonly Course[]): boolean {
  return wantsLog(courses.flatMap(({ lines }) => lines.flat().flatMap(({ low, high }) => [low, high])));
}

function spreadAt(stretches: readonly Stretch[], band: Band | undefined, log: boolean): Spread {
  const [{ y, low, high }] = stretches;
  if (stretches.length === 1)
    return { mean: y, low: band === 'none' ? y : low, high: band === 'none' ? y : high, seeds: 1 };
  const spread = spreadOf(
    stretches.map((stretch) => stretch.y),
    band,
    log,
  );
  if (band === 'sd' || band === 'none') return spread;
  const share = tailOf(stretches.length);
  return {
    ...spread,
    low: quantile(
      stretches.map((stretch) => stretch.low),
      share,
    ),
    high: quantile(
      stretches.map((stretch) => stretch.high),
      1 - share,
    ),
  };
}
