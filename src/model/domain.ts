/** Where the numbers of a tensor may lie, and all that follows from it. */
import { onUnitCircle } from '../numerics/complex.js';
import { gemm, maxAbs, norm2 } from '../numerics/kernels.js';
import { Matrix } from '../numerics/matrix.js';
import { type ByPrecision, precisionOf } from '../numerics/numbers.js';

/**
 * What values a tensor may have. Its free parameters are counted by `coordinates`; where one of them has two cells (a tied
 * pair), both cells of a gradient hold the derivative by it.
 */
export interface Domain {
  readonly name: string;
  /** For every free parameter the places of its cells, row by row; all others cannot move. */
  coordinates(rows: number, cols: number): number[][];
  /** Makes a point inside of what an initialiser has drawn, in place. */
  fromDraw(values: Matrix): void;
  /** Puts what an update has led out back inside, in place and where it can; what is inside stays as it is. */
  impose(values: Matrix): void;
  /** What is wrong with a given value, in words that go on after the tensor's name; undefined where it is inside. */
  problem(values: Matrix, name: string, shape?: readonly number[]): string | undefined;
  /** The first cell that is outside by itself, -1 where none is; absent where only all of them together can be. */
  firstOutside?(values: Matrix): number;
  /** How far a free parameter may be moved either way from a value, for differences. */
  reach(value: number): number;
  /** Weight decay acts on it, where a spec asks for some. */
  readonly decays: boolean;
  /** Greater than 0, so that it has a logarithm. */
  readonly isPositive?: true;
}

/** Every cell by itself, any number. */
export const free: Domain = {
  name: 'free',
  coordinates: (rows, cols) => Array.from({ length: rows * cols }, (_, at) => [at]),
  fromDraw() {},
  impose() {},
  problem: () => undefined,
  reach: () => Number.POSITIVE_INFINITY,
  decays: true,
};

/** Any number, and no pull towards 0: biases. */
export const level: Domain = { ...free, decays: false };

/** Square and symmetric with a zero diagonal: w_ij = w_ji is one parameter (THEORY: tied pairs). */
export const tied: Domain = {
  ...free,
  name: 'tied',
  coordinates: (n) => pairs(n, 1),
  fromDraw(w) {
    symmetrise(w);
    for (let i = 0; i < w.rows; i++) w.data[i * w.rows + i] = 0;
  },
  impose(w) {
    this.fromDraw(w);
  },
  problem(w, name) {
    const at = Array.from({ length: w.rows }, (_, i) => i).find((i) => w.data[i * w.rows + i] !== 0);
    const asymmetry = asymmetryOf(w, name);
    if (asymmetry !== undefined || at === undefined) return asymmetry;
    return `must have a zero diagonal, got ${name}[${at}][${at}] = ${w.data[at * w.rows + at]}`;
  },
};

/**
 * Symmetric positive definite; both cells of a pair are one parameter, a diagonal cell is one of its own. An update that
 * makes it indefinite cannot be mended: the energy would have no minimum.
 */
export const positiveDefinite: Domain = {
  ...free,
  name: 'positive definite',
  coordinates: (n) => pairs(n, 0),
  /** I + MMᵀ/n, symmetric up to round-off: the bits that results were computed from. */
  fromDraw(a) {
    const n = a.rows;
    const m = new Matrix(n, n, a.data.slice());
    gemm(false, true, 1 / n, m, m, 0, a);
    for (let i = 0; i < n; i++) a.data[i * n + i] += 1;
  },
  impose: symmetrise,
  problem: (a, name) => asymmetryOf(a, name) ?? (isPositiveDefinite(a) ? undefined : 'must be positive definite'),
};

/** Greater than 0: stiffnesses, conductances, lengths. An update leads down to `least` at most. */
export const positive = (least = 1e-6): Domain => ({
  ...bounded(least, Number.POSITIVE_INFINITY),
  name: 'positive',
  isPositive: true,
  fromDraw(values) {
    for (let i = 0; i < values.data.length; i++) values.data[i] = Math.max(Math.abs(values.data[i]), least);
  },
  ...cells((value) => value > 0, 'greater than 0'),
  reach: (value) => value / 2,
});

/** Greater than 0, and drawn near natural values: ℓ = natural · (1 + (draw − 1)/10). */
export const near = (natural: ArrayLike<number>): Domain => ({
  ...positive(),
  fromDraw(values) {
    for (let i = 0; i < values.data.length; i++) values.data[i] = natural[i] * (1 + (values.data[i] - 1) / 10);
    this.impose(values);
  },
});

/** lower ≤ value ≤ upper. */
export const bounded = (lower: number, upper: number): Domain => ({
  ...free,
  name: 'bounded',
  /** What lies outside is mirrored at the bounds: on one of them no difference could be taken both ways. */
  fromDraw(values) {
    const width = upper - lower;
    for (let i = 0; i < values.data.length; i++) {
      const off = Math.abs(values.data[i] - lower) % (2 * width);
      if (!(values.data[i] >= lower && values.data[i] <= upper))
        values.data[i] = lower + Math.min(off, 2 * width - off);
    }
    this.impose(values);
  },
  impose(values) {
    for (let i = 0; i < values.data.length; i++) values.data[i] = Math.min(Math.max(values.data[i], lower), upper);
  },
  ...cells((value) => value >= lower && value <= upper, `from ${lower} to ${upper}`),
  reach: (value) => Math.min(value - lower, upper - value),
});

