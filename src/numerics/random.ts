import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random numbers, the same on every machine and Node version. */
export interface Random {
  /** Uniform in the open interval (0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** All that says what comes next: resumedStream() of it goes on from here. */
  state(): RandomState;
}

/** Where a stream is: plain data. */
export interface RandomState {
  readonly generator: readonly number[];
  /** The second of a pair of normal numbers, where only the first has been given. */
  readonly spare: number | null;
}

/**
 * The stream of one purpose (`init/W1`, `data/x`, …) under one seed. Every purpose has a stream of its own, so that a
 * change in one (more examples, say) leaves the others as they are.
 */
export function randomStream(seed: number, purpose: string): Random {
  return resumedStream({ generator: hash128(`${seed}/${purpose}`), spare: null });
}

/** A stream from where another one was. */
export function resumedStream(from: RandomState): Random {
  const generator = xoroshiro128plusFromState(from.generator);
  const uniform = () => {
    for (;;) {
      const u = uniformFloat64(generator);
      if (u > 0) return u;
    }
  };
  let { spare } = from;
  // Marsaglia's polar method needs log and sqrt only: sin and cos differ in the last bit between versions of V8.
  const normal = () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    for (;;) {
      const [u, v] = [2 * uniform() - 1, 2 * uniform() - 1];
      const q = u * u + v * v;
      if (q >= 1 || q === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(q)) / q);
      spare = v * scale;
      return u * scale;
    }
  };
  return { uniform, normal, state: () => ({ generator: generator.getState(), spare }) };
}

/** Streams of one owner (an engine, say) under one seed, by purpose. */
export interface Streams {
  /** The stream of a purpose: made when first asked for, and asked again it goes on where it was. */
  stream(purpose: string): Random;
  /** Where the streams are that have been asked for, by purpose. */
  states(): Record<string, RandomState>;
  /** From now on they go on from where others were. */
  resume(states: Readonly<Record<string, RandomState>>): void;
}

/** @param states where streams of an earlier session were: they go on from there. */
export function randomStreams(
  seed: number,
  owner: string,
  states: Readonly<Record<string, RandomState>> = {},
): Streams {
  const resumed = (from: typeof states) =>
    new Map(Object.entries(from).map(([purpose, state]) => [purpose, resumedStream(state)]));
  let made = resumed(states);
  return {
    stream(purpose) {
      const stream = made.get(purpose) ?? randomStream(seed, `${owner}/${purpose}`);
      made.set(purpose, stream);
      return stream;
    },
    states: () => Object.fromEntries(Array.from(made, ([purpose, stream]) => [purpose, stream.state()])),
    resume(from) {
      made = resumed(from);
    },
  };
}

/** Raw small seeds give correlated streams, so (seed, purpose) is hashed: four FNV-1a passes, each mixed by murmur3's finaliser. */
function hash128(text: string): number[] {
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((basis) => {
    let h = basis;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) | 0;
  });
}
