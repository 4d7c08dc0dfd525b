/** The numbers of a table: what runs measured, each point over its seeds. */
import { dirname, relative } from 'node:path';
import type { FinishedRun } from '../../metrics/record.js';
import { showRun } from '../../metrics/shown.js';
import { moments } from '../../metrics/statistics.js';
import { GapWatch, measuredOf, type Result } from '../results.js';
import type { Entries, Entry } from './entry.js';
import { EXPERIMENT, trainedEntries } from './trained.js';

const SEED = 'seed';

/** @throws RunError where rows cannot be read */
export async function entriesOf(runs: readonly FinishedRun[]): Promise<Entries> {
  const names = experimentsOf(runs);
  const trained = trainedEntries(
    [...new Set(names)].map((name) => ({
      name,
      records: runs.filter((_, i) => names[i] === name).map(({ record }) => record),
    })),
  );
  if (trained) return trained;
  const { measured, rows, keys } = measuredOf(
    runs.map(({ folder }) => folder),
    await gapsOf(runs),
  );
  const several = new Set(names).size > 1;
  const nameOf = ({ runs: [run] }: Result) => (several ? names[run] : undefined);
  const all = [...groupsOf(rows, nameOf).values()].map((group): Entry => {
    const [first] = group;
    const experiment = nameOf(first);
    return {
      engine: first.engine,
      point: new Map([...(experiment ? [[EXPERIMENT, experiment] as const] : []), ...withoutSeed(first)]),
      values: measured.map((_, i) => moments(group.map(({ values }) => values[i]))),
      seeds: group.length,
      best: false,
    };
  });
  const swept = keys.filter((key) => key !== SEED);
  return { measured, keys: several ? [EXPERIMENT, ...swept] : swept, all, pruned: 0 };
}

/** The name of the experiment of each run, or the folder where several have one name. */
function experimentsOf(runs: readonly FinishedRun[]): string[] {
  const folders = new Map(runs.map(({ folder, record }) => [dirname(folder), record.name]));
  const alike = (name: string) => [...folders.values()].filter((other) => other === name).length > 1;
  return runs.map(({ folder, record: { name } }) => (alike(name) ? relative('', dirname(folder)) || '.' : name));
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
function groupsOf(rows: readonly Result[], nameOf: (row: Result) => string | undefined): Map<string, Result[]> {
  const groups = new Map<string, Result[]>();
  for (const row of rows) {
    const key = JSON.stringify([nameOf(row), row.engine, row.id, ...withoutSeed(row)]);
    const group = groups.get(key) ?? [];
    if (!group.some(({ point }) => point.get(SEED) === row.point.get(SEED))) group.push(row);
    groups.set(key, group);
  }
  return groups;
}
