/** From a composed YAML document to plain data that shares nothing, with the place of every part. */
import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Issue } from '../errors.js';

/** Where the parts of one list or map begin in the text. */
export type Places =
  | { readonly items: readonly number[] }
  | { readonly keys: ReadonlyMap<string, number>; readonly values: ReadonlyMap<string, number> };

export interface PlainData {
  readonly data: unknown;
  /** Of every list and map in the data. */
  readonly places: WeakMap<object, Places>;
  readonly issues: readonly (Issue & { readonly at: number })[];
}

/** Deeper than this, nothing that a spec or a file of parameters holds is nested. */
export const MOST_NESTED = 100;
/** Aliases that repeat more than this are there to fill a machine. */
const MOST_REPEATED = 100_000;
/** All the rest is told when these are mended. */
const MOST_ISSUES = 20;

const CORE = 'tag:yaml.org,2002:';
const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  '!': () => true,
  [`${CORE}str`]: (value) => typeof value === 'string',
  [`${CORE}int`]: (value) => typeof value === 'number',
  [`${CORE}float`]: (value) => typeof value === 'number',
  [`${CORE}bool`]: (value) => typeof value === 'boolean',
  [`${CORE}null`]: (value) => value === null,
  [`${CORE}map`]: (value) => typeof value === 'object',
  [`${CORE}seq`]: Array.isArray,
};

/** @param lineOf the line of a place, from 1. */
export function plainData(document: Document, lineOf: (at: number) => number): PlainData {
  const reader = new Reader(lineOf);
  const data = reader.read(document.contents as Node | null, 0);
  return { data, places: reader.places, issues: reader.issues };
}

class Reader {
  readonly places = new WeakMap<object, Places>();
  readonly issues: (Issue & { at: number })[] = [];
  private readonly anchors = new Map<string, Node>();
  /** What each alias stood for where it was first met: a name may be given again. */
  private readonly meant = new Map<Alias, Node>();
  private readonly open = new Set<Node>();
  /** The alias that is being repeated, with all that those inside it repeat. */
  private outer: Alias | undefined;
  private copying = 0;
  private copied = 0;

  constructor(private readonly lineOf: (at: number) => number) {}

  read(node: Node | null | undefined, depth: number): unknown {
    if (node === null || node === undefined) return null;
    if (this.copying > 0 && ++this.copied > MOST_REPEATED) {
      if (this.copied === MOST_REPEATED + 1)
        this.tell(this.outer ?? node, `aliases repeat more than ${MOST_REPEATED} values`);
      return null;
    }
    if (depth > MOST_NESTED) return this.tell(node, `is nested more than ${MOST_NESTED} deep`);
    if (isAlias(node)) return this.repeat(node, depth);
    if (node.anchor !== undefined && this.copying === 0) this.anchors.set(node.anchor, node);
    this.open.add(node);
    const value = isMap(node)
      ? this.map(node, depth)
      : isSeq(node)
        ? this.list(node, depth)
        : isScalar(node)
          ? node.value
          : null;
    this.open.delete(node);
    return this.tagged(node, value);
  }

  private list({ items }: { items: unknown[] }, depth: number): unknown[] {
    const values = items.map((item) => this.read(item as Node | null, depth + 1));
    this.places.set(values, { items: items.map((item) => startOf(item as Node | null)) });
    return values;
  }

  private map({ items }: YAMLMap, depth: number): object {
    const [data, keys, values] = [new Map<string, unknown>(), new Map<string, number>(), new Map<string, number>()];
    const merged = new Set<string>();
    for (const pair of items as Pair<Node, Node | null>[]) {
      if (isMerge(pair.key)) {
        for (const source of this.sources(pair.value, depth)) {
          const from = this.places.get(source) as Extract<Places, { keys: unknown }>;
          for (const [key, value] of Object.entries(source)) {
            if (data.has(key)) continue;
            merged.add(key);
            data.set(key, value);
            keys.set(key, from.keys.get(key)!);
            values.set(key, from.values.get(key)!);
          }
        }
        continue;
      }
      const key = this.key(pair.key);
      if (key === undefined) continue;
      if (data.has(key) && !merged.delete(key)) {
        this.tell(pair.key, `key '${shown(key)}' is given twice, in line ${this.lineOf(keys.get(key)!)} too`);
      }
      data.set(key, this.read(pair.value, depth + 1));
      keys.set(key, startOf(pair.key));
      values.set(key, pair.value ? startOf(pair.value) : startOf(pair.key));
    }
    const plain = Object.fromEntries(data);
    this.places.set(plain, { keys, values });
    return plain;
  }

  /** The maps that a merge key names, those that count first first. */
  private sources(value: Node | null, depth: number): object[] {
    const node = isAlias(value) ? this.resolve(value) : value;
    const parts: (Node | null)[] = isSeq(node) ? (node.items as Node[]) : [value];
    return parts.flatMap((part) => {
      const source = this.read(part, depth + 1);
      if (typeof source === 'object' && source !== null && !Array.isArray(source)) return [source];
      if (part === null || !isAlias(part) || this.resolve(part))
        this.tell(part ?? value, "'<<' takes in maps: aliases (*name) of maps, or a list of them");
      return [];
    });
  }

  private key(node: Node | null): string | undefined {
    const found = isAlias(node) ? this.resolve(node) : node;
    if (node !== null && !isAlias(node) && node.anchor !== undefined && this.copying === 0)
      this.anchors.set(node.anchor, node);
    if (found === null) return '';
    if (!isScalar(found)) return this.tell(node, 'a key must be text');
    this.tagged(found, found.value);
    return found.value === null ? '' : String(found.value);
  }

  private repeat(alias: Alias, depth: number): unknown {
    const node = this.resolve(alias);
    if (node === undefined) return null;
    if (this.open.has(node)) return this.tell(alias, `*${shown(alias.source)} stands inside what it repeats`);
    if (this.copying++ === 0) this.outer = alias;
    const value = this.read(node, depth);
    this.copying--;
    return value;
  }

  private resolve(alias: Alias): Node | undefined {
    const node = this.meant.get(alias) ?? this.anchors.get(alias.source);
    if (node === undefined) return this.tell(alias, `nothing before this is named &${shown(alias.source)}`);
    this.meant.set(alias, node);
    return node;
  }

  private tagged(node: Node, value: unknown): unknown {
    const { tag } = node as { tag?: string };
    if (tag === undefined || kinds[tag]?.(value)) return value;
    const name = tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag;
    const message = kinds[tag] ? `this is not what its tag ${name} says` : `the tag ${shown(name)} means nothing here`;
    return this.tell(node, message, 'leave it out');
  }

  private tell(node: Node | null, message: string, hint?: string): undefined {
    if (this.issues.length >= MOST_ISSUES) return;
    this.issues.push({ at: startOf(node), message, ...(hint === undefined ? {} : { hint }) });
  }
}

const isMerge = (key: unknown) => isScalar(key) && key.type === 'PLAIN' && key.value === '<<';

const startOf = (node: Node | null) => node?.range?.[0] ?? 0;

const shown = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
