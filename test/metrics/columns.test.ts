import test from 'ava';
import { tableFor, tableOfFile, tables } from '../../src/metrics/columns.js';

const INHERITED = Object.getOwnPropertyNames(Object.prototype);

test('a table by a name that every object inherits is no table, and such a reference brings no columns', (t) => {
  for (const name of INHERITED) {
    const record = { tables: { [name]: 'own.csv' }, spec: { protocol: { name: 'gradient' }, reference: name } };
    t.is(tableOfFile('own.csv', record), undefined, name);
    for (const table of Object.keys(tables) as (keyof typeof tables)[])
      t.deepEqual(tableFor(table, [name]).columns, tables[table].columns, `${table} against ${name}`);
  }
});
