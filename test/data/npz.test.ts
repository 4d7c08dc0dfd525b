/** Examples in archives of NumPy. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import type { Dataset } from '../../src/data/source.js';
import { writeNpy } from '../../src/numerics/npy.js';
import { type NpyArray, writeNpz } from '../../src/numerics/npz.js';
import { complaint, numbersOf, reader, sourceOf } from '../_support/data.js';
import { zipOf } from '../_support/zip.js';

type Files = Readonly<Record<string, Uint8Array>>;

const load = (files: Files, options: object = {}): Dataset =>
  sourceOf({ name: 'npz', file: 'a.npz', ...options }).load(reader(files, 777));

const u1 = (shape: readonly number[], ...data: number[]): NpyArray => ({ shape, data: Uint8Array.from(data) });
const f8 = (shape: readonly number[], ...data: number[]): NpyArray => ({ shape, data: Float64Array.from(data) });

/** An array of a type and in an order that this program does not write. */
function foreign(descr: string, fortran: boolean, shape: readonly number[], values: readonly number[]): Uint8Array {
  const little = descr[0] !== '>';
  const bytes = Number(descr.slice(2));
  const view = new DataView(new ArrayBuffer(bytes * values.length));
  values.forEach((value, i) => {
    const at = i * bytes;
    if (descr[1] === 'f') view[bytes === 8 ? 'setFloat64' : 'setFloat32'](at, value, little);
    else if (bytes === 8) view.setBigInt64(at, BigInt(value), little);
    else if (bytes === 1) view.setUint8(at, value);
    else view[bytes === 2 ? 'setInt16' : 'setInt32'](at, value, little);
  });
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')},), }\n`;
  const head = Buffer.alloc(10 + text.length);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(text.length, 8);
  head.write(text, 10);
  return Buffer.concat([head, new Uint8Array(view.buffer)]);
}

testProp(
  'inputs and labels of any type, byte order, order of indices and packing are the same examples',
  [
    fc.constantFrom('|u1', '<i2', '>i4', '<i8', '>f4', '<f4', '<f8', '>f8'),
    fc.constantFrom('|u1', '<i2', '>i4', '<i8'),
    fc.boolean(),
    fc.boolean(),
  ],
  (t, inputs, labels, fortran, deflate) => {
    const value = (i: number, row: number, column: number) => 20 * i + 5 * row + column;
    const inC = [0, 1, 2].flatMap((i) => [0, 1].flatMap((row) => [0, 1, 2].map((column) => value(i, row, column))));
    const inFortran = [0, 1, 2].flatMap((column) =>
      [0, 1].flatMap((row) => [0, 1, 2].map((i) => value(i, row, column))),
    );
    const file = zipOf([
      { name: 'x.npy', contents: foreign(inputs, fortran, [3, 2, 3], fortran ? inFortran : inC), deflate },
      { name: 'labels.npy', contents: foreign(labels, false, [3], [2, 0, 1]), deflate },
    ]);
    const { train } = load({ 'a.npz': file }, { scale: 2 });
    t.deepEqual(
      [train.image, [...train.labels!], train.classes],
      [
        [2, 3],
        [2, 0, 1],
        ['0', '1', '2'],
      ],
    );
    t.deepEqual(
      numbersOf(train).x.flat(),
      inC.map((number) => number / 2),
    );
  },
  { seed: 1987, numRuns: 60 },
);

const inputs = u1([2, 2], 1, 2, 3, 4);
const labels = u1([2], 0, 1);
const targets = f8([2, 1], 0.5, 1.5);

/** Which arrays are taken: the first input of each set. */
const firsts = ({ train, test: tested }: Dataset) => [train, tested].map((set) => set && numbersOf(set).x[0][0]);

test('arrays are found where their names are plain, and a test set beside them', (t) => {
  const test = u1([2, 2], 9, 9, 9, 9);
  for (const [x, y, x2, y2] of [
    ['x_train', 'y_train', 'x_test', 'y_test'],
    ['train_images', 'train_labels', 'test_images', 'test_labels'],
    ['trainX', 'trainY', 'testX', 'testY'],
    ['X', 'y', 'X_test', 'y_test'],
    ['images', 'labels', 'test_images', 'test_labels'],
  ]) {
    const file = writeNpz({ [y2]: labels, [y]: labels, [x2]: test, [x]: inputs });
    t.deepEqual(firsts(load({ 'a.npz': file })), [1, 9], x);
    t.deepEqual(firsts(load({ 'a.npz': file }, { test: false })), [1, undefined], x);
  }
  const medical = writeNpz({
    train_images: inputs,
    train_labels: u1([2, 1], 0, 1),
    val_images: test,
    val_labels: labels,
  });
  const { test: none, notes } = load({ 'a.npz': medical }, { scale: 255 });
  t.deepEqual([none, notes], [undefined, ['a.npz: val_images, val_labels not used']]);
});

