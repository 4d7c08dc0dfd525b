/** All runs of all plans, over as many lanes as there may be. What comes of them does not depend on how many. */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Plan, Rung, RunPlan } from '../plan/run-plan.js';
import { threadsOfEach } from './cores.js';
import type { Work } from './execute.js';
import { Experiment, type ExperimentResult } from './experiment.js';
import { type Ending, failureOf, inProcess, type Lane, type LaneOptions, type Task } from './lane.js';
import { type Again, type Finished, hasFailed, recall } from './recall.js';
import { isOfShard, type Shard } from './shard.js';
import { inWorker } from './worker-lane.js';

/** What the edge may want to show while experiments run. Runs end in any order where they go side by side. */
export interface Observer {
  runStarted?(run: RunPlan, index: number, plan: Plan): void;
  work?(work: Work, run: RunPlan): void;
  runFinished?(finished: Finished, index: number, plan: Plan): void;
  /** A rung of a search begins: so many runs go to its end. */
  rungBegun?(plan: Plan, rung: Rung, runs: number): void;
  runFailed?(run: RunPlan, message: string, index: number, plan: Plan): void;
  /** It is tried again. */
  runRetried?(run: RunPlan, message: string): void;
  /** Another process is at it. */
  runHeld?(run: RunPlan, holder: string): void;
  drawing?(plan: Plan): void;
  experimentFinished?(result: ExperimentResult): void;
}

export interface RunOptions {
  readonly out: string;
  /** Which finished runs are done again; default none. */
  readonly again?: Again;
  /** Whether finished runs of another build of this program count; else they are done again. */
  readonly acceptBuild?: boolean;
  /** Volatile facts for run.json. */
  readonly environment?: Record<string, unknown>;
  readonly signal?: AbortSignal;
  /** Runs side by side, each in a process of its own; default 1. A single run is carried out in this process. */
  readonly jobs?: number;
  /** Of each run; default: the cores there are, shared by the runs side by side. */
  readonly threads?: number | undefined;
  /** Whether runs that are not finished are left as they are. */
  readonly finishedOnly?: boolean;
  /** Only the runs of one part. */
  readonly shard?: Shard | undefined;
  /** Seconds that a run may take, and a figure. */
  readonly timeout?: number | undefined;
  /** How often a run that could not be carried out is tried again; default 0. */
  readonly retries?: number;
  /** Whether the first failure ends it all: a run that failed, or an assertion. */
  readonly failFast?: boolean;
  /** Where runs are carried out, given how many there are; default this machine: `jobs` processes, or this one. */
  readonly lanes?: (options: LaneOptions, tasks: number) => readonly Lane[];
}

/** A run that fails leaves the others running; the signal ends them all, with what is on disk. */
export async function runExperiments(
  plans: readonly Plan[],
  options: RunOptions,
  observer: Observer = {},
): Promise<ExperimentResult[]> {
  return new Schedule(plans, options, observer).result();
}

export async function runExperiment(plan: Plan, options: RunOptions, observer?: Observer): Promise<ExperimentResult> {
  const [result] = await runExperiments([plan], options, observer);
  return result;
}

/** How long to leave a run to the process that is at it before looking again. */
const HELD_MS = 250;
/** Many runs that are done already leave no moment for signals otherwise. */
const BREATH_MS = 50;

/** A task, and what it is part of. */
interface Job extends Task {
  readonly experiment: Experiment;
}

/** The first job of each experiment, and how many it has. */
function byExperiment(jobs: readonly Job[]): [first: Job, count: number][] {
  const first = new Map(jobs.toReversed().map((job) => [job.experiment, job]));
  return [...first].map(([experiment, job]) => [job, jobs.filter((other) => other.experiment === experiment).length]);
}

class Schedule {
  private readonly experiments: readonly Experiment[];
  private queue: Iterator<Job> = [].values();
  /** Runs that other processes were at. */
  private readonly held: Job[] = [];
  private readonly open = new Map<Experiment, number>();
  private readonly results = new Map<Experiment, Promise<ExperimentResult>>();
  private concluded: Promise<unknown> = Promise.resolve();
  private readonly failed = new AbortController();
  private readonly interrupt: AbortSignal;
  private readonly signal: AbortSignal;

  constructor(
    plans: readonly Plan[],
    private readonly options: RunOptions,
    private readonly observer: Observer,
  ) {
    const words = options.environment?.['argv'] as readonly string[] | undefined;
    const typed = { folder: process.cwd(), words: [...(words ?? [])] };
    this.experiments = plans.map((plan) => new Experiment(plan, options.out, typed));
    this.interrupt = options.signal ?? new AbortController().signal;
    this.signal = AbortSignal.any([this.interrupt, this.failed.signal]);
  }

