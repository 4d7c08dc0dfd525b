/** Mistakes in networks of images, from a spec's text to a message with its line and column. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { dynamicsOf } from '../../src/spec/network.js';
import type { Spec } from '../../src/spec/schema.js';
import { workspace } from '../_support/cli.js';

/** Lines of a sound network, from line 5 on, each with its key. */
const sound = {
  layers: '[[1, 8, 8], {channels: 4, kernel: 3, padding: 1, pool: {kind: max, size: 2}}, {channels: 2, kernel: 3}, 10]',
  skips: '[{from: 0, to: 2, kernel: 2, stride: 6}]',
  activation: 'tanh',
  read_out: undefined as string | undefined,
  parameters: undefined as string | undefined,
};

function planned(t: ExecutionContext, lines: Partial<Record<keyof typeof sound, string | undefined>>, data: string) {
  const work = workspace(t);
  const told = Object.entries({ ...sound, ...lines }).flatMap(([key, value]) => (value ? [`  ${key}: ${value}`] : []));
  const head = ['name: mistakes', 'protocol: relaxation', 'network:', '  energy: hopfield'];
  writeFileSync(join(work, 'spec.yaml'), [...head, ...told, `data: ${data}`, ''].join('\n'));
  return plan(join(work, 'spec.yaml'));
}

const digits = '{name: digits-synthetic, side: 8, examples: 10}';

