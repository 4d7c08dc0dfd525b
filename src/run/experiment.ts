/** What belongs to the runs of one spec together: their results in the order of the plan, slopes, figures, the package. */
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { formatIssue, type Location, sentenceOf } from '../errors.js';
import { captionFile, readCaption } from '../figure/caption.js';
import { type DrawOptions, drawFigures, figureFiles, figureNames } from '../figure/draw.js';
import type { FigureRequest } from '../figure/figures.js';
import { isOwnFile, ownFolder } from '../io/make-folder.js';
import { writeWhole } from '../io/write.js';
import { judgeSlope, type Verdict } from '../metrics/assertions.js';
import { FIGURES_FOLDER, PACKAGE_FILE } from '../metrics/results.js';
import { dataPackage } from '../metrics/sidecar.js';
import type { Typed } from '../metrics/underway.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';
import { writeBest } from './best.js';
import type { Ending, Task } from './lane.js';
import { Lock, sweepLocks } from './lock.js';
import type { Finished } from './recall.js';
import { Rungs } from './rungs.js';
import { Archive, experimentFolder, isFarEnough } from './store.js';
import { forgetUnderway, keepUnderway, underwayOf } from './underway.js';

/** A figure that is there. */
export interface Shown {
  /** Without extension. */
  readonly path: string;
  /** One sentence. */
  readonly finding: string;
}

/** A run that could not be carried out, and why. */
export interface Failure {
  readonly run: RunPlan;
  readonly message: string;
  /** A plugin of the user's is at fault. */
  readonly mistaken?: true;
}

/** A verdict over several runs, and where its assertion stands. */
export interface Across extends Verdict {
  readonly where: Location | undefined;
}

export interface ExperimentResult {
  readonly plan: Plan;
  readonly folder: string;
  readonly finished: readonly Finished[];
  readonly failed: readonly Failure[];
  /** Runs that were left: to other shards, or because an earlier one failed. */
  readonly left: number;
  /** Runs that nobody has finished in this folder, or not as far as the rung; those that failed are not among them. */
  readonly open: readonly RunPlan[];
  /** Where its search stands, if it is not over; the figures and assertions of all wait for that. */
  readonly search: Standing | undefined;
  /** Of the assertions across runs; not judged where runs were left. */
  readonly slopes: readonly Across[];
  readonly figures: readonly Shown[];
  /** Specs of the points that validation chose. */
  readonly best: readonly string[];
  /** What could not be drawn or described, and why. */
  readonly problems: readonly string[];
}

/** A search that stands on a rung. */
export interface Standing {
  /** From 1. */
  readonly rung: number;
  readonly of: number;
  /** Runs that have not come to its end. */
  readonly missing: number;
}

export class Experiment {
  readonly folder: string;
  readonly archive: Archive;
  private readonly rungs: Rungs | undefined;
  private begun = false;
  /** Of the runs that are to be done now. */
  private going: readonly RunPlan[] = [];
  private isKept = false;
  private problem: string | undefined;
  private readonly finished = new Map<number, Finished>();
  private readonly failed = new Map<number, Failure>();

  constructor(
    readonly plan: Plan,
    private readonly out: string,
    private readonly typed: Typed = { folder: '', words: [] },
  ) {
    this.folder = experimentFolder(out, plan.name);
    this.archive = new Archive(this.folder);
    this.rungs = plan.ladder && new Rungs(plan, plan.ladder, this.archive);
  }

  /** Whether all of its runs are known from the start. */
  get isFlat(): boolean {
    return this.rungs === undefined;
  }

  /** What is to be done next, one rung of a search after the other, each run with its place in the plan; nothing at the end. */
  tasks(): readonly Task[] {
    const { plan } = this;
    const runs = this.rungs ? this.climbed(this.rungs) : this.begun ? undefined : plan.runs;
    this.begun = true;
    if (runs && runs.length > 0) [this.going, this.isKept] = [runs, false];
    const places = new Map(plan.runs.map(({ hash }, index) => [hash, index]));
    return (runs ?? []).map((run) => ({ plan, run, index: places.get(run.hash)! }));
  }

  /** Rows that cannot be read leave it where it is. */
  private climbed(rungs: Rungs): readonly RunPlan[] | undefined {
    try {
      return rungs.climb();
    } catch (error) {
      this.problem = messageOf(error);
      return undefined;
    }
  }

  private standing(): Standing | undefined {
    if (this.rungs === undefined || this.rungs.isOver) return undefined;
    const { rung } = this.rungs;
    return { rung: (rung?.index ?? 0) + 1, of: this.plan.ladder!.rungs.length, missing: this.rungs.missing().length };
  }

  /** A run of these is about to be carried out: what is open is kept beside them, in case it is all that there will be. */
  begin(): void {
    if (!this.isKept) this.keep();
    this.isKept = true;
  }

  private keep(): void {
    if (this.plan.runs.length === 1) return;
    try {
      ownFolder(this.out, this.plan.name);
      keepUnderway(this.folder, underwayOf(this.plan, this.going, this.typed));
    } catch {}
  }

  private open(): RunPlan[] {
    const failed = new Set([...this.failed.values()].map(({ run }) => run.hash));
    const isOpen = (run: RunPlan, index: number) => {
      if (failed.has(run.hash)) return false;
      if (this.isFlat && this.finished.has(index)) return false;
      const found = this.archive.find(run);
      return found === undefined || !isFarEnough(found.record, run);
    };
    return this.going.filter(isOpen);
  }

