/** The numbers of a table: what runs measured, each point over its seeds. */
import type { FinishedRun } from '../../metrics/record.js';
import { showRun } from '../../metrics/shown.js';
import { type Moments, moments, trainingStatistics } from '../../metrics/statistics.js';
import { GapWatch, type Measured, measuredOf, type Result } from '../results.js';

/** An engine at a point. */
export interface Entry {
  readonly engine: string;
  /** Swept keys but the seed, as a reader calls them. */
  readonly point: ReadonlyMap<string, unknown>;
  /** One for each thing measured. */
  readonly values: readonly Moments[];
  readonly seeds: number;
  /** Validation prefers it. */
  readonly best: boolean;
}

export interface Entries {
  readonly measured: readonly Measured[];
  readonly keys: readonly string[];
  readonly all: readonly Entry[];
  /** Points that a search has ended before their end: they are not among them. */
  readonly pruned: number;
}

const SEED = 'seed';

/** @throws RunError where rows cannot be read */
export async function entriesOf(runs: readonly FinishedRun[]): Promise<Entries> {
  const whole = runs.filter(({ record }) => !record.pruned);
  const shown = whole.length > 0 ? whole : runs;
  const { measured, rows, keys } = measuredOf(
    shown.map(({ folder }) => folder),
    await gapsOf(shown),
  );
  const statistics = trainingStatistics(runs.map(({ record }) => record));
  const chosen = preferred(statistics?.results ?? []);
  const isBest = ({ runs: [run], id }: Result) =>
    chosen.some((one) => one.engine === id && one.records.includes(shown[run].record));
  const all = [...groupsOf(rows).values()].map((group): Entry => {
    const [first] = group;
    return {
      engine: first.engine,
      point: withoutSeed(first),
      values: measured.map((_, i) => moments(group.map(({ values }) => values[i]))),
      seeds: group.length,
      best: isBest(first),
    };
  });
  const pruned = statistics?.results.filter((result) => result.pruned !== undefined).length ?? 0;
  return { measured, keys: keys.filter((key) => key !== SEED), all, pruned: shown === runs ? 0 : pruned };
}

type Trained = NonNullable<ReturnType<typeof trainingStatistics>>['results'];

/** Of each engine the point that validation chose; where there is one point only, the engine of the least validation. */
function preferred(results: Trained): Trained {
  const chosen = results.filter((result) => result.chosen);
  const whole = results.filter(({ validation, seeds, pruned }) => validation.count === seeds && pruned === undefined);
  if (chosen.length > 0 || results.length < 2 || whole.length < 2) return chosen;
  return [whole.reduce((best, other) => (other.validation.mean < best.validation.mean ? other : best))];
}

async function gapsOf(runs: readonly FinishedRun[]): Promise<GapWatch[]> {
  const gaps = [];
  for (const run of runs) {
    const watch = new GapWatch(run);
    await showRun(watch, run);
    gaps.push(watch);
  }
  return gaps;
}

const withoutSeed = ({ point }: Result) => new Map([...point].filter(([key]) => key !== SEED));

/** One of each seed: an engine that other engines' options do not concern repeats itself. */
function groupsOf(rows: readonly Result[]): Map<string, Result[]> {
  const groups = new Map<string, Result[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.engine, row.id, ...withoutSeed(row)]);
    const group = groups.get(key) ?? [];
    if (!group.some(({ point }) => point.get(SEED) === row.point.get(SEED))) group.push(row);
    groups.set(key, group);
  }
  return groups;
}
