import { entry } from '../entry.js';
import { Matrix } from '../numerics/matrix.js';
import type { Random } from '../numerics/random.js';
import { numberSet } from './example-set.js';
import type { DataSource } from './source.js';
import { choiceOption, countOf } from './split.js';

/** rows × cols numbers, uniform in (0, 1). */
export function uniformMatrix(rows: number, cols: number, random: Random): Matrix {
  const m = new Matrix(rows, cols);
  for (let i = 0; i < m.data.length; i++) m.data[i] = random.uniform();
  return m;
}

export const examplesOption = () => choiceOption.describe('number of examples in the batch');

export const randomEntry = entry({
  name: 'random',
  summary: 'inputs and targets uniform in (0, 1)',
  options: { examples: examplesOption() },
  create: ({ examples }): DataSource => ({
    fixed: false,
    judged: 'none',
    draw({ inputs, outputs, stream }) {
      const x = uniformMatrix(countOf(examples), inputs, stream('x'));
      return { train: numberSet(x, uniformMatrix(countOf(examples), outputs, stream('y'))), test: undefined };
    },
  }),
});
