/** Bounds of states: a box for all units, or numbers for each unit of each example. */
import type { Numbers } from './numbers.js';

/** Bounds of the states under a piecewise linear ρ in an energy: the dynamics is projected to [lower, upper]. */
export interface Box {
  readonly lower: number;
  readonly upper: number;
}

/** Lists are as long as the state that they bound. */
export interface EachBounds {
  readonly lower: Numbers;
  readonly upper: Numbers;
}

export type Bounds = Box | EachBounds;

export const isBox = (bounds: Bounds): bounds is Box => typeof bounds.lower === 'number';

export const lowerAt = ({ lower }: Bounds, i: number): number => (typeof lower === 'number' ? lower : lower[i]);
export const upperAt = ({ upper }: Bounds, i: number): number => (typeof upper === 'number' ? upper : upper[i]);

/** Unit i is at a bound, or past it, and the force points outwards. */
export const isPinned = (bounds: Bounds, i: number, s: number, force: number): boolean =>
  (s <= lowerAt(bounds, i) && force < 0) || (s >= upperAt(bounds, i) && force > 0);

/** What the kernels do in a box, unit by unit: see projectForce there. */
export function projectEach(bounds: EachBounds, s: Numbers, force: Numbers, imaginary?: Numbers) {
  let most = 0;
  for (let i = 0; i < s.length; i++) {
    if (isPinned(bounds, i, s[i], force[i])) {
      force[i] = 0;
      if (imaginary) imaginary[i] = 0;
    }
    most = Math.max(most, Math.abs(force[i]));
  }
  return imaginary === undefined ? most : undefined;
}

/** The same of clip. */
export function clipEach({ lower, upper }: EachBounds, s: Numbers, imaginary?: Numbers): void {
  for (let i = 0; i < s.length; i++) {
    if (s[i] >= lower[i] && s[i] <= upper[i]) continue;
    if (s[i] < lower[i]) s[i] = lower[i];
    else if (s[i] > upper[i]) s[i] = upper[i];
    if (imaginary) imaginary[i] = 0;
  }
}
