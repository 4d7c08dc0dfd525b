import * as z from 'zod';
import { entry } from '../entry.js';
import { Matrix } from '../numerics/matrix.js';
import { type Random, randomStream } from '../numerics/random.js';
import { glyphs } from './digits/glyphs.js';
import { draw } from './digits/raster.js';
import { write } from './digits/writing.js';
import { numberSet } from './example-set.js';
import type { ExampleSet, FixedSource } from './source.js';
import { permutation, seedOption } from './split.js';

interface RecallOptions {
  readonly images: number;
  readonly cues: number;
  readonly corruption: number;
  readonly side: number;
  readonly seed: number;
  readonly split?: { readonly validation: number } | undefined;
}

/** A pixel is lit from here on, of 255. */
const LIT = 96;

/**
 * The task of a content-addressable memory (Liao et al. 2018, section 4.1): binary images of digits, each its own target;
 * tests, and what is kept for the validation, are the same images with a share of their lit pixels cleared.
 */
function recall({ images, cues, corruption, side, seed, split }: RecallOptions): FixedSource {
  const memories = () => {
    const random = randomStream(seed, 'recall/images');
    return Array.from({ length: images }, (_, i) => binaryDigit(i % glyphs.length, side, random));
  };
  return {
    fixed: true,
    files: [],
    tested: cues > 0,
    load() {
      const stored = memories();
      const cuesOf = (targets: readonly number[][], random: Random) =>
        targets.length === 0
          ? undefined
          : imageSet(
              targets.map((image) => corrupted(image, corruption, random)),
              targets,
              side,
            );
      const inTurn = Array.from({ length: split?.validation ?? 0 }, (_, i) => stored[i % images]);
      return {
        train: imageSet(stored, stored, side),
        validation: cuesOf(inTurn, randomStream(seed, 'recall/validation')),
        test: cuesOf(
          stored.flatMap((image) => Array<number[]>(cues).fill(image)),
          randomStream(seed, 'recall/cues'),
        ),
      };
    },
    problems: (network) =>
      (['inputs', 'outputs'] as const).flatMap((kind): [string[], string][] => {
        const message = `recall has ${side * side} ${kind} (side × side), the network has ${network[kind]}`;
        return network[kind] === side * side ? [] : [[[], message]];
      }),
  };
}

function binaryDigit(digit: number, side: number, random: Random): number[] {
  const ways = glyphs[digit];
  const glyph = ways[Math.floor(random.uniform() * ways.length)];
  return Array.from(draw(write(glyph, 1, random), side), (level) => (level >= LIT ? 1 : 0));
}

/** A share of the lit pixels cleared, which ones at random. */
function corrupted(image: readonly number[], share: number, random: Random): number[] {
  const lit = image.flatMap((value, pixel) => (value === 1 ? [pixel] : []));
  const cleared = new Set(
    Array.from(permutation(lit.length, random).subarray(0, Math.floor(share * lit.length)), (i) => lit[i]),
  );
  return image.map((value, pixel) => (cleared.has(pixel) ? 0 : value));
}

function imageSet(x: readonly number[][], y: readonly number[][], side: number): ExampleSet {
  return { ...numberSet(Matrix.from(x), Matrix.from(y)), image: [side, side] };
}

export const recallEntry = entry({
  name: 'recall',
  summary:
    'binary images of digits to be stored, each its own target; tests are cues with part of the lit pixels cleared',
  source: 'the task of Liao et al. 2018 (arXiv 1803.06396), section 4.1',
  options: {
    images: z.int().positive().max(1000).default(10).describe('number of images to store, the ten digits in turn'),
    cues: z.int().nonnegative().max(1000).default(1).describe('cues of each image, to test on'),
    corruption: z.number().min(0).max(1).default(0.5).describe('share of the lit pixels that a cue has lost'),
    side: z.int().min(8).max(256).default(28).describe('height and width of an image'),
    seed: seedOption(),
    split: z
      .strictObject({
        validation: z.int().positive().max(1000).describe('number of other cues, of the images in turn'),
      })
      .optional()
      .describe('cues to choose by: the best weights, when to stop'),
  },
  create: recall,
});
