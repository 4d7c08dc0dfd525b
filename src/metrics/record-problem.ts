/** What is wrong with a run.json, in a phrase: where, got, expected. */
import type { core } from 'zod';
import { inert } from '../text.js';
import { readRecordSchema } from './record-schema.js';

/** JSON may be nested without end; a spec is not. */
const DEEPEST = 64;

/** The first thing that keeps a value from being the record of a run; undefined where it is one. */
export function schemaProblem(value: unknown): string | undefined {
  return shapeProblem(value, 0) ?? issueProblem(value);
}

/** What no schema of single keys sees. In loops that make no lists: every finished run of a sweep comes by here. */
function shapeProblem(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > DEEPEST) return `is nested in more than ${DEEPEST} levels`;
  let problem: string | undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && !problem; i++) problem = shapeProblem(value[i], depth + 1);
    return problem;
  }
  for (const key in value) {
    if (key === '__proto__') return "has a key '__proto__'";
    problem ??= shapeProblem((value as Record<string, unknown>)[key], depth + 1);
  }
  return problem;
}

function issueProblem(value: unknown): string | undefined {
  const parsed = readRecordSchema.safeParse(value);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  const more = parsed.error.issues.length - 1;
  return `${phrase(issue, value)}${more > 0 ? ` (and ${more} more)` : ''}`;
}

function phrase(issue: core.$ZodIssue, value: unknown): string {
  const key = issue.path.length === 0 ? 'it' : inert(issue.path.join('.'));
  const got = issue.path.reduce<unknown>((holder, part) => (holder as Record<PropertyKey, unknown>)?.[part], value);
  if (issue.code === 'invalid_key') return `${key} is no name of a file in the folder of the run`;
  if (got === undefined) return `${key} is missing`;
  return `${key} must be ${expected(issue)}, got ${shown(got)}`;
}

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a finite number',
  string: 'text',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  boolean: 'true or false',
};

function expected(issue: core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_small') return `at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}`;
  return issue.code === 'invalid_format' ? issue.message : 'of another kind';
}

const LONGEST = 60;

function shown(value: unknown): string {
  const text = inert(JSON.stringify(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