  /** Takes in how a run ended. */
  settle(index: number, ending: Ending): void {
    if (ending.kind === 'finished') {
      const before = this.finished.get(index);
      const cached = ending.finished.cached && (before?.cached ?? true);
      this.finished.set(index, { ...ending.finished, cached });
    }
    if (ending.kind !== 'failed') return;
    const { kind, ...failure } = ending;
    this.failed.set(index, { run: this.plan.runs[index], ...failure });
  }

  /** Judges, draws and describes what there is. A problem with that costs nothing else. @param timeout seconds a figure */
  async conclude(signal: AbortSignal, timeout?: number): Promise<ExperimentResult> {
    const { plan, folder } = this;
    const finished = inOrder(this.finished);
    const failed = inOrder(this.failed);
    const left = plan.runs.length - finished.length - failed.length;
    const search = this.standing();
    const isWhole = left === 0 && search === undefined;
    const slopes = isWhole ? judgeSlopes(plan, finished) : [];
    const shared = { plan, folder, finished, failed, left, search, slopes, open: isWhole ? [] : this.open() };
    if (finished.length === 0) {
      sweepLocks(folder);
      return { ...shared, figures: [], best: [], problems: [] };
    }
    const problems = this.problem === undefined ? [] : [this.problem];
    const attempt = async <T>(action: () => T | Promise<T>) => {
      try {
        return await action();
      } catch (error) {
        problems.push(messageOf(error));
        return undefined;
      }
    };
    const isOurs = await attempt(() => ownFolder(this.out, plan.name));
    if (isOurs === undefined) return { ...shared, figures: [], best: [], problems };
    const lock = await attempt(() => patiently(folder, signal));
    const there = this.figuresThere();
    // nothing was to be done, nothing can be written: the results are used as they are
    if (lock === undefined && finished.every(({ cached }) => cached) && (!isWhole || there !== undefined))
      return { ...shared, figures: there ?? [], best: [], problems: [] };
    const figures = isWhole ? await attempt(() => this.draw(finished, { signal, timeout }, problems)) : [];
    const best = isWhole ? await attempt(() => writeBest(plan, finished, folder)) : [];
    await attempt(() => writeWhole(join(folder, PACKAGE_FILE), this.package()));
    if (isWhole) forgetUnderway(folder);
    else this.keep();
    lock?.release();
    sweepLocks(folder);
    return { ...shared, figures: figures ?? [], best: best ?? [], problems };
  }

  /** Of every finished run of the plan, whoever has made it. */
  private package(): string {
    const { name, runs } = this.plan;
    const there = runs.flatMap((run, index) => this.finished.get(index) ?? this.archive.find(run) ?? []);
    return dataPackage(name, runs[0].spec, there);
  }

  /** The figures that the spec asks for, where all of them are there. */
  private figuresThere(): Shown[] | undefined {
    const requests = requestsOf(this.plan);
    const at = (file: string) => join(this.folder, FIGURES_FOLDER, file);
    if (!figureFiles(requests).every((files) => files.every((file) => isOwnFile(at(file))))) return undefined;
    return figureNames(requests).map((name) => ({ path: at(name), ...readCaption(at(captionFile(name))) }));
  }

  private async draw(finished: readonly Finished[], options: DrawOptions, problems: string[]): Promise<Shown[]> {
    const sources = finished.map((end) => end.folder);
    const folder = join(this.folder, FIGURES_FOLDER);
    const { drawn, issues } = await drawFigures(sources, requestsOf(this.plan), folder, options);
    problems.push(...issues.map(formatIssue));
    return drawn.map(({ name, caption }) => ({ path: join(folder, name), ...readCaption(caption) }));
  }
}

/** What went wrong outside the numbers, told; a bug is thrown on. */
function messageOf(error: unknown): string {
  const message = sentenceOf(error);
  if (message === undefined) throw error;
  return message;
}

function inOrder<T>(items: ReadonlyMap<number, T>): T[] {
  return [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
}

const PATIENCE_MS = 100;

/** Another process may be at the same figures. */
async function patiently(folder: string, signal: AbortSignal): Promise<Lock> {
  for (;;) {
    const lock = Lock.take(folder, 'experiment');
    if (lock instanceof Lock) return lock;
    await setTimeout(PATIENCE_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Those that a search has not ended before. */
const atTheirEnd = (finished: readonly Finished[]) => finished.filter(({ record }) => !record.pruned);

function judgeSlopes(plan: Plan, finished: readonly Finished[]): Across[] {
  const places = plan.asserted.filter(({ assertion }) => 'slope' in assertion);
  return plan.slopes.flatMap((rule, i) =>
    judgeSlope(
      rule,
      atTheirEnd(finished).map(({ run, largest }) => ({ changes: run.changes, value: largest[i] })),
      plan.zipped.find((keys) => keys.includes(rule.over)),
    ).map((verdict) => ({ ...verdict, where: places[i]?.where })),
  );
}

/** Paths of a user's own figures are relative to the spec's file. */
function requestsOf({ file, figures }: Plan): FigureRequest[] {
  return figures.map((figure) =>
    'file' in figure ? { ...figure, file: resolve(dirname(file), figure.file as string) } : figure,
  ) as FigureRequest[];
}
