import test from 'ava';
import { tables } from '../../src/metrics/columns.js';
import { formatRows } from '../../src/metrics/format.js';
import { dataPackage } from '../../src/metrics/sidecar.js';

/** What Table Schema takes for a number. */
const NUMBER = /^(NaN|-?INF|[+-]?\d+(\.\d+)?([eE][+-]?\d+)?)$/;

test('every number that a CSV may hold is one for Table Schema, or listed as missing', (t) => {
  const record = {
    outputs: { 'metrics.csv': { rows: 1, bytes: 1, sha256: '0' } },
    changes: {},
    spec: { protocol: { name: 'gradient' } },
  };
  const { resources } = JSON.parse(dataPackage('x', {}, [{ folder: '/a/run', record }]));
  const { fields, missingValues } = resources[0].schema;
  t.is(fields.length, tables.gradient.columns.length);
  for (const value of [
    0,
    -0,
    1e-300,
    5e-324,
    -1.5e300,
    1e21,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]) {
    const cell = formatRows([[value]]).trim();
    t.true(NUMBER.test(cell) !== missingValues.includes(cell), cell);
  }
});
