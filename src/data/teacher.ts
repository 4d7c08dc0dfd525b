import { choice, create, entry } from '../entry.js';
import { initialisers } from '../model/initialise.js';
import { numberSet } from './example-set.js';
import { examplesOption, uniformMatrix } from './random.js';
import type { DataSource } from './source.js';
import { countOf } from './split.js';

export const teacherEntry = entry({
  name: 'teacher',
  summary: 'inputs uniform in (0, 1), targets the outputs of a second network of the same shape at its fixed point',
  options: {
    examples: examplesOption(),
    init: choice(initialisers)
      .default({ name: 'glorot-uniform', gain: 1 })
      .describe('initialiser of the second network'),
  },
  create: ({ examples, init }): DataSource => ({
    fixed: false,
    draw({ inputs, stream, teach }) {
      const x = uniformMatrix(countOf(examples), inputs, stream('x'));
      return { train: numberSet(x, teach(create(initialisers, init), x)), test: undefined };
    },
  }),
});
