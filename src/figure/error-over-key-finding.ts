/** What the error over swept keys says in one sentence. */
import { moments } from '../metrics/statistics.js';
import { listed, numberText, shareText, withDeviation } from './say.js';
import type { Swept, SweptPoint } from './swept-points.js';

/** What the sets are called. */
export const SETS = {
  validation: 'validation set',
  test: 'test set',
  train: 'training set, while it is learned',
} as const;

interface Asked {
  readonly column: 'error' | 'cost';
  readonly split: keyof typeof SETS;
}

/** Of each engine what validation chose; where nothing chose the least and the largest. */
export function finding({ points }: Swept, { column, split }: Asked): string {
  const say = column === 'error' ? shareText : numberText;
  const seeds = Math.max(...points.map((point) => point.seeds));
  const spread = ({ mean, values }: SweptPoint) => {
    if (values.length < 2) return say(mean);
    return withDeviation(mean, moments(values).deviation, column === 'error');
  };
  const of = `${SETS[split].split(',')[0]}${seeds > 1 ? `, ${seeds} seeds` : ''}`;
  const chosen = points.filter((point) => point.chosen).slice(0, 3);
  if (chosen.length > 0)
    return `Validation chooses ${listed(chosen.map((point) => `${point.brief}, ${column} ${spread(point)}`))} (${of})`;
  const sorted = [...points].sort((a, b) => a.mean - b.mean);
  const ends = [sorted[0], sorted.at(-1)!].map((point) => `${spread(point)} with ${point.brief}`);
  return `The ${column} is between ${ends.join(' and ')} (${of})`;
}
