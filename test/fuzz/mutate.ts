/** Ways to be wrong: of bytes, of text, of trees. Everything is drawn from a seeded stream, so that it can be had again. */
import type { Random } from '../../src/numerics/random.js';

export type Tree = Record<string | number, unknown>;

export const below = (random: Random, n: number) => Math.floor(random.uniform() * n);
export const oneOf = <T>(random: Random, items: readonly T[]): T => items[below(random, items.length)];
/** A few, most often one: what has little wrong gets far. */
const few = (random: Random, most: number) => (random.uniform() < 0.6 ? 1 : 1 + below(random, most));

const bytes: readonly number[] = [0, 1, 9, 10, 13, 32, 34, 44, 58, 91, 93, 123, 127, 128, 0xc3, 0xe9, 0xed, 0xfe, 0xff];
const words: readonly string[] = [
  ...[
    '\t',
    ' ',
    ':',
    ': ',
    '- ',
    '&a ',
    '*a',
    '<<: *a',
    '{',
    ']',
    '"',
    "'",
    '#',
    ' #',
    '\n',
    '\r\n',
    '---\n',
    '%',
    '|',
    '>',
  ],
  ...[
    '!!binary ',
    '!x ',
    '- - ',
    '? ',
    '@',
    '`',
    '\\',
    ',,',
    ';',
    '\u00a0',
    '\u2212',
    '\u2028',
    '\ufeff',
    '\u202e',
    '\u0000',
  ],
  ...[
    'NaN',
    'Infinity',
    '-0',
    '1e999',
    '0x10',
    '1_000',
    '9'.repeat(400),
    'null',
    'true',
    '__proto__',
    'x'.repeat(2000),
  ],
];

/** Other bytes: flipped, put in, taken out, repeated, cut off, exchanged; and large numbers where there may be sizes. */
export function changedBytes(random: Random, from: Uint8Array): Uint8Array {
  let data = Buffer.from(from);
  for (let n = few(random, 6); n > 0; n--) {
    const at = below(random, data.length + 1);
    const length = below(random, Math.min(16, data.length - at) + 1);
    const [before, rest] = [data.subarray(0, at), data.subarray(at)];
    const ways: (() => Uint8Array[])[] = [
      () => [before, [(rest[0] ?? 0) ^ (1 << below(random, 8))], rest.subarray(1)].map((part) => Buffer.from(part)),
      () => [before, Buffer.from([oneOf(random, bytes)]), rest.subarray(1)],
      () => [before, Buffer.from([oneOf(random, bytes)]), rest],
      () => [before, rest.subarray(length)],
      () => [before, rest.subarray(0, length), rest],
      () => [before],
      () => [rest],
      () => [before, Buffer.alloc(4, oneOf(random, [0xff, 0x7f, 0, 0x80])), rest.subarray(4)],
      () => [before, Buffer.from(oneOf(random, words)), rest.subarray(length)],
    ];
    data = Buffer.concat(oneOf(random, ways)());
  }
  return data;
}

export function changedText(random: Random, from: string): string {
  let text = from;
  for (let n = few(random, 4); n > 0; n--) {
    const at = below(random, text.length + 1);
    text = text.slice(0, at) + oneOf(random, words) + text.slice(at + (random.uniform() < 0.5 ? 0 : below(random, 7)));
  }
  return text;
}

/** Values that are wrong nearly everywhere. */
const odd: readonly unknown[] = [
  ...[null, true, false, 0, -1, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, 1e9, Number.NaN, Number.POSITIVE_INFINITY],
  ...['', ' ', 'x'.repeat(300), '..', '../../etc/passwd', '/etc/passwd', 'a/b', 'a\\b', 'CON', 'nul.txt', '\u0000'],
  ...[
    '\u001b[31m',
    'line\nbreak',
    '\u202e',
    '__proto__',
    'constructor',
    'toString',
    '1_000',
    '0x10',
    '~',
    '\u22121',
    '1\u00a0',
  ],
  ...[[], {}, [[]], [null], [[[[1]]]], [1e9, 1e9], [1, 2, 3], { name: 'x' }, { file: '../x' }, { file: '/dev/zero' }],
  ...[{ name: 'constructor' }, 'exact', 'finite-difference', '/dev/zero', { from: 1, to: 2, count: 1e9 }],
];

const keys: readonly string[] = [
  ...[
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
  ],
  ...['x-a', '<<', 'file', 'parameters', 'length', 'toString', 'format', 'bytes', 'path'],
];

export const oddValue = (random: Random): unknown =>
  random.uniform() < 0.2
    ? (random.uniform() - 0.5) * 10 ** (below(random, 30) - 10)
    : structuredClone(oneOf(random, odd));
export const oddKey = (random: Random): string => oneOf(random, keys);

/** Every holder and key of a tree. */
function places(tree: unknown): [holder: Tree, key: string | number][] {
  if (typeof tree !== 'object' || tree === null) return [];
  const own = Array.isArray(tree) ? tree.map((_, i) => i) : Object.keys(tree);
  return own.flatMap((key) => [[tree as Tree, key] as [Tree, string | number], ...places((tree as Tree)[key])]);
}

/** A tree with values replaced, removed, repeated, exchanged, and keys renamed and added. */
export function changedTree(random: Random, base: unknown): unknown {
  const tree = structuredClone(base);
  for (let n = few(random, 4); n > 0; n--) {
    const all = places(tree);
    if (all.length === 0) return oddValue(random);
    const [holder, key] = oneOf(random, all);
    const [from, second] = oneOf(random, all);
    const value = oddValue(random);
    const old = holder[key];
    const way = oneOf(random, ['replace', 'remove', 'rename', 'add', 'repeat', 'swap'] as const);
    if (way === 'replace') holder[key] = value;
    else if (way === 'swap') [holder[key], from[second]] = [structuredClone(from[second]), structuredClone(old)];
    else if (Array.isArray(holder)) {
      const items = way === 'remove' ? [] : way === 'repeat' ? [structuredClone(old), old] : [value, old];
      holder.splice(Number(key), 1, ...items);
    } else if (way === 'add') define(holder, oddKey(random), value);
    else {
      delete holder[key];
      if (way === 'rename') define(holder, oddKey(random), old);
    }
  }
  return tree;
}

function define(holder: Tree, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
