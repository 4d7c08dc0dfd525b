import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import { RunError } from '../../src/errors.js';
import { CsvWriter } from '../../src/metrics/csv.js';
import { formatRows } from '../../src/metrics/format.js';
import { workspace } from '../_support/cli.js';

const table = {
  file: 'x.csv',
  columns: [
    { name: 'id', type: 'string', description: '' },
    { name: 'value', type: 'number', description: '' },
  ],
} as const;

testProp(
  'numbers survive the round trip to the last bit; NaN and Infinity are spelled so',
  [fc.array(fc.double(), { minLength: 1 })],
  (t, values) => {
    const text = formatRows(values.map((value) => ['a', value]));
    const back = (parse(text) as string[][]).map(([, cell]) => Number(cell));
    t.true(values.every((value, i) => Object.is(value, back[i]) || (value === 0 && back[i] === 0)));
    t.false(/inf|nan/.test(text));
  },
);

test('cells with commas, quotes and line ends are quoted (RFC 4180), lines end in LF', (t) => {
  t.is(
    formatRows([
      ['a,b', 1],
      ['say "x"', 2],
      ['two\nlines', 3],
    ]),
    '"a,b",1\n"say ""x""",2\n"two\nlines",3\n',
  );
});

test('rows are in the file when write() returns, and are what close() counts', (t) => {
  const path = join(workspace(t), 'x.csv');
  const writer = new CsvWriter(path, table);
  t.is(readFileSync(path, 'utf8'), 'id,value\n');
  writer.write([
    ['a', 0.1],
    ['b', Number.NaN],
  ]);
  t.is(readFileSync(path, 'utf8'), 'id,value\na,0.1\nb,NaN\n');
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  t.deepEqual(writer.close(), { rows: 2, bytes: 21, sha256 });
});

test('a row of the wrong width is refused, an unwritable file is a RunError', (t) => {
  const folder = workspace(t);
  t.throws(() => new CsvWriter(join(folder, 'x.csv'), table).write([['a']]), {
    message: /x.csv has 2 columns, got a row of 1/,
  });
  t.throws(() => new CsvWriter(join(folder, 'none/x.csv'), table), {
    instanceOf: RunError,
    message: /cannot write .*none/,
  });
  t.throws(() => new CsvWriter('/dev/full', table), {
    instanceOf: RunError,
    message: /cannot write \/dev\/full: there is something that is no file/,
  });
});
