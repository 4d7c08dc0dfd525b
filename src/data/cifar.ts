/** The binary format of CIFAR-10: images of three channels, one label each. */
import * as z from 'zod';
import { entry } from '../entry.js';
import { UserError } from '../errors.js';
import { wholeContents } from './contents.js';
import { classSet } from './example-set.js';
import { Rows } from './rows.js';
import type { DataFile, ExampleSet, FixedSource, ReadFile } from './source.js';
import { readTar } from './tar.js';

const [CHANNELS, SIDE] = [3, 32];
const PIXELS = CHANNELS * SIDE * SIDE;
/** A label, and the pixels: channel after channel, row after row. */
const RECORD = 1 + PIXELS;
const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
/** Of an archive or a batch, unpacked: that of the publisher has 184 MB. */
const MOST_BYTES = 1e9;

/** Records of a batch, the file that they are in, and which of its members, of an archive: `data_batch_1.bin`. */
interface Part {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly member?: string;
}

/** The examples of batches, one after the other. @throws UserError, with got and expected, where one is no whole number of records. */
function examplesOf(parts: readonly Part[]): ExampleSet {
  const fail = ({ file, member }: Part, message: string) =>
    new UserError({ where: { file }, message: member === undefined ? message : `${member} ${message}` });
  const counts = parts.map((part) => {
    const { length } = part.bytes;
    const count = Math.floor(length / RECORD);
    if (length === 0) throw fail(part, `is empty, records of ${RECORD} bytes are expected`);
    if (length % RECORD === 0) return count;
    const whole = `${count} have ${count * RECORD}, ${count + 1} have ${(count + 1) * RECORD}`;
    const record = `an image of ${CHANNELS} × ${SIDE} × ${SIDE} and its label have ${RECORD}`;
    throw fail(part, `is cut off: ${length} bytes, and ${record} (${whole})`);
  });
  const count = counts.reduce((sum, n) => sum + n, 0);
  const [pixels, labels] = [new Uint8Array(count * PIXELS), new Uint16Array(count)];
  let at = 0;
  for (const [k, part] of parts.entries()) {
    for (let i = 0; i < counts[k]; i++, at++) {
      const record = part.bytes.subarray(i * RECORD, (i + 1) * RECORD);
      const [label] = record;
      if (label >= CLASSES.length) {
        throw fail(part, `has label ${label} in record ${i}, a class 0 … ${CLASSES.length - 1} is expected`);
      }
      labels[at] = label;
      pixels.set(record.subarray(1), at * PIXELS);
    }
  }
  return classSet({
    rows: Rows.of(pixels, PIXELS),
    scale: 255,
    labels,
    classes: CLASSES,
    planes: [CHANNELS, SIDE, SIDE],
  });
}

const contentsOf = (read: ReadFile, file: DataFile): Uint8Array =>
  wholeContents(read(file), file.path, () => MOST_BYTES);

/** Batches, each a file of its own, plain or gzip. */
function batches(train: readonly DataFile[], test: DataFile | undefined): FixedSource {
  const parts = (files: readonly DataFile[], read: ReadFile) => {
    return examplesOf(files.map((file) => ({ bytes: contentsOf(read, file), file: file.path })));
  };
  return {
    fixed: true,
    tested: test !== undefined,
    files: test ? [...train, test] : train,
    load: (read) => ({ train: parts(train, read), test: test && parts([test], read) }),
  };
}

/** The archive of the University of Toronto: batches data_batch_1.bin … and test_batch.bin, in whatever folder. */
export function cifarArchive(file: DataFile): FixedSource {
  return {
    fixed: true,
    tested: true,
    files: [file],
    load(read) {
      const entries = [...readTar(contentsOf(read, file), file.path)];
      const named = (name: RegExp, expected: string) => {
        const found = entries.filter(([path]) => name.test(path)).sort(([a], [b]) => (a < b ? -1 : 1));
        if (found.length > 0) return found.map(([member, bytes]): Part => ({ bytes, file: file.path, member }));
        throw new UserError({
          where: { file: file.path },
          message: `has no ${expected} among its ${entries.length} files`,
        });
      };
      const [train, test] = [
        named(/(^|\/)data_batch_\d+\.bin$/, 'data_batch_1.bin …'),
        named(/(^|\/)test_batch\.bin$/, 'test_batch.bin'),
      ];
      return { train: examplesOf(train), test: examplesOf(test) };
    },
  };
}

export const cifarEntry = entry({
  name: 'cifar',
  summary: 'batches of images 3 × 32 × 32 of ten classes, in the binary format of CIFAR-10',
  source: 'Krizhevsky 2009',
  options: {
    train: z.array(z.string()).min(1).describe('batches, plain or gzip, relative to the spec: [data_batch_1.bin, …]'),
    test: z.string().optional().describe('a batch to test on'),
  },
  create: ({ train, test }) =>
    batches(
      train.map((path): DataFile => ({ option: ['train'], path })),
      test === undefined ? undefined : { option: ['test'], path: test },
    ),
});
