import * as z from 'zod';
import { MOST } from '../../entry.js';
import { readOutLabel, readOutOf, readOutOption, readOutProblems } from '../read-out.js';
import { topology } from '../topology.js';
import { layerGraph } from './layer-graph.js';
import { type LayerItem, shapesOf, sizeOf } from './shapes.js';

const size = (most: number = MOST.units) => z.int().positive().max(most);

/** Filters and pooling windows larger than any image that is treated. */
const MOST_SIDE = 10_000;

const pool = z
  .strictObject({
    kind: z.enum(['average', 'max']).describe('what is made of each window: its mean, or its largest'),
    size: size(MOST_SIDE).describe('side of the windows, which do not overlap'),
  })
  .describe('pooling of what the convolution gives; none where absent');
const padding = z.int().nonnegative().max(MOST_SIDE).describe('rows and columns of zeros around the image');

const convolution = z
  .strictObject({
    channels: size().describe('channels that it gives, one a filter'),
    kernel: size(MOST_SIDE).describe('side of the filters'),
    padding: padding.default(0),
    stride: size(MOST_SIDE).default(1).describe('steps of the filters'),
    pool: pool.optional(),
  })
  .describe('a convolution of the layer before, pooled');

const skipWindow = {
  kernel: size(MOST_SIDE).optional().describe('between images: side of the filters; default 1'),
  padding: padding.optional(),
  stride: size(MOST_SIDE).optional().describe('steps of the filters; default 1'),
  pool: pool.optional(),
};
const skip = z.strictObject({
  from: z.int().nonnegative().max(MOST.layers).describe('layer that it leads from; 0 is the input'),
  to: z.int().positive().max(MOST.layers).describe('layer that it leads to'),
  ...skipWindow,
});
const blocks = z.strictObject({
  every: z
    .int()
    .min(2)
    .max(MOST.layers)
    .describe('layers from end to end: from 1 to 1 + every, from there on, and so on'),
  ...skipWindow,
});

export const layerGraphEntry = topology({
  name: 'layer-graph',
  summary:
    'layers that are images or lists, connected densely or by convolutions with pooling, in a chain and by skips',
  options: {
    layers: z
      .array(z.union([size(), z.array(size()).length(3), convolution]))
      .min(2)
      .max(MOST.layers)
      .describe(
        'sizes of a layered network, input first: a number is a dense layer, [channels, height, width] an input that is an image, ' +
          '{channels, kernel, …} a convolution',
      ),
    skips: z
      .union([z.array(skip).max(MOST.items), blocks])
      .optional()
      .describe(
        'connections beside the chain: dense, or a convolution where both ends are images; a list, or {every: 2} for blocks of two layers',
      ),
    read_out: readOutOption(),
  },
  gives: ['symmetric', 'predictions'],
  // energies have whole ones: examples.ts
  examples: [],
  problems({ layers, skips, read_out }) {
    const wrong = readOutProblems(layers, read_out);
    return wrong.length > 0 ? wrong : [...shapesOf(read_out ? layers.slice(0, -1) : layers, skips).problems];
  },
  label: ({ layers, read_out }) => readOutLabel(layers.map(labelOf).join('-'), read_out),
  create: ({ layers, skips, read_out }) =>
    read_out
      ? readOutOf(layerGraph(shapesOf(layers.slice(0, -1), skips)), layers.at(-1) as number)
      : layerGraph(shapesOf(layers, skips)),
});

/** A convolution is known by its channels. */
function labelOf(item: LayerItem): string {
  if (typeof item === 'number') return String(item);
  return 'channels' in item ? `${item.channels}c${item.kernel}` : sizeOf(item);
}
