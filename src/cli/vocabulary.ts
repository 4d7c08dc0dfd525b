/** The words that completion takes from the schema, the registry and the specs at hand. */
import { readdirSync } from 'node:fs';
import { benchmarks } from '../bench/benchmarks.js';
import { published } from '../data/published.js';
import { packageRoot } from '../package.js';
import { readSpec } from '../spec/document.js';
import { specJsonSchema } from '../spec/schema.js';
import type { Vocabulary } from './completion.js';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string;
}

const MOST_DEEP = 3;

export const vocabulary: Vocabulary = {
  keys: (specs) => keysUnder(specJsonSchema() as Node, '', enginesOf(specs), 0),
  values(key, specs) {
    const engines = enginesOf(specs);
    const nodes = key.split('.').reduce(
      (found, part) =>
        found
          .flatMap((node) => variants(node))
          .flatMap((node) => {
            if (node.items && (engines.includes(part) || /^\d+$/.test(part))) return [node.items];
            return node.properties?.[part] ?? [];
          }),
      [specJsonSchema() as Node],
    );
    return [...new Set(nodes.flatMap(variants).flatMap(namesIn))];
  },
  templates: () =>
    readdirSync(new URL('experiments/', packageRoot))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.replace(/\.yaml$/, '')),
  benchmarks: () => benchmarks.map(({ name }) => name),
  dataSets: () => published.map(({ name }) => name),
};

function keysUnder(node: Node, prefix: string, engines: readonly string[], depth: number): string[] {
  if (depth > MOST_DEEP) return [];
  const found = variants(node).flatMap(({ properties = {}, items }) => [
    ...Object.entries(properties).flatMap(([key, inner]) => [
      `${prefix}${key}`,
      ...keysUnder(inner, `${prefix}${key}.`, engines, depth + 1),
    ]),
    ...(items && prefix === 'engines.'
      ? engines.flatMap((id) => keysUnder(items, `${prefix}${id}.`, [], depth + 1))
      : []),
  ]);
  return [...new Set(found)];
}

function variants(node: Node): Node[] {
  const inner = node.anyOf ?? node.oneOf;
  return inner ? inner.flatMap(variants) : [node];
}

/** What can be written for a value: names, and those of the maps that a name is short for. */
function namesIn({ enum: list, const: only, type, properties }: Node): string[] {
  if (type === 'boolean') return ['true', 'false'];
  const own = list ?? (only === undefined ? [] : [only]);
  return [...own.map(String), ...(properties?.['name'] ? variants(properties['name']).flatMap(namesIn) : [])];
}

/** Ids of the engines in specs as far as they can be read. */
function enginesOf(specs: readonly string[]): string[] {
  return specs.flatMap((file) => {
    try {
      const { engines } = readSpec(file).data as { engines?: { id?: string; name?: string }[] };
      return (engines ?? []).map((engine) => String(engine.id ?? engine.name));
    } catch {
      return [];
    }
  });
}
