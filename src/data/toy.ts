import * as z from 'zod';
import { entry, MOST } from '../entry.js';
import { type Random, randomStream } from '../numerics/random.js';
import { turn } from '../numerics/turn.js';
import { classSet } from './example-set.js';
import { Rows } from './rows.js';
import { misfit, type SetSizes } from './sizes.js';
import type { ExampleSet, FixedSource, NetworkSizes } from './source.js';
import { type Choice, choiceOption, countOf, seedOption } from './split.js';

/** Where example i of a class lies in the plane, before noise. */
type Place = (which: number, i: number, random: Random) => readonly [x: number, y: number];

interface ToyOptions {
  readonly examples: Choice;
  readonly test: number;
  readonly noise: number;
  readonly seed: number;
}

/** Points of the plane in classes that take turns; normal noise on each coordinate. */
function toy(name: string, classes: number, place: Place, { examples, test, noise, seed }: ToyOptions): FixedSource {
  const draw = (part: string, count: number): ExampleSet => {
    const random = randomStream(seed, `${name}/${part}`);
    const rows = Rows.empty(2);
    for (let i = 0; i < count; i++) {
      const [x, y] = place(i % classes, Math.floor(i / classes), random);
      rows.append(noise === 0 ? [x, y] : [x + noise * random.normal(), y + noise * random.normal()]);
    }
    return classSet({
      rows,
      scale: 1,
      labels: Uint16Array.from({ length: count }, (_, i) => i % classes),
      classes: Array.from({ length: classes }, (_, i) => String(i)),
    });
  };
  return {
    fixed: true,
    files: [],
    tested: test > 0,
    load: () => ({ train: draw('train', countOf(examples)), test: test === 0 ? undefined : draw('test', test) }),
    problems: (network) => [
      ...sizeProblems(name, { inputs: 2, outputs: classes }, network),
      ...pointProblems(name, network),
    ],
  };
}

/** Points are no images, of whatever size: to crop or mirror one makes another of it. */
function pointProblems(name: string, { inputs, image }: NetworkSizes): [string[], string][] {
  if (image === undefined || inputs !== 2) return [];
  const got = `the network takes images of ${image.join(' × ')}`;
  return [[[], `the examples of ${name} are points of the plane, and ${got}: write layers: [2, …]`]];
}

/** What is wrong with a network for a set of which the sizes are known beforehand. */
export function sizeProblems(name: string, set: SetSizes, network: NetworkSizes): [string[], string][] {
  const outputs = `${name} has ${set.outputs} classes, the network has ${network.outputs} outputs`;
  return [
    ...misfit(set, network).map((inputs): [string[], string] => [[], `${name} has ${inputs}`]),
    ...(set.outputs === network.outputs ? [] : ([[[], outputs]] as [string[], string][])),
  ];
}

const options = (examples: number, noise: number) => ({
  examples: choiceOption.default(examples).describe('number of examples to train on'),
  test: z.int().nonnegative().max(MOST.examples).default(examples).describe('number of examples to test on'),
  noise: z.number().nonnegative().default(noise).describe('standard deviation on each coordinate'),
  seed: seedOption(),
});

export const xorEntry = entry({
  name: 'xor',
  summary: 'the corners of a square; opposite ones are of one class',
  options: {
    ...options(4, 0),
    test: z.int().nonnegative().max(MOST.examples).default(0).describe('number of examples to test on'),
  },
  create: (given) =>
    toy(
      'xor',
      2,
      (which, i) => {
        const x = i % 2;
        return [x, which === 0 ? x : 1 - x];
      },
      given,
    ),
});

export const twoMoonsEntry = entry({
  name: 'two-moons',
  summary: 'two interleaved half circles in the plane',
  options: options(400, 0.1),
  create: (given) =>
    toy(
      'two-moons',
      2,
      (which, _, random) => {
        const [cos, sin] = turn(random.uniform() / 2);
        return which === 0 ? [cos, sin] : [1 - cos, 0.5 - sin];
      },
      given,
    ),
});

export const spiralsEntry = entry({
  name: 'spirals',
  summary: 'arms of a spiral in the unit disc, a class each',
  options: {
    ...options(600, 0.02),
    arms: z.int().min(2).max(1000).default(2).describe('number of classes'),
    turns: z.number().positive().default(1).describe('how often an arm goes round'),
  },
  create: ({ arms, turns, ...given }) =>
    toy(
      'spirals',
      arms,
      (which, _, random) => {
        // uniform along the arm is dense in the middle; the root spreads the points over the disc
        const along = Math.sqrt(random.uniform());
        const [cos, sin] = turn(along * turns + which / arms);
        return [along * cos, along * sin];
      },
      given,
    ),
});
