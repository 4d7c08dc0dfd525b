/** Classes from the whole numbers that label files hold. */
import * as z from 'zod';
import { UserError } from '../errors.js';
import { counted } from '../text.js';

export type Labels = Uint8Array | Float64Array | Float32Array;

export interface LabelOptions {
  /** The label that is class 0. */
  readonly offset?: number | undefined;
  /** How many classes there are; as many as the labels tell, where absent. */
  readonly classes?: number | undefined;
}

export const offsetOption = () =>
  z
    .int()
    .optional()
    .describe('the label of the first class; default 0, or 1 where each of 1 … n occurs and 0 does not');

export const columnOption = () =>
  z
    .int()
    .nonnegative()
    .optional()
    .describe('which number is the class, from 0, where there are several of each example');

export const classesOption = () =>
  z
    .int()
    .min(2)
    .max(256)
    .optional()
    .describe('number of classes; default as many as the labels to train on tell, from the first');

const MOST_CLASSES = 65536;

/** Whose labels they are, in messages. */
export interface Labelled {
  readonly file: string;
  /** `y_train: `, of one array among several. */
  readonly array?: string;
}

export const labelFault = ({ file, array }: Labelled, message: string, hint?: string) =>
  new UserError({ where: { file }, message: `${array ?? ''}${message}`, ...(hint !== undefined && { hint }) });

/**
 * The names of the classes, in their order: those of the labels, which count from `offset`. Without one from 0, or from 1
 * where the labels do: the last of n is n then, or each of 1 … n occurs.
 * @throws UserError where they are no classes, or may count from somewhere else
 */
export function classNames(given: Labels, whose: Labelled, { offset, classes }: LabelOptions): string[] {
  requireWhole(given, whose, offset ?? 0);
  const present = new Set<number>(given);
  const [least, largest] = [Math.min(...present), Math.max(...present)];
  const first = offset ?? guessedFirst(present, largest, classes);
  if (offset === undefined && first === 0 && least > 0 && classes === undefined) {
    const labels = least === largest ? `the label ${least} alone` : `labels from ${least} to ${largest}`;
    const message = `holds ${labels}, and classes count from 0`;
    throw labelFault(
      whose,
      message,
      `write labels: {offset: ${least}}, or classes: ${largest + 1} of which some are missing`,
    );
  }
  return Array.from({ length: classes ?? largest + 1 - first }, (_, i) => String(i + first));
}

function requireWhole(labels: Labels, whose: Labelled, first: number): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (Number.isInteger(label) && label >= first && label - first < MOST_CLASSES) continue;
    const expected = [0, 1, 2].map((k) => first + k).join(', ');
    const hint = Number.isInteger(label) && label < first ? `write labels: {offset: ${leastOf(labels)}}` : undefined;
    throw labelFault(whose, `label ${i} is ${label}, a class ${expected} … is expected`, hint);
  }
}

function leastOf(labels: Labels): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < labels.length; i++) least = Math.min(least, labels[i]);
  return least;
}

function guessedFirst(present: ReadonlySet<number>, largest: number, classes: number | undefined): number {
  const fromOne = !present.has(0) && (classes === undefined ? present.size === largest : classes === largest);
  return fromOne && largest > 1 ? 1 : 0;
}

/** The place of each label among the classes. @throws UserError where one is none of them */
export function classIndices(labels: Labels, classes: readonly string[], whose: Labelled): Uint16Array {
  const [first, last] = [Number(classes[0]), Number(classes.at(-1))];
  return Uint16Array.from(labels, (label, i) => {
    if (Number.isInteger(label) && label >= first && label <= last) return label - first;
    throw labelFault(whose, `label ${i} is ${label}, there are the classes ${first} … ${last}`);
  });
}

/** Numbers that QMNIST says of each example; the first is its class. */
const QMNIST_NUMBERS = 8;

/** One label an example: of a list, or one column of several numbers. @param ofQmnist of as many numbers as those the first counts */
export function labelsIn(
  { shape, values }: { readonly shape: readonly number[]; readonly values: Labels },
  whose: Labelled,
  { column, ofQmnist = false }: { readonly column?: number | undefined; readonly ofQmnist?: boolean },
): Labels {
  const [count, numbers = 1, ...more] = shape;
  const expected = `holds ${shape.length === 0 ? 'one number' : `${shape.join(' × ')} numbers`}, a list of labels is expected`;
  if (more.length > 0 || shape.length === 0) throw labelFault(whose, expected);
  const at = column ?? (numbers === 1 || (ofQmnist && numbers === QMNIST_NUMBERS) ? 0 : undefined);
  if (at === undefined)
    throw labelFault(whose, expected, `write labels: {column: 0} where the first of each ${numbers} is the class`);
  if (at >= numbers)
    throw labelFault(whose, `has ${counted(numbers, 'number')} an example, labels.column is ${at} (from 0)`);
  return numbers === 1 ? values : Float64Array.from({ length: count }, (_, i) => values[i * numbers + at]);
}