test('inputs of more indices than images have are numbers in a row, and that is told', (t) => {
  for (const [shape, notes] of [
    [[2, 2, 3], []],
    [[2, 1, 2, 3], []],
    [
      [2, 2, 1, 2, 3],
      ['x holds examples of 2 × 1 × 2 × 3, more indices than [channels,] height, width: taken as 12 numbers in a row'],
    ],
  ] as [number[], string[]][]) {
    const numbers = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i);
    const loaded = load({ 'a.npz': writeNpz({ x: f8(shape, ...numbers), labels }) });
    t.deepEqual(loaded.notes, notes);
    t.deepEqual(numbersOf(loaded.train).x.flat(), numbers);
  }
});

test('arrays are those that are named, in one file or two', (t) => {
  const file = writeNpz({ p: inputs, q: labels, r: u1([2, 2], 7, 7, 7, 7), v: targets });
  t.deepEqual(firsts(load({ 'a.npz': file }, { x: 'p', labels: 'q' })), [1, undefined]);
  t.deepEqual(
    firsts(load({ 'a.npz': file }, { x: 'p', labels: { name: 'q' }, test: { x: 'r', labels: 'q' } })),
    [1, 7],
  );
  const { train } = load({ 'a.npz': file }, { x: 'p', y: 'v' });
  t.deepEqual([train.labels, numbersOf(train).y], [undefined, [[0.5], [1.5]]]);
  const other = writeNpz({ p: u1([1, 2], 5, 6), q: u1([1], 1) });
  t.deepEqual(
    firsts(load({ 'a.npz': file, 'b.npz': other }, { x: 'p', labels: 'q', test: { file: 'b.npz' } })),
    [1, 5],
  );
});

test('of an array of a whole type labels are made, of another targets', (t) => {
  const wide = { shape: [2], data: Float64Array.of(3, 5) };
  t.deepEqual([...load({ 'a.npz': writeNpz({ x: inputs, y: labels }) }).train.labels!], [0, 1]);
  t.is(load({ 'a.npz': writeNpz({ x: inputs, y: targets }) }).train.labels, undefined);
  t.deepEqual(numbersOf(load({ 'a.npz': writeNpz({ x: inputs, y: wide }) }, { y: 'y' }).train).y, [[3], [5]]);
  t.deepEqual(load({ 'a.npz': writeNpz({ x: inputs, y: wide }) }, { labels: { name: 'y', offset: 3 } }).train.classes, [
    '3',
    '4',
    '5',
  ]);
});

test('images are channel, row, column, whatever the order that they are stored in', (t) => {
  const value = (i: number, c: number, row: number, column: number) => 100 * i + 20 * c + 4 * row + column;
  const [examples, channels, rows, columns] = [
    [0, 1],
    [0, 1, 2],
    [0, 1, 2, 3],
    [0, 1],
  ];
  const expected = examples.map((i) =>
    channels.flatMap((c) => rows.flatMap((r) => columns.map((q) => value(i, c, r, q)))),
  );
  const last = examples.flatMap((i) =>
    rows.flatMap((r) => columns.flatMap((q) => channels.map((c) => value(i, c, r, q)))),
  );
  const turned = examples.flatMap((i) =>
    channels.flatMap((c) => columns.flatMap((q) => rows.map((r) => value(i, c, r, q)))),
  );
  const cases: [NpyArray, object][] = [
    [u1([2, 3, 4, 2], ...expected.flat()), {}],
    [u1([2, 4, 2, 3], ...last), { channels: 'last' }],
    [u1([2, 3, 2, 4], ...turned), { transpose: true }],
  ];
  for (const [x, options] of cases) {
    const { train } = load({ 'a.npz': writeNpz({ x, labels }) }, options);
    t.deepEqual([train.planes, numbersOf(train).x], [[3, 4, 2], expected]);
  }
});

test('standardised inputs, and bytes that nobody divides are told of', (t) => {
  const file = { 'a.npz': writeNpz({ x: inputs, labels }) };
  t.deepEqual(numbersOf(load(file, { standardise: true }).train).x, [
    [-1, -1],
    [1, 1],
  ]);
  t.deepEqual(load(file, { standardise: true }).notes, []);
  t.deepEqual(load(file, { scale: 255 }).notes, []);
  t.deepEqual(load(file).notes, ['x holds bytes, which are 0 … 255 unless they are divided: scale: 255']);
});

const given = { x: inputs, labels };
const bad: Record<
  string,
  [arrays: Readonly<Record<string, NpyArray>> | Uint8Array, expected: string, options?: object]
