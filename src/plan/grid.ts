/** From what a sweep says to its points. */
import { UserError } from '../errors.js';
import { drawnFrom } from '../spec/draw.js';
import { show } from '../spec/issues.js';
import type { Draft, Override } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import type { Path } from '../spec/source-document.js';
import { countOf, type Range, type Sample, type Sweep, type Values, valuesOf } from '../spec/sweep.js';
import { type Axis, sampled } from './sampled.js';

/** One value of one axis: the overrides that it stands for. */
type Tick = readonly Override[];

/** One point of the sweep: what it changes, in the order of the axes. */
export type Point = readonly Override[];

/** A sweep, taken apart. */
export interface Parts {
  readonly sample: Sample | undefined;
  readonly product: [key: string, values: Values][];
  readonly zips: { readonly path: Path; readonly lists: [key: string, values: Values][] }[];
  readonly include: readonly Readonly<Record<string, unknown>>[];
  readonly exclude: readonly Readonly<Record<string, unknown>>[];
}

export function partsOf(sweep: Sweep = {}): Parts {
  const { sample, prune: _, zip, include = [], exclude = [], ...product } = sweep;
  const zips = Array.isArray(zip)
    ? zip.map((group, i) => ({ path: ['sweep', 'zip', i], lists: Object.entries(group) }))
    : zip === undefined
      ? []
      : [{ path: ['sweep', 'zip'], lists: Object.entries(zip) }];
  return { sample, product: Object.entries(product), zips, include, exclude };
}

/** Swept keys in the order of the spec; `seed` last where there are several. */
export function sweptKeys({ sweep, seeds }: PartialSpec): string[] {
  const { product, zips, include } = partsOf(sweep);
  const keys = [
    ...product.map(([key]) => key),
    ...zips.flatMap(({ lists }) => lists.map(([key]) => key)),
    ...include.flatMap((point) => Object.keys(point)),
    ...(seeds === undefined ? [] : ['seed']),
  ];
  return [...new Set(keys)];
}

/** For each swept key those that move together with it. */
export function zippedKeys({ sweep }: PartialSpec): string[][] {
  return partsOf(sweep).zips.map(({ lists }) => lists.map(([key]) => key));
}

/**
 * Every point of a sweep that has no issues, the last axis fastest: the product of the swept keys and the zipped groups,
 * or what is drawn from them, but for what is excluded, then what is included; all that for every seed. One empty point
 * without a sweep.
 * @throws UserError where an exclusion excludes nothing.
 */
export function points(spec: PartialSpec, draft: Draft): Point[] {
  const parts = partsOf(spec.sweep);
  const axes = [
    ...parts.product.map(([key, values]) => axis(key, values, ['sweep'], draft)),
    ...parts.zips.map((zip) => zipped(zip, draft)),
  ];
  const some = axes.length > 0 ? along(axes, parts.sample) : parts.include.length > 0 ? [] : [[]];
  const grid = excluded(some, parts, draft);
  const more = parts.include.map((point, i) => included(point, ['sweep', 'include', i], draft));
  return spec.seeds === undefined ? [...grid, ...more] : productOf([[...grid, ...more], seedTicks(spec.seeds, draft)]);
}

/** Where a key, or keys together, can be: in so many places, or anywhere. */
interface SweptAxis extends Axis<Tick> {
  readonly ticks: readonly Tick[] | undefined;
}

function along(axes: readonly SweptAxis[], sample: Sample | undefined): Point[] {
  if (sample === undefined) return productOf(axes.map(({ ticks }) => ticks!));
  return sampled(axes, sample).map((ticks) => ticks.flat());
}

function productOf(axes: readonly (readonly Tick[])[]): Point[] {
  return axes.reduce<Point[]>((grid, ticks) => grid.flatMap((point) => ticks.map((tick) => [...point, ...tick])), [[]]);
}

function axis(key: string, values: Values, above: Path, draft: Draft): SweptAxis {
  const path = [...above, key];
  if (countOf(values) === undefined) {
    const where = draft.locate(path);
    return { name: key, ticks: undefined, at: (share) => [{ key, value: drawnFrom(values as Range, share), where }] };
  }
  const place = (i: number) => draft.locate(Array.isArray(values) ? [...path, i] : path);
  return ofTicks(
    key,
    valuesOf(values).map((value, i) => [{ key, value, where: place(i) }]),
  );
}

/** Each with as much room as another. */
const ofTicks = (name: string, ticks: readonly Tick[]): SweptAxis => ({
  name,
  ticks,
  at: (share) => ticks[Math.floor(share * ticks.length)],
});

function zipped({ path, lists }: Parts['zips'][number], draft: Draft): SweptAxis {
  const axes = lists.map(([key, values]) => axis(key, values, path, draft).ticks!);
  return ofTicks(
    lists.map(([key]) => key).join(),
    axes[0].map((_, i) => axes.flatMap((ticks) => ticks[i])),
  );
}

function included(point: Readonly<Record<string, unknown>>, path: Path, draft: Draft): Point {
  return Object.entries(point).map(([key, value]) => ({ key, value, where: draft.locate([...path, key]) }));
}

/** A rule that none of the points drawn agrees with may agree with the next. */
function excluded(grid: readonly Point[], { exclude, sample }: Parts, draft: Draft): Point[] {
  const rules = exclude.map((rule, i) => ({
    rule: Object.entries(rule).map(([key, value]) => [key, JSON.stringify(value)]),
    i,
    used: false,
  }));
  const left = grid.filter((point) => {
    const agreeing = rules.filter(({ rule }) =>
      rule.every(([key, value]) =>
        point.some((change) => change.key === key && JSON.stringify(change.value) === value),
      ),
    );
    for (const rule of agreeing) rule.used = true;
    return agreeing.length === 0;
  });
  const useless = rules.filter(({ used }) => !used);
  if (useless.length === 0 || sample) return left;
  throw new UserError(
    useless.map(({ i }) => ({
      where: draft.locate(['sweep', 'exclude', i]),
      message: `sweep.exclude: no point agrees with ${show(exclude[i])}`,
    })),
  );
}

function seedTicks(seeds: number | readonly number[], draft: Draft): Tick[] {
  const where = draft.locate(['seeds']);
  if (typeof seeds === 'number') return Array.from({ length: seeds }, (_, i) => [{ key: 'seed', value: i + 1, where }]);
  return seeds.map((value, i) => [{ key: 'seed', value, where: draft.locate(['seeds', i]) }]);
}
