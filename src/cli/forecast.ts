/** How long the runs of a plan will take, and how far that is to be believed. */
import type { Plan, RunPlan } from '../plan/run-plan.js';
import { availableCores } from '../run/cores.js';
import { type Pace, paceOfEarlier, paceOfTrial } from '../run/duration.js';
import { type Remaining, remainingOf } from '../run/remaining.js';
import { counted } from '../text.js';

export class Forecast {
  /** Undefined where nothing is known. */
  private readonly pace: Pace | undefined;
  private readonly remaining: Remaining;

  /** @param trials how many experiments may still be tried. */
  constructor(plan: Plan, out: string, isDone: (run: RunPlan) => boolean, trials: { left: number }) {
    this.remaining = remainingOf(plan, out, isDone);
    const { parts } = this.remaining;
    if (parts.length === 0) return;
    this.pace = paceOfEarlier(plan, out);
    if (this.pace === undefined && trials.left-- > 0) this.pace = paceOfTrial(parts[0].run, plan);
  }

  /** Of a run, or of what is known to be done of it: `~ 3 s`; nothing of one that is done. */
  of({ hash }: RunPlan): string {
    const part = this.remaining.parts.find(({ run }) => run.hash === hash);
    if (part === undefined) return '';
    return this.pace === undefined ? '?' : `~ ${duration(part.share * this.pace.of(part.run.spec))}`;
  }

  /** Of all that is to be done, and what that rests on. */
  lines(): string[] {
    const { parts, later } = this.remaining;
    if (parts.length === 0) return [];
    if (this.pace === undefined)
      return ['  how long it takes is not known: no run of it has finished, and none was tried'];
    const { spread, runs } = this.pace;
    const each = parts.map(({ run, share }) => ({ whole: this.pace!.of(run.spec), share }));
    const usual = each.reduce((sum, { whole }) => sum + whole, 0) / each.length;
    const all = each.reduce((sum, { whole, share }) => sum + whole * share, later * usual);
    const longest = each.reduce((most, { whole, share }) => Math.max(most, whole * share), 0);
    const cores = Math.min(availableCores(), parts.length);
    const beside = cores > 1 ? `, ${duration(Math.max(longest, all / cores))} with -j ${cores}` : '';
    const basis =
      spread === undefined
        ? 'by the first moments of one run; where phases come to rest sooner than they may, it is several times less'
        : `by ${counted(runs, 'earlier run')}, which took ${share(spread[0])} to ${share(spread[1])} times what this rule says`;
    const what = `${counted(parts.length, 'run')}${later > 0 ? ' and what goes on of them' : ''}`;
    return [`  about ${duration(all)} of computing for ${what}${beside} (${basis})`];
  }
}

const share = (ratio: number): string => String(Number(ratio.toPrecision(2)));

const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** Of two digits, which is more than is known: `0.05 s`, `3 s`, `12 min`, `2.5 h`. */
export function duration(seconds: number): string {
  const [unit, name] = UNITS.find(([least]) => seconds >= 1.5 * least) ?? [1, 's'];
  const value = seconds / unit;
  return `${value >= 10 ? Math.round(value) : Number(value.toPrecision(value < 1 ? 1 : 2))} ${name}`;
}
