import * as z from 'zod';
import { entry } from '../entry.js';
import { UserError } from '../errors.js';
import { wholeContents } from './contents.js';
import { classSet } from './example-set.js';
import { Rows } from './rows.js';
import type { DataFile, ExampleSet, FixedSource, ReadFile } from './source.js';
import { datasetOf, fileSetOptions, type Split, splitProblems } from './split.js';

/** An array of unsigned bytes: its shape, outermost dimension first. */
interface IdxArray {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const types: Readonly<Record<number, string>> = {
  8: 'unsigned bytes',
  9: 'signed bytes',
  11: 'short integers',
  12: 'integers',
  13: 'floats',
  14: 'doubles',
};
const MOST_DIMENSIONS = 8;

/** Whether bytes start as those of an IDX file. */
export function isIdx([zero, zero2, type, dimensions]: Uint8Array): boolean {
  return zero === 0 && zero2 === 0 && type in types && dimensions >= 1 && dimensions <= MOST_DIMENSIONS;
}

/**
 * Reads the IDX format of the MNIST files (LeCun, Cortes & Burges): two zero bytes, the type, the number of dimensions,
 * each dimension as a big-endian 32-bit number, then the numbers.
 * @throws UserError where it is something else, or does not hold as many bytes as it says.
 */
export function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  const fail = (message: string) => new UserError({ where: { file }, message });
  if (bytes.length === 0) throw fail('is empty');
  if (!isIdx(bytes)) {
    const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
    throw fail(`is no IDX file: it starts with ${start}, not with 0000, a type and a number of dimensions`);
  }
  const [, , type, dimensions] = bytes;
  if (types[type] !== 'unsigned bytes') throw fail(`holds ${types[type]}; unsigned bytes are expected`);
  const header = 4 + 4 * dimensions;
  if (bytes.length < header) throw fail(`is cut off: ${bytes.length} bytes, the header alone has ${header}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = header + shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== expected) {
    const what = bytes.length < expected ? 'is cut off' : 'is too long';
    throw fail(`${what}: ${bytes.length} bytes, ${shape.join(' × ')} numbers and the header have ${expected}`);
  }
  return { shape, bytes: bytes.subarray(header) };
}

/** One pair of files: images (count × height × width, or count × inputs) and labels (count). */
export interface Pair {
  readonly images: DataFile;
  readonly labels: DataFile;
}

/** The examples of a pair; there are `classes` of them, or as many as the labels tell. @throws UserError */
export function readPair({ images, labels }: Pair, read: ReadFile, scale: number, classes?: number): ExampleSet {
  const [x, y] = [images, labels].map((file) => parseIdx(wholeContents(read(file), file.path), file.path));
  const fail = (file: DataFile, message: string) => new UserError({ where: { file: file.path }, message });
  const [count, ...size] = x.shape;
  if (size.length === 0) throw fail(images, 'holds a list, images are expected: are images and labels mixed up?');
  if (y.shape.length !== 1) throw fail(labels, `holds ${y.shape.join(' × ')} numbers, a list of labels is expected`);
  if (y.shape[0] !== count) throw fail(labels, `holds ${y.shape[0]} labels for the ${count} images of ${images.path}`);
  const width = size.reduce((a, b) => a * b, 1);
  if (count === 0 || width === 0) throw fail(images, 'holds no images');
  const known = classes ?? y.bytes.reduce((largest, label) => Math.max(largest, label), 0) + 1;
  const bad = y.bytes.findIndex((label) => label >= known);
  if (bad >= 0) throw fail(labels, `label ${bad} is ${y.bytes[bad]}, there are the classes 0 … ${known - 1}`);
  return classSet({
    rows: Rows.ofBytes(x.bytes, width),
    scale,
    labels: Uint16Array.from(y.bytes),
    classes: Array.from({ length: known }, (_, i) => String(i)),
    ...(size.length === 2 ? { image: [size[0], size[1]] as const } : {}),
  });
}

/** A training pair, and a test pair or a part of the training pair. */
export function idx(
  train: Pair,
  test: Pair | undefined,
  options: { scale: number; classes?: number | undefined; split?: Split | undefined; examples?: number | undefined },
): FixedSource {
  const pairs = test === undefined ? [train] : [train, test];
  return {
    fixed: true,
    files: pairs.flatMap(({ images, labels }) => [images, labels]),
    load(read) {
      const trained = readPair(train, read, options.scale, options.classes);
      return datasetOf(trained, test && readPair(test, read, options.scale, trained.outputs), options);
    },
    problems: () => splitProblems({ test, split: options.split }),
  };
}

const pair = () =>
  z.strictObject({
    images: z.string().describe('IDX file, plain or gzip, relative to the spec'),
    labels: z.string().describe('IDX file of as many labels'),
  });

function pairFiles(which: 'train' | 'test', { images, labels }: { images: string; labels: string }): Pair {
  return {
    images: { option: [which, 'images'], path: images },
    labels: { option: [which, 'labels'], path: labels },
  };
}

export const idxEntry = entry({
  name: 'idx',
  summary: 'images and labels in the format of the MNIST files',
  source: 'LeCun, Cortes & Burges',
  options: {
    train: pair().describe('{images, labels}'),
    test: pair().optional().describe('{images, labels}'),
    ...fileSetOptions,
    classes: z.int().min(2).max(256).optional().describe('number of classes; default 1 + the largest label of train'),
    scale: z.number().positive().default(255).describe('what the bytes are divided by'),
  },
  create: ({ train, test, ...options }) => idx(pairFiles('train', train), test && pairFiles('test', test), options),
});
