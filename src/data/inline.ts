import * as z from 'zod';
import { entry } from '../entry.js';
import { Matrix } from '../numerics/matrix.js';
import { numberSet } from './example-set.js';
import type { DataSource } from './source.js';

type Table = readonly (readonly number[])[];

interface Given {
  readonly x: Table;
  readonly y?: Table | undefined;
  readonly selected?: readonly number[] | undefined;
  readonly reward?: readonly number[] | undefined;
}

/** Examples written in the spec: with targets, or each with the action that was selected and what it was paid. */
function given({ x, y, selected, reward }: Given): DataSource {
  if (y !== undefined && selected === undefined && reward === undefined) return inline(x, y);
  const said = selected === undefined || reward === undefined ? undefined : rewarded(x, selected, reward);
  if (said !== undefined && y === undefined) return said;
  const message = y
    ? 'y and selected, reward exclude each other'
    : 'y is missing: targets, or selected and reward in their place';
  return { ...inline(x, []), problems: () => [[[y ? 'y' : 'x'], message]] };
}

/** Targets that are known for one output alone: NaN for the others. */
function rewarded(x: Table, selected: readonly number[], reward: readonly number[]): DataSource {
  const targets = (outputs: number) =>
    selected.map((action, i) => Array.from({ length: outputs }, (_, j) => (j === action ? reward[i] : Number.NaN)));
  return {
    fixed: false,
    judged: 'none',
    draw: ({ outputs }) => ({ train: numberSet(Matrix.from(x), Matrix.from(targets(outputs))), test: undefined }),
    selects: true,
    problems({ inputs, outputs }) {
      const uneven = [selected, reward].findIndex(({ length }) => length !== x.length);
      const beyond = selected.findIndex((action) => action >= outputs);
      const key = ['selected', 'reward'][uneven];
      return [
        ...widths('x', x, inputs, 'inputs'),
        ...(uneven < 0
          ? []
          : [
              [[key], `x has ${x.length} examples, ${key} has ${[selected, reward][uneven].length}`] as [
                string[],
                string,
              ],
            ]),
        ...(beyond < 0
          ? []
          : [
              [
                ['selected', beyond],
                `selected ${beyond} is output ${selected[beyond]}, the network has ${outputs} (from 0)`,
              ] as [(string | number)[], string],
            ]),
      ];
    },
  };
}

function inline(x: Table, y: Table): DataSource {
  return {
    fixed: true,
    judged: 'none',
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
  options: {
    x: table().describe('inputs, one row an example'),
    y: table().optional().describe('targets, one row an example'),
    selected: z
      .array(z.int().nonnegative())
      .min(1)
      .optional()
      .describe('in place of y: the output that was selected in each example, from 0 (cost: reward)'),
    reward: z.array(z.number()).min(1).optional().describe('and what it was paid'),
  },
  create: given,
});
