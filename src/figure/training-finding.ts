/** What the figures over a training say in one sentence. */
import { briefly } from './labels.js';
import { between, capital, listed, numberText, shareText } from './say.js';
import { type Run, specValue } from './source.js';
import { median } from './spread.js';
import type { Course } from './training-rows.js';
import { isLog, placesOf } from './training-spread.js';

const largest = (courses: readonly Course[]) =>
  courses.reduce((most, { ys }) => ys.reduce((top, y) => Math.max(top, y), most), Number.NEGATIVE_INFINITY);

/** The first column: where each curve begins and ends. */
export function courseFinding(
  courses: readonly Course[],
  { title, linear }: { readonly title: string; readonly linear: boolean },
): string {
  const first = courses.filter(({ column }) => column === courses[0].column);
  const learners = first.map(({ learner }) => learner);
  const log = !linear && isLog(first);
  const told = first.slice(0, 3).map(({ learner, lines }) => {
    const places = placesOf({ lines }, undefined, log);
    const [from, to] = [places[0], places.at(-1)!].map(({ mean }) => numberText(mean));
    return `from ${from} to ${to} with ${briefly(learner, learners)}`;
  });
  const seeds = Math.max(...first.map(({ lines }) => lines.length));
  const who = seeds > 1 ? `, mean of ${seeds} seeds` : '';
  return `${capital(title)}${who}: ${listed(told)}; ${numberText(largest(first))} at most`;
}

/** How many phases did not come to rest, and how far from it the worst was left. */
export function restFinding(courses: readonly Course[], runs: readonly Run[]): string {
  const residuals = courses.filter(({ column }) => column === 'free_residual');
  const worst = largest(residuals);
  const shares = residuals.map(({ ys, unrest }) => unrest.size / ys.length);
  const caps = [...new Set(runs.map((run) => specValue(run, 'free.max_steps')))];
  const cap = caps.length === 1 ? ` at the cap of ${caps[0]} steps` : ' at their cap';
  if (Math.max(...shares) === 0) return `Every free phase comes to rest; the largest residual is ${numberText(worst)}`;
  return `${between(shares, shareText)} of all free phases end${cap} and not at rest, with residuals of up to ${numberText(worst)}`;
}

/** A dip of the cosine is at least so far below 1. */
const DIP = 0.1;

const dipped = (cosine: number) => cosine < 1 - DIP;

/** Its median, and what its dips have to do with phases that did not come to rest. */
export function cosineFinding(courses: readonly Course[]): string {
  const own = courses.filter(({ column }) => column === 'cosine');
  const cosines = own.flatMap(({ ys }) => ys);
  const least = cosines.reduce((low, cosine) => Math.min(low, cosine), 1);
  const start = `The cosine to dJ/dθ is ${numberText(median(cosines))} in the median, ${numberText(least)} at least`;
  const dips = cosines.filter(dipped).length;
  if (dips === 0) return start;
  const unrest = own.reduce(
    (sum, { ys, unrest: places }) => sum + ys.filter((y, i) => dipped(y) && places.has(i)).length,
    0,
  );
  const below = numberText(1 - DIP);
  if (unrest === 0) return `${start}; of the ${dips} below ${below} every phase one was at rest`;
  return `${start}: ${unrest} of the ${dips} dips below ${below} follow a phase one that had not come to rest`;
}
