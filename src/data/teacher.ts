import * as z from 'zod';
import { choice, create, entry, positive } from '../entry.js';
import { initialisers } from '../model/initialise.js';
import { Matrix } from '../numerics/matrix.js';
import type { Random } from '../numerics/random.js';
import { numberSet } from './example-set.js';
import { examplesOption, uniformMatrix } from './random.js';
import type { DataSource } from './source.js';
import { countOf } from './split.js';

const normalInputs = z.strictObject({
  name: z.literal('normal'),
  std: positive().describe('standard deviation around 0'),
});

export const teacherEntry = entry({
  name: 'teacher',
  summary:
    'inputs uniform in (0, 1), or normal; targets the outputs of a second network of the same shape at its fixed point',
  options: {
    examples: examplesOption(),
    test: z.int().positive().optional().describe('number of examples to test on; default none'),
    inputs: normalInputs.optional().describe('normal inputs; default uniform in (0, 1)'),
    init: choice(initialisers)
      .default({ name: 'glorot-uniform', gain: 1 })
      .describe('initialiser of the second network'),
    labels: z
      .enum(['sign'])
      .optional()
      .describe('sign: an example is answered wrongly where the last output has another sign than its target'),
  },
  create: ({ examples, test = 0, inputs: drawn, init, labels: answer }): DataSource => ({
    fixed: false,
    judged: answer === undefined ? 'none' : 'signs',
    tested: test > 0,
    teaches: true,
    draw({ inputs, stream, teach }) {
      const random = stream('x');
      const draw = (count: number) =>
        drawn ? normalMatrix(count, inputs, drawn.std, random) : uniformMatrix(count, inputs, random);
      const by = create(initialisers, init);
      const taught = (count: number) => {
        const x = draw(count);
        return { ...numberSet(x, teach(by, x)), answer };
      };
      const train = taught(countOf(examples));
      return { train, test: test > 0 ? taught(test) : undefined };
    },
  }),
});

function normalMatrix(rows: number, cols: number, std: number, random: Random): Matrix {
  const m = new Matrix(rows, cols);
  for (let i = 0; i < m.data.length; i++) m.data[i] = std * random.normal();
  return m;
}
