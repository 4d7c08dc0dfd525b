import type { State } from '../model/types.js';
import { derived } from '../numerics/blocks.js';
import { addScaled, copy } from '../numerics/kernels.js';
import type { Numbers } from '../numerics/numbers.js';
import { gather } from '../numerics/whole-state.js';
import { leastSquares } from './least-squares.js';
import { copyRow, difference, type Layout, layoutOf, numbers, rowAxpy, rowDot } from './rows.js';

interface MixerOptions {
  readonly memory: number;
  readonly regularisation: number;
  readonly growth: number;
}

/** Where mixing fails again and again the plain map is left alone for longer and longer, up to so many steps. */
const MOST_PLAIN = 16;

/** What is one number an example from step to step. */
const BY_EXAMPLE = ['length', 'plain', 'patience', 'streak', 'previousSize'] as const;

/** A column of the history: Δf, Δg, and room for one number an example. */
interface Slot {
  readonly df: State;
  readonly dg: State;
  readonly dots: Numbers;
  readonly coefficients: Numbers;
}

/**
 * The history of Anderson's acceleration: differences of residuals f = g(s) − s and of images g, in a ring, with the
 * Gram matrix of the former kept up to date. Every example has its own coefficients and its own length of history. Only some
 * blocks of the state are mixed.
 */
export class Mixer {
  private readonly layout: Layout;
  private f: State;
  private previousF: State;
  private readonly correction: State;
  private readonly next: State;
  private image: State;
  private previousImage: State;
  /** The ring, as far as it has been needed. */
  private readonly slots: Slot[] = [];
  /** Of each example, one after the other, m × m in the places of the ring. */
  private readonly gram: Numbers;
  /** How many columns of the ring are an example's; −1: it has no step before the next one. */
  private readonly length: Int32Array;
  /** Plain steps that an example still takes before it is mixed again; how many the next failure costs; successes. */
  private readonly plain: Int32Array;
  private readonly patience: Int32Array;
  private readonly streak: Int32Array;
  private size: Numbers;
  private previousSize: Numbers;
  private readonly along: Numbers;
  private readonly small: Float64Array;
  private readonly right: Float64Array;
  private readonly gamma: Float64Array;
  private newest = -1;