const wrong: Record<string, [lines: Parameters<typeof planned>[1], at: string, message: string, data?: string]> = {
  'a kernel larger than its image': [
    { layers: '[[1, 8, 8], {channels: 4, kernel: 9}, 10]', skips: undefined },
    '5:45',
    'network.layers.1.kernel: a kernel of 9 × 9 is larger than its image of 8 × 8: 8 × 8 would fit, or padding: 1',
  ],
  'a kernel larger than its image and margin': [
    { layers: '[[1, 6, 8], {channels: 4, kernel: 9, padding: 1}, 10]', skips: undefined },
    '5:45',
    'network.layers.1.kernel: a kernel of 9 × 9 is larger than its image of 6 × 8, padded 8 × 10: 8 × 8 would fit, or padding: 2',
  ],
  'pooling that does not divide': [
    { layers: '[[1, 8, 14], {channels: 4, kernel: 3, pool: {kind: max, size: 4}}, 10]', skips: undefined },
    '5:73',
    'network.layers.1.pool.size: windows of 4 × 4 do not divide what the convolution gives, 6 × 12: 1, 2, 3, 6 would',
  ],
  'pooling that no window divides': [
    {
      layers: '[[1, 9, 7], {channels: 4, kernel: 3, stride: 1, pool: {kind: average, size: 2}}, 10]',
      skips: undefined,
    },
    '5:87',
    'network.layers.1.pool.size: windows of 2 × 2 do not divide what the convolution gives, 7 × 5: none but 1 would; with kernel: 4 they divide 6 × 4',
  ],
  'pooling that does not divide what strides give': [
    {
      layers: '[[1, 28, 20], {channels: 4, kernel: 5, padding: 1, stride: 2, pool: {kind: max, size: 4}}, 10]',
      skips: undefined,
    },
    '5:97',
    'network.layers.1.pool.size: windows of 4 × 4 do not divide what the convolution gives, 13 × 9: none but 1 would; with padding: 0 they divide 12 × 8',
  ],
  'a convolution of a list': [
    { layers: '[64, {channels: 4, kernel: 3}, 10]', skips: undefined },
    '5:16',
    'network.layers.1: a convolution needs an image, and the input is a list of 64: write it as [channels, height, width]',
  ],
  'a convolution of a dense layer': [
    { layers: '[[1, 8, 8], 5, {channels: 4, kernel: 3}, 10]', skips: undefined },
    '5:26',
    'network.layers.2: a convolution needs an image, and the layer before it is dense (5 units)',
  ],
  'a skip that joins unequal shapes': [
    { skips: '[{from: 0, to: 2}]' },
    '6:11',
    'network.skips.0: joins unequal shapes: of 1 × 8 × 8 a kernel of 1 × 1 makes 2 × 8 × 8, expected 2 × 2 × 2; stride: 4 would',
  ],
  'a skip that the chain has': [
    { skips: '[{from: 1, to: 2}]' },
    '6:11',
    'network.skips.0: layers 1 and 2 are connected already',
  ],
  'a skip that another stride joins': [
    { layers: sound.layers.replace('kernel: 3}', 'kernel: 2}'), skips: '[{from: 0, to: 2}]' },
    '6:11',
    'network.skips.0: joins unequal shapes: of 1 × 8 × 8 a kernel of 1 × 1 makes 2 × 8 × 8, expected 2 × 3 × 3; stride: 3 would',
  ],
  'a skip that another kernel joins': [
    { layers: '[[2, 9, 7], {channels: 2, kernel: 3}, {channels: 2, kernel: 1}, 10]', skips: '[{from: 0, to: 2}]' },
    '6:11',
    'network.skips.0: joins unequal shapes: of 2 × 9 × 7 a kernel of 1 × 1 makes 2 × 9 × 7, expected 2 × 7 × 5; kernel: 3 would',
  ],
  'blocks longer than the network': [
    { skips: '{every: 3}' },
    '6:18',
    'network.skips.every: leads to no layer: from 1 to 4, and the last is 3',
  ],
  'blocks that join unequal shapes': [
    {
      layers: '[[1, 8, 8], {channels: 4, kernel: 3}, {channels: 4, kernel: 3}, {channels: 4, kernel: 3}, 10]',
      skips: '{every: 2}',
    },
    '6:10',
    'network.skips: from 1 to 3: joins unequal shapes: of 4 × 6 × 6 a kernel of 1 × 1 makes 4 × 6 × 6, expected 4 × 2 × 2; stride: 3 would',
  ],
  'a skip downwards': [
    { skips: '[{from: 3, to: 2}]' },
    '6:18',
    'network.skips.0.from: a skip leads to a layer above: from 3 must be less than to 2',
  ],
  'a skip to no layer': [
    { skips: '[{from: 0, to: 7}]' },
    '6:25',
    'network.skips.0.to: there is no layer 7: they go from 0, the input, to 3',
  ],
  'a kernel between lists': [
    { skips: '[{from: 1, to: 3, kernel: 2}]' },
    '6:36',
    'network.skips.0.kernel: must be left out: layer 3 is no image, and the skip is dense',
  ],
  'pooling of another kind': [
    { layers: '[[1, 8, 8], {channels: 4, kernel: 3, pool: {kind: mean, size: 2}}, 10]' },
    '5:61',
    "network.layers.1.pool.kind must be one of average, max, got 'mean'",
  ],
  'a read-out of an image': [
    {
      layers: '[[1, 8, 8], {channels: 4, kernel: 3}, {channels: 2, kernel: 3}]',
      skips: undefined,
      read_out: 'softmax',
    },
    '5:49',
    'network.layers.2: the last layer is read out by softmax: a number of classes is expected',
  ],
  'a read-out of no layer of units': [
    { layers: '[64, 10]', skips: undefined, read_out: 'softmax' },
    '7:13',
    'network: softmax reads the last of the layers out of the one before, a layer of free units: 3 layers are needed, got 2',
  ],
  'a read-out with no cost': [
    { skips: undefined, read_out: 'softmax' },
    '7:13',
    'network.read_out: softmax needs a cost of softmax, got mse',
  ],
  'more channels than can be': [
    { layers: '[[1, 8, 8], {channels: 1000000, kernel: 3}, 10]', skips: undefined },
    '5:23',
    'network.layers.1: it makes 1000000 × 6 × 6 = 36000000 units, and a layer may have 1000000',
  ],
  'a larger image than can be': [
    { layers: '[[3, 9000, 9000], {channels: 1, kernel: 3}, 10]', skips: undefined },
    '5:12',
    'network.layers.0: the image has 3 × 9000 × 9000 = 243000000 units, and a layer may have 1000000',
  ],
  'a margin larger than can be, though little is left of it': [
    {
      layers: '[[1, 8, 8], {channels: 1, kernel: 1, padding: 9996, pool: {kind: max, size: 10000}}, 10]',
      skips: undefined,
    },
    '5:23',
    'network.layers.1: it makes 1 × 20000 × 20000 = 400000000 units, and a layer may have 1000000',
  ],
  'a read-out with a cost of something else': [
    { skips: undefined, read_out: 'softmax' },
    '9:7',
    'network.read_out: softmax needs a cost of softmax, got mse',
    '{name: digits-synthetic, side: 8, examples: 10}\ncost: mse',
  ],
  'weights of another shape': [
    {
      layers: '[[1, 2, 2], {channels: 1, kernel: 2}, 10]',
      skips: undefined,
      parameters:
        '{W1: [[[[1, 2]]]], b1: [0], W2: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]], b2: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}',
    },
    '7:20',
    'parameter W1 must be 1 × 1 × 2 × 2, got 1 × 1 × 1 × 2',
    '{name: inline, x: [[0, 0, 0, 0]]}',
  ],
  'an image of another shape and as many inputs': [
    { layers: '[[1, 4, 16], {channels: 4, kernel: 3}, 10]', skips: undefined },
    '7:7',
    'data: digits-synthetic has images of 8 × 8 = 64 inputs, the network has images of 1 × 4 × 16 = 64 inputs',
  ],
  'an image with more channels': [
    { layers: '[[3, 8, 8], {channels: 4, kernel: 3}, 10]', skips: undefined },
    '7:7',
    'data: digits-synthetic has images of 8 × 8 = 64 inputs, the network has images of 3 × 8 × 8 = 192 inputs',
  ],
};

