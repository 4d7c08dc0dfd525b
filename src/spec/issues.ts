/** From zod's issues to messages that say where, got, expected and what to do. */
import type { core } from 'zod';
import type { Issue, Location } from '../errors.js';
import { counted, flowText, meant, quoted, shortened } from '../text.js';
import type { Draft } from './overrides.js';
import { specJsonSchema } from './schema.js';
import type { Path } from './source-document.js';
import { meantNumber, nearest, suggestion } from './suggest.js';

type ZodIssue = core.$ZodIssue;

/** Every problem that the schema found in a draft, in the order of the schema. */
export function schemaIssues(issues: readonly ZodIssue[], draft: Draft): Issue[] {
  return issues.flatMap((issue) => translate(issue, [], draft));
}

function translate(issue: ZodIssue, above: Path, draft: Draft): Issue[] {
  const path = [...above, ...(issue.path as (string | number)[])];
  const where = draft.locate(path);
  const key = dotted(path, draft.data);
  const got = valueAt(draft.data, path);

  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, path, draft);
    case 'invalid_union':
      if (issue.errors.length > 0)
        return bestBranch(issue.errors, got).flatMap((inner) => translate(inner, path, draft));
      return [choose(key, got, (issue as { options?: string[] }).options ?? [], where)];
    case 'invalid_value':
      return [choose(key, got, issue.values.map(String), where)];
    case 'invalid_type':
      if (got === undefined) return [{ where, message: `missing key '${key}' (${article(issue.expected)})` }];
      return [
        {
          where,
          message: `${key} must be ${typeof got === 'number' && issue.expected === 'number' ? 'a finite number' : article(issue.expected)}, got ${show(got)}`,
          ...(numberHint(issue.expected, got) ?? rangeHint(issue.expected, key, draft)),
        },
      ];
    default:
      return [{ where, message: `${key} ${constraint(issue)}, got ${show(got)}` }];
  }
}

/** Keys of earlier versions, and what is written now. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['protocol.patience', 'patience is now chance_epochs; for early stopping use stop: {patience: n}'],
]);

/** All the rest is told when these are mended. */
const MOST_KEYS = 20;

function unknownKeys(keys: readonly string[], path: Path, draft: Draft): Issue[] {
  const known = keysAt(path, draft.data);
  const told = keys.slice(0, MOST_KEYS).map((name): Issue => {
    const at = dotted([...path, name], draft.data);
    return {
      where: draft.locateKey(path, name),
      message: `unknown key ${quoted(at)}`,
      hint: hintFor(name, at, known),
    };
  });
  const more = keys.length - told.length;
  return more === 0 ? told : [...told, { where: draft.locate(path), message: `there are ${more} more unknown keys` }];
}

/** What is known and yet not taken belongs to protocols of another kind. */
function hintFor(name: string, at: string, known: ReadonlySet<string>): string {
  const odd = meant(name);
  if (odd && known.has(odd.plain)) return `it has ${odd.odd}`;
  if (known.has(name))
    return `protocols that work on ${name === 'task' || name === 'agent' ? 'an agent' : 'a network'} take it`;
  return renamed.get(at) ?? suggestion(name, known);
}

/** What is counted where a size is bounded; a number is bounded itself. */
const PARTS: Readonly<Record<string, string>> = {
  string: 'character',
  array: 'item',
  tuple: 'item',
  set: 'item',
  map: 'key',
  object: 'key',
  record: 'key',
};

/** What the schema asks of a value of the right kind. */
function constraint(issue: ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return atLeast(issue);
    case 'too_big':
      return atMost(issue);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      // a pattern without words of its own has those of the library
      return issue.message.startsWith('Invalid') ? `must be ${formatOf(issue)}` : issue.message;
    case 'invalid_key':
      return 'is no key that can be here';
    default:
      return issue.message.startsWith('Invalid') ? 'cannot be this' : issue.message;
  }
}

function atLeast({ origin, minimum, inclusive = true, exact }: core.$ZodIssueTooSmall): string {
  const part = PARTS[origin];
  if (part === undefined) return `must be ${inclusive ? 'at least' : 'greater than'} ${minimum}`;
  if (exact) return `must have ${counted(Number(minimum), part)}`;
  return `needs at least ${counted(Number(minimum) + (inclusive ? 0 : 1), part)}`;
}

function atMost({ origin, maximum, inclusive = true, exact }: core.$ZodIssueTooBig): string {
  const part = PARTS[origin];
  if (part === undefined) return `must be ${inclusive ? 'at most' : 'less than'} ${maximum}`;
  if (exact) return `must have ${counted(Number(maximum), part)}`;
  return `takes at most ${counted(Number(maximum) - (inclusive ? 0 : 1), part)}`;
}

function formatOf({ format, pattern }: core.$ZodIssueInvalidStringFormat): string {
  return pattern === undefined ? `of the form '${format}'` : `text that matches ${pattern}`;
}

