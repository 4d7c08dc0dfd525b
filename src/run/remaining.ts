/** What is to be done of a plan: its runs, and of a search what nobody knows yet, by its ladder. */
import { kept } from '../plan/ladder.js';
import { protocolOf } from '../plan/parts.js';
import type { Plan, Rung, RunPlan } from '../plan/run-plan.js';
import { Experiment } from './experiment.js';

export interface Remaining {
  /** Runs, and the share of each that is to be done now: all of it, or to the end of its rung. */
  readonly parts: readonly { readonly run: RunPlan; readonly share: number }[];
  /** What comes after that, in whole runs of usual size. */
  readonly later: number;
}

export function remainingOf(plan: Plan, out: string, isDone: (run: RunPlan) => boolean): Remaining {
  const { ladder } = plan;
  if (ladder === undefined)
    return { parts: plan.runs.flatMap((run) => (isDone(run) ? [] : { run, share: 1 })), later: 0 };
  const experiment = new Experiment(plan, out);
  for (let tasks = experiment.tasks(); tasks.length > 0; tasks = experiment.tasks()) {
    const open = tasks.filter(({ run }) => !experiment.archive.has(run));
    if (open.length === 0) continue;
    const { rung } = open[0].run;
    const epochs = epochsOf(plan);
    const parts = open.map(({ run }) => {
      const done = experiment.archive.find(run)?.record.pruned?.epochs ?? 0;
      return { run, share: ((rung!.until ?? epochs) - done) / epochs };
    });
    return {
      parts,
      later: laterThan(rung!, tasks.length, plan).reduce((sum, { runs, share }) => sum + runs * share, 0),
    };
  }
  return { parts: [], later: 0 };
}

/** Where a rung ends and the one before it ended, as a share of a whole run. */
export function shareOfRung({ index, until }: Rung, plan: Plan): number {
  const epochs = epochsOf(plan);
  const before = index === 0 ? 0 : plan.ladder!.rungs[index - 1].until!;
  return ((until ?? epochs) - before) / epochs;
}

/** About how many runs there will be on each rung after this one, where so many are on this, and what each does there. */
export function laterThan(rung: Rung, runs: number, plan: Plan): { readonly runs: number; readonly share: number }[] {
  const { rungs, keep } = plan.ladder!;
  const seeds = plan.swept.includes('seed') ? new Set(plan.runs.map(({ spec }) => spec.seed)).size : 1;
  let points = Math.max(1, Math.round(runs / seeds));
  return rungs.slice(rung.index + 1).map((later) => {
    points = kept(points, keep);
    return { runs: points * seeds, share: shareOfRung(later, plan) };
  });
}

const epochsOf = ({ runs }: Plan): number => protocolOf(runs[0].spec.protocol).epochs!.count;
