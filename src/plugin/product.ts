/**
 * What the functions of an entry must give, in words for who wrote it: looked at where it is given, so that a plugin that
 * gives something else is at fault there, not whoever needs it later.
 */
import * as z from 'zod';
import { type Capability, capabilityMeaning } from '../model/capability.js';
import { lacking } from '../model/claimed.js';
import type { Dynamics } from '../model/types.js';
import { type Axis, having, isMap, made, names, or } from './shape.js';

/** What is given, and what its methods give in turn. */
export interface Product {
  readonly shape: z.ZodType;
  /** By method; of a generator, what it returns. */
  readonly gives?: (value: never) => Readonly<Record<string, Product>>;
}

const capabilities = Object.keys(capabilityMeaning);
const capability = z.enum(capabilities, { error: () => `must be among ${capabilities.join(', ')}` });
const claims = z.array(capability, or('a list of capabilities'));
const flag = z.boolean(or('true or false'));
const number = z.number(or('a number'));
const count = z.int(or('a whole number')).nonnegative('must not be negative');
const text = z.string(or('a text'));
const one = (...words: readonly string[]) => z.enum(words, or(`one of ${words.join(', ')}`));
const map = (shape: z.ZodRawShape) => z.looseObject(shape, or('a map'));
const blocks = having('blocks of numbers', (value) => isMap(value) && ArrayBuffer.isView(value['data']));

const tensors = z.array(map({ name: text, rows: count, cols: count }), or('a list of tensors'));
const layout = {
  inputs: count,
  outputs: map({ block: text, from: count, to: count }),
  states: tensors,
  parameters: tensors,
};

const energy = map({ value: made, addGradChange: made });
const system = ({ offers }: Dynamics): Product => ({
  shape: map({
    shapes: tensors,
    refresh: made,
    force: made,
    linearise: made,
    energy: energy.optional(),
  }).superRefine((given, { addIssue }) => {
    for (const claim of lacking(offers, given as never))
      addIssue(`lacks what the dynamics offers: ${claim}, ${capabilityMeaning[claim]}`);
  }),
});

const examples = map({ count, inputs: count, outputs: count, fill: made });
const dataset: Product = {
  shape: map({ train: examples, validation: examples.optional(), test: examples.optional() }),
};

const estimate: Product = {
  shape: map({
    status: one('completed', 'max-steps', 'diverged', 'singular', 'indefinite'),
    steps: count,
    gradient: blocks,
  }),
};
const accuracy = z.union([one('exact', 'biased'), map({ orderInBeta: number })], {
  error: () => "must be 'exact', 'biased' or {orderInBeta: n}",
});
const engine: Product = {
  shape: map({ needs: claims, accuracy, residualGain: number, hasProcess: flag, run: made }),
  gives: () => ({ run: estimate }),
};
// ±∞: outputs are held
const complex = map({ re: having('a number', (value) => typeof value === 'number'), im: number });
const nudging: Product = {
  shape: map({ copies: z.array(map({ beta: complex, weight: complex }), or('a list of copies')), accuracy }),
};

const relaxation: Product = {
  shape: map({
    status: one('converged', 'max-steps', 'diverged'),
    steps: count,
    residualMax: having('a number', (value) => typeof value === 'number'),
    state: blocks,
  }),
};