function choose(key: string, got: unknown, options: readonly string[], where: Location): Issue {
  const list = options.join(', ');
  if (got === undefined) return { where, message: `missing key '${key}' (one of ${list})` };
  const near = typeof got === 'string' ? meantOf(got, options) : undefined;
  return {
    where,
    message: `${key} must be ${options.length === 1 ? list : `one of ${list}`}, got ${show(got)}`,
    ...(near === undefined ? {} : { hint: `did you mean '${near}'?` }),
  };
}

/** What other programs call the same, or what is next to it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...{ double: 'float64', f64: 'float64', fp64: 'float64' },
  ...{ single: 'float32', float: 'float32', f32: 'float32', fp32: 'float32' },
  // there is nothing shorter
  ...{ half: 'float32', float16: 'float32', fp16: 'float32', bfloat16: 'float32' },
};

function meantOf(word: string, options: readonly string[]): string | undefined {
  const other = Object.hasOwn(ELSEWHERE, word) ? ELSEWHERE[word] : undefined;
  return other !== undefined && options.includes(other) ? other : nearest(word, options);
}

/** The branch of a union that the value most looks like: of the right kind at the top, then with the fewest complaints. */
function bestBranch(branches: readonly (readonly ZodIssue[])[], got: unknown): readonly ZodIssue[] {
  const cost = (branch: readonly ZodIssue[]): number =>
    branch.reduce((sum, issue) => sum + costOf(issue), 0) +
    (branch.some((issue) => issue.path.length === 0 && wrongKind(issue, got)) ? 1000 : 0);
  // a union in it costs a little more than what is wrong with the best of its own branches
  const costOf = (issue: ZodIssue): number => {
    if (issue.code === 'unrecognized_keys') return 10 * issue.keys.length;
    return issue.code === 'invalid_union' ? 1.5 : 1;
  };
  return branches.reduce((best, branch) => (cost(branch) < cost(best) ? branch : best));
}

function wrongKind(issue: ZodIssue, got: unknown): boolean {
  if (issue.code === 'invalid_type') return true;
  if (issue.code === 'invalid_value') return typeof got !== 'string';
  return (
    issue.code === 'invalid_union' &&
    issue.errors.every((branch) => branch.some((inner) => inner.path.length === 0 && wrongKind(inner, got)))
  );
}

function article(kind: string): string {
  const names: Record<string, string> = {
    int: 'a whole number',
    number: 'a number',
    string: 'text',
    object: 'a map',
    record: 'a map',
    map: 'a map',
    null: 'nothing',
    undefined: 'left out',
    never: 'left out',
    nan: 'NaN',
    bigint: 'a whole number',
    array: 'a list',
    tuple: 'a list of two',
    boolean: 'true or false',
  };
  return names[kind] ?? kind;
}

function numberHint(expected: string, got: unknown): { hint?: string } | undefined {
  return (expected === 'number' || expected === 'int') && typeof got === 'string' ? meantNumber(got) : undefined;
}

/** A number that a range of a sweep gives is mended there. */
function rangeHint(expected: string, key: string, { data }: Draft): { hint?: string } {
  const values = (data as { sweep?: Readonly<Record<string, unknown>> | null } | null)?.sweep?.[key];
  const isRange = typeof values === 'object' && values !== null && 'from' in values;
  return expected === 'int' && isRange ? { hint: 'give the range integer: true' } : {};
}

/** A value as the message shows it, in a line. */
export function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quoted(value);
  return shortened(flowText(value), 60);
}

/** `engines.ep.beta`: list items by their id, as overrides address them. */
export function dotted(path: Path, data: unknown): string {
  let value = data as Record<string | number, { id?: string; name?: string }> | undefined;
  const parts = path.map((part) => {
    value = value?.[part] as never;
    if (typeof part !== 'number') return part;
    const { id } = (value ?? {}) as { id?: unknown };
    return typeof id === 'string' ? id : String(part);
  });
  return parts.length === 0 ? 'the spec' : parts.join('.');
}

export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<string | number, unknown> | undefined)?.[part], data);
}

interface SchemaNode {
  readonly properties?: Record<string, SchemaNode>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: SchemaNode[];
  readonly oneOf?: SchemaNode[];
  readonly const?: unknown;
}

let schema: SchemaNode | undefined;

/** Keys that the schema knows at a place, in the variants that the data there has chosen. */
function keysAt(path: Path, data: unknown): Set<string> {
  schema ??= specJsonSchema() as SchemaNode;
  let nodes = variants(schema, data);
  let value = data;
  for (const part of path) {
    value = (value as Record<string | number, unknown> | undefined)?.[part];
    nodes = nodes
      .flatMap((node) => (typeof part === 'number' ? [node.items] : [node.properties?.[part]]))
      .filter((node) => node !== undefined)
      .flatMap((node) => variants(node, value));
  }
  return new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})));
}

function variants(node: SchemaNode, value: unknown): SchemaNode[] {
  const inner = node.anyOf ?? node.oneOf;
  if (inner) return inner.flatMap((branch) => variants(branch, value));
  const contradicted = Object.entries(node.properties ?? {}).some(([key, { const: fixed }]) => {
    const got = (value as Record<string, unknown> | null | undefined)?.[key];
    return fixed !== undefined && got !== undefined && got !== fixed;
  });
  return contradicted ? [] : [node];
}
