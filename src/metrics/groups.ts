/** Runs of a sweep that differ in their seed alone. */

interface Engine {
  readonly id: string;
  readonly [option: string]: unknown;
}

interface Swept {
  /** Swept keys (and the seed of several) with this run's values. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly engines: readonly Engine[];
}

/** An engine at one point of a sweep. Runs in which others differ only are one. */
export interface SeedGroup<R extends Swept> {
  readonly engine: R['engines'][number];
  /** The swept keys that make a difference to this engine, of those that move together one. */
  readonly changes: readonly (readonly [key: string, value: unknown])[];
  /** The same with all of them. */
  readonly point: readonly (readonly [key: string, value: unknown])[];
  /** One for each seed. */
  readonly runs: readonly R[];
}

export function seedGroups<R extends Swept>(runs: readonly R[]): SeedGroup<R>[] {
  const swept = Object.keys(runs[0]?.changes ?? {});
  const groups = new Map<string, Omit<SeedGroup<R>, 'runs'> & { readonly runs: R[] }>();
  const known = new Map<string, string[]>();
  for (const run of runs) {
    for (const engine of run.engines) {
      const keys = swept.filter((key) => matters(key, engine));
      const telling = known.get(keys.join()) ?? distinct(runs, keys);
      known.set(keys.join(), telling);
      const changes = telling.map((key) => [key, run.changes[key]] as const);
      const key = JSON.stringify([engine.id, changes]);
      const point = keys.map((each) => [each, run.changes[each]] as const);
      const group = groups.get(key) ?? { engine: engine as R['engines'][number], changes, point, runs: [] as R[] };
      if (!group.runs.some(({ changes: { seed } }) => seed === run.changes['seed'])) group.runs.push(run);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

/**
 * Without keys that an earlier one determines and is determined by, as zipped keys are: one of them names a point. Numbers must
 * also rise, or fall, together: points of a sample have values of their own in every key, and none of them is told by another.
 */
export function distinct(runs: readonly Pick<Swept, 'changes'>[], keys: readonly string[]): string[] {
  const partitions = keys.map((key) => {
    const first = new Map<string, number>();
    return runs
      .map(({ changes }, i) => {
        const value = JSON.stringify(changes[key]) ?? '';
        if (!first.has(value)) first.set(value, i);
        return first.get(value);
      })
      .join();
  });
  return keys.filter(
    (key, i) =>
      !keys.slice(0, i).some((earlier, j) => partitions[j] === partitions[i] && goTogether(runs, earlier, key)),
  );
}

function goTogether(runs: readonly Pick<Swept, 'changes'>[], a: string, b: string): boolean {
  const pairs = runs.map(({ changes }) => [changes[a], changes[b]] as const);
  if (!pairs.every((pair) => pair.every((value) => typeof value === 'number'))) return true;
  const sorted = (pairs as (readonly [number, number])[]).toSorted(([p], [q]) => p - q).map(([, value]) => value);
  const steps = sorted.slice(1).map((value, i) => Math.sign(value - sorted[i]));
  return !(steps.includes(1) && steps.includes(-1));
}

/** The seed makes no point of its own; another engine's options, and what an engine has of its own, change nothing here. */
function matters(key: string, engine: Engine): boolean {
  const [part, name] = key.split('.');
  if (part === 'engines') return name === engine.id;
  if (part === 'second') return engine[name] === undefined;
  return key !== 'seed';
}
