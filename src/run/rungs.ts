/** Which runs of a search go on from rung to rung: found again from the rows on disk, so that nothing need remember it. */
import { join } from 'node:path';
import { RunError, UserError } from '../errors.js';
import { KINDS } from '../io/kinds.js';
import { readText } from '../io/read.js';
import { seedGroups } from '../metrics/groups.js';
import type { FinishedRun } from '../metrics/record.js';
import { moments } from '../metrics/statistics.js';
import { kept } from '../plan/ladder.js';
import { protocolOf } from '../plan/parts.js';
import type { Plan, Rung, RunPlan } from '../plan/run-plan.js';
import { isOfAgent } from '../spec/schema.js';
import type { Archive } from './store.js';

/** What one engine of one run has come to by the end of a rung: its least validation. */
type Scores = ReadonlyMap<string, number>;

export class Rungs {
  private contenders: readonly RunPlan[];
  private next = 0;

  constructor(
    plan: Pick<Plan, 'runs'>,
    private readonly ladder: NonNullable<Plan['ladder']>,
    private readonly archive: Pick<Archive, 'reached'>,
  ) {
    this.contenders = plan.runs;
  }

  /** Where it stands, the last rung that was climbed; undefined before the first. */
  get rung(): Rung | undefined {
    return this.ladder.rungs[this.next - 1];
  }

  /** Whether every run has gone as far as it will. */
  get isOver(): boolean {
    return this.next === this.ladder.rungs.length && this.missing().length === 0;
  }

  /** Runs that have not come to the end of this rung. */
  missing(): RunPlan[] {
    return this.contenders.filter((run) => this.found(run) === undefined);
  }

  /**
   * The runs that go on, each to where the next rung ends; undefined behind the last one, and where runs are missing: nobody
   * can say yet.
   */
  climb(): readonly RunPlan[] | undefined {
    const { rungs, keep } = this.ladder;
    if (this.next === rungs.length) return undefined;
    if (this.rung) {
      if (this.missing().length > 0) return undefined;
      this.contenders = this.survivors(this.rung.until!, keep);
    }
    const rung = rungs[this.next++];
    this.contenders = this.contenders.map((run) => ({ ...run, rung }));
    return this.contenders;
  }

  private found(run: RunPlan): FinishedRun | undefined {
    return this.archive.reached(run);
  }

  /** Of each engine the best points, ties in the order of the sweep. @throws RunError where rows cannot be read */
  private survivors(epochs: number, keep: number): RunPlan[] {
    const runs = [];
    for (const run of this.contenders) {
      const engines = isOfAgent(run.spec) ? [] : (run.spec.engines as readonly { readonly id: string }[]);
      runs.push({ run, engines, changes: run.changes, scores: scoresOf(this.found(run)!, run, epochs) });
    }
    const groups = seedGroups(runs).map((group) => ({ ...group, score: scoreOf(group) }));
    const stay = new Set<RunPlan>();
    for (const engine of new Set(groups.map((group) => group.engine.id))) {
      const ranked = groups.filter((group) => group.engine.id === engine).sort((a, b) => compare(a.score, b.score));
      for (const group of ranked.slice(0, kept(ranked.length, keep))) for (const { run } of group.runs) stay.add(run);
    }
    return this.contenders.filter((run) => stay.has(run));
  }
}

/** What has no number goes last. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** The mean over seeds, all of which must have one. */
function scoreOf({ engine, runs }: { engine: { id: string }; runs: readonly { readonly scores: Scores }[] }): number {
  const { count, mean } = moments(runs.map(({ scores }) => scores.get(engine.id)));
  return count === runs.length ? mean : Number.POSITIVE_INFINITY;
}

const FILE = 'evaluation.csv';

/**
 * The least validation error of every engine, cost where there are no classes, in so many epochs. What went wrong by then has
 * none, though it may have had one; what goes wrong later has.
 */
function scoresOf(found: FinishedRun, run: RunPlan, epochs: number): Scores {
  const { validated } = protocolOf(run.spec.protocol).epochs!;
  const due = epochs - (epochs % validated);
  const least = new Map<string, number>();
  const last = new Map<string, number>();
  if (!Object.hasOwn(found.record.outputs, FILE)) return least;
  const [header, ...rows] = cellsOf(found);
  const [epoch, engine, split, error, cost] = ['epoch', 'engine', 'split', 'error', 'cost'].map((name) =>
    header.indexOf(name),
  );
  for (const row of rows) {
    const at = Number(row[epoch]);
    if (row[split] !== 'validation' || at > epochs || at === 0) continue;
    const [wrong, value] = [Number(row[error]), Number(row[cost])];
    const score = Number.isNaN(wrong) ? value : wrong;
    last.set(row[engine], at);
    if (!(score >= least.get(row[engine])!) && Number.isFinite(score)) least.set(row[engine], score);
  }
  for (const [engine, { status }] of Object.entries(found.record.engines))
    if (status === 'diverged' && last.get(engine) !== due) least.delete(engine);
  return least;
}

/** Small, and without a quote. @throws RunError */
function cellsOf({ folder }: FinishedRun): string[][] {
  try {
    const lines = readText(join(folder, FILE), KINDS.table).split('\n');
    return lines.filter((line) => line !== '').map((line) => line.split(','));
  } catch (error) {
    throw error instanceof UserError ? new RunError(`cannot read ${error.message}`) : error;
  }
}
