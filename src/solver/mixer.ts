import type { State } from '../model/types.js';
import type { Numbers } from '../numerics/numbers.js';
import { gather } from '../numerics/whole-state.js';
import { leastSquares } from './least-squares.js';
import { copyRow, difference, type Layout, numbers, rowAxpy, rowDot } from './rows.js';

interface MixerOptions {
  readonly memory: number;
  readonly regularisation: number;
  readonly growth: number;
}

/** Where mixing fails again and again the plain map is left alone for longer and longer, up to so many steps. */
const MOST_PLAIN = 16;

/** What is one number an example from step to step. */
const BY_EXAMPLE = ['length', 'plain', 'patience', 'streak', 'previousSize'] as const;

/**
 * The history of Anderson's acceleration: differences of residuals f = g(s) − s and of images g, in a ring, with the
 * Gram matrix of the former kept up to date. Every example has its own coefficients and its own length of history.
 */
export class Mixer {
  private readonly f: State;
  private readonly previousF: State;
  private readonly correction: State;
  private readonly previousImage: State;
  private readonly dF: readonly State[];
  private readonly dG: readonly State[];
  /** Of each example, m × m in the places of the ring. */
  private readonly gram: readonly Float64Array[];
  /** How many columns of the ring are an example's; −1: it has no step before the next one. */
  private readonly length: Int32Array;
  /** Plain steps that an example still takes before it is mixed again; how many the next failure costs; successes. */
  private readonly plain: Int32Array;
  private readonly patience: Int32Array;
  private readonly streak: Int32Array;
  private readonly size: Numbers;
  private readonly previousSize: Numbers;
  private readonly along: Numbers;
  private readonly dots: readonly Numbers[];
  private readonly coefficients: readonly Numbers[];
  private readonly small: Float64Array;
  private readonly right: Float64Array;
  private readonly gamma: Float64Array;
  private newest = -1;

  constructor(
    like: State,
    private readonly layout: Layout,
    private readonly options: MixerOptions,
  ) {
    const { memory } = options;
    const states = () => Array.from({ length: memory }, () => like.like());
    [this.f, this.previousF, this.previousImage] = [like.like(), like.like(), like.like()];
    [this.dF, this.dG] = [states(), states()];
    [this.dots, this.coefficients] = [numbers(like, memory), numbers(like, memory)];
    this.gram = Array.from({ length: layout.rows }, () => new Float64Array(memory * memory));
    this.length = new Int32Array(layout.rows).fill(-1);
    [this.plain, this.patience] = [new Int32Array(layout.rows), new Int32Array(layout.rows)];
    this.streak = new Int32Array(layout.rows);
    this.correction = like.like();
    [this.along, this.size, this.previousSize] = numbers(like, 3);
    this.small = new Float64Array(memory * memory);
    [this.right, this.gamma] = [new Float64Array(memory), new Float64Array(memory)];
  }

  /** The same history of some of the examples, in this order. */
  some(rows: Uint32Array): Mixer {
    const few = new Mixer(gather(this.f, rows), { ...this.layout, rows: rows.length }, this.options);
    const whole = ({ f, previousF, previousImage, dF, dG }: Mixer) => [f, previousF, previousImage, ...dF, ...dG];
    const from = whole(this);
    whole(few).forEach((state, i) => {
      state.copy(gather(from[i], rows));
    });
    rows.forEach((row, i) => {
      few.gram[i].set(this.gram[row]);
      for (const name of BY_EXAMPLE) few[name][i] = this[name][row];
    });
    few.newest = this.newest;
    return few;
  }

  /** Moves s, whose image under the map is `image`, to the next state. */
  mix(s: State, image: State): void {
    const { layout, f } = this;
    difference(layout, image, s, f);
    rowDot(layout, f, f, this.size);
    this.remember(image);
    for (let row = 0; row < layout.rows; row++) {
      const accepted = this.lengthen(row);
      this.solve(row);
      copyRow(layout, row, accepted ? image : this.previousImage, s);
    }
    this.combine(s);
    this.previousF.copy(f);
    this.previousImage.copy(image);
    this.previousSize.set(this.size);
  }

  /**
   * Adds what mixing adds to the plain step. Not where the whole would go against f: at a minimum every map here that
   * descends has eigenvalues below 1, so that the mixed step and f agree; against it lies a saddle.
   */
  private combine(s: State): void {
    const { layout, f, correction, along } = this;
    correction.fill(0);
    for (let slot = 0; slot < this.dG.length; slot++) {
      rowAxpy(layout, this.coefficients[slot], this.dG[slot], correction);
    }
    rowDot(layout, correction, f, along);
    for (let row = 0; row < layout.rows; row++) along[row] = along[row] + this.size[row] > 0 ? 1 : 0;
    rowAxpy(layout, along, correction, s);
  }

  /** The newest differences, and their products with the others and with f, into the next place of the ring. */
  private remember(image: State): void {
    const { layout, f, dF, dG, options } = this;
    this.newest = (this.newest + 1) % options.memory;
    const [df, dg] = [dF[this.newest], dG[this.newest]];
    difference(layout, f, this.previousF, df);
    difference(layout, image, this.previousImage, dg);
    for (let slot = 0; slot < options.memory; slot++) {
      rowDot(layout, df, dF[slot], this.dots[slot]);
      for (let row = 0; row < layout.rows; row++) {
        const products = this.gram[row];
        products[slot * options.memory + this.newest] = this.dots[slot][row];
        products[this.newest * options.memory + slot] = this.dots[slot][row];
      }
      rowDot(layout, dF[slot], f, this.dots[slot]);
    }
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

  /** The example's coefficients of the differences of images: −γ with the smallest ‖f − Σ γ_j Δf_j‖. */
  private solve(row: number): void {
    const { memory, regularisation } = this.options;
    const [m, products] = [this.plain[row] > 0 ? 0 : Math.max(0, this.length[row]), this.gram[row]];
    // newest first
    const slot = (i: number) => (this.newest - i + memory) % memory;
    for (let i = 0; i < m; i++) {
      this.right[i] = this.dots[slot(i)][row];
      for (let j = 0; j < m; j++) this.small[i * m + j] = products[slot(i) * memory + slot(j)];
    }
    leastSquares(this.small, this.right, m, regularisation, this.gamma, this.f.precision);
    for (let i = 0; i < memory; i++) this.coefficients[slot(i)][row] = i < m ? -this.gamma[i] : 0;
  }
}
