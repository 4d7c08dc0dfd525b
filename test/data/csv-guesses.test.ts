/** What a CSV file does not say for certain is asked about; what the spec says is done. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { complaint, numbersOf, reader, sourceOf } from '../_support/data.js';

const source = (options: object) => sourceOf({ name: 'csv', train: 'a.csv', ...options });
const load = (text: string, options: object = {}, more: Record<string, string> = {}) =>
  source(options).load(reader({ 'a.csv': text, ...more }, 5));
const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');

const missingFirst = lines('0.1,?,0.3,0.4,a', '0.2,0.3,0.4,0.5,b', '0.5,0.3,0.4,0.5,a', '0.2,0.1,0.4,0.5,b');
const iris = lines('Id,SL,SW,PL,PW,Species', '1,5.1,3.5,1.4,0.2,s', '2,4.9,3.0,1.4,0.2,s', '3,7.0,3.2,4.7,1.4,v');
const header = 'write header: true if it names the columns, header: false if it is an example';

const asked: Record<string, [text: string, expected: string, options?: object]> = {
  'a first line with a missing value': [
    missingFirst,
    `a.csv:1: column 2 is '?' where a number or, in every column, a name is expected; ${header}; missing: '?' if that cell has no value`,
  ],
  'a first line with NA': [
    missingFirst.replace('?', 'NA'),
    `a.csv:1: column 2 is 'NA' where a number or, in every column, a name is expected; ${header}; missing: 'NA' if that cell has no value`,
  ],
  'a first line of missing values': [
    lines('?,?,a', '1,2,b'),
    `a.csv:1: column 1 is '?' where a number or, in every column, a name is expected; ${header}; missing: '?' if that cell has no value`,
  ],
  'a name of a column among numbers': [
    lines('2019,change,a', '1,2,b'),
    `a.csv:1: column 2 is 'change' where a number or, in every column, a name is expected; ${header}`,
  ],
  'two columns of one name': [
    lines('x,x,kind', '1,2,b'),
    `a.csv:1: column 1 is 'x' where a number or, in every column, a name is expected; ${header}`,
  ],
  'numbers that count up, as a header of pandas does': [
    lines('0,1,2,3', '5.1,3.5,1.4,1', '4.9,3,1.4,0'),
    `a.csv:1: the first line may be an example or name the columns ('0', '1', '2', '3'): its numbers count up by one; ${header}`,
  ],
  'years as names': [
    lines('2019,2020,2021,kind', '5.1,3.5,1.4,a', '4.9,3,1.4,b'),
    `a.csv:1: the first line may be an example or name the columns ('2019', '2020', '2021', 'kind'): its numbers count up by one; ${header}`,
  ],
  'numbers as names and a word over numbers': [
    lines('10,20,kind', '5.1,3.5,1', '4.9,3,0'),
    `a.csv:1: the first line may be an example or name the columns ('10', '20', 'kind'): its label 'kind' is on no other line; ${header}`,
  ],
  'a word that is no class elsewhere': [
    lines('10,20,kind', '5.1,3.5,a', '4.9,3,b', '4,2,a', '3,2,b'),
    `a.csv:1: the first line may be an example or name the columns ('10', '20', 'kind'): its label 'kind' is on no other line; ${header}`,
  ],
  'a column called Id': [
    iris,
    'a.csv: column 1 (Id) numbers the examples: 1, 2, 3, … (is it an input?); write drop: [Id], or drop: [] to keep it',
  ],
  'a column that counts': [
    lines(...Array.from({ length: 12 }, (_, i) => `${7 + i},${i * i},${i % 2}`)),
    'a.csv: column 1 numbers the examples: 7, 8, 9, … (is it an input?); write drop: [0], or drop: [] to keep it',
  ],
  'semicolons and quotes': [
    lines('"fixed acidity";"volatile acidity";"quality"', '7.4;0.7;5', '7.8;0.88;5', '11.2;0.28;6'),
    `a.csv:1: cells are separated by ';', not by ','; write delimiter: ";"`,
  ],
  tabs: [lines('1\t2\ta', '3\t4\tb'), 'a.csv:1: cells are separated by tabs, not by \',\'; write delimiter: "\\t"'],
  'semicolons and decimal commas': [
    lines('x;y;kind', '7,4;0,7;5', '7,8;0,88;5'),
    `a.csv:1: cells are separated by ';', not by ','; write delimiter: ";", decimal: ","`,
  ],
  'decimal commas': [
    lines('x;y;kind', '7,4;0,7;5', '7,8;0,88;5'),
    'a.csv:1: numbers have a decimal comma; write decimal: ","',
    { delimiter: ';' },
  ],
  'a label that is measured': [
    lines('1,2,0.5', '3,9,0.75', '5,6,0.25'),
    'a.csv: has 3 different labels (are they classes?); numbers that are to be predicted are targets: [2]',
  ],
  'a column that is dropped and predicted': [
    iris,
    'a.csv:1: drop: column 6 (Species) is what is to be predicted',
    { drop: ['Species'] },
  ],
  'no inputs': [lines('a,b', '1,2'), 'a.csv:1: no column is left for the inputs', { targets: ['b'], drop: ['a'] }],
  'a test file of other columns': [
    lines('x,y,kind', '1,2,a', '3,4,b'),
    "b.csv: has the columns 'y', 'x', 'kind', a.csv has 'x', 'y', 'kind'",
    { test: 'b.csv' },
  ],
  'values that are missing everywhere': [
    lines('1,?,a', '3,?,b'),
    'input 1 (from 0) has no value in any example of the training set',
    { missing: { cells: '?', use: 'mean' } },
  ],
};

for (const [what, [text, expected, options]] of Object.entries(asked)) {
  test(`${what}: asked about, with what to write`, (t) => {
    t.is(
      complaint(() => load(text, options, { 'b.csv': lines('y,x,kind', '1,2,a') })),
      expected,
    );
  });
}

test('what the spec says settles it', (t) => {
  t.is(load(missingFirst, { header: true }).train.count, 3);
  const { train, notes } = load(missingFirst, { missing: '?' });
  t.is(train.count, 3);
  t.deepEqual(notes, ['a.csv: 1 of 4 examples are left out for a missing value']);
  for (const missing of [['?', 'NA'], 'drop', { cells: ['?'] }]) t.is(load(missingFirst, { missing }).train.count, 3);
  t.deepEqual(numbersOf(load(missingFirst, { missing: 'mean' }).train).x[0], [0.1, (0.3 + 0.3 + 0.1) / 3, 0.3, 0.4]);
  t.is(load(iris, { drop: [] }).train.inputs, 5);
  t.deepEqual(numbersOf(load(iris, { drop: ['Id', 'PL'] }).train).x[0], [5.1, 3.5, 0.2]);
  t.deepEqual(numbersOf(load(iris, { columns: ['PW', 1] }).train).x[2], [1.4, 7]);
  t.is(load(lines('0,1,2,3', '5.1,3.5,1.4,1'), { header: true }).train.count, 1);
});

test('targets are numbers to predict, in their order; comments, decimal commas and other delimiters are read', (t) => {
  const text = lines('# by "hand', 'x;y;z', '1,5;2;0,5', '#;;', '3;4;0,25');
  const { train } = load(text, { targets: ['z', 'x'], delimiter: ';', decimal: ',', comment: '#' });
  t.is(train.labels, undefined);
  t.deepEqual(numbersOf(train), {
    x: [[2], [4]],
    y: [
      [0.5, 1.5],
      [0.25, 3],
    ],
  });
});

test('options that exclude each other are told before a file is read', (t) => {
  const problems = (options: object) => source(options).problems?.({ inputs: 1, outputs: 1 });
  t.deepEqual(problems({ columns: ['a'], drop: ['b'] }), [[['drop'], 'columns and drop exclude each other']]);
  t.deepEqual(problems({ decimal: ',' }), [[['decimal'], "decimal and delimiter are both ','"]]);
});

const value = fc.oneof(fc.integer({ min: -5, max: 300 }), fc.double({ noNaN: true, min: -1e3, max: 1e3 }));
testProp(
  'standardised inputs have mean 0 and deviation 1 over the examples that are learned from, whatever the others are',
  [fc.array(fc.tuple(value, value), { minLength: 6, maxLength: 30 }), fc.nat(9), fc.boolean()],
  (t, rows, seed, changed) => {
    const options = { standardise: true, header: false, split: { validation: 1, test: 2, seed }, drop: [] };
    const text = (all: readonly (readonly number[])[]) => lines(...all.map((row, i) => [...row, 7, i % 2].join(',')));
    const { train, validation, test: tested } = load(text(rows), options);
    const { x } = numbersOf(train);
    for (const j of [0, 1, 2]) {
      const column = x.map((row) => row[j]);
      const mean = column.reduce((a, b) => a + b, 0) / column.length;
      t.true(Math.abs(mean) < 1e-9);
      const squares = column.reduce((a, b) => a + (b - mean) ** 2, 0) / column.length;
      t.true(Math.abs(squares - 1) < 1e-9 || column.every((one) => one === 0), `${squares}`);
    }
    if (!changed) return;
    // what is held out tells nothing to the rest
    const raw = numbersOf(load(text(rows), { ...options, standardise: false }).train).x.map(String);
    const others = rows.map((row) => (raw.includes(String([...row.map((one) => one + 0), 7])) ? row : [999, -999]));
    t.deepEqual(numbersOf(load(text(others), options).train).x, x);
    t.is(validation?.count, 1);
    t.is(tested?.count, 2);
  },
  { seed: 1987, numRuns: 30 },
);
