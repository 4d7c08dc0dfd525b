import * as z from 'zod';
import { late, ofOrigin } from './origin.js';

/** A piece of what a thing is called in figures: words, or a value with its symbol. */
export interface LabelPart {
  /** Options that it tells: where they are shown in another way it is left out. */
  readonly keys: readonly string[];
  readonly text?: string;
  readonly symbol?: string;
  readonly value?: unknown;
}

/** What is said of a learning rule, as against what is measured of it: its line in the table of the field. */
export interface Claims {
  /** What its update is. */
  readonly equals: string;
  /** In which limit; exactly, where absent. */
  readonly limit?: string;
  /** Whether a parameter needs only what is at its place: `yes` or `no`, and on what condition. */
  readonly local: string;
  /** What goes on, one after the other, for one update. */
  readonly phases: string;
  /** Whether it is that only where connections are alike in both directions, or J is symmetric: `yes` or `no`, and when. */
  readonly symmetric: string;
}

/**
 * One thing that a spec can name: an energy, a cost, a data source, … The same shape for all of them: the spec's schema,
 * `eprbp list`, did-you-mean and the laws in the tests come from it.
 */
export interface Entry<T, S extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** The paper it comes from. */
  readonly source?: string;
  /** Of what is a learning rule. */
  readonly claims?: Claims;
  /** What the spec may say beside the name; every key has `.describe()`. */
  readonly options: S;
  /** Options enough to be valid, of small size: what laws and completion try. One without any where this is absent. */
  readonly examples?: readonly Readonly<Record<string, unknown>>[];
  /** What is wrong with options that each look right: [key ('' for the whole), message]. */
  problems?(options: z.output<z.ZodObject<S>>): [key: string, message: string][];
  /** What of its options belongs to its name in figures. */
  label?(options: z.output<z.ZodObject<S>>): readonly LabelPart[];
  create(options: z.output<z.ZodObject<S>>): T;
}

/** Declares an entry; its options are typed from their schema. */
export function entry<T, S extends z.ZodRawShape>(declaration: Entry<T, S>): Entry<T> {
  return declaration as unknown as Entry<T>;
}

/** What a spec says to name an entry: its name and options, validated. */
export interface Named {
  readonly name: string;
  readonly [option: string]: unknown;
}

type Entries<T> = Readonly<Record<string, Entry<T>>>;

/** `name`, or `{name, …options}`; a plain string is short for the object. Made when it is first asked: plugins add entries. */
export function choice<T>(entries: Entries<T>): z.ZodType<Named> {
  return late(() => choiceNow(entries));
}

function choiceNow<T>(entries: Entries<T>): z.ZodType<Named> {
  const objects = Object.values(entries).map((one) =>
    ofOrigin(one, z.strictObject({ name: z.literal(one.name), ...one.options })),
  );
  const object = z.discriminatedUnion('name', objects as never) as unknown as z.ZodType<Named, Named>;
  const names = z
    .enum(Object.keys(entries))
    .transform((name) => ({ name }) as Named)
    .pipe(object);
  return z.union([names, object]);
}

/** What the entry makes of validated options. */
export function create<T>(entries: Entries<T>, { name, ...options }: Named): T {
  return entries[name].create(options);
}

/** A function of an object, such as a part of a spec, that answers once for each. */
export function remembered<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) {
      found = { value: compute(key) };
      known.set(key, found);
    }
    return found.value;
  };
}

export const positive = () => z.number().positive();

/**
 * How many there may be of what is made before anything is computed: beyond these a spec is a mistake, or there to fill a
 * machine. They stand in the schema, so that editors see them.
 */
export const MOST = {
  layers: 1000,
  /** Of one layer, or of a recurrent network. */
  units: 1_000_000,
  /** Of data that are drawn. */
  examples: 10_000_000,
  /** On a circle in the complex plane. */
  points: 4096,
  /** Vectors that a solver keeps. */
  vectors: 10_000,
  /** Engines, figures, references. */
  parts: 200,
  /** Assertions, tensors, points that a sweep adds or leaves out. */
  items: 5000,
  sweptKeys: 100,
} as const;
