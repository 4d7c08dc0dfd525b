import * as z from 'zod';
import { entry } from '../entry.js';
import { UserError } from '../errors.js';
import { wholeContents } from './contents.js';
import { classSet } from './example-set.js';
import { imageOf, rowNotes, transposed } from './images.js';
import {
  classesOption,
  classIndices,
  classNames,
  columnOption,
  type LabelOptions,
  labelFault,
  labelsIn,
  offsetOption,
} from './labels.js';
import { Rows } from './rows.js';
import type { DataFile, ExampleSet, FixedSource, ReadFile } from './source.js';

/** Numbers and their shape, outermost dimension first. */
interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array | Float64Array;
  readonly type: number;
}

/** How a number lies in a file, big-endian. */
interface NumberType {
  readonly bytes: number;
  read(view: DataView, at: number): number;
}

const types: Readonly<Record<number, NumberType>> = {
  8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  9: { bytes: 1, read: (view, at) => view.getInt8(at) },
  11: { bytes: 2, read: (view, at) => view.getInt16(at) },
  12: { bytes: 4, read: (view, at) => view.getInt32(at) },
  13: { bytes: 4, read: (view, at) => view.getFloat32(at) },
  14: { bytes: 8, read: (view, at) => view.getFloat64(at) },
};
const [UNSIGNED_BYTES, INT32] = [8, 12];
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
function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  const fail = (message: string) => new UserError({ where: { file }, message });
  if (bytes.length === 0) throw fail('is empty');
  if (!isIdx(bytes)) {
    const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
    throw fail(`is no IDX file: it starts with ${start}, not with 0000, a type and a number of dimensions`);
  }
  const [, , type] = bytes;
  const number = types[type];
  const { header, shape } = headerOf(bytes);
  if (bytes.length < header) throw fail(`is cut off: ${bytes.length} bytes, the header alone has ${header}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = shape.reduce((a, b) => a * b, 1);
  const expected = header + count * number.bytes;
  if (bytes.length !== expected) {
    const what = bytes.length < expected ? 'is cut off' : 'is too long';
    throw fail(`${what}: ${bytes.length} bytes, ${shape.join(' × ')} numbers and the header have ${expected}`);
  }
  if (type === UNSIGNED_BYTES) return { shape, type, values: bytes.subarray(header) };
  const values = Float64Array.from({ length: count }, (_, i) => number.read(view, header + i * number.bytes));
  if (!values.every(Number.isFinite)) throw fail('holds numbers that are not finite');
  return { shape, type, values };
}

/** Its length, and what it says, as far as it is there. */
function headerOf(bytes: Uint8Array): { header: number; shape: number[] } {
  const [dimensions, view] = [bytes[3], new DataView(bytes.buffer, bytes.byteOffset, bytes.length)];
  const header = 4 + 4 * dimensions;
  const there = bytes.length < header ? 0 : dimensions;
  return { header, shape: Array.from({ length: there }, (_, i) => view.getUint32(4 + 4 * i)) };
}

/** The array in a file, plain or gzip. @throws UserError */
export function readIdx(blocks: Iterable<Uint8Array>, file: string): IdxArray {
  return parseIdx(wholeContents(blocks, file, expectedBytes), file);
}

/** How many bytes an IDX file that begins so may have; of another file nothing is known. */
function expectedBytes(start: Uint8Array): number | undefined {
  if (!isIdx(start)) return undefined;
  const { header, shape } = headerOf(start);
  return Math.min(MOST_BYTES, header + shape.reduce((a, b) => a * b, 1) * types[start[2]].bytes);
}

/** EMNIST has 547 MB. */
const MOST_BYTES = 1e9;

/** One pair of files: images (count × height × width, or count × any other size) and labels (count, or count × numbers). */
export interface Pair {
  readonly images: DataFile;
  readonly labels: DataFile;
}

export interface IdxOptions {
  readonly scale: number;
  readonly classes?: number | undefined;
  readonly labels?: { readonly offset?: number | undefined; readonly column?: number | undefined } | undefined;
  /** Images are stored column by column. */
  readonly transpose?: boolean | undefined;
}

/** The examples of a pair, with the classes of `known` where there are such, or `classes` of them, or as many as the labels tell. @throws UserError */
function readPair(
  { images, labels }: Pair,
  read: ReadFile,
  options: IdxOptions,
  known?: readonly string[],
): { readonly set: ExampleSet; readonly size: readonly number[] } {
  const { scale, transpose } = options;
  const [x, y] = [images, labels].map((file) => readIdx(read(file), file.path));
  const fail = (message: string) => new UserError({ where: { file: images.path }, message });
  const [count, ...stored] = x.shape;
  if (stored.length === 0) throw fail('holds a list, images are expected: are images and labels mixed up?');
  const whose = { file: labels.path };
  const classes = labelsIn(y, whose, { column: options.labels?.column, ofQmnist: y.type === INT32 });
  if (classes.length !== count)
    throw labelFault(whose, `holds ${classes.length} labels for the ${count} images of ${images.path}`);
  const width = stored.reduce((a, b) => a * b, 1);
  if (count === 0 || width === 0) throw fail('holds no images');
  if (transpose && stored.length < 2)
    throw fail(`holds lists of ${width} numbers, which have no rows and columns to transpose`);
  const size = transpose ? transposed(x.values, stored) : stored;
  const chosen: LabelOptions = { classes: options.classes, offset: options.labels?.offset };
  const names = known ?? classNames(classes, whose, chosen);
  const set = classSet({
    rows: Rows.of(x.values, width),
    scale,
    labels: classIndices(classes, names, whose),
    classes: names,
    ...imageOf(size),
  });
  return { set, size };
}

/** A training pair, and a test pair where there is one. */
export function idx(train: Pair, test: Pair | undefined, options: IdxOptions): FixedSource {
  const pairs = test === undefined ? [train] : [train, test];
  return {
    fixed: true,
    tested: test !== undefined,
    files: pairs.flatMap(({ images, labels }) => [images, labels]),
    load(read) {
      const { set, size } = readPair(train, read, options);
      const tested = test && readPair(test, read, options, set.classes).set;
      return { train: set, test: tested, notes: rowNotes(train.images.path, size) };
    },
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
    classes: classesOption(),
    labels: z
      .strictObject({
        offset: offsetOption(),
        column: columnOption(),
      })
      .optional()
      .describe(
        '{offset, column}: what their numbers mean; of 8 of each example, as QMNIST has them, the first is the class',
      ),
    transpose: z.boolean().optional().describe('images are stored column by column (EMNIST)'),
    scale: z.number().positive().default(255).describe('what the numbers are divided by'),
  },
  create: ({ train, test, ...options }) => idx(pairFiles('train', train), test && pairFiles('test', test), options),
});
