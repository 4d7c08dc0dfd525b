/** What holds of every data source: of what it says before it is loaded, and of the examples that it gives. */
import test from 'ava';
import { published } from '../../src/data/published.js';
import { create, type Named } from '../../src/entry.js';
import { dataLaws, load, numbersOf } from '../../src/laws/data.js';
import { writeNpz } from '../../src/numerics/npz.js';
import { registry } from '../../src/registry.js';
import { specSchema } from '../../src/spec/schema.js';
import { idxBytes, reader } from '../_support/data.js';

const files = {
  x: idxBytes(
    [6, 2, 2],
    Array.from({ length: 24 }, (_, i) => 10 * i),
  ),
  y: idxBytes([6], [0, 1, 2, 0, 1, 2]),
  'a.npz': writeNpz({
    x: { shape: [6, 2, 2], data: Float32Array.from({ length: 24 }, (_, i) => i / 8) },
    labels: { shape: [6], data: Uint8Array.of(0, 1, 2, 0, 1, 2) },
  }),
  'a.csv': Array.from({ length: 6 }, (_, i) => `${i},${i * 0.5},${i % 3}\n`).join(''),
  batch: Uint8Array.from({ length: 6 * 3073 }, (_, i) => (i % 3073 === 0 ? i / 3073 : (7 * i) % 256)),
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
  npz: { file: 'a.npz', split: { test: 2 } },
  cifar: { train: ['batch'], split: { test: 2 } },
};

test('every source has an example here, or is published', (t) => {
  t.deepEqual(
    Object.keys(registry.data).sort(),
    [...Object.keys(examples), ...published.map(({ name }) => name)].sort(),
  );
});

for (const [name, options] of Object.entries(examples)) {
  const named = specSchema.shape.data.parse({ name, ...options }) as Named;
  for (const law of dataLaws(named, reader(files))) test(law.name, law.check);

  test(`${name}: what is kept for the validation is kept from learning, and the test set stays what it is`, (t) => {
    const { split = {} } = options as { split?: object };
    const whole = load(named, reader(files));
    const parts = load(
      specSchema.shape.data.parse({ name, ...options, split: { ...split, validation: 1 } }) as Named,
      reader(files),
    );
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
