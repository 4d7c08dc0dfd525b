import { gzipSync } from 'node:zlib';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { complaint, idxBytes, numbersOf, reader, sourceOf } from '../_support/data.js';

const train = { images: 'x', labels: 'y' };
const plain = { name: 'idx', train };

/** Images of any size with labels of any of `classes` classes, the last of which occurs. */
const anySet = fc
  .record({
    count: fc.integer({ min: 2, max: 12 }),
    height: fc.integer({ min: 1, max: 5 }),
    width: fc.integer({ min: 1, max: 5 }),
    classes: fc.integer({ min: 1, max: 7 }),
  })
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      pixels: fc.uint8Array({
        minLength: size.count * size.height * size.width,
        maxLength: size.count * size.height * size.width,
      }),
      labels: fc
        .array(fc.integer({ min: 0, max: size.classes - 1 }), { minLength: size.count - 1, maxLength: size.count - 1 })
        // class 0 occurs where there is room for it: labels from 1 are another matter
        .map((some) => [...some.map((label, i) => (i === 0 ? 0 : label)), size.classes - 1]),
    }),
  );

testProp(
  'what is written as IDX is read back, plain or gzip, whatever the blocks',
  [anySet, fc.boolean(), fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 16, 255)],
  (t, { size, pixels, labels }, packed, blockSize, scale) => {
    const { count, height, width, classes } = size;
    const [x, y] = [idxBytes([count, height, width], pixels), idxBytes([count], labels)];
    const files = packed ? { x: gzipSync(x), y: gzipSync(y) } : { x, y };
    const { train: set, test: none } = sourceOf({ ...plain, scale }).load(reader(files, blockSize));
    t.is(none, undefined);
    t.deepEqual(set.image, [height, width]);
    t.deepEqual([set.count, set.inputs, set.outputs], [count, height * width, classes]);
    const numbers = numbersOf(set);
    t.deepEqual(
      numbers.x.flat(),
      [...pixels].map((pixel) => pixel / scale),
    );
    t.deepEqual(
      numbers.y,
      labels.map((label) => Array.from({ length: classes }, (_, k) => (k === label ? 1 : 0))),
    );
  },
  { seed: 1987 },
);

const types: readonly [type: number, bytes: number, set: keyof DataView & `set${string}`, values: readonly number[]][] =
  [
    [0x08, 1, 'setUint8', [0, 255, 7, 1]],
    [0x09, 1, 'setInt8', [0, -128, 127, -1]],
    [0x0b, 2, 'setInt16', [0, -32768, 32767, -2]],
    [0x0c, 4, 'setInt32', [0, -(2 ** 31), 2 ** 31 - 1, -3]],
    [0x0d, 4, 'setFloat32', [0, -1.5, 2 ** 100, 2 ** -149]],
    [0x0e, 8, 'setFloat64', [0, -0.1, 1e300, 5e-324]],
  ];

/** An IDX file of any type. */
function typed(shape: readonly number[], values: readonly number[], type: number): Uint8Array {
  const [, bytes, set] = types.find(([code]) => code === type)!;
  const view = new DataView(new ArrayBuffer(bytes * values.length));
  values.forEach((value, i) => {
    (view[set] as (at: number, value: number) => void)(i * bytes, value);
  });
  return idxBytes(shape, new Uint8Array(view.buffer), type);
}

