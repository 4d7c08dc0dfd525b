import * as z from 'zod';
import { entry } from '../entry.js';
import { Matrix } from '../numerics/matrix.js';
import { numberSet } from './example-set.js';
import type { DataSource } from './source.js';

type Table = readonly (readonly number[])[];

/** Examples written in the spec. */
function inline(x: Table, y: Table): DataSource {
  return {
    fixed: true,
    files: [],
    load: () => ({ train: numberSet(Matrix.from(x), Matrix.from(y)), test: undefined }),
    problems({ inputs, outputs }) {
      const counts: [string[], string][] =
        x.length === y.length ? [] : [[['y'], `x has ${x.length} examples, y has ${y.length}`]];
      return [...counts, ...widths('x', x, inputs, 'inputs'), ...widths('y', y, outputs, 'outputs')];
    },
  };
}

function widths(key: string, table: Table, expected: number, units: string): [(string | number)[], string][] {
  return table.flatMap((row, i): [(string | number)[], string][] =>
    row.length === expected
      ? []
      : [[[key, i], `${key} row ${i} has ${row.length} numbers, the network has ${expected} ${units}`]],
  );
}

const table = () => z.array(z.array(z.number())).min(1);

export const inlineEntry = entry({
  name: 'inline',
  summary: 'examples written in the spec',
  options: { x: table().describe('inputs, one row an example'), y: table().describe('targets, one row an example') },
  create: ({ x, y }) => inline(x, y),
});
