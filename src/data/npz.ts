import * as z from 'zod';
import { entry } from '../entry.js';
import { UserError } from '../errors.js';
import { type Archive, openArchive, type Stored } from './archive.js';
import { classSet, targetSet } from './example-set.js';
import { fitted } from './fitted.js';
import { channelsFirst, imageOf, rowNotes, transposed } from './images.js';
import { classesOption, classIndices, classNames, columnOption, labelsIn, offsetOption } from './labels.js';
import { candidates, found, listed } from './npz-names.js';
import { Rows } from './rows.js';
import type { DataFile, ExampleSet, FixedSource, ReadFile } from './source.js';

interface Labels {
  readonly name?: string | undefined;
  readonly offset?: number | undefined;
  readonly column?: number | undefined;
}

/** The arrays of a set of examples. */
interface Named {
  readonly x?: string | undefined;
  readonly y?: string | undefined;
  readonly labels?: string | Labels | undefined;
}

interface NpzOptions extends Named {
  readonly scale: number;
  readonly classes?: number | undefined;
  readonly channels?: 'first' | 'last' | undefined;
  readonly transpose?: boolean | undefined;
  readonly standardise?: boolean | undefined;
}

/** Which arrays they are, and what the second is. */
interface Chosen {
  readonly x: string;
  readonly y: string;
  readonly are: 'labels' | 'targets';
}

const labelsOf = ({ labels }: Named): Labels => (typeof labels === 'string' ? { name: labels } : (labels ?? {}));

/** What of a training set its test set must agree with. */
interface Known {
  readonly who: string;
  readonly inputs: number;
  readonly classes: readonly string[] | undefined;
}

interface Examples {
  readonly set: ExampleSet;
  readonly known: Known;
  readonly bytes: boolean;
  /** Indices of one. */
  readonly size: readonly number[];
}

/** @throws UserError where shapes or labels do not fit each other, or those of the training set */
function readExamples(archive: Archive, { x, y, are }: Chosen, options: NpzOptions, known?: Known): Examples {
  const fail = (message: string) => new UserError({ where: { file: archive.file }, message });
  const [inputs, told] = [archive.array(x), archive.array(y)];
  const [count, ...stored] = inputs.shape;
  if (count === undefined) throw fail(`${x} is one number, examples × inputs are expected`);
  const width = stored.reduce((a, b) => a * b, 1);
  if (count === 0 || width === 0) throw fail(`${x} holds no examples: it is ${inputs.shape.join(' × ')}`);
  if (told.shape[0] !== count) throw fail(`${y} is ${sizes(told)}, ${x} has ${count} examples (${sizes(inputs)})`);
  if (known && known.inputs !== width)
    throw fail(`${x} has ${width} inputs an example (${sizes(inputs)}), ${known.who} has ${known.inputs}`);
  const shared = {
    rows: Rows.of(inputs.values, width),
    scale: options.scale,
    ...imageOf(arranged(inputs, stored, options, fail)),
  };
  const set =
    are === 'labels'
      ? labelled(told, shared, { archive, options, known })
      : targetSet({ ...shared, targets: targetsOf(told, fail) });
  return {
    set,
    known: { who: x, inputs: width, classes: set.classes },
    bytes: inputs.values instanceof Uint8Array,
    size: stored,
  };
}

const sizes = ({ shape }: Stored) => (shape.length === 0 ? 'one number' : shape.join(' × '));

/** Images as [channels,] height, width, row by row. */
function arranged(
  { name, values }: Stored,
  stored: readonly number[],
  options: NpzOptions,
  fail: (message: string) => UserError,
): readonly number[] {
  const { channels, transpose } = options;
  const shape = `${name} holds examples of ${stored.join(' × ') || 'one number'}`;
  if (channels !== undefined && stored.length !== 3) throw fail(`${shape}, channels: ${channels} is of three indices`);
  if (transpose && stored.length < 2) throw fail(`${shape}, which have no rows and columns to transpose`);
  const isLast = channels === 'last' || (channels === undefined && looksLast(stored));
  if (isLast && channels === undefined)
    throw new UserError({
      message: `${shape}: is the first a channel, or the last?`,
      hint: 'write channels: first, or channels: last',
    });
  const size = isLast ? channelsFirst(values, stored) : stored;
  return transpose ? transposed(values, size) : size;
}

/** Grey, colours, and colours with opacity. */
const CHANNELS = [1, 3, 4];
const looksLast = ([first, , last, ...more]: readonly number[]) =>
  more.length === 0 && CHANNELS.includes(last) && !CHANNELS.includes(first);

interface Classing {
  readonly archive: Archive;
  readonly options: NpzOptions;
  readonly known: Known | undefined;
}

function labelled(
  told: Stored,
  shared: { rows: Rows; scale: number },
  { archive, options, known }: Classing,
): ExampleSet {
  const whose = { file: archive.file, array: `${told.name} ` };
  const { offset, column } = labelsOf(options);
  const labels = labelsIn({ shape: told.shape, values: told.values }, whose, { column });
  const classes = known?.classes ?? classNames(labels, whose, { offset, classes: options.classes });
  return classSet({ ...shared, labels: classIndices(labels, classes, whose), classes });
}

/** examples × targets, or a list of one each. */
function targetsOf({ name, shape, values }: Stored, fail: (message: string) => UserError): Rows {
  const [count, width = 1, ...more] = shape;
  if (more.length > 0 || width === 0) throw fail(`${name} is ${shape.join(' × ')}, examples × targets are expected`);
  return Rows.of(values, values.length / count);
}