/** Of what `create` gives on each axis. */
const products: Readonly<Partial<Record<Axis, Product>>> = {
  energies: {
    shape: map({
      ...layout,
      name: text,
      time: one('continuous', 'discrete'),
      agreement: one('process', 'parameters', 'none'),
      offers: claims,
      bind: made,
    }),
    gives: (dynamics: Dynamics) => ({ bind: system(dynamics) }),
  },
  topologies: { shape: map({ ...layout, name: text }) },
  costs: {
    shape: map({ name: text, offers: claims, bind: made }),
    gives: ({ offers }: { offers: readonly Capability[] }) => ({
      bind: {
        shape: map({ value: made, addGradState: made }).superRefine(({ clamp }, { addIssue }) => {
          if (offers.includes('clamping') && typeof clamp !== 'function')
            addIssue(`lacks what the cost offers: clamping, ${capabilityMeaning.clamping}, by clamp(s, share)`);
        }),
      },
    }),
  },
  activations: {
    shape: map({
      name: text,
      of: made,
      analytic: flag,
      evaluate: made,
      value: made,
      valueMinus: made,
      valueStep: made,
      curvature: made,
      conjugate: made,
    }),
  },
  initialisers: { shape: map({ name: text, fill: made }) },
  integrators: { shape: map({ name: text, order: number, projects: flag, prepare: made }) },
  solvers: {
    shape: map({ name: text, needs: claims, projects: flag, followsTime: flag, relax: made }),
    gives: () => ({ relax: relaxation }),
  },
  optimizers: {
    shape: map({ schedule: map({}), start: made }),
    gives: () => ({ start: { shape: map({ turn: made, memory: z.array(blocks, or('a list of blocks')) }) } }),
  },
  data: {
    shape: z.discriminatedUnion(
      'fixed',
      [
        map({ fixed: z.literal(true), files: z.array(map({ path: text }), or('a list of files')), load: made }),
        map({ fixed: z.literal(false), draw: made }),
      ],
      { error: () => 'must say whether it is fixed, true with files and load, or false with draw' },
    ),
    gives: ({ fixed }: { fixed: boolean }) => ({ [fixed ? 'load' : 'draw']: dataset }),
  },
  engines: engine,
  protocols: { shape: map({ run: made }) },
  tasks: {
    shape: map({ name: text, inputs: count, actions: count, longest: count, lessons: count, kinds: names, play: made }),
  },
  agents: { shape: map({ name: text, rule: map({}), gates: count, of: made }) },
};

/** Of members of families that there are. */
const members: Readonly<Record<string, Product>> = {
  ep: nudging,
  'continual-ep': nudging,
  rbp: engine,
  stdp: engine,
  backprop: { shape: one('activation', 'linear') },
};

/** What `create` must give; undefined where anything may be given. @param family of a member of one that there is */
export const productOf = (axis: Axis, family?: string): Product | undefined =>
  family === undefined ? products[axis] : members[family];

/** Makes an error of what is wrong, a sentence each. */
export type Refuse = (wrong: readonly string[]) => Error;

/**
 * The value itself, or the same with methods that are looked at when they give something.
 * @param by the method that gives it @throws what `refuse` makes of all that is wrong with it
 */
export function lookedAt<T>(value: T, { shape, gives }: Product, by: string, refuse: Refuse): T {
  const { error } = shape.safeParse(value);
  if (error) throw refuse(error.issues.map((issue) => wrongWith(by, issue)));
  if (gives === undefined) return value;
  const whole = value as Record<string, unknown>;
  const methods = Object.entries(gives(value as never)).map(([method, product]) => {
    const call = whole[method] as (...given: unknown[]) => unknown;
    const look = (given: unknown) => lookedAt(given, product, method, refuse);
    return [method, (...given: unknown[]) => after(call.apply(value, given), look)];
  });
  return Object.assign(Object.create(Object.getPrototypeOf(value)), value, Object.fromEntries(methods));
}

const wrongWith = (by: string, { path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? `what ${by} gives ${message}` : `of what ${by} gives, ${path.join('.')} ${message}`;

/** What is given, or what a generator comes to. */
const after = (given: unknown, look: (given: unknown) => unknown): unknown =>
  isGenerator(given) ? ending(given, look) : look(given);

function* ending(way: Generator, look: (given: unknown) => unknown): Generator {
  return look(yield* way);
}

const isGenerator = (value: unknown): value is Generator =>
  isMap(value) && typeof value['next'] === 'function' && Symbol.iterator in value;