const images = idxBytes([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
const labels = idxBytes([2], [0, 1]);
const packed = gzipSync(images);

const bad: Record<string, [files: Record<string, Uint8Array>, expected: string | RegExp, options?: object]> = {
  'an empty file': [{ x: new Uint8Array() }, 'x: is empty'],
  'another magic number': [
    { x: Buffer.from('PK\u0003\u0004…') },
    'x: is no IDX file: it starts with 504b0304, not with 0000, a type and a number of dimensions',
  ],
  'a type that is none': [{ x: idxBytes([2], [0, 1], 0x0a) }, /x: is no IDX file: it starts with 00000a01/],
  'a number that is not finite': [
    { x: idxBytes([1, 1], [0x7f, 0x80, 0, 0], 0x0d) },
    'x: holds numbers that are not finite',
  ],
  'a header cut off': [{ x: images.subarray(0, 10) }, 'x: is cut off: 10 bytes, the header alone has 16'],
  'images cut off': [
    { x: images.subarray(0, 23) },
    'x: is cut off: 23 bytes, 2 × 2 × 2 numbers and the header have 24',
  ],
  'bytes behind the images': [
    { x: Buffer.concat([images, Buffer.from('!')]) },
    'x: is too long: 25 bytes, 2 × 2 × 2 numbers and the header have 24',
  ],
  'gzip cut off': [{ x: packed.subarray(0, packed.length - 12) }, 'x: this gzip file is cut off; fetch it again'],
  'gzip damaged': [
    { x: Uint8Array.from(packed, (byte, i) => (i === packed.length - 6 ? byte ^ 1 : byte)) },
    /^x: this gzip file is damaged \(.+\); fetch it again$/,
  ],
  'counts that disagree': [{ y: idxBytes([3], [0, 1, 1]) }, 'y: holds 3 labels for the 2 images of x'],
  'images and labels mixed up': [
    { x: labels, y: images },
    'x: holds a list, images are expected: are images and labels mixed up?',
  ],
  'labels that are images': [{ y: images }, 'y: holds 2 × 2 × 2 numbers, a list of labels is expected'],
  'labels that count from somewhere': [
    { y: idxBytes([2], [5, 9]) },
    'y: holds labels from 5 to 9, and classes count from 0; write labels: {offset: 5}, or classes: 10 of which some are missing',
  ],
  'a label below the first': [
    { y: idxBytes([2], [1, 0]) },
    'y: label 1 is 0, a class 1, 2, 3 … is expected; write labels: {offset: 0}',
    { labels: { offset: 1 } },
  ],
  'a label that is no whole number': [
    { y: typed([2], [0, 0.5], 0x0d) },
    'y: label 1 is 0.5, a class 0, 1, 2 … is expected',
  ],
  'several numbers an example': [
    { y: idxBytes([2, 3], [0, 1, 2, 1, 2, 0]) },
    'y: holds 2 × 3 numbers, a list of labels is expected; write labels: {column: 0} where the first of each 3 is the class',
  ],
  'a column that is not there': [
    { y: idxBytes([2, 3], [0, 1, 2, 1, 2, 0]) },
    'y: has 3 numbers an example, labels.column is 3 (from 0)',
    { labels: { column: 3 } },
  ],
  'lists to transpose': [
    { x: idxBytes([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]) },
    'x: holds lists of 4 numbers, which have no rows and columns to transpose',
    { transpose: true },
  ],
  'no images': [{ x: idxBytes([0, 2, 2], []), y: idxBytes([0], []) }, 'x: holds no images'],
  'a label out of range': [
    { y: idxBytes([2], [0, 7]) },
    'y: label 1 is 7, there are the classes 0 … 2',
    { classes: 3 },
  ],
  'a class that the training set has not': [
    { v: idxBytes([2], [1, 2]) },
    'v: label 1 is 2, there are the classes 0 … 1',
    { test: { images: 'x', labels: 'v' } },
  ],
  'a test set that is larger than the set': [
    {},
    'split keeps 2 examples for the test, of 2: none are left to train on',
    { split: { test: 2 } },
  ],
};

for (const [type, , , values] of types) {
  test(`numbers of type 0x0${type.toString(16)} are read to the last bit, in any number of dimensions`, (t) => {
    for (const [shape, planes] of [
      [[2, 2]],
      [[2, 2, 1]],
      [[2, 1, 2, 1]],
      [
        [2, 2, 1, 1],
        [2, 1, 1],
      ],
      [[2, 1, 1, 2, 1]],
    ] as number[][][]) {
      const { train: set } = sourceOf({ ...plain, scale: 1 }).load(
        reader({ x: typed(shape, values, type), y: typed([2], [0, 1], type) }),
      );
      t.deepEqual(numbersOf(set).x, [values.slice(0, 2), values.slice(2)]);
      t.deepEqual(set.planes, planes as never);
    }
  });
}

const loaded = (files: Record<string, Uint8Array>, options: object) =>
  sourceOf({ ...plain, scale: 1, ...options }).load(reader(files)).train;

test('labels count from where they are said to, and classes are called as the labels are', (t) => {
  const x = idxBytes([3, 1], [1, 2, 3]);
  const letters = loaded({ x, y: idxBytes([3], [1, 26, 3]) }, { labels: { offset: 1 }, classes: 26 });
  t.deepEqual([letters.classes?.at(0), letters.classes?.at(-1), letters.outputs], ['1', '26', 26]);
  t.deepEqual([...letters.labels!], [0, 25, 2]);
  const signs = loaded({ x, y: typed([3], [-1, 1, -1], 0x09) }, { labels: { offset: -1 } });
  t.deepEqual(
    [signs.classes, [...signs.labels!]],
    [
      ['-1', '0', '1'],
      [0, 2, 0],
    ],
  );
});

test('QMNIST: the class is the first of the 8 numbers of an example, and another column where that is said', (t) => {
  const rows = [0, 1, 2].flatMap((label) => [label, 100, 2600 + label, 7, label % 2, 40, 0, 0]);
  const files = { x: idxBytes([3, 1], [1, 2, 3]), y: typed([3, 8], rows, 0x0c) };
  t.deepEqual([...loaded(files, {}).labels!], [0, 1, 2]);
  t.deepEqual([...loaded(files, { labels: { column: 4 } }).labels!], [0, 1, 0]);
  t.deepEqual(loaded(files, { labels: { column: 2, offset: 2600 } }).classes, ['2600', '2601', '2602']);
});

testProp(
  'an image that was stored column by column is its transpose; twice is none',
  [fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 })],
  (t, height, width, channels) => {
    const at = (i: number, c: number, row: number, column: number) => 100 * i + 30 * c + 5 * row + column;
    const each = [0, 1].flatMap((i) =>
      Array.from({ length: channels * height * width }, (_, k) => {
        const [c, rest] = [Math.floor(k / (height * width)), k % (height * width)];
        return at(i, c, rest % height, Math.floor(rest / height));
      }),
    );
    const set = loaded(
      { x: idxBytes([2, channels, width, height], each), y: idxBytes([2], [0, 1]) },
      { transpose: true },
    );
    t.deepEqual(set.planes ?? [1, ...set.image!], [channels, height, width]);
    const rowByRow = (i: number) =>
      Array.from({ length: channels * height * width }, (_, k) => {
        const [c, rest] = [Math.floor(k / (height * width)), k % (height * width)];
        return at(i, c, Math.floor(rest / width), rest % width);
      });
    t.deepEqual(numbersOf(set).x, [rowByRow(0), rowByRow(1)]);
  },
  { seed: 1987 },
);

for (const [what, [files, expected, options]] of Object.entries(bad)) {
  test(`${what} is told`, (t) => {
    const said = complaint(() => sourceOf({ ...plain, ...options }).load(reader({ x: images, y: labels, ...files })));
    if (typeof expected === 'string') t.is(said, expected);
    else t.regex(said, expected);
  });
}

test('a gzip file that tells a wrong size is read or refused, and takes no more memory than it can fill', (t) => {
  const lies = Uint8Array.from(packed);
  lies.fill(0xff, lies.length - 4);
  t.regex(
    complaint(() => sourceOf(plain).load(reader({ x: lies, y: labels }))),
    /^x: this gzip file (is damaged|unpacks to more than the \d+ bytes)/,
  );
});
