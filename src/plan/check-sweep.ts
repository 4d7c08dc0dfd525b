/** What is wrong with a sweep. */
import type { Issue } from '../errors.js';
import { SOBOL_DIMENSIONS } from '../numerics/sobol.js';
import type { Draft, Override } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import type { Path } from '../spec/source-document.js';
import { suggestion } from '../spec/suggest.js';
import { countOf } from '../spec/sweep.js';
import { type Parts, partsOf, sweptKeys } from './grid.js';

/** More are a mistake, or several specs. */
const MOST_POINTS = 250_000;

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

/** What belongs to the experiment as a whole. */
const NOT_OF_ONE_RUN = ['name', 'title', 'source', 'plugins', 'seeds', 'sweep', 'assert', 'figures'];

/** What is wrong with a sweep that the schema takes. */
export function sweepIssues(spec: PartialSpec, draft: Draft): Issue[] {
  const parts = partsOf(spec.sweep);
  return [
    ...placesOf(parts).flatMap(({ path, key }) => keyIssues(path, key, draft)),
    ...twice(parts, draft),
    ...sampleIssues(parts, draft),
    ...parts.zips.flatMap((zip) => zipIssues(zip, draft)),
    ...excludeIssues(parts, sweptKeys(spec), draft),
    ...seedIssues(spec, draft),
    ...sizeIssues(spec, parts, draft),
  ];
}

/** Where each key stands. */
function placesOf({
  product,
  zips,
  include,
}: Pick<Parts, 'product' | 'zips' | 'include'>): { path: Path; key: string }[] {
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
  const places = placesOf({ product, zips, include: [] });
  return places
    .filter(({ key }, i) => places.findIndex((other) => other.key === key) < i)
    .map(({ path, key }) => ({ where: draft.locateKey(path, key), message: `'${key}' is swept twice` }));
}

function sampleIssues({ sample, product, zips }: Parts, draft: Draft): Issue[] {
  if (sample === undefined) {
    const endless = product.filter(([, values]) => countOf(values) === undefined);
    return endless.map(([key]) => uncounted(['sweep', key], 'a range of a grid', draft));
  }
  const where = draft.locate(['sweep', 'sample']);
  const axes = product.length + zips.length;
  if (axes === 0)
    return [{ where, message: 'sweep.sample has nothing to draw from', hint: 'sweep a key over a range or a list' }];
  if (sample.method !== 'sobol' || axes <= SOBOL_DIMENSIONS) return [];
  const message = `sweep.sample.method: sobol has ${SOBOL_DIMENSIONS} dimensions, and ${axes} keys are swept`;
  return [{ where, message, hint: 'use method: random' }];
}

const uncounted = (path: Path, what: string, draft: Draft): Issue => ({
  where: draft.locate(path),
  message: `${path.join('.')} needs count: ${what} must have so many values`,
  hint: 'or sweep.sample: {points: n}, which draws from ranges of keys that move alone',
});

function zipIssues({ path, lists }: Parts['zips'][number], draft: Draft): Issue[] {
  if (lists.length === 0) return [{ where: draft.locate(path), message: 'sweep.zip needs at least one key' }];
  const endless = lists.filter(([, values]) => countOf(values) === undefined);
  if (endless.length > 0) return endless.map(([key]) => uncounted([...path, key], 'keys that move together', draft));
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

function sizeIssues({ seeds }: PartialSpec, { sample, product, zips, include }: Parts, draft: Draft): Issue[] {
  const lists = [...product.map(([, values]) => values), ...zips.map((zip) => zip.lists[0]?.[1] ?? [])];
  const counts = sample ? [sample.points] : lists.map((values) => countOf(values) ?? 1);
  const repeats = typeof seeds === 'number' ? seeds : (seeds?.length ?? 1);
  const total = (counts.reduce((a, b) => a * b, 1) + include.length) * repeats;
  if (total <= MOST_POINTS) return [];
  const message = `${total.toLocaleString('en')} runs: a spec may have ${MOST_POINTS.toLocaleString('en')} at most`;
  return [{ where: draft.locate([counts.length > 0 ? 'sweep' : 'seeds']), message, hint: 'make several specs of it' }];
}
