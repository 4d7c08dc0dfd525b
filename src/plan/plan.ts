import { formatIssue, type Issue, UserError } from '../errors.js';
import { permitting } from '../origin.js';
import type { Plugin } from '../plugin/plugin.js';
import { readSpec } from '../spec/document.js';
import { GraphFiles } from '../spec/graph-file.js';
import { applyOverrides, type Draft, type Override } from '../spec/overrides.js';
import { type PartialSpec, resolve } from '../spec/resolve.js';
import type { AnySpec } from '../spec/schema.js';
import { idleOverrides, sweepIssues } from './check-sweep.js';
import { type Point, points, sweptKeys, zippedKeys } from './grid.js';
import { DEFAULT_BACKEND } from './identity.js';
import { ladderOf } from './ladder.js';
import { withPlugins } from './plugins.js';
import { Points } from './points.js';
import type { Plan, RunPlan } from './run-plan.js';
import { idleAssertions } from './where.js';

/**
 * From a spec file and overrides to runs. The plugins that it names must be imported before.
 * @param imported plugins that it may use beside these
 * @throws UserError with every problem of the spec at once.
 */
export function plan(
  file: string,
  overrides: readonly Override[] = [],
  backend: string = DEFAULT_BACKEND,
  imported: readonly Plugin[] = [],
): Plan {
  const own = givingWay(applyOverrides(readSpec(file), overrides), overrides);
  const { draft, plugins } = withPlugins(own, imported);
  return permitting(plugins, () => planned(draft, overrides, backend, plugins));
}

function planned(draft: Draft, overrides: readonly Override[], backend: string, plugins: readonly Plugin[]): Plan {
  const files = new GraphFiles();
  const base = resolve(files.filled(draft));
  const swept = sweptKeys(base.spec);
  const grid = gridOf(base.spec, draft);
  const at = new Points(draft, base, files, swept, backend, plugins);
  // what is wrong with a value by itself is told before what is wrong with a combination
  requireSound(at, everyValueOnce(grid.points), [...grid.issues, ...idleOverrides(base.spec, overrides)]);
  const all = runsOf(at, grid.points);
  const { name, figures, assert } = base.spec as AnySpec;
  const changes = all.map((run) => run.changes);
  const ladder = ladderOf(base.spec, all, draft);
  const idle = idleAssertions(assert, changes, swept, draft);
  if (idle.length > 0) throw new UserError(idle);
  return {
    file: draft.file,
    name,
    backend,
    plugins,
    swept,
    zipped: zippedKeys(base.spec),
    figures,
    ladder,
    slopes: assert.filter((assertion) => 'slope' in assertion),
    asserted: assert.map((assertion, i) => ({ assertion, where: draft.locate(['assert', i]) })),
    where: draft.locate([swept.length > 0 && base.spec.sweep !== undefined ? 'sweep' : 'name']),
    runs: all,
  };
}

/** Of `seed` and `seeds` the one that the file has gives way to the one that is overridden. */
function givingWay(draft: Draft, overrides: readonly Override[]): Draft {
  const [one, several] = ['seed', 'seeds'].map((key) => overrides.some((override) => override.key === key));
  if (one === several) return draft;
  const { [one ? 'seeds' : 'seed']: _, ...data } = draft.data as Record<string, unknown>;
  return { ...draft, data };
}

/** @throws UserError with all that is wrong at any of the points. */
function requireSound(planned: Points, some: readonly Point[], above: readonly Issue[]): void {
  const issues = new Set(above);
  for (const point of some) for (const issue of planned.issues(point)) issues.add(issue);
  if (issues.size > 0) throw new UserError(distinct(issues));
}

/** The runs of all points, a value given twice making one. @throws UserError with all that is wrong at any of them. */
function runsOf(planned: Points, all: readonly Point[]): RunPlan[] {
  const issues = new Set<Issue>();
  const runs = new Map<string, RunPlan>();
  for (const point of all) {
    const run = planned.run(point);
    if ('issues' in run) for (const issue of run.issues) issues.add(issue);
    else if (!runs.has(run.hash)) runs.set(run.hash, run);
  }
  if (issues.size > 0) throw new UserError(distinct(issues));
  return [...runs.values()];
}

/** Points enough to see every value of every axis; all of them where they are few. */
function everyValueOnce(all: readonly Point[]): Point[] {
  const seen = new Set<Override>();
  return all.filter((point) => {
    const isNew = all.length <= FEW || point.some((override) => !seen.has(override));
    for (const override of point) seen.add(override);
    return isNew;
  });
}

const FEW = 1000;

/** Where the sweep itself makes no sense, the spec is checked without it. */
function gridOf(spec: PartialSpec, draft: Draft): { points: Point[]; issues: readonly Issue[] } {
  const issues = sweepIssues(spec, draft);
  if (issues.length > 0) return { points: [[]], issues };
  try {
    const found = points(spec, draft);
    if (found.length > 0) return { points: found, issues: [] };
    return {
      points: [[]],
      issues: [{ where: draft.locate(['sweep', 'exclude']), message: 'sweep: every point is excluded' }],
    };
  } catch (error) {
    if (error instanceof UserError) return { points: [[]], issues: error.issues };
    throw error;
  }
}

/** Points of a sweep share most of their problems; numbers that are drawn from one range have one, each in its own words. */
function distinct(issues: Iterable<Issue>): Issue[] {
  const texts = new Map([...issues].map((issue) => [formatIssue(issue), issue]));
  const alike = new Map<string, Issue[]>();
  for (const issue of texts.values()) {
    const kind = formatIssue({ ...issue, message: issue.message.replace(/got -?\d[\d.e+-]*$/, 'got #') });
    alike.set(kind, [...(alike.get(kind) ?? []), issue]);
  }
  return [...alike.values()].map(([first, ...more]) =>
    more.length === 0 ? first : { ...first, message: `${first.message} (and ${more.length} more of its values alike)` },
  );
}