/** Free, and so many degrees away from its transpose when it is drawn: a square tensor. */
export const turned = (degrees: number): Domain => ({ ...free, fromDraw: (w) => turn(w, degrees) });

/** The same with cells that are 0 and stay it. */
export function sparse(given: Domain, absent: readonly number[]): Domain {
  const isAbsent = new Set(absent);
  const clear = ({ data }: Matrix) => {
    for (const at of absent) data[at] = 0;
  };
  return {
    ...given,
    coordinates: (rows, cols) => given.coordinates(rows, cols).filter(([first]) => !isAbsent.has(first)),
    fromDraw(values) {
      given.fromDraw(values);
      clear(values);
    },
    impose(values) {
      given.impose(values);
      clear(values);
    },
    problem(values, name, shape = [values.rows, values.cols]) {
      const at = absent.find((place) => values.data[place] !== 0);
      if (at === undefined) return given.problem(values, name, shape);
      return `must be 0 where there is no connection, got ${cellName(name, at, shape)} = ${values.data[at]}`;
    },
  };
}

/** Both cells of every pair (i, j), i + apart ≤ j; one where i = j. */
function pairs(n: number, apart: 0 | 1): number[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n - i - apart }, (_, k) => {
      const j = i + apart + k;
      return i === j ? [i * n + i] : [i * n + j, j * n + i];
    }),
  ).flat();
}

function symmetrise(w: Matrix): void {
  const n = w.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (w.data[i * n + j] + w.data[j * n + i]) / 2;
      w.data[i * n + j] = mean;
      w.data[j * n + i] = mean;
    }
  }
}

/** Cells of a pair that differ by less than this part of the largest cell are one number but for round-off. */
const SAME: ByPrecision = { float64: 2 ** -48, float32: 2 ** -19 };

function asymmetryOf(w: Matrix, name: string): string | undefined {
  const n = w.rows;
  const allowed = SAME[precisionOf(w.data)] * maxAbs(w.data);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [lower, upper] = [w.data[i * n + j], w.data[j * n + i]];
      if (Math.abs(lower - upper) > allowed)
        return `must be symmetric, got ${name}[${j}][${i}] = ${upper} and ${name}[${i}][${j}] = ${lower}`;
    }
  }
  return undefined;
}

/** The indices of a cell of a tensor. */
export function placeOf(at: number, shape: readonly number[]): number[] {
  return shape.reduceRight<{ left: number; place: number[] }>(
    ({ left, place }, size) => ({ left: Math.floor(left / size), place: [left % size, ...place] }),
    { left: at, place: [] },
  ).place;
}

/** `W[1][0][2]` */
export const cellName = (name: string, at: number, shape: readonly number[]): string =>
  [name, ...placeOf(at, shape).map((i) => `[${i}]`)].join('');

/** Where every cell by itself is inside or not. */
function cells(inside: (value: number) => boolean, where: string): Required<Pick<Domain, 'problem' | 'firstOutside'>> {
  const firstOutside = ({ data }: Matrix) => data.findIndex((value) => !inside(value));
  return {
    firstOutside,
    problem(values, name, shape = values.rows === 1 ? [values.cols] : [values.rows, values.cols]) {
      const at = firstOutside(values);
      return at < 0 ? undefined : `must be ${where}, got ${cellName(name, at, shape)} = ${values.data[at]}`;
    },
  };
}

/** By an attempted Cholesky factorisation; reads the lower triangle. */
function isPositiveDefinite(a: Matrix): boolean {
  const n = a.rows;
  const L = a.data.slice();
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) for (let i = j; i < n; i++) L[i * n + j] -= L[i * n + k] * L[j * n + k];
    if (!(L[j * n + j] > 0)) return false;
    const root = Math.sqrt(L[j * n + j]);
    for (let i = j; i < n; i++) L[i * n + j] /= root;
  }
  return true;
}

/**
 * Mixes the symmetric part S and the antisymmetric part A of a square w, of one norm each, as cos(α/2) S + sin(α/2) A:
 * ⟨w, wᵀ⟩ = cos α ‖w‖². The norm of w stays.
 */
function turn(w: Matrix, degrees: number): void {
  const n = w.rows;
  const parts = [1, -1].map((sign) =>
    Float64Array.from(w.data, (value, at) => (value + sign * w.data[(at % n) * n + Math.floor(at / n)]) / 2),
  );
  const { re: cos, im: sin } = onUnitCircle(degrees / 2, 360);
  const [s, a] = [cos, sin].map((share, i) => (share * norm2(w.data)) / (norm2(parts[i]) || 1));
  for (let at = 0; at < w.data.length; at++) w.data[at] = s * parts[0][at] + a * parts[1][at];
}
