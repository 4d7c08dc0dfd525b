import type { State } from '../model/types.js';
import { integersIn, part } from '../numerics/arena.js';
import { derived } from '../numerics/blocks.js';
import { copy, mix } from '../numerics/kernels.js';
import { COUNTS, type Mixing } from '../numerics/mixing.js';
import { gather } from '../numerics/whole-state.js';

interface MixerOptions {
  readonly memory: number;
  readonly regularisation: number;
  readonly growth: number;
}

/** Columns that a history has room for at first: most relaxations of a training need no more. */
const FEW = 4;

/**
 * The history of Anderson's acceleration: differences of residuals f = g(s) − s and of images g, in a ring, with the
 * Gram matrix of the former kept up to date. Every example has its own coefficients and its own length of history. Only some
 * blocks of the state are mixed.
 */
export class Mixer {
  /** What of a state is mixed: f of the last step, and its image. */
  private readonly lastF: State;
  private readonly lastImage: State;
  /** Two states a column, Δf and Δg, block by block. */
  private ring: State;
  /** Of each example: products of the Δf, and what mixing.ts counts. */
  private readonly gram: State;
  private readonly counts: State;
  /** What the kernels are told: one object, and what of it differs from step to step. */
  private readonly told: { -readonly [K in keyof Mixing]: Mixing[K] };

  /** @param blocks which of the blocks of states like this one are mixed */
  constructor(
    like: State,
    private readonly blocks: readonly number[],
    private readonly options: MixerOptions,
  ) {
    const { memory, growth, regularisation } = options;
    const shapes = derived(like.shapes, `blocks ${blocks}`, () => blocks.map((k) => like.shapes[k]));
    this.lastF = like.of(shapes);
    this.lastImage = this.lastF.like();
    this.ring = this.columns(Math.min(FEW, memory));
    this.gram = this.each('products', memory * memory);
    this.counts = this.each('counts', COUNTS);
    this.told = {
      blocks: this.places(like),
      rows: shapes[0].rows,
      memory,
      growth,
      regularisation,
      newest: -1,
      lastF: this.lastF.data,
      lastImage: this.lastImage.data,
      ring: this.ring.data,
      gram: this.gram.data,
      counts: this.counts.data,
    };
  }

  /** Where the blocks are in a state, as kernels are told. */
  private places({ parts: [parts], data }: State): Int32Array {
    const { blocks } = this;
    const places = integersIn(this.each('places', 2 * blocks.length).data, 2 * blocks.length);
    for (let i = 0; i < blocks.length; i++) {
      const block = parts[blocks[i]];
      places[2 * i] = (block.data.byteOffset - data.byteOffset) / data.BYTES_PER_ELEMENT;
      places[2 * i + 1] = block.cols;
    }
    return places;
  }

  /** So many numbers for every example. */
  private each(name: string, cols: number): State {
    const { shapes } = this.lastF;
    return this.lastF.of(derived(shapes, `${cols} ${name}`, () => [{ name, rows: shapes[0].rows, cols }]));
  }

  private columns(count: number): State {
    const { shapes } = this.lastF;
    const states = () => new Array<typeof shapes>(2 * count).fill(shapes).flat();
    return this.lastF.of(derived(shapes, `${count} columns`, states));
  }

  /** The same history of some of the examples, in this order; `like` a state of theirs. */
  some(rows: Uint32Array, like: State): Mixer {
    const few = new Mixer(like, this.blocks, this.options);
    few.useRing(gather(this.ring, rows));
    for (const name of ['lastF', 'lastImage', 'gram', 'counts'] as const) few[name].copy(gather(this[name], rows));
    few.told.newest = this.told.newest;
    return few;
  }

  /** Moves s, whose image under the map is `image`, to the next state. */
  mix(s: State, image: State): void {
    this.turn();
    mix(this.told, s.data, image.data);
  }

  /** Goes on to the next place of the ring. */
  private turn(): void {
    const { told, ring, lastF } = this;
    told.newest = (told.newest + 1) % told.memory;
    const room = ring.data.length / (2 * lastF.data.length);
    if (told.newest < room) return;
    const larger = this.columns(Math.min(2 * room, told.memory));
    copy(ring.data, part(larger.data, 0, ring.data.length));
    this.useRing(larger);
  }

  private useRing(ring: State): void {
    this.ring = ring;
    this.told.ring = ring.data;
  }
}
