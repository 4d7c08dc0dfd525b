/** Graphs of layers, drawn: whatever a spec can say of one, in small numbers. */

import { benchOf } from '../../src/laws/bench.js';
import type { Network, Setting } from '../../src/laws/networks.js';
import { type Random, randomStream } from '../../src/numerics/random.js';
import { registry } from '../../src/registry.js';
import { networkProblems, networkSchema } from '../../src/spec/network.js';

/** A network, and what else a spec says of it. */
export interface Graph {
  readonly network: Network;
  readonly setting: Setting;
}

/** Draws of one graph. */
interface Draw {
  /** A whole number from..to. */
  whole(from: number, to: number): number;
  one<T>(of: readonly T[]): T;
  chance(share: number): boolean;
  within(from: number, to: number): number;
}

function drawBy(random: Random): Draw {
  const whole = (from: number, to: number) => from + Math.floor(random.uniform() * (to - from + 1));
  return {
    whole,
    one: (of) => of[whole(0, of.length - 1)],
    chance: (share) => random.uniform() < share,
    within: (from, to) => from + (to - from) * random.uniform(),
  };
}

type Pool = { kind: 'average' | 'max'; size: number };
type Window = { kernel: number; stride?: number; padding?: number; pool?: Pool };
type Image = readonly [channels: number, height: number, width: number];

const MOST_UNITS = 36;

/** A window that fits an image, and what it makes of it; undefined where it makes too much. */
function windowOn(
  draw: Draw,
  [, height, width]: Image,
  channels: number,
): { window: Window; image: Image } | undefined {
  const padding = draw.chance(0.4) ? draw.whole(1, 2) : 0;
  const kernel = draw.whole(1, Math.min(5, Math.min(height, width) + 2 * padding));
  const stride = draw.chance(0.3) ? draw.whole(2, 3) : 1;
  const [rows, cols] = [height, width].map((size) => Math.floor((size + 2 * padding - kernel) / stride) + 1);
  const sizes = [1, 2, 3, 4].filter((size) => rows % size === 0 && cols % size === 0);
  const size = draw.chance(0.1) ? 1 : sizes.at(-1 - draw.whole(0, Math.min(1, sizes.length - 1)))!;
  const pool: Pool | undefined = draw.chance(0.6) ? { kind: draw.one(['average', 'max'] as const), size } : undefined;
  const by = pool?.size ?? 1;
  const image: Image = [channels, rows / by, cols / by];
  if (image[0] * image[1] * image[2] > MOST_UNITS) return undefined;
  const said = { ...(padding > 0 && { padding }), ...(stride > 1 && { stride }), ...(pool && { pool }) };
  return { window: { kernel, ...said }, image };
}

/** Layers, images first; how many of them are free. */
function layersOf(draw: Draw): unknown[] {
  const dense = () => draw.whole(draw.chance(0.1) ? 1 : 2, 6);
  let image: Image | undefined = draw.chance(0.9) ? [draw.whole(1, 3), draw.whole(3, 7), draw.whole(3, 7)] : undefined;
  const layers: unknown[] = [image ?? dense()];
  for (let more = draw.whole(image ? 1 : 0, 3); image && more > 0; more--) {
    const channels = draw.whole(1, 3);
    const made = windowOn(draw, image, channels);
    if (made === undefined) continue;
    layers.push({ channels, ...made.window });
    image = made.image;
  }
  for (let more = draw.whole(layers.length > 2 && draw.chance(0.2) ? 0 : 1, 2); more > 0; more--) layers.push(dense());
  return layers.length > 1 ? layers : [...layers, dense()];
}

