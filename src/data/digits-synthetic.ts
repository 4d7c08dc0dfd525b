import * as z from 'zod';
import { entry, MOST } from '../entry.js';
import { type Random, randomStream } from '../numerics/random.js';
import { glyphs } from './digits/glyphs.js';
import { draw } from './digits/raster.js';
import { write } from './digits/writing.js';
import { classSet } from './example-set.js';
import { Rows } from './rows.js';
import type { ExampleSet, FixedSource, NetworkSizes } from './source.js';
import { type Choice, choiceOption, countOf, permutation, seedOption } from './split.js';
import { sizeProblems } from './toy.js';

interface DigitsOptions {
  readonly examples: Choice;
  readonly test: number;
  readonly side: number;
  readonly distortion: number;
  readonly noise: number;
  readonly seed: number;
}

const DIGITS = glyphs.length;

/**
 * Images of digits, written stroke by stroke. Every ten in a row are the ten digits in random order; the first n of a
 * larger set are the set of n; training and test have streams of their own.
 */
function digitsSynthetic({ examples, test, ...how }: DigitsOptions): FixedSource {
  const { side, seed } = how;
  return {
    fixed: true,
    files: [],
    tested: test > 0,
    load: () => ({
      train: writeSet(countOf(examples), how, randomStream(seed, 'digits-synthetic/train')),
      test: test === 0 ? undefined : writeSet(test, how, randomStream(seed, 'digits-synthetic/test')),
    }),
    problems: (network) =>
      sizeProblems('digits-synthetic', { inputs: side * side, outputs: DIGITS, ...withImage(side, network) }, network),
  };
}

/** That inputs are an image is told to networks that take one. */
const withImage = (side: number, { image }: NetworkSizes): Pick<ExampleSet, 'image'> =>
  image ? { image: [side, side] } : {};

type How = Pick<DigitsOptions, 'side' | 'distortion' | 'noise'>;

function writeSet(count: number, { side, distortion, noise }: How, random: Random): ExampleSet {
  const bytes = new Uint8Array(count * side * side);
  const labels = new Uint16Array(count);
  let order: Uint32Array = new Uint32Array();
  for (let i = 0; i < count; i++) {
    if (i % DIGITS === 0) order = permutation(DIGITS, random);
    labels[i] = order[i % DIGITS];
    const ways = glyphs[labels[i]];
    const glyph = ways[Math.floor(random.uniform() * ways.length)];
    const image = draw(write(glyph, distortion, random), side);
    if (noise > 0) speckle(image, noise, random);
    bytes.set(image, i * image.length);
  }
  return classSet({
    rows: Rows.of(bytes, side * side),
    scale: 255,
    labels,
    classes: Array.from({ length: DIGITS }, (_, digit) => String(digit)),
    image: [side, side],
  });
}

/** Adds normal noise, clipped to what a byte holds. */
function speckle(image: Uint8Array, noise: number, random: Random): void {
  for (let i = 0; i < image.length; i++) {
    image[i] = Math.min(255, Math.max(0, Math.floor(image[i] + 255 * noise * random.normal() + 0.5)));
  }
}

export const digitsSyntheticEntry = entry({
  name: 'digits-synthetic',
  summary: 'images of the digits 0 … 9, written stroke by stroke by a random hand',
  options: {
    examples: choiceOption.default(5000).describe('number of examples to train on'),
    test: z.int().nonnegative().max(MOST.examples).default(1000).describe('number of examples to test on'),
    side: z.int().min(8).max(256).default(28).describe('height and width of an image'),
    distortion: z
      .number()
      .nonnegative()
      .max(2)
      .default(1)
      .describe('how differently they are written; 0: all ways alike'),
    noise: z.number().nonnegative().default(0).describe('standard deviation of every pixel, of 1'),
    seed: seedOption(),
  },
  create: digitsSynthetic,
});