/** The arrays to train on, as they are named, or found. */
function chooseTrain(archive: Archive, options: NpzOptions): Chosen {
  const { names, file } = archive;
  const x = options.x ?? found(names, 'train', 'x', file);
  const named = options.y ?? labelsOf(options).name;
  const y = named ?? found(names, 'train', 'y', file);
  if (options.y !== undefined) return { x, y, are: 'targets' };
  if (options.labels !== undefined) return { x, y, are: 'labels' };
  return { x, y, are: kindOf(archive.array(y)) };
}

/** Labels are a list of whole numbers of a whole type, targets are none of such a type; all else is asked. */
function kindOf({ name, shape, values, whole }: Stored): Chosen['are'] {
  const [, width = 1, ...more] = shape;
  const isList = width === 1 && more.length === 0;
  if (whole && isList) return 'labels';
  if (!whole && !values.every((value) => Number.isInteger(value))) return 'targets';
  const what = `${shape.join(' × ')} whole numbers`;
  const hint = `write labels: ${isList ? name : `{name: ${name}, column: 0}`}, or y: ${name} for numbers to predict`;
  throw new UserError({ message: `${name} holds ${what}: are they classes?`, hint });
}

/** The same of the test set: named, called as those of the training set are in a file of its own, or found. */
function chooseTest(archive: Archive, trained: Chosen, named: Named, apart: boolean): Chosen {
  const pick = (role: 'x' | 'y', said: string | undefined) =>
    said ??
    (apart && archive.names.includes(trained[role]) ? trained[role] : found(archive.names, 'test', role, archive.file));
  return { are: trained.are, x: pick('x', named.x), y: pick('y', named.y ?? labelsOf(named).name) };
}

/** Whether a test set lies beside the training set, to be taken where the spec does not speak of one. */
const isBeside = ({ names }: Archive) =>
  candidates(names, 'test', 'x').length === 1 && candidates(names, 'test', 'y').length === 1;

interface Files {
  readonly train: DataFile;
  /** Absent where it is found in the file of the training set, if there; `file` absent where it is that one. */
  readonly test: (Named & { readonly file: DataFile | undefined }) | false | undefined;
}

const apartOf = (test: Files['test']) => (test ? test.file : undefined);

/** @throws UserError */
function loadNpz({ train, test }: Files, read: ReadFile, options: NpzOptions) {
  const archive = openArchive(train, read);
  const chosen = chooseTrain(archive, options);
  const trained = readExamples(archive, chosen, options);
  const apart = apartOf(test);
  const own = apart && openArchive(apart, read);
  const tests = test !== false && (test !== undefined || isBeside(archive));
  const where = own ?? archive;
  const other = tests ? chooseTest(where, chosen, test || {}, own !== undefined) : undefined;
  const tested = other && readExamples(where, other, options, trained.known);
  const used = [chosen.x, chosen.y, ...(other && !own ? [other.x, other.y] : [])];
  const left = archive.names.filter((name) => !used.includes(name));
  return {
    train: trained.set,
    test: tested?.set,
    notes: [
      ...(left.length > 0 ? [`${train.path}: ${listed(left)} not used`] : []),
      ...rowNotes(chosen.x, trained.size),
      ...(trained.bytes && options.scale === 1 && !options.standardise ? [unscaled(chosen.x)] : []),
    ],
    ...(options.standardise && { fit: fitted(true) }),
  };
}

const unscaled = (x: string) => `${x} holds bytes, which are 0 … 255 unless they are divided: scale: 255`;

function npz(files: Files, options: NpzOptions): FixedSource {
  const { test } = files;
  const apart = apartOf(test);
  return {
    fixed: true,
    tested: test !== undefined && test !== false,
    files: [files.train, ...(apart ? [apart] : [])],
    load: (read) => loadNpz(files, read, options),
    problems: () => [...exclusive([], options), ...(test ? exclusive(['test'], test) : [])],
  };
}

function exclusive(path: string[], { y, labels }: Named): [string[], string][] {
  if (y === undefined || labels === undefined) return [];
  return [[[...path, 'y'], 'y (numbers to predict) and labels (classes) exclude each other']];
}

const arrays = () => ({
  x: z.string().optional().describe('array of the inputs: examples × any size'),
  y: z.string().optional().describe('array of numbers to predict, in place of labels: examples × targets'),
});

export const npzEntry = entry({
  name: 'npz',
  summary: 'arrays of NumPy: inputs, and labels or numbers to predict',
  options: {
    file: z.string().describe('.npz archive, relative to the spec'),
    ...arrays(),
    labels: z
      .union([
        z.string(),
        z.strictObject({
          name: z.string().optional().describe('array'),
          offset: offsetOption(),
          column: columnOption(),
        }),
      ])
      .optional()
      .describe('array of the classes, one an example, or {name, offset, column}'),
    test: z
      .union([
        z.literal(false),
        z.strictObject({
          file: z.string().optional().describe('archive of its own'),
          ...arrays(),
          labels: z.string().optional().describe('array of the classes'),
        }),
      ])
      .optional()
      .describe('{file, x, labels | y}: the test set; default x_test and y_test, or the like, where they are there'),
    classes: classesOption(),
    channels: z
      .enum(['first', 'last'])
      .optional()
      .describe('of images with three indices: channel, row, column (default), or row, column, channel'),
    transpose: z.boolean().optional().describe('images are stored column by column'),
    standardise: z
      .boolean()
      .optional()
      .describe('inputs − mean, over the standard deviation, both of the examples to train on; constants become 0'),
    scale: z.number().positive().default(1).describe('what the inputs are divided by'),
  },
  create({ file, test, ...options }) {
    const own = test && test.file !== undefined ? { option: ['test', 'file'], path: test.file } : undefined;
    return npz({ train: { option: ['file'], path: file }, test: test && { ...test, file: own } }, options);
  },
});
