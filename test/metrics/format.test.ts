import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import type { Row } from '../../src/metrics/columns.js';
import { formatRows, stringifyRows } from '../../src/metrics/format.js';

/** Strings of the characters that CSV minds, of any others, and those that a table repeats. */
const text = fc.oneof(
  fc.constantFrom('ep', 'rbp', 'params.W1', '', 'NaN', '-0', '=1+1', '\uFEFF'),
  fc.string({ unit: fc.constantFrom(',', '"', '\n', '\r', ' ', ';', '\t', '|', "'", 'a', 'é', '💡', '\uD800') }),
  fc.string({ unit: 'binary' }),
);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 2 ** 53, 1e21, 1e-7),
);

testProp(
  'rows of numbers and strings have the bytes that csv-stringify gives them',
  [fc.array(fc.array(fc.oneof(text, number)))],
  (t, rows) => t.is(formatRows(rows), stringifyRows(rows)),
  { numRuns: 1000 },
);

testProp(
  'so have rows of anything else',
  [fc.array(fc.array(fc.oneof(text, number, fc.boolean(), fc.bigInt(), fc.constantFrom(null, undefined), fc.date())))],
  (t, rows) => t.is(formatRows(rows as unknown as Row[]), stringifyRows(rows as unknown as Row[])),
);

test('more distinct strings than are kept: the bytes stay', (t) => {
  const rows = Array.from({ length: 10_000 }, (_, i): Row => [`a,${i}`, i, `b${i}`, `a,${i % 7}`]);
  t.is(formatRows(rows), stringifyRows(rows));
});

test('numbers are the shortest that round-trip, −0 is 0', (t) => {
  t.is(
    formatRows([[0.1, 1 / 3, -0, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]]),
    '0.1,0.3333333333333333,0,1e+21,1e-7,NaN,Infinity,-Infinity\n',
  );
});
