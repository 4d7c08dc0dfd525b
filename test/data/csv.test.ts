import { gzipSync } from 'node:zlib';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { stringify } from 'csv-stringify/sync';
import { complaint, numbersOf, reader, sourceOf } from '../_support/data.js';

const load = (text: string | Uint8Array, options: object = {}, blockSize?: number, more: Record<string, string> = {}) =>
  sourceOf({ name: 'csv', train: 'a.csv', ...options }).load(reader({ 'a.csv': text, ...more }, blockSize));

const byte = fc.integer({ min: 0, max: 255 });
// String(-0) is '0'
const number = fc.oneof(byte, fc.double({ noNaN: true, min: -1e6, max: 1e6 })).map((value) => value + 0);
const table = fc.integer({ min: 1, max: 6 }).chain((width) =>
  fc.array(
    fc.record({
      x: fc.array(number, { minLength: width, maxLength: width }),
      label: fc.constantFrom('cat', 'dog', 'a,"b"\nc'),
    }),
    { minLength: 1, maxLength: 12 },
  ),
);

testProp(
  'what csv-stringify writes is read back: numbers to the bit, labels quoted or not, whatever the blocks',
  [
    table,
    fc.constantFrom(',', ';', '\t'),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
    fc.boolean(),
    fc.integer({ min: 1, max: 60 }),
  ],
  (t, rows, delimiter, newline, header, packed, blockSize) => {
    const names = header ? [[...rows[0].x.map((_, i) => `f${i}`), 'class']] : [];
    const lines = [...names, ...rows.map(({ x, label }) => [...x.map(String), label])];
    const text = stringify(lines, { delimiter, record_delimiter: newline });
    const { train } = load(packed ? gzipSync(text) : text, { delimiter, scale: 16, header }, blockSize);
    const { x, y } = numbersOf(train);
    t.deepEqual(
      x,
      rows.map((row) => row.x.map((value) => value / 16)),
    );
    const classes = [...new Set(rows.map(({ label }) => label))].sort();
    t.deepEqual(train.classes, classes);
    t.deepEqual(
      y,
      rows.map(({ label }) => classes.map((name) => (name === label ? 1 : 0))),
    );
  },
  { seed: 1987 },
);

test('labels that are numbers are in the order of the numbers, and 7, 7.0 and 07 are one', (t) => {
  const { train } = load('1,10\n2,9\n3,7\n4,7.0\n5,07\n');
  t.deepEqual(train.classes, ['7', '9', '10']);
  t.deepEqual([...train.labels!], [2, 1, 0, 0, 0]);
});

test('the label is the last column, one of the header, or one by its index', (t) => {
  const text = 'kind,a,b\ncat,1,2\ndog,3,4\n';
  for (const label of ['kind', 0]) {
    const { train } = load(text, { label });
    t.deepEqual(numbersOf(train).x, [
      [1, 2],
      [3, 4],
    ]);
    t.deepEqual(train.classes, ['cat', 'dog']);
  }
  t.deepEqual(load('1,2,0\n3,4,1\n').train.classes, ['0', '1']);
});

test('a header of numbers is one where the spec says so', (t) => {
  t.is(load('1,2,3\n4,5,6\n', { header: false }).train.count, 2);
  t.is(load('1,2,3\n4,5,6\n', { header: true }).train.count, 1);
});

test('line ends may change in the middle, as where a header was put before a file; empty lines and a byte order mark are passed over', (t) => {
  const { train } = load('\ufeffa,b,c\r\n1,2,0\n\n3,4,1\n\r\n5,6,0');
  t.deepEqual(numbersOf(train).x, [
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
});

test('an image is as large as the features of a line', (t) => {
  t.deepEqual(load('2,2,3,4,5,6,0\n', { image: [2, 3] }).train.image, [2, 3]);
  t.is(
    complaint(() => load('2,2,3,0\n', { image: [2, 3] })),
    'a.csv: has 3 features, images of 2 × 3 have 6',
  );
});

const bad: Record<string, [text: string, expected: string, options?: object]> = {
  'an empty file': ['', 'a.csv: is empty'],
  'empty lines only': ['\n\n', 'a.csv: is empty'],
  'a header only': ['a,b,c\n', 'a.csv: has a header, and no examples'],
  'a ragged line': ['1,2,0\n3,4,1\n5,6\n', 'a.csv:3: has 2 cells, the first line has 3'],
  'a line of one cell': ['1,2,0\nx\n', 'a.csv:2: has 1 cell, the first line has 3'],
  'a cell that is no number': ['1,2,0\n3,x,1\n', "a.csv:2: column 2 must be a number, got 'x'"],
  'a named cell that is no number': [
    'a,b,c\n1,2,0\n\n3,?,1\n',
    "a.csv:4: column 2 (b) must be a number, got '?'; where a cell has no value, write missing: '?'",
  ],
  'an empty cell': [
    '1,2,0\n3,,1\n',
    "a.csv:2: column 2 must be a number, got ''; where a cell has no value, write missing: ''",
  ],
  'a hexadecimal number': ['1,2,0\n3,0x10,1\n', "a.csv:2: column 2 must be a number, got '0x10'"],
  'infinity in words': ['1,2,0\n3,Infinity,1\n', "a.csv:2: column 2 must be a number, got 'Infinity'"],
  'a number that is infinite': ['1,2,0\n3,1e999,1\n', "a.csv:2: column 2 must be a number, got '1e999'"],
  'an empty label': ['1,2,0\n3,4,\n', 'a.csv:2: column 3 is empty, a label is expected'],
  'another delimiter': ['1;2;0\n', "a.csv:1: cells are separated by ';', not by ','; write delimiter: \";\""],
  'an absent column': ['1,2,0\n', 'a.csv:1: there is no column 3, the line has 3 cells', { label: 3 }],
  'a name that the header has not': [
    'a,b,kind\n1,2,0\n',
    "a.csv:1: no column is called 'class'; the first line is 'a', 'b', 'kind'",
    { label: 'class' },
  ],
  'a quote that does not end': ['1,2,0\n3,"4,1\n', 'a.csv:2: quotes do not match'],
};

for (const [what, [text, expected, options]] of Object.entries(bad)) {
  test(`${what} is told with its line and column`, (t) => {
    for (const blockSize of [1, 7, 1 << 20])
      t.is(
        complaint(() => load(text, options, blockSize)),
        expected,
      );
  });
}

test('a test set has the classes and features of the training set', (t) => {
  const text = '1,2,0\n3,4,1\n';
  const withTest = (other: string) => complaint(() => load(text, { test: 'b.csv' }, undefined, { 'b.csv': other }));
  t.is(withTest('5,6,1\n'), 'no complaint');
  t.is(withTest('5,6,1\n7,8,2\n'), "b.csv:2: label '2' is none of the training set's: '0', '1'");
  t.is(withTest('5,1\n'), 'b.csv: has 1 features, a.csv has 2');
});