> = {
  'an empty file': [new Uint8Array(), 'a.npz: is empty'],
  'one array': [
    writeNpy(inputs),
    "a.npz: is one NumPy array (.npy), and examples are two; save inputs and labels together: numpy.savez('data.npz', x=…, labels=…)",
  ],
  'no archive': [
    Buffer.from('1,2,3\n'),
    'a.npz: is no .npz archive, or is cut off: it has no list of entries at its end',
  ],
  'a file of PyTorch': [
    zipOf([{ name: 'm/data.pkl', contents: Buffer.from('x') }]),
    'a.npz: m/data.pkl is no NumPy array (.npy): of a file of PyTorch, save the tensors by numpy.savez',
  ],
  'Python objects': [
    zipOf([
      { name: 'x.npy', contents: foreign('|O8', false, [2], [1, 2]) },
      { name: 'labels.npy', contents: writeNpy(labels) },
    ]),
    'a.npz: x.npy holds Python objects (|O8), real numbers are expected',
  ],
  'no array that tells': [
    { arr_0: inputs, arr_1: labels },
    'which array of a.npz holds the inputs to train on? it has arr_0, arr_1; write x: NAME',
  ],
  'several that may be it': [
    { x: inputs, images: inputs, labels },
    'which array of a.npz holds the inputs to train on: x or images?; write x: NAME',
  ],
  'no labels': [
    { x: inputs },
    'which array of a.npz holds the labels or targets to train on? it has x; write labels: NAME (classes) or y: NAME (numbers to predict)',
  ],
  'no test set': [
    given,
    'which array of a.npz holds the inputs to test on? it has x, labels; write test: {x: NAME}',
    { test: {} },
  ],
  'a name that is none': [given, "a.npz has no array 'pixels', it has x, labels", { x: 'pixels' }],
  'one-hot labels': [
    { x: inputs, y: u1([2, 2], 0, 1, 1, 0) },
    'y holds 2 × 2 whole numbers: are they classes?; write labels: {name: y, column: 0}, or y: y for numbers to predict',
  ],
  'classes as floats': [
    { x: inputs, y: f8([2], 0, 1) },
    'y holds 2 whole numbers: are they classes?; write labels: y, or y: y for numbers to predict',
  ],
  'counts that disagree': [{ x: inputs, labels: u1([3], 0, 1, 1) }, 'a.npz: labels is 3, x has 2 examples (2 × 2)'],
  'labels of two indices': [
    { x: inputs, labels: u1([2, 3], 0, 1, 2, 0, 1, 2) },
    'a.npz: labels holds 2 × 3 numbers, a list of labels is expected; write labels: {column: 0} where the first of each 3 is the class',
    { labels: 'labels' },
  ],
  'targets of three indices': [
    { x: inputs, y: f8([2, 1, 1], 0.5, 1) },
    'a.npz: y is 2 × 1 × 1, examples × targets are expected',
  ],
  'a scalar': [{ x: u1([], 1), labels }, 'a.npz: x is one number, examples × inputs are expected'],
  'no examples': [{ x: u1([0, 2]), labels: u1([0]) }, 'a.npz: x holds no examples: it is 0 × 2', { labels: 'labels' }],
  'a number that is not finite': [
    { x: f8([2, 2], 1, 2, Number.NaN, 4), labels },
    'a.npz: x[1][0] is NaN, a finite number is expected',
  ],
  'a label that is none': [
    { x: inputs, labels: u1([2], 4, 9) },
    'a.npz: labels holds labels from 4 to 9, and classes count from 0; write labels: {offset: 4}, or classes: 10 of which some are missing',
  ],
  'a channel that may be the first or the last': [
    { x: u1([2, 5, 5, 3], ...new Array(150).fill(1)), labels },
    'x holds examples of 5 × 5 × 3: is the first a channel, or the last?; write channels: first, or channels: last',
  ],
  'channels of what has none': [
    given,
    'a.npz: x holds examples of 2, channels: last is of three indices',
    { channels: 'last' },
  ],
  'a test set of another width': [
    { ...given, x_test: u1([1, 3], 1, 2, 3), y_test: u1([1], 0) },
    'a.npz: x_test has 3 inputs an example (1 × 3), x has 2',
  ],
  'a class that is none of those trained on': [
    { ...given, x_test: u1([1, 2], 1, 2), y_test: u1([1], 2) },
    'a.npz: y_test label 0 is 2, there are the classes 0 … 1',
  ],
  'two test sets': [
    { ...given, x_test: inputs, y_test: labels },
    'test and split.test exclude each other: a test set is there (test: 0 draws none), or kept from train; write test: false to leave out the one that is there',
    { split: { test: 1 } },
  ],
};

for (const [what, [contents, expected, options]] of Object.entries(bad)) {
  test(`${what} is told, with what is expected`, (t) => {
    const file = contents instanceof Uint8Array ? contents : writeNpz(contents as Record<string, NpyArray>);
    t.is(
      complaint(() => load({ 'a.npz': file }, options)),
      expected,
    );
  });
}
