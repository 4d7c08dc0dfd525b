/** From what a spec says of layers and skips to the shapes of all of them, or to what is wrong. */
import { MOST } from '../../entry.js';
import type { ConvolutionShape } from '../../numerics/convolution.js';
import type { NetworkProblem } from '../topology.js';

export type ImageShape = readonly [channels: number, height: number, width: number];

/** How a convolution looks at an image, and what is pooled of what it gives. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly pool?: { readonly kind: 'average' | 'max'; readonly size: number } | undefined;
}

/** A number: a dense layer. A list: the image that is the input. */
export type LayerItem = number | readonly number[] | (Window & { readonly channels: number });
export type SkipItem = { readonly from: number; readonly to: number } & {
  readonly [K in keyof Window]?: Window[K] | undefined;
};

/** Blocks: one connection after the other, each from where the last has led to, the first from layer 1. */
export type SkipBlocks = { readonly every: number } & Omit<SkipItem, 'from' | 'to'>;

export interface LayerShape {
  readonly units: number;
  readonly image?: ImageShape;
}

/** From layer to layer, 0 being the input: dense, unless it is a convolution. */
export interface Wire {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly convolution?: ConvolutionShape;
}

export interface NetworkShape {
  readonly layers: readonly LayerShape[];
  /** By the layer that they lead to; of those to one layer that of the chain first. */
  readonly wires: readonly Wire[];
}

/** The shapes, as far as there is nothing wrong. */
export function shapesOf(
  items: readonly LayerItem[],
  skips: readonly SkipItem[] | SkipBlocks = [],
): NetworkShape & { readonly problems: readonly NetworkProblem[] } {
  const chain = chainOf(items);
  if (chain.problems.length > 0) return chain;
  const wires = [...chain.wires];
  const { list, at, problem } = listed(skips, items.length - 1);
  if (problem) return { ...chain, problems: [problem] };
  const problems = list.flatMap((skip, i): NetworkProblem[] => {
    const made = skipOf(skip, chain.layers, wires);
    if (!Array.isArray(made)) wires.push(made as Wire);
    if (!Array.isArray(made)) return [];
    const which = isList(skips) ? '' : `from ${skip.from} to ${skip.to}: `;
    return made.map(([key, message]) => [[...at(i), ...(key ? [key] : [])], `${which}${message}`]);
  });
  // a sort keeps the order of equals
  return { layers: chain.layers, wires: wires.sort((a, b) => a.to - b.to), problems };
}

/** One by one, and where the spec says each. */
function listed(
  skips: readonly SkipItem[] | SkipBlocks,
  last: number,
): { list: readonly SkipItem[]; at: (i: number) => (string | number)[]; problem?: NetworkProblem } {
  // lists have a method of that name
  if (isList(skips)) return { list: skips, at: (i) => ['skips', i] };
  const { every, ...window } = skips;
  const list = Array.from({ length: Math.floor((last - 1) / every) }, (_, k) => {
    const from = 1 + k * every;
    return { ...window, from, to: from + every };
  });
  const at = () => ['skips'];
  if (list.length > 0) return { list, at };
  return {
    list,
    at,
    problem: [['skips', 'every'], `leads to no layer: from 1 to ${1 + every}, and the last is ${last}`],
  };
}

const isList = (skips: readonly SkipItem[] | SkipBlocks): skips is readonly SkipItem[] => Array.isArray(skips);

function chainOf(items: readonly LayerItem[]) {
  const layers: LayerShape[] = [];
  const wires: Wire[] = [];
  const fail = (at: readonly (string | number)[], message: string) => ({
    layers,
    wires,
    problems: [[at, message]] as NetworkProblem[],
  });
  for (const [l, item] of items.entries()) {
    const wire = { name: `W${l}`, from: l - 1, to: l };
    if (typeof item === 'number') {
      layers.push({ units: item });
      if (l > 0) wires.push(wire);
    } else if (isImage(item)) {
      if (l > 0)
        return fail(['layers', l], 'an image [channels, height, width] can be the input alone, the first layer');
      const [channels, height, width] = item;
      const large = tooLarge(item, 'the image has');
      if (large) return fail(['layers', l], large);
      layers.push(imageLayer([channels, height, width]));
    } else {
      const before = layers.at(-1);
      if (before?.image === undefined) return fail(['layers', l], noImage(before, l));
      const made = convolved(before.image, item, item.channels);
      if (isWrong(made)) return fail(['layers', l, ...made.at], made.message);
      layers.push(imageLayer([made.filters, made.rows, made.cols]));
      wires.push({ ...wire, convolution: made });
    }
  }
  return { layers, wires, problems: [] };
}

const isImage = (item: LayerItem): item is readonly number[] => Array.isArray(item);

const imageLayer = (image: ImageShape): LayerShape => ({ units: image[0] * image[1] * image[2], image });

function noImage(before: LayerShape | undefined, l: number): string {
  if (before === undefined) return 'the first layer is the input: [channels, height, width], or a number';
  return l === 1
    ? `a convolution needs an image, and the input is a list of ${before.units}: write it as [channels, height, width]`
    : `a convolution needs an image, and the layer before it is dense (${before.units} units)`;
}

/** As many units as a layer may have where it is a list. */
function tooLarge(shape: readonly number[], who: string): string | undefined {
  const units = shape.reduce((product, size) => product * size, 1);
  if (units <= MOST.units) return undefined;
  return `${who} ${sizeOf(shape)} = ${units} units, and a layer may have ${MOST.units}`;
}

