/** From what a sweep says to its points. */
import { type Issue, UserError } from '../errors.js';
import { show } from '../spec/issues.js';
import type { Draft, Override } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import type { Path } from '../spec/source-document.js';
import { suggestion } from '../spec/suggest.js';
import { countOf, type Sweep, type Values, valuesOf } from '../spec/sweep.js';

/** One value of one axis: the overrides that it stands for. */
type Tick = readonly Override[];

/** One point of the sweep: what it changes, in the order of the axes. */
export type Point = readonly Override[];

/** More are a mistake, or several specs. */
const MOST_POINTS = 250_000;

interface Parts {
  readonly product: [key: string, values: Values][];
  readonly zips: { readonly path: Path; readonly lists: [key: string, values: Values][] }[];
  readonly include: readonly Readonly<Record<string, unknown>>[];
  readonly exclude: readonly Readonly<Record<string, unknown>>[];
}

function partsOf(sweep: Sweep = {}): Parts {
  const { zip, include = [], exclude = [], ...product } = sweep;
  const zips = Array.isArray(zip)
    ? zip.map((group, i) => ({ path: ['sweep', 'zip', i], lists: Object.entries(group) }))
    : zip === undefined
      ? []
      : [{ path: ['sweep', 'zip'], lists: Object.entries(zip) }];
  return { product: Object.entries(product), zips, include, exclude };
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

/** Overrides that no run would see, for every point of the sweep has a value of its own. */
export function idleOverrides({ sweep }: PartialSpec, overrides: readonly Override[]): Issue[] {
  const { product, zips, include } = partsOf(sweep);
  const everywhere = new Set([...product, ...zips.flatMap(({ lists }) => lists)].map(([key]) => key));
  const idle = overrides.filter(({ key }) => include.length === 0 && everywhere.has(key));
  return idle.map(({ key, where }) => ({
    where,
    message: `'${key}' is swept, so that no run would have this value`,
    hint: `override the list, sweep.${key}=[…]`,
  }));
}

/** For each swept key those that move together with it. */
export function zippedKeys({ sweep }: PartialSpec): string[][] {
  return partsOf(sweep).zips.map(({ lists }) => lists.map(([key]) => key));
}

/** What belongs to the experiment as a whole. */
const NOT_OF_ONE_RUN = ['name', 'title', 'source', 'seeds', 'sweep', 'assert', 'figures'];

/** What is wrong with a sweep that the schema takes. */
export function sweepIssues(spec: PartialSpec, draft: Draft): Issue[] {
  const parts = partsOf(spec.sweep);
  return [
    ...placesOf(parts).flatMap(({ path, key }) => keyIssues(path, key, draft)),
    ...twice(parts, draft),
    ...parts.zips.flatMap((zip) => zipIssues(zip, draft)),
    ...excludeIssues(parts, sweptKeys(spec), draft),
    ...seedIssues(spec, draft),
    ...sizeIssues(spec, parts, draft),
  ];
}

/** Where each key stands. */
function placesOf({ product, zips, include }: Parts): { path: Path; key: string }[] {
  return [
    ...product.map(([key]) => ({ path: ['sweep'], key })),
    ...zips.flatMap(({ path, lists }) => lists.map(([key]) => ({ path, key }))),
    ...include.flatMap((point, i) => Object.keys(point).map((key) => ({ path: ['sweep', 'include', i], key }))),
  ];
}

function keyIssues(path: Path, key: string, draft: Draft): Issue[] {
  if (!NOT_OF_ONE_RUN.includes(key.split('.')[0])) return [];
  const message = `'${key}' cannot be swept: it belongs to the experiment, not to a run`;
  return [{ where: draft.locateKey(path, key), message }];
}

function twice({ product, zips }: Parts, draft: Draft): Issue[] {
  const places = placesOf({ product, zips, include: [], exclude: [] });
  return places
    .filter(({ key }, i) => places.findIndex((other) => other.key === key) < i)
    .map(({ path, key }) => ({ where: draft.locateKey(path, key), message: `'${key}' is swept twice` }));
}

function zipIssues({ path, lists }: Parts['zips'][number], draft: Draft): Issue[] {
  if (lists.length === 0) return [{ where: draft.locate(path), message: 'sweep.zip needs at least one key' }];
  const lengths = lists.map(([, values]) => countOf(values));
  const odd = lengths.findIndex((length) => length !== lengths[0]);
  if (odd < 0) return [];
  return [
    {
      where: draft.locate([...path, lists[odd][0]]),
      message: `zipped lists must have one length: ${lists[0][0]} has ${lengths[0]} values, ${lists[odd][0]} has ${lengths[odd]}`,
    },
  ];
}

function excludeIssues({ exclude }: Parts, swept: readonly string[], draft: Draft): Issue[] {
  return exclude.flatMap((point, i) =>
    Object.keys(point).flatMap((key): Issue[] =>
      swept.includes(key)
        ? []
        : [
            {
              where: draft.locateKey(['sweep', 'exclude', i], key),
              message: `sweep.exclude: '${key}' is not swept`,
              hint: suggestion(key, swept),
            },
          ],
    ),
  );
}

function seedIssues({ seeds, sweep }: PartialSpec, draft: Draft): Issue[] {
  if (seeds === undefined) return [];
  const given = (draft.data as Record<string, unknown>)['seed'] !== undefined;
  const swept = sweptKeys(sweep === undefined ? {} : { sweep }).includes('seed');
  return [
    ...(given ? [{ path: ['seed'], message: 'seed and seeds exclude each other' }] : []),
    ...(swept ? [{ path: ['seeds'], message: "seeds and a sweep over 'seed' exclude each other" }] : []),
  ].map(({ path, message }) => ({ where: draft.locate(path), message, hint: 'leave one of them out' }));
}

function sizeIssues({ seeds }: PartialSpec, { product, zips, include }: Parts, draft: Draft): Issue[] {
  const counts = [
    ...product.map(([, values]) => countOf(values)),
    ...zips.map(({ lists }) => countOf(lists[0]?.[1] ?? [])),
  ];
  const repeats = typeof seeds === 'number' ? seeds : (seeds?.length ?? 1);
  const total = (counts.reduce((a, b) => a * b, 1) + include.length) * repeats;
  if (total <= MOST_POINTS) return [];
  const message = `${total.toLocaleString('en')} runs: a spec may have ${MOST_POINTS.toLocaleString('en')} at most`;
  return [{ where: draft.locate([counts.length > 0 ? 'sweep' : 'seeds']), message, hint: 'make several specs of it' }];
}

/**
 * Every point of a sweep that has no issues, the last axis fastest: the product of the swept keys and the zipped groups
 * but for what is excluded, then what is included; all that for every seed. One empty point without a sweep.
 * @throws UserError where an exclusion excludes nothing.
 */
export function points(spec: PartialSpec, draft: Draft): Point[] {
  const { product, zips, include, exclude } = partsOf(spec.sweep);
  const axes = [
    ...product.map(([key, values]) => axis(key, values, ['sweep'], draft)),
    ...zips.map((zip) => zipped(zip, draft)),
  ];
  const grid = excluded(
    product.length + zips.length > 0 ? productOf(axes) : include.length > 0 ? [] : [[]],
    exclude,
    draft,
  );
  const more = include.map((point, i) => included(point, ['sweep', 'include', i], draft));
  return spec.seeds === undefined ? [...grid, ...more] : productOf([[...grid, ...more], seedTicks(spec.seeds, draft)]);
}

function productOf(axes: readonly (readonly Tick[])[]): Point[] {
  return axes.reduce<Point[]>((grid, ticks) => grid.flatMap((point) => ticks.map((tick) => [...point, ...tick])), [[]]);
}

function axis(key: string, values: Values, above: Path, draft: Draft): Tick[] {
  const path = [...above, key];
  const place = (i: number) => draft.locate(Array.isArray(values) ? [...path, i] : path);
  return valuesOf(values).map((value, i) => [{ key, value, where: place(i) }]);
}

function zipped({ path, lists }: Parts['zips'][number], draft: Draft): Tick[] {
  const axes = lists.map(([key, values]) => axis(key, values, path, draft));
  return axes[0].map((_, i) => axes.flatMap((ticks) => ticks[i]));
}

function included(point: Readonly<Record<string, unknown>>, path: Path, draft: Draft): Point {
  return Object.entries(point).map(([key, value]) => ({ key, value, where: draft.locate([...path, key]) }));
}

function excluded(grid: readonly Point[], exclude: Parts['exclude'], draft: Draft): Point[] {
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
  if (useless.length === 0) return left;
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
