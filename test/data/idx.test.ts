import { gzipSync } from 'node:zlib';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { complaint, idxBytes, numbersOf, reader, sourceOf } from '../_support/data.js';

const train = { images: 'x', labels: 'y' };
const plain = { name: 'idx', train };

/** Images of any size with labels of any of `classes` classes, the last of which occurs. */
const anySet = fc
  .record({
    count: fc.integer({ min: 1, max: 12 }),
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
