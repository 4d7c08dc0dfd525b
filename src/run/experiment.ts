/** All runs of a spec, one after the other, and what belongs to them together. */
import { dirname, join, resolve } from 'node:path';
import { RunError, UserError } from '../errors.js';
import { drawFigures } from '../figure/draw.js';
import type { FigureRequest } from '../figure/figures.js';
import { judgeSlope, type Verdict } from '../metrics/assertions.js';
import { FIGURES_FOLDER, PACKAGE_FILE } from '../metrics/results.js';
import { dataPackage } from '../metrics/sidecar.js';
import type { Plan, RunPlan } from '../plan/plan.js';
import { type ExecuteOptions, execute, type Finished, type Work } from './execute.js';
import { writeWhole } from './files.js';
import { experimentFolder } from './store.js';

/** What the edge may want to show while an experiment runs. */
export interface Observer {
  runStarted?(run: RunPlan, index: number, plan: Plan): void;
  work?(work: Work, run: RunPlan): void;
  runFinished?(finished: Finished): void;
  runFailed?(run: RunPlan, message: string): void;
  drawing?(plan: Plan): void;
}

export interface ExperimentResult {
  readonly plan: Plan;
  readonly folder: string;
  readonly finished: readonly Finished[];
  /** Runs that could not be carried out, with the reason. */
  readonly failed: readonly { readonly run: RunPlan; readonly message: string }[];
  /** Of the assertions across runs. */
  readonly slopes: readonly Verdict[];
  /** Paths of the figures (without extension .svg/.png), or why there is none. */
  readonly figures: readonly string[];
  readonly figureProblems: readonly string[];
}

type Options = Omit<ExecuteOptions, 'onWork'>;

/** A run that fails leaves the others running; an abort ends the experiment with what is on disk. */
export async function runExperiment(plan: Plan, options: Options, observer: Observer = {}): Promise<ExperimentResult> {
  const finished: Finished[] = [];
  const failed: { run: RunPlan; message: string }[] = [];
  for (const [index, run] of plan.runs.entries()) {
    options.signal?.throwIfAborted();
    observer.runStarted?.(run, index, plan);
    try {
      const end = await execute(plan, run, { ...options, onWork: (work) => observer.work?.(work, run) });
      finished.push(end);
      observer.runFinished?.(end);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      failed.push({ run, message: error.message });
      observer.runFailed?.(run, error.message);
    }
  }
  const folder = experimentFolder(options.out, plan.name);
  options.signal?.throwIfAborted();
  observer.drawing?.(plan);
  const drawn = await draw(plan, folder, finished);
  options.signal?.throwIfAborted();
  if (finished.length > 0) {
    writeWhole(join(folder, PACKAGE_FILE), dataPackage(plan.name, plan.runs[0].spec, finished));
  }
  return { plan, folder, finished, failed, slopes: judgeSlopes(plan, finished), ...drawn };
}

function judgeSlopes(plan: Plan, finished: readonly Finished[]): Verdict[] {
  return plan.slopes.flatMap((rule, i) =>
    judgeSlope(
      rule,
      finished.map(({ run, largest }) => ({ changes: run.changes, value: largest[i] })),
      plan.zipped.includes(rule.over) ? plan.zipped : [],
    ),
  );
}

/** Paths of a user's own figures are relative to the spec's file. */
function requestsOf({ file, figures }: Plan): FigureRequest[] {
  return figures.map((figure) =>
    'file' in figure ? { file: resolve(dirname(file), figure.file as string) } : figure,
  ) as FigureRequest[];
}

/** Figures of the runs that have numbers; a figure that cannot be drawn costs that figure only. */
async function draw(
  plan: Plan,
  folder: string,
  finished: readonly Finished[],
): Promise<Pick<ExperimentResult, 'figures' | 'figureProblems'>> {
  const sources = finished.map((end) => end.folder);
  if (sources.length === 0 || plan.figures.length === 0) return { figures: [], figureProblems: [] };
  try {
    const drawn = await drawFigures(sources, requestsOf(plan), join(folder, FIGURES_FOLDER));
    return { figures: drawn.map(({ svg }) => svg.replace(/\.svg$/, '')), figureProblems: [] };
  } catch (error) {
    if (!(error instanceof UserError || error instanceof RunError)) throw error;
    return { figures: [], figureProblems: [error.message] };
  }
}
