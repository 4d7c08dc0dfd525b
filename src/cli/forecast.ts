/** How long the runs of a plan will take, and how far that is to be believed. */
import { shareOf } from '../plan/ladder.js';
import { protocolOf } from '../plan/parts.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';
import { availableCores } from '../run/cores.js';
import { type Pace, paceOfEarlier, paceOfTrial, workOfSpec } from '../run/duration.js';
import { counted } from '../text.js';

export class Forecast {
  /** Undefined where nothing is known. */
  private readonly pace: Pace | undefined;
  private readonly open: readonly RunPlan[];
  /** What is to be done of those, where a search will end some before their end. */
  private readonly share: number;

  /** @param trials how many experiments may still be tried. */
  constructor(plan: Plan, out: string, isDone: (run: RunPlan) => boolean, trials: { left: number }) {
    this.open = plan.runs.filter((run) => !isDone(run));
    const { ladder, runs } = plan;
    this.share = ladder ? shareOf(ladder, protocolOf(runs[0].spec.protocol).epochs!.count) : 1;
    if (this.open.length === 0) return;
    this.pace = paceOfEarlier(plan, out);
    if (this.pace === undefined && trials.left-- > 0) this.pace = paceOfTrial(this.open[0], plan);
  }

  /** Of a run: `~ 3 s`; nothing of one that is done. */
  of(run: RunPlan): string {
    if (!this.open.includes(run)) return '';
    return this.pace === undefined ? '?' : `~ ${duration(this.pace.seconds * workOfSpec(run.spec))}`;
  }

  /** Of all that is to be done, and what that rests on. */
  lines(): string[] {
    if (this.open.length === 0) return [];
    if (this.pace === undefined)
      return ['  how long it takes is not known: no run of it has finished, and none was tried'];
    const { seconds, spread, runs } = this.pace;
    const works = this.open.map(({ spec }) => workOfSpec(spec));
    const all = this.share * seconds * works.reduce((sum, work) => sum + work, 0);
    const longest = seconds * works.reduce((most, work) => Math.max(most, work), 0);
    const cores = Math.min(availableCores(), this.open.length);
    const beside = cores > 1 ? `, ${duration(Math.max(longest, all / cores))} with -j ${cores}` : '';
    const basis =
      spread === undefined
        ? 'by the first moments of one run; where phases come to rest sooner than they may, it is several times less'
        : `by ${counted(runs, 'earlier run')}, which took ${share(spread[0])} to ${share(spread[1])} times what this rule says`;
    return [`  about ${duration(all)} of computing for ${counted(this.open.length, 'run')}${beside} (${basis})`];
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
