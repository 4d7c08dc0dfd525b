/** A run that is finished already: what it came to, and the little that may have changed since. */
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatIssue } from '../errors.js';
import { isOwnFolder } from '../io/make-folder.js';
import { isPart } from '../io/write.js';
import { RunWatch, type Verdict } from '../metrics/assertions.js';
import { type FinishedRun, isOfOtherBuild, readRecord } from '../metrics/record.js';
import { CHECKPOINT_FILE, RUN_FILE, RUNG_FILE, type RunRecord } from '../metrics/results.js';
import { showRun } from '../metrics/shown.js';
import { assertedTable } from '../plan/parts.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';
import type { Spec } from '../spec/schema.js';
import { pluginsIn, relocate, writeRecord, writeSpec } from './folder.js';
import { Hold, isOfHolder } from './hold.js';
import { Lock } from './lock.js';
import { type Archive, isFarEnough } from './store.js';

/** How one run ended. A cached run's results were there before. */
export interface Finished {
  readonly run: RunPlan;
  readonly folder: string;
  readonly cached: boolean;
  readonly record: RunRecord;
  readonly verdicts: readonly Verdict[];
  /** For each slope assertion the run's largest value. */
  readonly largest: readonly number[];
  /** Why results that were there are not used. */
  readonly redone?: Redone | undefined;
}

/** Results that are not to be believed, or those of a program that computes otherwise. */
export type Redone = { readonly because: 'damage'; readonly problem: string } | { readonly because: 'build' };

/** Which finished runs are done again. */
export type Again = 'never' | 'failed' | 'always';

/** Whether a run's numbers or assertions have failed. */
export function hasFailed({ record, verdicts }: Pick<Finished, 'record' | 'verdicts'>): boolean {
  return record.status === 'diverged' || verdicts.some(({ passed }) => !passed);
}

/** What a run's rows come to. Nothing is asserted of one that was ended before its end. */
export const resultOf = ({ pruned }: RunRecord, watch: RunWatch): Pick<Finished, 'verdicts' | 'largest'> =>
  pruned ? { verdicts: [], largest: [] } : { verdicts: watch.verdicts(), largest: watch.largestValues() };

/** On a later rung of a search runs go on, whatever was to be done again. */
export const againOf = ({ rung }: RunPlan, { again }: Pick<Recalling, 'again'>): Again =>
  rung !== undefined && rung.index > 0 ? 'never' : again;

/** The watch of a run's assertions. */
export function watchOf(plan: Pick<Plan, 'slopes'>, { spec }: RunPlan): RunWatch {
  const bounds = spec.assert.filter((assertion) => 'column' in assertion);
  return new RunWatch((rule) => assertedTable(spec, rule)!, bounds, plan.slopes);
}

/** Which results of before count. */
export interface Recalling {
  readonly again: Again;
  /** Whether those of another build do; default not. */
  readonly acceptBuild?: boolean | undefined;
}

/** The run as it was finished before, or why what is there does not count. @throws RunError where it cannot be read. */
export async function recall(
  archive: Archive,
  plan: Plan,
  run: RunPlan,
  { acceptBuild, ...given }: Recalling,
): Promise<{ readonly finished?: Finished; readonly redone?: Redone }> {
  const again = againOf(run, given);
  if (again === 'always') return {};
  const found = archive.find(run);
  if (found === undefined) {
    const before = archive.reached(run);
    if (before && (acceptBuild || !isOfOtherBuild(before.record))) {
      const record = { ...before.record, spec: run.spec };
      return { finished: { run, folder: before.folder, cached: true, record, verdicts: [], largest: [] } };
    }
    const damage = archive.damage(run);
    return damage ? { redone: { because: 'damage', problem: formatIssue(damage) } } : {};
  }
  if (isOfOtherBuild(found.record) && !acceptBuild) return { redone: { because: 'build' } };
  if (!isFarEnough(found.record, run)) return {};
  const watch = watchOf(plan, run);
  if (!found.record.pruned) await showRun(watch, found);
  // the plan holds the spec already
  const record = { ...found.record, spec: run.spec };
  const finished = {
    run,
    folder: found.folder,
    cached: true,
    record,
    ...resultOf(record, watch),
  };
  if (again === 'failed' && hasFailed(finished)) return {};
  bringUpToDate(archive, found, plan, run);
  return { finished };
}

/**
 * Titles, sources, assertions and figures are not of a run's identity: the results that are there take on those of the
 * spec as it is now. And what an end at the last moment left behind is removed. Where nothing can be written, or another
 * process is at it, the results are used as they are.
 */
function bringUpToDate(
  { folder: experiment }: Archive,
  { folder, record }: FinishedRun,
  plan: Plan,
  run: RunPlan,
): void {
  const spec = relocate(run.spec, dirname(plan.file), folder);
  const leftOver = leftIn(folder).filter((name) => !(record.pruned && name === CHECKPOINT_FILE));
  const outdated = presentation(spec) !== presentation(record.spec);
  if (!outdated && leftOver.length === 0) return;
  try {
    isOwnFolder(experiment);
    const lock = Lock.take(experiment, run.hash);
    if (!(lock instanceof Lock)) return;
    try {
      const hold = Hold.take(folder, lock);
      for (const name of leftOver) hold.remove(name);
      // another process may have begun it again meanwhile
      const now = readRecord(folder);
      if (outdated && now.kind === 'record' && now.record.hash === record.hash) {
        const { plugins: _, ...rest } = now.record;
        writeSpec(hold, spec);
        writeRecord(hold, { ...rest, spec, ...pluginsIn(plan, spec) });
      }
      hold.release();
    } finally {
      lock.release();
    }
  } catch {}
}

/** What an end at the last moment leaves: the checkpoint, half a run.json, and what holders have of their own. */
function leftIn(folder: string): string[] {
  return readdirSync(folder).filter(
    (name) => name === CHECKPOINT_FILE || name === RUNG_FILE || isPart(name, RUN_FILE) || isOfHolder(name),
  );
}

function presentation({ title, source, assert, figures, plugins }: Partial<Spec> | RunRecord['spec']): string {
  return JSON.stringify([title, source, assert, figures, plugins]);
}
