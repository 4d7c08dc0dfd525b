/** What each kind of entry must have, in words for who wrote it. */
import * as z from 'zod';
import type { Registry } from '../registry.js';

/** A kind of entry. */
export type Axis = keyof Registry | 'figures';

type Values = Readonly<Record<string, unknown>>;

export const or = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }) => (input === undefined ? 'is missing' : `must be ${what}`),
});
export const having = (what: string, is: (value: unknown) => boolean) =>
  z.unknown().superRefine((value, { addIssue }) => {
    if (!is(value)) addIssue(value === undefined ? 'is missing' : `must be ${what}`);
  });

export const isMap = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const made = having('a function', (value) => typeof value === 'function');
const line = z.string(or('a text')).regex(/^\S[^\n]*$/, 'must be one line of text');
export const names = z.array(z.string(), or('a list of texts'));

/** What every entry has but for what makes it. */
const common = {
  name: z.string(or('a text')).regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and '-'"),
  summary: line,
  options: having(
    'a map of schemas of zod 4: {leak: z.number()}',
    (options) => isMap(options) && Object.values(options).every((schema) => isMap(schema) && '_zod' in schema),
  ),
};
const entry = { ...common, create: made };

const family = {
  ...entry,
  source: line,
  symbol: line,
  members: having(
    'a map of entries, each {name, summary, options, create}',
    (members) =>
      isMap(members) &&
      Object.keys(members).length > 0 &&
      Object.entries(members).every(
        ([key, one]) => z.looseObject(entry).safeParse(one).success && (one as Values)['name'] === key,
      ),
  ),
};

const shapes: Readonly<Partial<Record<Axis, z.ZodRawShape>>> = {
  energies: { ...entry, source: line },
  topologies: { ...entry, gives: names, label: made },
  engines: family,
  figures: { ...common, needs: names, build: made },
  protocols: { ...entry, worksOn: z.literal('agent', { error: "must be 'agent', or left out" }).optional() },
};

/** @param isMember of a family that there is, in place of a family */
export const shapeOf = (axis: Axis, isMember: boolean): z.ZodType =>
  z.looseObject(isMember ? entry : (shapes[axis] ?? entry), or('a map'));

/** Kinds whose examples are more than their own options: parts of a spec, that a registry must know first. */
const WHOLE: readonly Axis[] = ['energies', 'topologies', 'engines', 'protocols'];

/** What is wrong with the examples of an entry of the right shape: laws would try it at them, and fail elsewhere. */
export function exampleFaults(axis: Axis, entry: object): string[] {
  if (WHOLE.includes(axis)) return [];
  const { options, examples } = entry as { options: z.ZodRawShape; examples?: unknown };
  const { error } = z.array(z.strictObject(options)).optional().safeParse(examples);
  return (error?.issues ?? []).map(({ path, message }) => `${['examples', ...path].join('.')}: ${message}`);
}