  /** @param blocks which of the blocks of states like this one are mixed */
  constructor(
    like: State,
    private readonly blocks: readonly number[],
    private readonly options: MixerOptions,
  ) {
    const { memory } = options;
    const shapes = derived(like.shapes, `blocks ${blocks}`, () => blocks.map((k) => like.shapes[k]));
    const [{ rows }] = shapes;
    const squares = derived(shapes, `${memory} × ${memory}`, () => [{ name: 'gram', rows, cols: memory * memory }]);
    this.layout = layoutOf(shapes);
    this.f = like.of(shapes);
    [this.previousF, this.image, this.previousImage] = [this.f.like(), this.f.like(), this.f.like()];
    [this.correction, this.next] = [this.f.like(), this.f.like()];
    this.gram = like.of(squares).data;
    this.length = new Int32Array(rows).fill(-1);
    [this.plain, this.patience, this.streak] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)];
    [this.along, this.size, this.previousSize] = numbers(like, 3);
    this.small = new Float64Array(memory * memory);
    [this.right, this.gamma] = [new Float64Array(memory), new Float64Array(memory)];
  }

  /** The same history of some of the examples, in this order; `like` a state of theirs. */
  some(rows: Uint32Array, like: State): Mixer {
    const few = new Mixer(like, this.blocks, this.options);
    for (const name of ['previousF', 'previousImage'] as const) few[name].copy(gather(this[name], rows));
    this.slots.forEach(({ df, dg }, i) => {
      const slot = few.slot(i);
      slot.df.copy(gather(df, rows));
      slot.dg.copy(gather(dg, rows));
    });
    const each = this.options.memory ** 2;
    rows.forEach((row, i) => {
      few.gram.set(this.gram.subarray(row * each, (row + 1) * each), i * each);
      for (const name of BY_EXAMPLE) few[name][i] = this[name][row];
    });
    few.newest = this.newest;
    return few;
  }

  /** Moves s, whose image under the map is `image`, to the next state. */
  mix(s: State, image: State): void {
    const { layout, f, blocks, next } = this;
    blocks.forEach((k, i) => {
      addScaled(image.parts[0][k].data, -1, s.parts[0][k].data, f.parts[0][i].data);
      copy(image.parts[0][k].data, this.image.parts[0][i].data);
    });
    rowDot(layout, f, f, this.size);
    this.remember();
    next.copy(this.image);
    for (let row = 0; row < layout.rows; row++) {
      const accepted = this.lengthen(row);
      this.solve(row);
      if (!accepted) copyRow(layout, row, this.previousImage, next);
    }
    this.combine();
    blocks.forEach((k, i) => {
      copy(next.parts[0][i].data, s.parts[0][k].data);
    });
    // what is now the last is written over next time
    [this.f, this.previousF] = [this.previousF, f];
    [this.image, this.previousImage] = [this.previousImage, this.image];
    [this.size, this.previousSize] = [this.previousSize, this.size];
  }

  /**
   * Adds what mixing adds to the plain step. Not where the whole would go against f: at a minimum every map here that
   * descends has eigenvalues below 1, so that the mixed step and f agree; against it lies a saddle.
   */
  private combine(): void {
    const { layout, f, correction, along, slots, next } = this;
    correction.fill(0);
    for (const { coefficients, dg } of slots) rowAxpy(layout, coefficients, dg, correction);
    rowDot(layout, correction, f, along);
    for (let row = 0; row < layout.rows; row++) along[row] = along[row] + this.size[row] > 0 ? 1 : 0;
    rowAxpy(layout, along, correction, next);
  }

  private slot(i: number): Slot {
    if (this.slots[i] === undefined) {
      const [dots, coefficients] = numbers(this.f, 2);
      this.slots[i] = { df: this.f.like(), dg: this.f.like(), dots, coefficients };
    }
    return this.slots[i];
  }

  /** The newest differences, and their products with the others and with f, into the next place of the ring. */
  private remember(): void {
    const { layout, f, options } = this;
    this.newest = (this.newest + 1) % options.memory;
    const { df, dg } = this.slot(this.newest);
    difference(layout, f, this.previousF, df);
    difference(layout, this.image, this.previousImage, dg);
    this.slots.forEach((slot, i) => {
      rowDot(layout, df, slot.df, slot.dots);
      for (let row = 0, at = 0; row < layout.rows; row++, at += options.memory ** 2) {
        this.gram[at + i * options.memory + this.newest] = slot.dots[row];
        this.gram[at + this.newest * options.memory + i] = slot.dots[row];
      }
      rowDot(layout, slot.df, f, slot.dots);
    });
  }

  /** Adds the newest column to an example's history, or drops it all where a mixed step has made the residual grow. */
  private lengthen(row: number): boolean {
    const { growth, memory } = this.options;
    const grown = !(this.size[row] <= growth * growth * this.previousSize[row]);
    const mixed = this.length[row] > 0 && this.plain[row] === 0;
    if (mixed && grown) {
      this.length[row] = -1;
      this.plain[row] = this.patience[row];
      this.patience[row] = Math.min(2 * this.patience[row] + 1, MOST_PLAIN);
      this.streak[row] = 0;
      return false;
    }
    if (mixed && ++this.streak[row] >= memory) this.patience[row] = 0;
    if (this.plain[row] > 0) this.plain[row]--;
    this.length[row] = Math.min(this.length[row] + 1, memory);
    return true;
  }

  /** The example's coefficients of the differences of images: −γ with the smallest ‖f − Σ γ_j Δf_j‖, newest first. */
  private solve(row: number): void {
    const { gram, small, right, gamma, slots, newest } = this;
    const { memory, regularisation } = this.options;
    const m = this.plain[row] > 0 ? 0 : Math.max(0, this.length[row]);
    const first = row * memory * memory;
    for (let i = 0, slot = newest; i < m; i++, slot = slot === 0 ? memory - 1 : slot - 1) {
      right[i] = slots[slot].dots[row];
      const line = first + slot * memory;
      // symmetric: one half will do
      for (let j = 0, other = newest; j <= i; j++, other = other === 0 ? memory - 1 : other - 1) {
        small[i * m + j] = gram[line + other];
      }
    }
    if (m > 0) leastSquares(small, right, m, regularisation, gamma, this.f.precision);
    for (let i = 0, slot = newest; i < slots.length; i++, slot = slot === 0 ? slots.length - 1 : slot - 1) {
      slots[slot].coefficients[row] = i < m ? -gamma[i] : 0;
    }
  }
}
