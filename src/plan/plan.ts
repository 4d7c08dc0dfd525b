import { formatIssue, type Issue, UserError } from '../errors.js';
import type { Dynamics } from '../model/types.js';
import { readDocument } from '../spec/document.js';
import { applyOverrides, type Draft, type Override } from '../spec/overrides.js';
import type { ParameterSource } from '../spec/parameters.js';
import { type PartialSpec, resolve } from '../spec/resolve.js';
import type { FigureSpec, SlopeAssertion, Spec } from '../spec/schema.js';
import type { PlannedData } from './check-data.js';
import { checkEngines } from './check-engines.js';
import { checkNetwork } from './check-network.js';
import { checkOutputs } from './check-outputs.js';
import { checkSolver } from './check-solver.js';
import { checkSteps } from './check-steps.js';
import { type Point, points, sweepIssues, sweptKeys } from './grid.js';
import { DEFAULT_BACKEND, hashOf, runId } from './identity.js';
import { planWarnings } from './warnings.js';

/** One run: one protocol, one seed, one point of the sweep. Plain data. */
export interface RunPlan {
  readonly id: string;
  readonly hash: string;
  /** Swept keys with this run's values. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly spec: Spec;
  readonly parameters: ParameterSource | undefined;
  /** Of data from files. */
  readonly data: PlannedData | undefined;
  readonly warnings: readonly string[];
}

/** What a spec file comes to. */
export interface Plan {
  /** The spec's file, to which paths in it are relative. */
  readonly file: string;
  readonly name: string;
  /** What does the arithmetic. */
  readonly backend: string;
  readonly swept: readonly string[];
  /** Swept keys that move together. */
  readonly zipped: readonly string[];
  readonly runs: readonly RunPlan[];
  readonly figures: readonly FigureSpec[];
  /** Assertions across the runs. */
  readonly slopes: readonly SlopeAssertion[];
}

/**
 * From a spec file and overrides to runs.
 * @throws UserError with every problem of the spec at once.
 */
export function plan(file: string, overrides: readonly Override[] = [], backend: string = DEFAULT_BACKEND): Plan {
  const draft = applyOverrides(readDocument(file), overrides);
  const base = resolve(draft);
  const swept = sweptKeys(base.spec);
  const grid = gridOf(base.spec, draft);
  const issues: Issue[] = [...grid.issues];
  const runs = grid.points.flatMap((point): RunPlan[] => {
    const run = planPoint(point, draft, swept, backend);
    if ('issues' in run) issues.push(...run.issues);
    return 'issues' in run ? [] : [run];
  });
  if (issues.length > 0) throw new UserError(distinct(issues));
  const { name, figures, assert } = runs[0].spec;
  return {
    file,
    name,
    backend,
    swept,
    zipped: Object.keys(base.spec.sweep?.zip ?? {}),
    figures,
    slopes: assert.filter((assertion) => 'slope' in assertion),
    // a value given twice is one run
    runs: [...new Map(runs.map((run) => [run.hash, run])).values()],
  };
}

function gridOf(spec: PartialSpec, draft: Draft): { points: Point[]; issues: readonly Issue[] } {
  const issues = sweepIssues(spec, draft);
  if (issues.length > 0) return { points: [[]], issues };
  try {
    return { points: points(spec, draft), issues: [] };
  } catch (error) {
    if (error instanceof UserError) return { points: [[]], issues: error.issues };
    throw error;
  }
}

function planPoint(
  point: Point,
  base: Draft,
  swept: readonly string[],
  backend: string,
): RunPlan | { issues: readonly Issue[] } {
  let draft: Draft;
  try {
    draft = applyOverrides(base, point);
  } catch (error) {
    if (error instanceof UserError) return { issues: error.issues };
    throw error;
  }
  const { spec, issues } = resolve(draft);
  const network = checkNetwork(spec, draft);
  const problems = [...issues, ...checkParts(spec, network, swept, draft)];
  if (problems.length > 0) return { issues: problems };
  const { sweep, seeds, ...single } = spec as Spec;
  const hash = hashOf(single, { parameters: network.parameters?.digest, data: network.data?.digests }, backend);
  return {
    id: runId(point, hash),
    hash,
    changes: Object.fromEntries(point.map(({ key, value }) => [key, value])),
    spec: single,
    parameters: network.parameters,
    data: network.data,
    warnings: [...network.warnings, ...planWarnings(single, swept)],
  };
}

function checkParts(
  spec: PartialSpec,
  network: { dynamics: Dynamics | undefined; issues: readonly Issue[] },
  swept: readonly string[],
  draft: Draft,
): Issue[] {
  return [
    ...network.issues,
    ...checkEngines(spec, network.dynamics, draft),
    ...checkSteps(spec, draft),
    ...(network.dynamics ? checkSolver(spec, network.dynamics, draft) : []),
    ...checkOutputs(spec, network.dynamics, swept, draft),
  ];
}

/** Points of a sweep share most of their problems. */
function distinct(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [formatIssue(issue), issue])).values()];
}
