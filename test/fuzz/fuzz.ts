/** Specs and overrides with something wrong in them, from parse to plan: a plan, or a mistake with its place. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { UserError } from '../../src/errors.js';
import { type Plan, plan } from '../../src/plan/plan.js';
import { experimentFolder } from '../../src/run/store.js';
import { parseOverride } from '../../src/spec/overrides.js';
import { quick, root } from '../_support/cli.js';

export interface Fuzzed {
  readonly specs: number;
  readonly plans: number;
  /** The one that took longest, and how many ms when it was tried again alone. */
  readonly slowest: { readonly ms: number; readonly text: string; readonly overrides: readonly string[] };
}

type Tree = Record<string | number, unknown>;

const bases: readonly unknown[] = [
  quick,
  {
    ...quick,
    seeds: 2,
    sweep: {
      'engines.ep.beta': { from: 0.1, to: 1, count: 3 },
      zip: { 'free.step': [0.1, 0.2], 'second.step': [0.1, 0.2] },
    },
  },
  ...readdirSync(join(root, 'experiments'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(readFileSync(join(root, 'experiments', file), 'utf8')) as unknown),
];

/** Values that are wrong nearly everywhere. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    0.5,
    1e308,
    -1e308,
    5e-324,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    ' ',
    'x'.repeat(300),
    '..',
    '../../etc/passwd',
    '/etc/passwd',
    'a/b',
    'a\\b',
    'CON',
    'nul.txt',
    '\u0000',
    '\u001b[31m',
    'line\nbreak',
    '\u202e',
    '__proto__',
    'constructor',
    'toString',
    '1_000',
    '0x10',
    '~',
    [],
    {},
    [[]],
    [null],
    { name: 'x' },
    { file: '../x' },
    { name: 'constructor' },
    'exact',
    'finite-difference',
    1e9,
    [1e9, 1e9],
    [1, 2, 3],
  ),
  fc.string({ maxLength: 12 }),
  fc.double(),
  fc.integer(),
  fc.jsonValue({ maxDepth: 2 }),
);

const keys = [
  'beta',
  'name',
  'id',
  'step',
  '',
  '__proto__',
  'constructor',
  'sweep',
  'zip',
  'seeds',
  'x'.repeat(300),
  'a.b',
  '..',
];

const change = fc.record({
  kind: fc.constantFrom('replace', 'remove', 'rename', 'add', 'repeat', 'swap'),
  at: fc.nat(),
  other: fc.nat(),
  value: odd,
});
type Change = { kind: string; at: number; other: number; value: unknown };

/** Every holder and key of a tree. */
function places(tree: unknown): [holder: Tree, key: string | number][] {
  if (typeof tree !== 'object' || tree === null) return [];
  const own = Array.isArray(tree) ? tree.map((_, i) => i) : Object.keys(tree);
  return own.flatMap((key) => [[tree as Tree, key] as [Tree, string | number], ...places((tree as Tree)[key])]);
}

function changed(base: unknown, changes: readonly Change[]): unknown {
  const tree = structuredClone(base);
  for (const { kind, at, other, value } of changes) {
    const all = places(tree);
    if (all.length === 0) return value;
    const [holder, key] = all[at % all.length];
    const [from, second] = all[other % all.length];
    if (kind === 'replace') holder[key] = value;
    else if (kind === 'swap')
      [holder[key], from[second]] = [structuredClone(from[second]), structuredClone(holder[key])];
    else if (Array.isArray(holder))
      holder.splice(
        Number(key),
        kind === 'remove' ? 1 : 0,
        ...(kind === 'remove' ? [] : [kind === 'repeat' ? holder[Number(key)] : value]),
      );
    else if (kind === 'remove') delete holder[key];
    else if (kind === 'add') define(holder, keys[other % keys.length], value);
    else {
      const old = holder[key];
      delete holder[key];
      define(holder, kind === 'rename' ? keys[other % keys.length] : key, old);
    }
  }
  return tree;
}

function define(holder: Tree, key: string | number, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Of the text: characters put in, taken out, lines lost. */
const edit = fc.record({
  at: fc.nat(),
  remove: fc.nat(6),
  insert: fc.constantFrom(
    '',
    '\t',
    ' ',
    ':',
    '- ',
    '&a ',
    '*a',
    '{',
    ']',
    '"',
    '#',
    '\n',
    '!!binary ',
    '%',
    '\u0000',
    '- - ',
  ),
});

const word = fc.oneof(
  fc.constantFrom(
    'engines.ep.beta',
    'network.activation',
    'free',
    'sweep',
    'seeds',
    'engines.9.x',
    'a..b',
    '.',
    'name',
    'data.x.0',
    '__proto__.x',
    'constructor.prototype.x',
    'network.layers.0',
  ),
  fc.string({ maxLength: 8 }),
);
const override = fc
  .tuple(word, odd)
  .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);

const input = fc.record({
  base: fc.nat(),
  // most with little wrong, so that they get far
  changes: fc.oneof({ weight: 2, arbitrary: fc.array(change, { maxLength: 1 }) }, fc.array(change, { maxLength: 4 })),
  edits: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(edit, { maxLength: 3 })),
  overrides: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(override, { maxLength: 2 })),
});

/** @throws where one is neither planned nor refused as it should be. */
export function fuzz(work: string, numRuns: number, seed: number): Fuzzed {
  let [specs, plans] = [0, 0];
  let slowest: Fuzzed['slowest'] = { ms: 0, text: '', overrides: [] };
  const file = join(work, 'spec.yaml');
  const property = fc.property(input, ({ base, changes, edits, overrides }) => {
    let text = stringify(changed(bases[base % bases.length], changes as Change[]), { aliasDuplicateObjects: false });
    for (const { at, remove, insert } of edits) {
      const place = at % (text.length + 1);
      text = text.slice(0, place) + insert + text.slice(place + remove);
    }
    writeFileSync(file, text);
    const begun = performance.now();
    const runs = planned(file, overrides);
    if (runs > 0) plans++;
    const ms = performance.now() - begun;
    // many runs take their time
    if (ms > slowest.ms && runs < MANY) slowest = { ms, text, overrides };
    specs++;
  });
  fc.assert(property, { numRuns, seed });
  writeFileSync(file, slowest.text);
  const begun = performance.now();
  planned(file, slowest.overrides);
  return { specs, plans, slowest: { ...slowest, ms: performance.now() - begun } };
}

/** How many runs a spec comes to; 0 where it is refused. */
function planned(file: string, overrides: readonly string[]): number {
  try {
    const found = plan(file, overrides.map(parseOverride));
    check(found);
    return found.runs.length;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.issues.length === 0) throw new Error('a mistake that says nothing');
    const nowhere = error.issues.find(({ where }) => where === undefined);
    if (nowhere) throw new Error(`a mistake without a place: ${nowhere.message}`);
    return 0;
  }
}

const MANY = 10_000;

/** Whatever is planned stays within the folder of results, under names that any file system takes. */
function check({ name, runs }: Plan): void {
  for (const { id } of runs) {
    const inside = relative('/out', join(experimentFolder('/out', name), id));
    if (inside !== `${name}/${id}` || !/^[\w.-]{1,100}\/[\w.-]{1,200}$/.test(inside))
      throw new Error(`'${inside}' is no name for results`);
  }
}
