import { type Issue, UserError } from '../errors.js';
import type { Path } from '../spec/document.js';
import type { Draft, Override } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';

/** One value of one axis: the overrides that it stands for. */
type Tick = readonly Override[];

/** One point of the sweep: what it changes, in the order of the axes. */
export type Point = readonly Override[];

/** Swept keys in the order of the spec; `seed` last where there are several. */
export function sweptKeys({ sweep, seeds }: PartialSpec): string[] {
  const { zip, ...product } = sweep ?? {};
  return [...Object.keys(product), ...Object.keys(zip ?? {}), ...(seeds === undefined ? [] : ['seed'])];
}

/** What belongs to the experiment as a whole. */
const NOT_OF_ONE_RUN = ['name', 'title', 'source', 'seeds', 'sweep', 'assert', 'figures'];

/** Keys that cannot differ from run to run. */
export function sweepIssues(spec: PartialSpec, draft: Draft): Issue[] {
  const { zip, ...product } = spec.sweep ?? {};
  const paths: Path[] = [
    ...Object.keys(product).map((key) => ['sweep', key]),
    ...Object.keys(zip ?? {}).map((key) => ['sweep', 'zip', key]),
  ];
  return paths
    .filter((path) => NOT_OF_ONE_RUN.includes(String(path.at(-1)).split('.')[0]))
    .map((path) => ({
      where: draft.locateKey(path.slice(0, -1), String(path.at(-1))),
      message: `'${path.at(-1)}' cannot be swept: it belongs to the experiment, not to a run`,
    }));
}

/**
 * Every point of the sweep, the last axis fastest: the product of the swept keys, the zipped keys and the seeds. One
 * empty point without a sweep.
 * @throws UserError where zipped lists differ in length, or a seed is given twice over.
 */
export function points(spec: PartialSpec, draft: Draft): Point[] {
  const { zip, ...product } = spec.sweep ?? {};
  const axis = (key: string, values: readonly unknown[], path: Path): Tick[] =>
    values.map((value, i) => [{ key, value, where: draft.locate([...path, i]) }]);
  const axes = [
    ...Object.entries(product).map(([key, values]) => axis(key, values as unknown[], ['sweep', key])),
    ...(zip ? [zipped(zip, draft)] : []),
    ...(spec.seeds === undefined ? [] : [axis('seed', seedList(spec, draft), ['seeds'])]),
  ];
  return axes.reduce<Point[]>((grid, ticks) => grid.flatMap((point) => ticks.map((tick) => [...point, ...tick])), [[]]);
}

function zipped(zip: Record<string, unknown[]>, draft: Draft): Tick[] {
  const lists = Object.entries(zip);
  const lengths = lists.map(([, values]) => values.length);
  if (lists.length === 0) {
    throw new UserError({ where: draft.locate(['sweep', 'zip']), message: 'sweep.zip needs at least one key' });
  }
  const odd = lengths.findIndex((length) => length !== lengths[0]);
  if (odd > 0) {
    throw new UserError({
      where: draft.locate(['sweep', 'zip', lists[odd][0]]),
      message: `zipped lists must have one length: ${lists[0][0]} has ${lengths[0]} values, ${lists[odd][0]} has ${lengths[odd]}`,
    });
  }
  return Array.from({ length: lengths[0] ?? 0 }, (_, i) =>
    lists.map(([key, values]) => ({ key, value: values[i], where: draft.locate(['sweep', 'zip', key, i]) })),
  );
}

function seedList({ seeds }: PartialSpec, draft: Draft): number[] {
  const problem = seedProblem(draft);
  if (problem) throw new UserError(problem);
  return typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : [...(seeds ?? [])];
}

function seedProblem(draft: Draft): Issue | undefined {
  const given = draft.data as Record<string, unknown>;
  if (given['seed'] === undefined) return undefined;
  return { where: draft.locate(['seed']), message: 'seed and seeds exclude each other', hint: 'leave one of them out' };
}
