/** Anderson's acceleration (Anderson 1965; Walker & Ni 2011, type II), one step of it, of every example of a batch. */
import { leastSquares } from './least-squares.js';
import { type Numbers, precisionOf } from './numbers.js';

/**
 * What examples remember of the steps of a map g, f(s) = g(s) − s. States are blocks one after the other, each of `rows` rows.
 */
export interface Mixing {
  /** Of the rows of each block. */
  readonly widths: Int32Array;
  readonly rows: number;
  /** Steps that are remembered at most. */
  readonly memory: number;
  /** Columns that the ring has, this step's among them, and which is this step's. */
  readonly filled: number;
  readonly newest: number;
  /** Where a mixed step has made ‖f‖ grow by more than this the history is dropped, and that step taken back. */
  readonly growth: number;
  /** Relative, of the least-squares problem. */
  readonly regularisation: number;
  readonly f: Numbers;
  readonly image: Numbers;
  /** The same one step before. */
  readonly previousF: Numbers;
  readonly previousImage: Numbers;
  /** Δf and Δg, two states a column. */
  readonly ring: Numbers;
  /** Products of the Δf of each example, memory × memory, in the places of the ring. */
  readonly gram: Numbers;
  /** COUNTS numbers an example; 0 at first. */
  readonly counts: Numbers;
}

/** Columns of an example's history + 1, plain steps that it has to take, what the next failure costs, successes, ‖f‖². */
export const COUNTS = 5;
const [COLUMNS, PLAIN, PATIENCE, STREAK, SIZE] = [0, 1, 2, 3, 4];

/** Where mixing fails again and again the plain map is left alone for longer and longer, up to so many steps. */
const MOST_PLAIN = 16;

/**
 * Where each example goes from s, into `next`: the image of the combination of its last states whose residual is smallest. Not
 * where that would go against f: at a minimum every map here that descends has eigenvalues below 1, so that the
 * mixed step and f agree; against it lies a saddle. Kernels do the same, number by number.
 */
export function mixed(step: Mixing, next: Numbers): void {
  const { f, image, previousImage, counts, rows, memory } = step;
  for (let row = 0; row < rows; row++) {
    const each = placesOf(step, row);
    const dot = (a: Numbers, b: Numbers, from = 0) => each.reduce((sum, at) => sum + a[from + at] * b[at], 0);
    remember(step, row, each);
    const count = counts.subarray(row * COUNTS, (row + 1) * COUNTS);
    const accepted = lengthen(count, dot(f, f), step);
    const m = count[PLAIN] > 0 ? 0 : Math.min(memory, Math.max(0, count[COLUMNS] - 1));
    const gamma = coefficients(step, row, m, (slot) => dot(step.ring, f, 2 * slot * f.length));
    const base = accepted ? image : previousImage;
    const change = each.map((at) =>
      gamma.reduce((sum, by, age) => sum - by * step.ring[(2 * slotOf(step, age) + 1) * f.length + at], 0),
    );
    const along = each.reduce((sum, at, i) => sum + change[i] * f[at], 0);
    each.forEach((at, i) => {
      next[at] = along + count[SIZE] > 0 ? base[at] + change[i] : base[at];
    });
  }
}

/** Where the units of an example are in a state. */
function placesOf({ widths, rows }: Mixing, row: number): number[] {
  const places: number[] = [];
  let start = 0;
  for (const width of widths) {
    for (let j = 0; j < width; j++) places.push(start + row * width + j);
    start += rows * width;
  }
  return places;
}

/** The column that came so many steps before this one. */
const slotOf = ({ newest, memory }: Mixing, age: number): number => (newest - age + memory) % memory;

/** The newest differences, and their products with the others. */
function remember(step: Mixing, row: number, each: readonly number[]): void {
  const { f, previousF, image, previousImage, ring, gram, memory, filled, newest } = step;
  const df = 2 * newest * f.length;
  for (const at of each) {
    ring[df + at] = f[at] - previousF[at];
    ring[df + f.length + at] = image[at] - previousImage[at];
  }
  const first = row * memory * memory;
  for (let i = 0; i < filled; i++) {
    const product = each.reduce((sum, at) => sum + ring[df + at] * ring[2 * i * f.length + at], 0);
    gram[first + i * memory + newest] = product;
    gram[first + newest * memory + i] = product;
  }
}

/** Adds the newest column to an example's history, or drops it all where a mixed step has made the residual grow. */
function lengthen(count: Numbers, size: number, { growth, memory }: Mixing): boolean {
  const mixed = count[COLUMNS] > 1 && count[PLAIN] === 0;
  const grown = !(size <= growth * growth * count[SIZE]);
  count[SIZE] = size;
  if (mixed && grown) {
    const patience = count[PATIENCE];
    count[COLUMNS] = 0;
    count[PLAIN] = patience;
    count[PATIENCE] = Math.min(2 * patience + 1, MOST_PLAIN);
    count[STREAK] = 0;
    return false;
  }
  if (mixed) count[STREAK]++;
  if (mixed && count[STREAK] >= memory) count[PATIENCE] = 0;
  if (count[PLAIN] > 0) count[PLAIN]--;
  count[COLUMNS] = Math.min(count[COLUMNS] + 1, memory + 1);
  return true;
}

/** γ with the smallest ‖f − Σ γ_j Δf_j‖, newest first, of the m newest columns. */
function coefficients(step: Mixing, row: number, m: number, right: (slot: number) => number): Float64Array {
  const { gram, memory, regularisation } = step;
  const small = new Float64Array(m * m);
  const slots = Array.from({ length: m }, (_, age) => slotOf(step, age));
  slots.forEach((slot, i) => {
    slots.forEach((other, j) => {
      small[i * m + j] = gram[(row * memory + slot) * memory + other];
    });
  });
  const gamma = new Float64Array(m);
  leastSquares(small, Float64Array.from(slots, right), m, regularisation, gamma, precisionOf(gram));
  return gamma;
}
