/** What holds of every data source: of what it says before it is loaded, and of the examples that it gives. */
import { fc } from '@fast-check/ava';
import test from 'ava';
import { published } from '../../src/data/published.js';
import type { Dataset, ExampleSet } from '../../src/data/source.js';
import { create, type Named } from '../../src/entry.js';
import { Matrix } from '../../src/numerics/matrix.js';
import { randomStream } from '../../src/numerics/random.js';
import { registry } from '../../src/registry.js';
import { specSchema } from '../../src/spec/schema.js';
import { idxBytes, numbersOf, reader } from '../_support/data.js';

const files = {
  x: idxBytes(
    [6, 2, 2],
    Array.from({ length: 24 }, (_, i) => 10 * i),
  ),
  y: idxBytes([6], [0, 1, 2, 0, 1, 2]),
  'a.csv': Array.from({ length: 6 }, (_, i) => `${i},${i * 0.5},${i % 3}\n`).join(''),
};

/** A small example of each source whose files are in a spec, or that has none. */
const examples: Record<string, object> = {
  inline: {
    x: [
      [1, 2],
      [3, 4],
    ],
    y: [[1], [0]],
  },
  random: { examples: 5 },
  teacher: { examples: 5 },
  xor: { examples: 7, test: 3, noise: 0.1 },
  'two-moons': { examples: 9, test: 4 },
  spirals: { examples: 10, test: 5, arms: 3 },
  'digits-synthetic': { examples: 12, test: 5, side: 8 },
  recall: { images: 12, cues: 2, side: 8 },
  patterns: { count: 3, corruption: 0.5, cues: 2 },
  idx: { train: { images: 'x', labels: 'y' }, split: { test: 2 } },
  csv: { train: 'a.csv', split: { test: 2 } },
};

test('every source has an example here, or is published', (t) => {
  t.deepEqual(
    Object.keys(registry.data).sort(),
    [...Object.keys(examples), ...published.map(({ name }) => name)].sort(),
  );
});

function load(named: Named): Dataset {
  const source = create(registry.data, named);
  if (source.fixed) return source.load(reader(files));
  return source.draw({
    inputs: 3,
    outputs: 2,
    stream: (purpose) => randomStream(1, purpose),
    teach: (_, x) =>
      new Matrix(
        x.rows,
        2,
        Float64Array.from({ length: 2 * x.rows }, (_, i) => x.data[i]),
      ),
  });
}

for (const [name, options] of Object.entries(examples)) {
  const named = specSchema.shape.data.parse({ name, ...options }) as Named;
  const sets = (): ExampleSet[] => {
    const { train, test: held } = load(named);
    return held ? [train, held] : [train];
  };

  test(`${name}: the same examples every time`, (t) => {
    t.deepEqual(sets().map(numbersOf), sets().map(numbersOf));
  });

  test(`${name}: sizes, labels and targets agree`, (t) => {
    const [first] = sets();
    for (const set of sets()) {
      t.deepEqual([set.inputs, set.outputs], [first.inputs, first.outputs]);
      t.true(set.count > 0 && Number.isInteger(set.count));
      const { x, y } = numbersOf(set);
      t.true(x.flat().every(Number.isFinite) && y.flat().every(Number.isFinite));
      if (set.image) t.is(set.image[0] * set.image[1], set.inputs);
      if (set.labels === undefined) continue;
      t.is(set.labels.length, set.count);
      t.is(set.classes?.length, set.outputs);
      for (const [i, row] of y.entries())
        t.deepEqual(
          row,
          row.map((_, k) => (k === set.labels![i] ? 1 : 0)),
        );
    }
  });

  test(`${name}: any examples in any order are those of the whole`, (t) => {
    for (const set of sets()) {
      const whole = numbersOf(set);
      fc.assert(
        fc.property(fc.array(fc.nat(set.count - 1), { maxLength: 8 }), (at) => {
          const [x, y] = [new Matrix(at.length, set.inputs), new Matrix(at.length, set.outputs)];
          x.data.fill(-7);
          y.data.fill(-7);
          set.fill(at, x, y);
          t.deepEqual(
            at.map((_, i) => [...x.row(i)]),
            at.map((which) => whole.x[which]),
          );
          t.deepEqual(
            at.map((_, i) => [...y.row(i)]),
            at.map((which) => whole.y[which]),
          );
        }),
        { seed: 1987, numRuns: 20 },
      );
    }
  });

  test(`${name}: what is kept for the validation is kept from learning, and the test set stays what it is`, (t) => {
    const { split = {} } = options as { split?: object };
    const whole = load(named);
    const parts = load(specSchema.shape.data.parse({ name, ...options, split: { ...split, validation: 1 } }) as Named);
    t.is(parts.validation?.count, 1);
    t.deepEqual(parts.test && numbersOf(parts.test), whole.test && numbersOf(whole.test));
    const [before, train, held] = [whole.train, parts.train, parts.validation!].map((set) =>
      numbersOf(set).x.map(String),
    );
    if ('examples' in options) t.is(train.length, before.length, 'so many are learned from');
    else if (name !== 'recall') t.deepEqual([...train, ...held].sort(), before.sort());
    // patterns differ in where phase one starts, not in x
    const draws = name === 'recall' || name === 'xor' || name === 'patterns';
    if (!draws) t.false(train.includes(held[0]));
  });

  test(`${name}: a network of other sizes is told before anything runs, one of its own is not`, (t) => {
    const source = create(registry.data, named);
    const { inputs, outputs } = sets()[0];
    const problems = (sizes: { inputs: number; outputs: number }) => source.problems?.(sizes) ?? [];
    t.deepEqual(problems({ inputs, outputs }), []);
    // of files the sizes are only known when they have been read: test/end-to-end/data.test.ts
    if (!source.fixed || source.files.length > 0) return;
    t.not(problems({ inputs: inputs + 1, outputs }).length, 0);
    t.not(problems({ inputs, outputs: outputs + 1 }).length, 0);
  });
}

for (const { name, files: listed, mirrors } of published) {
  test(`${name}: what is published is what is read`, (t) => {
    const source = create(registry.data, { name });
    t.true(source.fixed);
    if (!source.fixed) return;
    t.deepEqual(source.files.map(({ path }) => path).sort(), listed.map(({ path }) => path).sort());
    t.true(source.files.every((file) => 'set' in file && file.set === name));
    for (const { bytes, sha256 } of listed) {
      t.true(Number.isInteger(bytes) && bytes > 0);
      t.regex(sha256, /^[0-9a-f]{64}$/);
    }
    t.is(new Set(listed.map(({ sha256 }) => sha256)).size, listed.length);
    for (const mirror of mirrors) t.true(URL.canParse(mirror) && mirror.endsWith('/'), mirror);
  });
}
