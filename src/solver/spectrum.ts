import type { Linearisation, State, Time } from '../model/types.js';
import { type Eigenpair, eigenpairs } from '../numerics/decompositions.js';
import { hadamard, scale } from '../numerics/kernels.js';
import type { ByPrecision, Numbers } from '../numerics/numbers.js';
import type { Random } from '../numerics/random.js';
import { Arnoldi } from './arnoldi.js';
import { type Layout, layoutOf } from './rows.js';

/** Extremes, over all examples, of the eigenvalues of −J at a fixed point: of the Hessian H, for an energy. */
export interface Spectrum {
  /** J is symmetric: the eigenvalues are real, and those of H. */
  readonly symmetric: boolean;
  /** Smallest and largest real part. */
  readonly smallest: number;
  readonly largest: number;
  /** Of a map: the largest |eigenvalue| of its Jacobian 1 + J. */
  readonly radius: number | undefined;
  /** What is slowest decays like e^{−rate·t}: `smallest`, or −ln `radius` a step for a map. Not positive: not stable. */
  readonly rate: number;
  /** ‖(−J)v − λv‖₂ of the slowest eigenpair: how far the iteration has come. */
  readonly error: number;
  readonly products: number;
}

/** So many products suffice for the ends of the spectrum to three digits, hundreds of units or thousands. */
const MOST_PRODUCTS = 60;
/** The basis of a large batch shall not be what decides how much memory a run takes: 16 MB, or 12 states. */
const [MOST_NUMBERS, LEAST_PRODUCTS] = [2_000_000, 12];
/** A Krylov space whose next direction is this small has all there is. */
const COMPLETE: ByPrecision = { float64: 1e-10, float32: 1e-5 };

/**
 * Eigenvalues at the ends, where a Krylov space finds them first: Lanczos's method where J is symmetric, else Arnoldi's,
 * example by example and by products with J only. `free` marks the units that no bound pins.
 */
export function spectrum(
  linear: Linearisation,
  like: State,
  free: Numbers | undefined,
  time: Time,
  random: Random,
): Spectrum {
  const layout = layoutOf(like.shapes);
  const units = like.data.length / layout.rows;
  const { symmetric } = linear;
  const { rows, products } = project(
    linear,
    startingFrom(like, free, random),
    layout,
    productsFor(like.data.length, units),
  );
  const found = rows.flatMap(({ H, next }) =>
    eigenpairs(H, symmetric).map((pair) => ({ ...pair, error: next * pair.last })),
  );
  const slowness = time === 'discrete' ? modulusOfMap : ({ re }: Eigenpair) => -re;
  const slowest = found.reduce((a, b) => (slowness(b) > slowness(a) ? b : a), found[0] ?? NONE);
  const radius = time === 'discrete' ? modulusOfMap(slowest) : undefined;
  return {
    symmetric,
    smallest: found.reduce((least, { re }) => Math.min(least, re), Number.POSITIVE_INFINITY),
    largest: found.reduce((most, { re }) => Math.max(most, re), Number.NEGATIVE_INFINITY),
    radius,
    rate: radius === undefined ? slowest.re : -Math.log(radius),
    error: slowest.error,
    products,
  };
}

function productsFor(numbers: number, units: number): number {
  const room = Math.max(LEAST_PRODUCTS, Math.floor(MOST_NUMBERS / numbers));
  return Math.min(units, MOST_PRODUCTS, room);
}

/** Every unit is pinned: nothing moves, and what is pinned forgets at once. */
const NONE = { re: Number.POSITIVE_INFINITY, im: 0, last: 0, error: 0 };

/** |1 − λ| of an eigenvalue λ of −J. */
const modulusOfMap = ({ re, im }: Eigenpair): number => Math.sqrt((1 - re) * (1 - re) + im * im);

/** Numbers of every size, on the free units only: something of every eigenvector. */
function startingFrom(like: State, free: Numbers | undefined, random: Random): State {
  const start = like.like();
  for (let i = 0; i < start.data.length; i++) start.data[i] = random.normal();
  if (free) hadamard(start.data, free, start.data);
  return start;
}

/** −J projected to a Krylov space of every example, and the length of the direction that comes next. */
function project(linear: Linearisation, start: State, layout: Layout, most: number) {
  const space = new Arnoldi(start, layout, most);
  const lengths = space.begin(start);
  const rows = Array.from(lengths, (length) => ({ columns: [] as Numbers[], next: length, done: !(length > 0) }));
  const negated = (v: State, out: State) => {
    linear.apply(v, out);
    scale(-1, out.data);
  };
  let products = 0;
  for (; products < most && rows.some(({ done }) => !done); products++) {
    space.extend(negated, products);
    rows.forEach((row, r) => {
      if (row.done) return;
      row.columns.push(space.columns[r].slice(0, products + 2));
      row.next = space.columns[r][products + 1];
      row.done = !(row.next > COMPLETE[start.precision] && Number.isFinite(row.next));
    });
  }
  return { products, rows: rows.map(({ columns, next }) => ({ H: square(columns), next })) };
}

/** The square part of a Hessenberg matrix given by columns, as rows. */
function square(columns: readonly Numbers[]): number[][] {
  return columns.map((_, i) => columns.map((column) => column[i] ?? 0));
}