  async result(): Promise<ExperimentResult[]> {
    let lanes: readonly Lane[] = [];
    try {
      for (let tasks = this.tasks(); tasks !== undefined; tasks = this.tasks()) {
        if (lanes.length === 0) lanes = this.lanesFor(tasks.length);
        this.queue = tasks.values();
        await Promise.all(lanes.map((lane) => this.drive(lane)));
        if (this.signal.aborted) break;
      }
    } finally {
      for (const lane of lanes) lane.close();
    }
    this.interrupt.throwIfAborted();
    for (const experiment of this.experiments) this.conclude(experiment);
    const results = await Promise.all(this.experiments.map((experiment) => this.results.get(experiment)!));
    this.interrupt.throwIfAborted();
    return results;
  }

  /** The runs of all experiments, or those of their searches' next rung: this shard's share; undefined at the end. */
  private tasks(): Job[] | undefined {
    const all: Job[] = [];
    for (const experiment of this.experiments) all.push(...experiment.tasks().map((task) => ({ ...task, experiment })));
    if (all.length === 0) return undefined;
    const { shard } = this.options;
    const own = shard === undefined ? all : all.filter((_, i) => isOfShard(i, shard));
    for (const { experiment } of own) this.open.set(experiment, (this.open.get(experiment) ?? 0) + 1);
    for (const [{ plan, run }, runs] of byExperiment(own))
      if (run.rung) this.observer.rungBegun?.(plan, run.rung, runs);
    return own;
  }

  private lanesFor(tasks: number): readonly Lane[] {
    const { lanes, out, again = 'never', acceptBuild, environment = {}, timeout, jobs = 1 } = this.options;
    const count = Math.max(1, Math.min(jobs, tasks));
    const options: LaneOptions & { timeout: number | undefined } = {
      out,
      again,
      acceptBuild,
      environment,
      timeout,
      threads: this.options.threads ?? threadsOfEach(count),
      signal: this.signal,
    };
    if (lanes) return lanes(options, tasks);
    if (tasks === 1 && timeout === undefined) return [inProcess(options)];
    return Array.from({ length: count }, () => inWorker(options));
  }

  /** One lane takes run after run. */
  private async drive(lane: Lane): Promise<void> {
    let breathed = performance.now();
    for (let task = this.next(); task; task = this.next()) {
      if (performance.now() - breathed > BREATH_MS) {
        await setImmediate();
        breathed = performance.now();
      }
      if (this.signal.aborted) return;
      const ending = await this.carryOut(task, lane);
      if (ending.kind === 'stopped') return;
      if (ending.kind === 'left') continue;
      if (ending.kind === 'busy') await this.hold(task, ending.holder);
      else this.settle(task, ending);
    }
  }

  private next(): Job | undefined {
    const next = this.queue.next();
    return next.done ? this.held.shift() : next.value;
  }

  private async hold(task: Job, holder: string): Promise<void> {
    this.observer.runHeld?.(task.run, holder);
    this.held.push(task);
    // two that stepped back at the same moment must not meet again
    await setTimeout(HELD_MS * (0.5 + Math.random()), undefined, { signal: this.signal }).catch(() => {});
  }

  private async carryOut(task: Job, lane: Lane): Promise<Ending | { readonly kind: 'left' }> {
    const { experiment, plan, run, index } = task;
    this.observer.runStarted?.(run, index, plan);
    try {
      const { again = 'never', acceptBuild } = this.options;
      const { finished } = await recall(experiment.archive, plan, run, { again, acceptBuild });
      if (finished) return { kind: 'finished', finished };
      if (this.options.finishedOnly) return { kind: 'left' };
    } catch (error) {
      return failureOf(error);
    }
    experiment.begin();
    for (let left = this.options.retries ?? 0; ; left--) {
      const ending = await lane.attempt(task, (work) => this.observer.work?.(work, run));
      if (ending.kind !== 'failed' || left <= 0 || this.signal.aborted) return ending;
      this.observer.runRetried?.(run, ending.message);
    }
  }

  private settle({ experiment, plan, run, index }: Job, ending: Ending): void {
    experiment.settle(index, ending);
    if (ending.kind === 'finished') this.observer.runFinished?.(ending.finished, index, plan);
    if (ending.kind === 'failed') this.observer.runFailed?.(run, ending.message, index, plan);
    const bad = ending.kind === 'failed' || (ending.kind === 'finished' && hasFailed(ending.finished));
    if (bad && this.options.failFast) this.failed.abort();
    const open = this.open.get(experiment)! - 1;
    this.open.set(experiment, open);
    if (open === 0 && experiment.isFlat && !this.signal.aborted) this.conclude(experiment);
  }

  /** One after the other, while other experiments still run. */
  private conclude(experiment: Experiment): void {
    if (this.results.has(experiment)) return;
    const result = this.concluded.then(async () => {
      this.interrupt.throwIfAborted();
      this.observer.drawing?.(experiment.plan);
      const result = await experiment.conclude(this.interrupt, this.options.timeout);
      this.observer.experimentFinished?.(result);
      return result;
    });
    this.concluded = result.catch(() => {});
    this.results.set(experiment, result);
  }
}
