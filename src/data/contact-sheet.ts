import { Matrix } from '../numerics/matrix.js';
import type { Numbers } from '../numerics/numbers.js';
import { isImage } from './images.js';
import type { ExampleSet } from './source.js';

/** A grey image: rows of numbers, 0 paper, 1 ink. */
export interface Grey {
  readonly height: number;
  readonly width: number;
  readonly data: Numbers;
}

/** Up to `count` examples of every class side by side, a class a row; without classes the first count², row by row. */
export function sheetOf(set: ExampleSet, count: number): Grey[][] {
  if (!isImage(set)) return [];
  const everyone = Array.from({ length: set.count }, (_, i) => i);
  const { labels } = set;
  const rows = labels
    ? Array.from({ length: set.outputs }, (_, label) => everyone.filter((i) => labels[i] === label).slice(0, count))
    : Array.from({ length: count }, (_, row) => everyone.slice(row * count, (row + 1) * count));
  return rows.map((row) => imagesOf(set, row)).filter((row) => row.length > 0);
}

function imagesOf(set: ExampleSet, which: readonly number[]): Grey[] {
  const [channels, height, width] = set.planes ?? [1, ...set.image!];
  const x = new Matrix(which.length, set.inputs);
  set.fill(which, x, new Matrix(which.length, set.outputs));
  return which.map((_, i) => ({ height, width, data: greyOf(x.row(i), channels) }));
}

/** The mean over the channels. */
function greyOf(numbers: Numbers, channels: number): Numbers {
  if (channels === 1) return numbers;
  const pixels = numbers.length / channels;
  const grey = new Float64Array(pixels);
  for (let i = 0; i < numbers.length; i++) grey[i % pixels] += numbers[i] / channels;
  return grey;
}

/** Averages of the pixels under each of fewer ones, until no side is longer than `most`. */
export function shrunk(image: Grey, most: number): Grey {
  const factor = Math.ceil(Math.max(image.height, image.width) / most);
  if (factor <= 1) return image;
  const [height, width] = [Math.ceil(image.height / factor), Math.ceil(image.width / factor)];
  const data = new Float64Array(height * width);
  for (let i = 0; i < image.height; i++) {
    for (let j = 0; j < image.width; j++) {
      data[Math.floor(i / factor) * width + Math.floor(j / factor)] +=
        image.data[i * image.width + j] / (factor * factor);
    }
  }
  return { height, width, data };
}
