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
  private readonly widths: Int32Array;
  private newest = -1;
  private filled = 0;

  /** @param blocks which of the blocks of states like this one are mixed */
  constructor(
    like: State,
    private readonly blocks: readonly number[],
    private readonly options: MixerOptions,
  ) {
    const { memory } = options;
    const shapes = derived(like.shapes, `blocks ${blocks}`, () => blocks.map((k) => like.shapes[k]));
    this.f = like.of(shapes);
    [this.previousF, this.image, this.previousImage] = [this.f.like(), this.f.like(), this.f.like()];
    this.next = this.f.like();
    this.ring = this.columns(Math.min(FEW, memory));
    this.gram = this.each('products', memory * memory);
    this.counts = this.each('counts', COUNTS);
    this.widths = integersIn(this.each('widths', shapes.length).data, shapes.length);
    shapes.forEach(({ cols }, i) => {
      this.widths[i] = cols;
    });
  }

  /** So many numbers for every example. */
  private each(name: string, cols: number): State {
    const { shapes } = this.f;
    return this.f.of(derived(shapes, `${cols} ${name}`, () => [{ name, rows: shapes[0].rows, cols }]));
  }

  private columns(count: number): State {
    const { shapes } = this.f;
    const twice = () => new Array<typeof shapes>(2 * count).fill(shapes).flat();
    return this.f.of(derived(shapes, `${count} columns`, twice));
  }

  /** The same history of some of the examples, in this order; `like` a state of theirs. */
  some(rows: Uint32Array, like: State): Mixer {
    const few = new Mixer(like, this.blocks, this.options);
    few.ring = gather(this.ring, rows);
    for (const name of ['previousF', 'previousImage', 'gram', 'counts'] as const)
      few[name].copy(gather(this[name], rows));
    [few.newest, few.filled] = [this.newest, this.filled];
    return few;
  }

  /** Moves s, whose image under the map is `image`, to the next state. */
  mix(s: State, image: State): void {
    const { f, blocks, next, previousF, previousImage } = this;
    blocks.forEach((k, i) => {
      addScaled(image.parts[0][k].data, -1, s.parts[0][k].data, f.parts[0][i].data);
      copy(image.parts[0][k].data, this.image.parts[0][i].data);
    });
    this.turn();
    mix(this.step(), next.data);
    blocks.forEach((k, i) => {
      copy(next.parts[0][i].data, s.parts[0][k].data);
    });
    // what is now the last is written over next time
    [this.f, this.previousF] = [previousF, f];
    [this.image, this.previousImage] = [previousImage, this.image];
  }

  /** Goes on to the next place of the ring. */
  private turn(): void {
    const { memory } = this.options;
    const { length } = this.f.data;
    this.newest = (this.newest + 1) % memory;
    this.filled = Math.max(this.filled, this.newest + 1);
    const room = this.ring.data.length / (2 * length);
    if (this.filled <= room) return;
    const larger = this.columns(Math.min(2 * room, memory));
    copy(this.ring.data, part(larger.data, 0, this.ring.data.length));
    this.ring = larger;
  }

  private step(): Mixing {
    const { options, widths, newest, filled } = this;
    const { f, image, previousF, previousImage, ring, gram, counts } = this;
    return {
      ...options,
      ...{ widths, rows: f.shapes[0].rows, newest, filled },
      ...{ f: f.data, image: image.data, previousF: previousF.data, previousImage: previousImage.data },
      ...{ ring: ring.data, gram: gram.data, counts: counts.data },
    };
  }
}
