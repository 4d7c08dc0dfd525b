import * as z from 'zod';
import { MOST } from '../../entry.js';
import type { Matrix } from '../../numerics/matrix.js';
import type { Numbers } from '../../numerics/numbers.js';
import type { Random } from '../../numerics/random.js';

export const augmentOption = z
  .strictObject({
    crop: z
      .int()
      .positive()
      .max(MOST.units)
      .optional()
      .describe('pixels of margin, of zeros, around an image, out of which one of its size is cut anywhere'),
    flip: z.boolean().default(false).describe('every other image, at random, is mirrored left to right'),
  })
  .refine(({ crop, flip }) => crop !== undefined || flip, 'needs crop, flip, or both')
  .optional()
  .describe('how training images differ from epoch to epoch, alike for all engines; default not at all');

export type Augment = NonNullable<z.output<typeof augmentOption>>;

/** Cuts and mirrors every image of a batch, in place: all channels of one alike. */
export function augmented(
  { crop = 0, flip }: Augment,
  [, height, width]: readonly [channels: number, height: number, width: number],
  x: Matrix,
  random: Random,
): void {
  const before = new Float64Array(x.cols);
  const offset = () => (crop === 0 ? 0 : Math.floor((2 * crop + 1) * random.uniform()) - crop);
  for (let i = 0; i < x.rows; i++) {
    const image = x.row(i);
    const [down, right, mirrored] = [offset(), offset(), flip && random.uniform() < 0.5];
    before.set(image);
    for (let from = 0; from < x.cols; from += height * width) {
      moved(before, from, { height, width, down, right, mirrored }, image);
    }
  }
}

interface Move {
  readonly height: number;
  readonly width: number;
  readonly down: number;
  readonly right: number;
  readonly mirrored: boolean;
}

/** One channel: pixel (y, x) comes from (y + down, x + right), or from its mirror image; 0 from outside. */
function moved(before: Numbers, from: number, { height, width, down, right, mirrored }: Move, into: Numbers): void {
  for (let y = 0, at = from; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const [row, along] = [y + down, x + right];
      const column = mirrored ? width - 1 - along : along;
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      into[at] = inside ? before[from + row * width + column] : 0;
    }
  }
}
