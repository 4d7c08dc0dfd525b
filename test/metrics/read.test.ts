import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { parse } from 'csv-parse';
import { RunError } from '../../src/errors.js';
import { type Row, tables } from '../../src/metrics/columns.js';
import { CsvWriter } from '../../src/metrics/csv.js';
import { formatRows } from '../../src/metrics/format.js';
import { readRows } from '../../src/metrics/read.js';
import { workspace } from '../_support/cli.js';

async function read(path: string) {
  const found: { header: readonly string[]; rows: (readonly string[])[]; blocks: number } = {
    header: [],
    rows: [],
    blocks: 0,
  };
  for await (const { header, rows } of readRows(path)) {
    found.header = header;
    found.blocks++;
    for (const row of rows) found.rows.push(row);
  }
  return found;
}

async function readByPackage(path: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const row of createReadStream(path).pipe(parse({ from_line: 2 }))) rows.push(row as string[]);
  return rows;
}

const header = tables.equivalence.columns.map(({ name }) => name);
/** So many rows of metrics.csv, some megabytes of them; `quantity` names them. */
const metrics = (count: number, quantity: (i: number) => string): Row[] =>
  Array.from({ length: count }, (_, i) => [
    i,
    i * 0.08,
    'ep',
    'rbp',
    quantity(i),
    Math.sin(i),
    1 / i,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    ...[0, -1e-300, 1].map((value) => value * Math.cos(i)),
  ]);

for (const [what, quantity] of [
  ['plain', () => 'params.W1'],
  ['with quotes here and there', (i: number) => (i % 5000 === 4999 ? 'a "b",\nc' : 'state')],
  ['with line ends in every row', (i: number) => `${'\n'.repeat(i % 40)},`],
] as const) {
  test(`cells of a written file, ${what}, are those that csv-parse finds, over many blocks`, async (t) => {
    const path = join(workspace(t), 'metrics.csv');
    const writer = new CsvWriter(path, tables.equivalence);
    writer.write(metrics(25_000, quantity));
    writer.close();
    const found = await read(path);
    t.deepEqual(found.header, header);
    t.true(found.blocks > 2);
    const expected = await readByPackage(path);
    t.is(found.rows.length, 25_000);
    t.is(expected.length, 25_000);
    t.deepEqual(
      found.rows.find((row, i) => !isDeepStrictEqual(row, expected[i])),
      undefined,
    );
  });
}

const cell = fc.string({ unit: fc.constantFrom(',', '"', '\n', '\r', ' ', 'a', 'é', '💡', '1', '.') });

testProp('what formatRows wrote comes back', [fc.array(fc.tuple(cell, cell, fc.double()))], async (t, rows) => {
  const path = join(workspace(t), 'x.csv');
  writeFileSync(path, `a,b,c\n${formatRows(rows)}`);
  const { rows: found } = await read(path);
  t.deepEqual(
    found,
    rows.map(([a, b, c]) => [a, b, String(c === 0 ? 0 : c)]),
  );
});

test('an empty file has no block, a header alone one without rows, and a last line needs no end', async (t) => {
  const path = join(workspace(t), 'x.csv');
  const of = async (text: string) => {
    writeFileSync(path, text);
    return await read(path);
  };
  t.deepEqual(await of(''), { header: [], rows: [], blocks: 0 });
  t.deepEqual(await of('a,b\n'), { header: ['a', 'b'], rows: [], blocks: 1 });
  t.deepEqual((await of('a,b\n1,2\n3,4')).rows, [
    ['1', '2'],
    ['3', '4'],
  ]);
  t.deepEqual((await of('a,b\r\n1,2\r\n')).rows, [['1', '2']]);
});

test('a row of another width, a quote that never ends and a file that is not there are RunErrors', async (t) => {
  const path = join(workspace(t), 'x.csv');
  for (const [text, message] of [
    ['a,b\n1\n', /x\.csv has a row of 1 cells, its header has 2: 1$/],
    ['a,b\n1,"2\n', /cannot read .*x\.csv: Quote Not Closed/],
  ] as const) {
    writeFileSync(path, text);
    await t.throwsAsync(read(path), { instanceOf: RunError, message });
  }
  await t.throwsAsync(read(`${path}.none`), { instanceOf: RunError, message: /cannot read .*no such file/ });
});
