/** Whatever the schema can complain of is told in words of ours: where, expected, got. */
import test from 'ava';
import * as z from 'zod';
import { positiveNumber, wholeNumber } from '../../src/cli/numbers.js';
import { registry } from '../../src/registry.js';
import { schemaIssues } from '../../src/spec/issues.js';
import { specSchema } from '../../src/spec/schema.js';

function told(schema: z.ZodType, value: unknown): string {
  const data = { data: { key: value } };
  const where = () => ({ file: 'f' });
  const checked = z.object({ data: z.object({ key: schema }) }).safeParse(data);
  const issues = checked.success
    ? []
    : schemaIssues(checked.error.issues, { file: 'f', data, locate: where, locateKey: where });
  return issues.map(({ message, hint }) => (hint === undefined ? message : `${message}; ${hint}`)).join(' | ');
}

test('each complaint of the library has a sentence', (t) => {
  const long = 'x'.repeat(500);
  const cases: [z.ZodType, unknown, string][] = [
    [z.string().length(1), 'tab', "data.key must have 1 character, got 'tab'"],
    [z.string().max(3), 'four', "data.key takes at most 3 characters, got 'four'"],
    [z.string().min(1), '', "data.key needs at least 1 character, got ''"],
    [z.string().max(3), long, `data.key takes at most 3 characters, got '${'x'.repeat(99)}…'`],
    [z.string().regex(/^a+$/), 'b', "data.key must be text that matches /^a+$/, got 'b'"],
    [z.string().regex(/^a+$/, 'must be letters a'), 'b', "data.key must be letters a, got 'b'"],
    [z.url(), 'b', "data.key must be of the form 'url', got 'b'"],
    [z.array(z.number()).min(2), [1], 'data.key needs at least 2 items, got [1]'],
    [z.array(z.number()).max(1), [1, 2], 'data.key takes at most 1 item, got [1, 2]'],
    [z.array(z.number()).length(2), [1], 'data.key must have 2 items, got [1]'],
    [z.tuple([z.number(), z.number()]), [1], 'data.key needs at least 2 items, got [1]'],
    [z.number().min(2), 1, 'data.key must be at least 2, got 1'],
    [z.number().lt(1), 1, 'data.key must be less than 1, got 1'],
    [z.number().max(1), 2, 'data.key must be at most 1, got 2'],
    [z.number().positive(), 0, 'data.key must be greater than 0, got 0'],
    [z.number().multipleOf(3), 2, 'data.key must be a multiple of 3, got 2'],
    [z.number(), Number.NaN, 'data.key must be a finite number, got NaN'],
    [z.number(), Number.POSITIVE_INFINITY, 'data.key must be a finite number, got Infinity'],
    [z.int(), 1.5, 'data.key must be a whole number, got 1.5'],
    [z.int(), '\u22123', "data.key must be a number, got '\u22123'; write -3, it has a minus sign (U+2212)"],
    [z.number(), '\u00a00.5', "data.key must be a number, got '\\xa00.5'; write 0.5, it has a no-break space (U+00A0)"],
    [z.number(), '0,5', "data.key must be a number, got '0,5'; write 0.5"],
    [z.number(), '1_000', "data.key must be a number, got '1_000'; write 1000"],
    [z.number(), 'much', "data.key must be a number, got 'much'"],
    [z.boolean(), 1, 'data.key must be true or false, got 1'],
    [z.record(z.string(), z.number()), [], 'data.key must be a map, got []'],
    [z.record(z.string().regex(/^a/), z.number()), { b: 1 }, 'data.key.b is no key that can be here, got 1'],
    [z.never(), 1, 'data.key must be left out, got 1'],
    [z.null(), 1, 'data.key must be nothing, got 1'],
    [z.enum(['cat', 'dog']), 'cta', "data.key must be one of cat, dog, got 'cta'; did you mean 'cat'?"],
    [
      z.enum(['float64', 'float32']),
      'float16',
      "data.key must be one of float64, float32, got 'float16'; did you mean 'float32'?",
    ],
    [z.enum(['half', 'whole']), 'float16', "data.key must be one of half, whole, got 'float16'"],
    [z.literal('cat'), 3, 'data.key must be cat, got 3'],
    [z.number().refine((n) => n > 5), 1, 'data.key cannot be this, got 1'],
    [z.number().refine((n) => n > 5, 'must be large'), 1, 'data.key must be large, got 1'],
    [z.string(), undefined, "missing key 'data.key' (text)"],
    [
      z.strictObject({ a: z.string() }),
      { a: 'x', constructor: 1 },
      "unknown key 'data.key.constructor'; there is none",
    ],
    [z.strictObject({}), { ['k'.repeat(300)]: 1 }, `unknown key 'data.key.${'k'.repeat(90)}…'; there is none`],
  ];
  t.deepEqual(
    cases.map(([schema, value]) => told(schema, value)),
    cases.map(([, , expected]) => expected),
  );
});

test('no option of anything that a spec can name says a word of the library', (t) => {
  const values = [null, true, -1, 1.5, 1e300, Number.NaN, '', [[]], { a: 1 }, ['x'], 'x'.repeat(1000)];
  const { engines, ...kinds } = registry;
  const entries = [
    ...Object.values(kinds).flatMap((table) => Object.values(table as Record<string, { options: z.ZodRawShape }>)),
    ...Object.values(engines).flatMap(({ options, members }) => [
      { options },
      ...(Object.values(members) as { options: z.ZodRawShape }[]),
    ]),
    { options: specSchema.shape as z.ZodRawShape },
  ];
  const messages = new Set<string>();
  for (const { options } of entries)
    for (const schema of Object.values(options))
      for (const value of values) messages.add(told(schema as z.ZodType, value));
  t.true(messages.size > 100);
  const foreign = [...messages].filter((message) =>
    /invalid|too (small|big)|expected|received|pattern(?!s,)|undefined|\[object|input/i.test(message),
  );
  t.deepEqual(foreign, []);
  t.deepEqual(
    [...messages].filter((message) => message.length > 1500),
    [],
  );
});

test('a number on the command line that only looks like one is named', (t) => {
  t.throws(() => positiveNumber('--timeout', '\u22121'), {
    message: "--timeout must be a positive number, got '\u22121'; write -1, it has a minus sign (U+2212)",
  });
  t.throws(() => wholeNumber('--jobs', '\u00a04', 1), {
    message: /got '\\xa04'; write 4, it has a no-break space \(U\+00A0\)$/,
  });
  t.throws(() => wholeNumber('--jobs', 'all', 1), {
    message: "--jobs must be a whole number of at least 1, got 'all'",
  });
});