/** Connections beside the chain, of which those are kept that fit. */
function skipsOf(draw: Draw, network: Network): unknown {
  const last = (network['layers'] as unknown[]).length - 1 - (network['read_out'] ? 1 : 0);
  const fits = (skips: unknown) => isValid({ ...network, skips });
  const windows = () => ({
    kernel: draw.whole(1, 4),
    ...(draw.chance(0.5) && { stride: draw.whole(1, 4) }),
    ...(draw.chance(0.3) && { padding: draw.whole(1, 2) }),
    ...(draw.chance(0.3) && { pool: { kind: draw.one(['average', 'max']), size: draw.whole(1, 3) } }),
  });
  if (draw.chance(0.25)) {
    for (let tries = 0; tries < 10; tries++) {
      const every = { every: draw.whole(2, 3), ...(draw.chance(0.5) && windows()) };
      if (fits(every)) return every;
    }
  }
  const skips: unknown[] = [];
  for (let tries = 0; tries < 40 && skips.length < 2; tries++) {
    const from = draw.whole(0, last);
    const skip = { from, to: draw.whole(from, last), ...(draw.chance(0.7) && windows()) };
    if (fits([...skips, skip])) skips.push(skip);
  }
  return skips.length > 0 ? skips : undefined;
}

const isValid = (network: unknown): boolean => {
  const { success, data } = networkSchema.safeParse(network);
  return success && networkProblems(data).length === 0;
};

const own: Readonly<Record<string, (draw: Draw) => object>> = {
  hopfield: (draw) => (draw.chance(0.2) ? { output_slope: 'dropped' } : {}),
  prototypical: (draw) => ({
    nudge: draw.one(['inside', 'outside']),
    ...(draw.chance(0.3) && { feedback: draw.within(0.3, 1.5) }),
  }),
  'predictive-coding': () => ({}),
};

export const energies = Object.keys(own);

/** The i-th of a seed. */
export function drawnGraph(seed: number, i: number): Graph {
  const draw = drawBy(randomStream(seed, `graphs/${i}`));
  const energy = energies[i % energies.length];
  for (;;) {
    const layers = layersOf(draw);
    const readOut = layers.length > 2 && typeof layers.at(-1) === 'number' && draw.chance(0.2);
    const free = layers.length - 1 - (readOut ? 1 : 0);
    const names = Object.keys(registry.activations);
    const activation = draw.chance(0.6) ? draw.one(names) : Array.from({ length: free }, () => draw.one(names));
    const init = draw.chance(0.8)
      ? { name: 'glorot-uniform', gain: draw.within(0.2, 1) }
      : draw.one([
          { name: 'orthogonal', gain: draw.within(0.2, 0.7) },
          { name: 'normal', std: draw.within(0.05, 0.4) },
        ]);
    const bare: Network = {
      energy,
      layers,
      activation,
      init,
      ...own[energy](draw),
      ...(readOut && { read_out: 'softmax' }),
    };
    if (!isLayerGraph(bare) || !isValid(bare)) continue;
    const skips = draw.chance(0.5) ? skipsOf(draw, bare) : undefined;
    const network = { ...bare, ...(skips !== undefined && { skips }) };
    const setting = {
      seed: draw.whole(1, 1000),
      data: { name: 'random', examples: draw.whole(1, 4) },
      cost: readOut ? 'cross-entropy' : draw.one(['mse', 'mse', 'cross-entropy']),
    };
    if (draw.chance(0.5)) return { network, setting };
    return { network: { ...network, parameters: biased(draw, network, setting) }, setting };
  }
}

const isLayerGraph = ({ layers }: Network) => (layers as unknown[]).some((layer) => typeof layer === 'object');

/** The parameters that the network would begin with, and biases that are not 0. */
function biased(draw: Draw, network: Network, setting: Setting): Record<string, unknown> {
  const { dynamics, theta } = benchOf({ ...setting, network });
  return Object.fromEntries(
    dynamics.parameters.map(({ name, kind, shape }, k) => {
      const { data } = theta.parts[0][k];
      const values = kind === 'bias' ? Array.from(data, () => draw.within(-0.5, 0.5)) : Array.from(data);
      return [name, nested(values, shape)];
    }),
  );
}

function nested(values: readonly number[], [size, ...rest]: readonly number[]): unknown {
  if (rest.length === 0) return values;
  const length = values.length / size;
  return Array.from({ length: size }, (_, i) => nested(values.slice(i * length, (i + 1) * length), rest));
}
