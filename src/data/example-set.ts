import type { Matrix } from '../numerics/matrix.js';
import type { Numbers } from '../numerics/numbers.js';
import type { Rows } from './rows.js';
import type { ExampleSet } from './source.js';

/** Examples that are numbers already: x (examples × inputs), y (examples × outputs). */
export function numberSet(x: Matrix, y: Matrix): ExampleSet {
  return {
    count: x.rows,
    inputs: x.cols,
    outputs: y.cols,
    labels: undefined,
    fill: (at, intoX, intoY) =>
      fillRows(at, intoX, intoY, (example, inputs, targets) => {
        inputs.set(x.row(example));
        targets.set(y.row(example));
      }),
  };
}

/** Examples of classes: inputs are `rows` divided by `scale`, targets the one-hot codes of `labels`. */
export function classSet(set: {
  readonly rows: Rows;
  readonly scale: number;
  readonly labels: Uint16Array;
  readonly classes: readonly string[];
  readonly image?: ExampleSet['image'];
  readonly planes?: ExampleSet['planes'];
}): ExampleSet {
  const { rows, scale, labels, classes, image, planes } = set;
  return {
    count: rows.count,
    inputs: rows.width,
    outputs: classes.length,
    labels,
    classes,
    ...(image && { image }),
    ...(planes && { planes }),
    fill(at, x, y) {
      requireRows(at, x, y);
      y.data.fill(0);
      for (let i = 0; i < at.length; i++) {
        rows.divide(at[i], scale, x.data, i * rows.width);
        y.data[i * classes.length + labels[at[i]]] = 1;
      }
    },
  };
}

/** Examples with numbers to predict: inputs are `rows` divided by `scale`. */
export function targetSet(set: {
  readonly rows: Rows;
  readonly scale: number;
  readonly targets: Rows;
  readonly image?: ExampleSet['image'];
  readonly planes?: ExampleSet['planes'];
}): ExampleSet {
  const { rows, scale, targets, image, planes } = set;
  return {
    count: rows.count,
    inputs: rows.width,
    outputs: targets.width,
    labels: undefined,
    ...(image && { image }),
    ...(planes && { planes }),
    fill: (at, intoX, intoY) =>
      fillRows(at, intoX, intoY, (example, inputs, outputs) => {
        divide(rows.row(example), scale, inputs);
        outputs.set(targets.row(example));
      }),
  };
}

/** Inputs alone, for a look at them. */
export function bareSet(
  rows: Rows,
  scale: number,
  { image, planes }: Pick<ExampleSet, 'image' | 'planes'>,
): ExampleSet {
  return {
    count: rows.count,
    inputs: rows.width,
    outputs: 0,
    labels: undefined,
    ...(image && { image }),
    ...(planes && { planes }),
    fill: (at, x, y) => fillRows(at, x, y, (example, inputs) => divide(rows.row(example), scale, inputs)),
  };
}

/** The examples `which` of a set, in that order. */
export function subset(set: ExampleSet, which: Uint32Array): ExampleSet {
  const { labels, cue } = set;
  return {
    ...set,
    ...(cue && { cue: (example: number, into: Numbers) => cue(which[example], into) }),
    count: which.length,
    labels: labels && Uint16Array.from(which, (example) => labels[example]),
    fill(at, x, y) {
      const places = new Uint32Array(at.length);
      for (let i = 0; i < at.length; i++) places[i] = which[at[i]];
      set.fill(places, x, y);
    },
  };
}

/** The first `count` examples. */
export const first = (count: number, set: ExampleSet): ExampleSet => subset(set, everyIndex({ count }));

/** 0, 1, …: what to fill with for all examples of a set. */
export function everyIndex({ count }: { readonly count: number }): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order;
}

function fillRows(
  at: ArrayLike<number>,
  x: Matrix,
  y: Matrix,
  fill: (example: number, inputs: Numbers, targets: Numbers) => void,
): void {
  requireRows(at, x, y);
  for (let i = 0; i < at.length; i++) fill(at[i], x.row(i), y.row(i));
}

function requireRows({ length }: ArrayLike<number>, x: Matrix, y: Matrix): void {
  if (x.rows === length && y.rows === length) return;
  throw new RangeError(`fill: ${length} examples for ${x.rows} rows of x and ${y.rows} of y`);
}

function divide(values: ArrayLike<number>, by: number, into: Numbers): void {
  for (let j = 0; j < into.length; j++) into[j] = values[j] / by;
}

/** Writes where phase one of these examples starts into the output columns of a block of states; nothing without cues. */
export function fillCues(
  { cue }: ExampleSet,
  at: ArrayLike<number>,
  block: Matrix,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  if (cue) for (let i = 0; i < at.length; i++) cue(at[i], block.row(i).subarray(from, to));
}
