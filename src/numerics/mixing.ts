/** Anderson's acceleration (Anderson 1965; Walker & Ni 2011, type II), one step of it, of every example of a batch. */
import { leastSquares } from './least-squares.js';
import { type Numbers, precisionOf } from './numbers.js';

/** What examples remember of the steps of a map g, f(s) = g(s) − s, on some blocks of their state, one after the other. */
export interface Mixing {
  /** Of each block: where it begins in a state, and how wide its rows are. */
  readonly blocks: Int32Array;
  readonly rows: number;
  /** Steps that are remembered at most: the ring has a column for each, from the first on those that have been written. */
  readonly memory: number;
  /** Which column is this step's. */
  readonly newest: number;
  /** Where a mixed step has made ‖f‖ grow by more than this the history is dropped, and that step taken back. */
  readonly growth: number;
  /** Relative, of the least-squares problem. */
  readonly regularisation: number;
  /** f and g of the step before, and then of this one. */
  readonly lastF: Numbers;
  readonly lastImage: Numbers;
  /** Δf and Δg, a column. */
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
 * Each example goes from s, whose image is given, to the image of the combination of its last states whose residual is
 * smallest. Not where that would go against f: at a minimum every map here that descends has eigenvalues below 1, so that
 * the mixed step and f agree; against it lies a saddle. Kernels do the same, number by number.
 */
export function mixed(step: Mixing, s: Numbers, image: Numbers): void {
  const { lastF: f, lastImage, ring, counts, rows, memory } = step;
  for (let row = 0; row < rows; row++) {
    const places = placesOf(step, row);
    const dot = (a: Numbers, b: Numbers, from = 0) => places.reduce((sum, [at]) => sum + a[from + at] * b[at], 0);
    const count = counts.subarray(row * COUNTS, (row + 1) * COUNTS);
    const known = Math.min(memory, count[COLUMNS]);
    const base = places.map(([at]) => lastImage[at]);
    remember(step, row, known, places, s, image);
    const accepted = lengthen(count, dot(f, f), step);
    const m = count[PLAIN] > 0 ? 0 : Math.max(0, count[COLUMNS] - 1);
    const gamma = coefficients(step, row, m, (slot) => dot(ring, f, 2 * slot * f.length));
    const change = places.map(([at]) =>
      gamma.reduce((sum, by, age) => sum - by * ring[(2 * slotOf(step, age) + 1) * f.length + at], 0),
    );
    const along = places.reduce((sum, [at], i) => sum + change[i] * f[at], 0);
    places.forEach(([, on], i) => {
      const to = accepted ? image[on] : base[i];
      s[on] = along + count[SIZE] > 0 ? to + change[i] : to;
    });
  }
}

type Places = readonly (readonly [at: number, on: number])[];

/** Where the units of an example are among what is mixed, and in a state. */
function placesOf({ blocks, rows }: Mixing, row: number): Places {
  const places: [number, number][] = [];
  let before = 0;
  for (let k = 0; k < blocks.length; k += 2) {
    const [start, width] = [blocks[k], blocks[k + 1]];
    for (let j = 0; j < width; j++) places.push([before + row * width + j, start + row * width + j]);
    before += rows * width;
  }
  return places;
}

/** The column that came so many steps before this one. */
const slotOf = ({ newest, memory }: Mixing, age: number): number => (newest - age + memory) % memory;

/** f and g of this step, what they have changed by, and the products of that Δf with itself and those before, `known` in all. */
function remember(step: Mixing, row: number, known: number, places: Places, s: Numbers, image: Numbers): void {
  const { lastF, lastImage, ring, gram, memory, newest } = step;
  const df = 2 * newest * lastF.length;
  for (const [at, on] of places) {
    const f = image[on] - s[on];
    ring[df + at] = f - lastF[at];
    ring[df + lastF.length + at] = image[on] - lastImage[at];
    lastF[at] = f;
    lastImage[at] = image[on];
  }
  const first = row * memory * memory;
  for (let age = 0; age < known; age++) {
    const i = slotOf(step, age);
    const product = places.reduce((sum, [at]) => sum + ring[df + at] * ring[2 * i * lastF.length + at], 0);
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
