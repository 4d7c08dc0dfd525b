/** Inputs that are images: how they lie in arrays. */
import type { Values } from './rows.js';
import type { ExampleSet } from './source.js';

type Shaped = Pick<ExampleSet, 'image' | 'planes'>;

/** What inputs of so many indices are: height × width, channels × height × width, else numbers in a row. */
export function imageOf(size: readonly number[]): Shaped {
  if (size.length === 2) return { image: [size[0], size[1]] };
  if (size.length !== 3) return {};
  const [channels, height, width] = size;
  return channels === 1 ? { image: [height, width] } : { planes: [channels, height, width] };
}

/** That inputs have more indices than images, and are numbers in a row here: what the user should know of them. */
export function rowNotes(who: string, size: readonly number[]): string[] {
  if (size.length <= 3) return [];
  const numbers = size.reduce((product, n) => product * n, 1);
  const image = '[channels,] height, width';
  return [
    `${who} holds examples of ${size.join(' × ')}, more indices than ${image}: taken as ${numbers} numbers in a row`,
  ];
}

/**
 * Images that were stored column by column, as those of EMNIST and QMNIST, row by row: the last two indices change places,
 * in the numbers themselves. Gives the size of one.
 */
export function transposed(values: Values, size: readonly number[]): number[] {
  const [columns, rows] = size.slice(-2);
  const before = values.slice(0, columns * rows);
  for (let at = 0; at < values.length; at += before.length) {
    before.set(values.subarray(at, at + before.length));
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) values[at + i * columns + j] = before[j * rows + i];
  }
  return [...size.slice(0, -2), rows, columns];
}

/** Whether inputs are images at all. */
export const isImage = ({ image, planes }: Shaped): boolean => image !== undefined || planes !== undefined;

/** `28 × 28`, `3 × 32 × 32`; undefined of numbers in a row. */
export const imageText = ({ image, planes }: Shaped): string | undefined => (planes ?? image)?.join(' × ');

/** Images that were stored row, column, channel, as channel, row, column, in the numbers themselves. Gives the size of one. */
export function channelsFirst(values: Values, [rows, columns, channels]: readonly number[]): number[] {
  const pixels = rows * columns;
  transposed(values, [pixels, channels]);
  return [channels, rows, columns];
}