interface Wrong {
  readonly at: readonly string[];
  readonly message: string;
}

const isWrong = (made: object): made is Wrong => 'message' in made;

/** `4 × 8 × 8` */
export const sizeOf = (shape: readonly number[]): string => shape.join(' × ');

function convolved([channels, height, width]: ImageShape, window: Window, filters: number): ConvolutionShape | Wrong {
  const { kernel, stride, padding, pool } = window;
  const [rows, cols] = [height, width].map((size) => Math.floor((size + 2 * padding - kernel) / stride) + 1);
  const largest = Math.min(height, width) + 2 * padding;
  if (kernel > largest) {
    const padded = padding > 0 ? `, padded ${height + 2 * padding} × ${width + 2 * padding}` : '';
    return {
      at: ['kernel'],
      message:
        `a kernel of ${kernel} × ${kernel} is larger than its image of ${height} × ${width}${padded}: ` +
        `${largest} × ${largest} would fit, or padding: ${Math.ceil((kernel - Math.min(height, width)) / 2)}`,
    };
  }
  const large = tooLarge([filters, rows, cols], 'it makes');
  if (large) return { at: [], message: large };
  const size = pool?.size ?? 1;
  if (rows % size !== 0 || cols % size !== 0) {
    const fitting = Array.from({ length: Math.min(rows, cols) }, (_, i) => i + 1).filter(
      (n) => rows % n === 0 && cols % n === 0,
    );
    const would = fitting.length > 1 ? `${fitting.join(', ')} would` : 'none but 1 would';
    const message = `windows of ${size} × ${size} do not divide what the convolution gives, ${rows} × ${cols}: ${would}`;
    return { at: ['pool', 'size'], message: `${message}${orWith([channels, height, width], window, filters)}` };
  }
  return { channels, height, width, filters, kernel, stride, padding, pool, rows: rows / size, cols: cols / size };
}

/** Farther from what was asked for than this nothing is advised. */
const NEAR = 8;

/** Windows beside this one, the nearest first, each by what is said of it: `padding: 1`. */
function* nearby(window: Window): Generator<[said: string, window: Window]> {
  for (let off = 1; off <= NEAR; off++) {
    for (const key of ['padding', 'kernel'] as const) {
      for (const value of [window[key] + off, window[key] - off]) {
        if (value >= (key === 'kernel' ? 1 : 0)) yield [`${key}: ${value}`, { ...window, [key]: value }];
      }
    }
  }
}

/** `; with padding: 1 they divide 12 × 12`: by what nearest change these windows would fit, if by one of them. */
function orWith(image: ImageShape, window: Window, filters: number): string {
  const { size } = window.pool!;
  for (const [said, other] of nearby(window)) {
    const made = convolved(image, { ...other, pool: undefined }, filters);
    if (isWrong(made) || made.rows % size !== 0 || made.cols % size !== 0) continue;
    return `; with ${said} they divide ${sizeOf([made.rows, made.cols])}`;
  }
  return '';
}

/** A wire, or what is wrong with it: [key, message]. */
function skipOf(
  { from, to, ...window }: SkipItem,
  layers: readonly LayerShape[],
  others: readonly Wire[],
): Wire | [key: string, message: string][] {
  const last = layers.length - 1;
  if (to > last) return [['to', `there is no layer ${to}: they go from 0, the input, to ${last}`]];
  if (from >= to) return [['from', `a skip leads to a layer above: from ${from} must be less than to ${to}`]];
  if (others.some((wire) => wire.from === from && wire.to === to)) {
    return [['', `layers ${from} and ${to} are connected already`]];
  }
  const wire = { name: `W${from}_${to}`, from, to };
  const [source, target] = [layers[from].image, layers[to].image];
  if (source === undefined || target === undefined) {
    const [key] = Object.entries(window).find(([, value]) => value !== undefined) ?? [];
    const dense = source === undefined ? from : to;
    return key === undefined ? wire : [[key, `must be left out: layer ${dense} is no image, and the skip is dense`]];
  }
  const asked = {
    kernel: window.kernel ?? 1,
    stride: window.stride ?? 1,
    padding: window.padding ?? 0,
    pool: window.pool,
  };
  const made = convolved(source, asked, target[0]);
  if (isWrong(made)) return [[made.at[0] ?? '', made.message]];
  if (made.rows === target[1] && made.cols === target[2]) return { ...wire, convolution: made };
  return [['', unequal(source, target, made, asked)]];
}

/** Two ends that do not meet, and by what they would. */
function unequal(
  source: ImageShape,
  target: ImageShape,
  { filters, rows, cols }: ConvolutionShape,
  asked: Window,
): string {
  const fits = (other: Window) => {
    const made = convolved(source, other, target[0]);
    return !isWrong(made) && made.rows === target[1] && made.cols === target[2];
  };
  const strides = Array.from({ length: Math.max(source[1], source[2]) }, (_, i): [string, Window] => [
    `stride: ${i + 1}`,
    { ...asked, stride: i + 1 },
  ]);
  const [way] = [...strides, ...nearby(asked)].find(([, other]) => fits(other)) ?? [];
  const said =
    `joins unequal shapes: of ${sizeOf(source)} a kernel of ${asked.kernel} × ${asked.kernel} makes ` +
    `${sizeOf([filters, rows, cols])}, expected ${sizeOf(target)}`;
  return way === undefined ? said : `${said}; ${way} would`;
}
