import type { State } from '../model/types.js';
import { integersIn, part } from '../numerics/arena.js';
import { derived } from '../numerics/blocks.js';
import { addScaled, copy, mix } from '../numerics/kernels.js';
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
  private f: State;
  private previousF: State;
  private image: State;
  private previousImage: State;
  private readonly next: State;
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
    const f = like.of(shapes);
    this.f = f;
    this.previousF = f.like();
    this.image = f.like();
    this.previousImage = f.like();
    this.next = f.like();
    this.ring = this.columns(Math.min(FEW, memory));
    this.gram = this.each('products', memory * memory);
    this.counts = this.each('counts', COUNTS);
    const widths = integersIn(this.each('widths', shapes.length).data, shapes.length);
    for (let i = 0; i < shapes.length; i++) widths[i] = shapes[i].cols;
    this.told = {
      widths,
      rows: shapes[0].rows,
      memory,
      growth,
      regularisation,
      newest: -1,
      filled: 0,
      f: f.data,
      image: f.data,
      previousF: f.data,
      previousImage: f.data,
      ring: this.ring.data,
      gram: this.gram.data,
      counts: this.counts.data,
    };
  }

  /** So many numbers for every example. */
  private each(name: string, cols: number): State {
    const { shapes } = this.f;
    return this.f.of(derived(shapes, `${cols} ${name}`, () => [{ name, rows: shapes[0].rows, cols }]));
  }

  private columns(count: number): State {
    const { shapes } = this.f;
    const states = () => new Array<typeof shapes>(2 * count).fill(shapes).flat();
    return this.f.of(derived(shapes, `${count} columns`, states));
  }

  /** The same history of some of the examples, in this order; `like` a state of theirs. */
  some(rows: Uint32Array, like: State): Mixer {
    const few = new Mixer(like, this.blocks, this.options);
    few.useRing(gather(this.ring, rows));
    for (const name of ['previousF', 'previousImage', 'gram', 'counts'] as const) {
      few[name].copy(gather(this[name], rows));
    }
    [few.told.newest, few.told.filled] = [this.told.newest, this.told.filled];
    return few;
  }

  /** Moves s, whose image under the map is `image`, to the next state. */
  mix(s: State, image: State): void {
    const { blocks, told, f, next } = this;
    for (let i = 0; i < blocks.length; i++) {
      const to = image.parts[0][blocks[i]].data;
      addScaled(to, -1, s.parts[0][blocks[i]].data, f.parts[0][i].data);
      copy(to, this.image.parts[0][i].data);
    }
    this.turn();
    told.f = f.data;
    told.image = this.image.data;
    told.previousF = this.previousF.data;
    told.previousImage = this.previousImage.data;
    mix(told, next.data);
    for (let i = 0; i < blocks.length; i++) copy(next.parts[0][i].data, s.parts[0][blocks[i]].data);
    // what is now the last is written over next time
    this.f = this.previousF;
    this.previousF = f;
    const last = this.image;
    this.image = this.previousImage;
    this.previousImage = last;
  }

  /** Goes on to the next place of the ring. */
  private turn(): void {
    const { told, ring, f } = this;
    told.newest = (told.newest + 1) % told.memory;
    told.filled = Math.max(told.filled, told.newest + 1);
    const room = ring.data.length / (2 * f.data.length);
    if (told.filled <= room) return;
    const larger = this.columns(Math.min(2 * room, told.memory));
    copy(ring.data, part(larger.data, 0, ring.data.length));
    this.useRing(larger);
  }

  private useRing(ring: State): void {
    this.ring = ring;
    this.told.ring = ring.data;
  }
}