for (const [what, [lines, at, message, data]] of Object.entries(wrong)) {
  test(`${what} is refused where it stands`, (t) => {
    const { issues } = t.throws(() => planned(t, lines, data ?? digits), { instanceOf: UserError })!;
    const [{ where, message: got }] = issues;
    const { line, column } = where as { line?: number; column?: number };
    t.is(`${line}:${column} ${got}`, `${at} ${message}`);
  });
}

test('a sound network of images is planned, and says its tensors as parameter files have them', (t) => {
  const [{ spec }] = planned(t, {}, digits).runs;
  const { parameters, states, image } = dynamicsOf((spec as Spec).network);
  t.deepEqual(image, [1, 8, 8]);
  t.deepEqual(
    parameters.map(({ name, shape, kind }) => [name, kind, ...shape]),
    [
      ['W1', 'input', 4, 1, 3, 3],
      ['b1', 'bias', 4],
      ['W2', 'coupling', 2, 4, 3, 3],
      ['b2', 'bias', 2],
      ['W0_2', 'input', 2, 1, 2, 2],
      ['W3', 'coupling', 8, 10],
      ['b3', 'bias', 10],
    ],
  );
  t.deepEqual(
    states.map(({ name, cols }) => [name, cols]),
    [
      ['s1', 64],
      ['s2', 8],
      ['s3', 10],
    ],
  );
});

test('blocks of layers are skips one after the other, and no skips are none', (t) => {
  const tensors = (skips: string | undefined) => {
    const [{ spec }] = planned(t, { layers: '[64, 5, 5, 5, 5, 5, 10]', skips }, digits).runs;
    return dynamicsOf((spec as Spec).network).parameters.map(({ name, shape }) => [name, ...shape]);
  };
  const list = '[{from: 1, to: 3}, {from: 3, to: 5}]';
  t.deepEqual(tensors('{every: 2}'), tensors(list));
  t.deepEqual(tensors('[]'), tensors(undefined));
});
