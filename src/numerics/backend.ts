/** What does the arithmetic on contiguous buffers. Engines speak to kernels.ts and do not know which one it is. */

import type { ActivationName } from './activation-formulas.js';
import type { Box } from './bounds.js';
import type { Mixing } from './mixing.js';
import type { Numbers, Precision } from './numbers.js';

type ComplexNumbers = readonly [re: Numbers, im: Numbers];

/** Rows of a sparse matrix one after the other: row i has the entries starts[i] … starts[i + 1]. */
export interface SparseRows {
  readonly rows: number;
  readonly cols: number;
  readonly starts: Int32Array;
  /** Ascending in a row. */
  readonly columns: Int32Array;
  readonly values: Numbers;
}

/** C = α·op(A)·op(B) + start; op(A) is m × k, op(B) k × n, all contiguous and row-major. */
export interface Product {
  readonly ta: boolean;
  readonly tb: boolean;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly alpha: number;
  readonly a: Numbers;
  readonly b: Numbers;
  readonly c: Numbers;
  /** Zeros where absent; C itself accumulates; n numbers are a bias for every row; else m × n. */
  readonly start: Numbers | undefined;
  /** A may be mostly zeros (inputs); B is then not transposed. */
  readonly sparse: boolean;
  /** What `panels` of the backend has made of op(B) as it is now; absent where A may be mostly zeros. */
  readonly panels?: Numbers | undefined;
}

/** The second operand of a product: op(B) is k × n. */
export type Operand = Pick<Product, 'tb' | 'n' | 'k' | 'b'>;

/** Patches of images (channels × height × width each): see kernels/assembly/convolution.ts. */
export interface PatchShape {
  readonly examples: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  /** Windows of pool × pool patches are one, their mean. */
  readonly pool: number;
  /** Of the positions that they are taken at. */
  readonly rows: number;
  readonly cols: number;
}

/** Windows of size × size entries of maps (a row for each position, channels last), rows × cols of them. */
export interface WindowShape {
  readonly examples: number;
  readonly channels: number;
  readonly rows: number;
  readonly cols: number;
  readonly size: number;
}

/** Nanoseconds that a computation costs, about; Infinity where that is not known yet. */
export interface Effort {
  work: number;
}

/** Outputs come last; they may be inputs too, except of a product. Lengths agree: kernels.ts has checked. */
export interface Backend {
  readonly name: string;
  /** Of what it allocates and computes. */
  readonly precision: Precision;
  /** What else tells one machine's arithmetic from another's: a library and its core; for run.json. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Zeros, where this backend works fastest. @throws RunError where there is no room. */
  allocate(length: number): Numbers;
  /** Gives back what allocate() gave; absent where the garbage collector does. */
  free?(buffer: Numbers): void;
  /**
   * What `body` asks for, together, a thread all of it for some of the examples; gives the largest of what `body` and its
   * calls give, undefined where `body` does. Every call there is on matrices of so many rows for each of `rows` examples, of
   * which none concerns another (whole states of several blocks are no such matrix: where `apart`, they go block by block),
   * and nobody looks at numbers before the end. Absent where that is one call after the other.
   */
  together?(effort: Effort, rows: number, body: (apart: boolean) => number | undefined): number | undefined;
  product(p: Product): void;
  /**
   * Numbers of op(B) in the order in which products read them, for an operand of many; into `known`, or, where there are none
   * yet, what `room` gives. Absent, and undefined, where products do as well without.
   */
  panels?(operand: Operand, room: (length: number) => Numbers, known: Numbers | undefined): Numbers | undefined;
  /** out = x, of whatever precision each is. */
  copy(x: Numbers, out: Numbers): void;
  /** x_i = value */
  fill(value: number, x: Numbers): void;
  /** out = a + α b */
  addScaled(a: Numbers, alpha: number, b: Numbers, out: Numbers): void;
  /** x *= α */
  scale(alpha: number, x: Numbers): void;
  /** out = a ∘ b */
  hadamard(a: Numbers, b: Numbers, out: Numbers): void;
  /** out = a ∘ b + c ∘ d */
  hadamardSum(a: Numbers, b: Numbers, c: Numbers, d: Numbers, out: Numbers): void;
  /** out = a ∘ b − c; gives max |out|, NaN where any entry is. */
  hadamardMinus(a: Numbers, b: Numbers, c: Numbers, out: Numbers): number;
  /** re + i·im = (a + ib) ∘ (c + id) */
  hadamardComplex(a: Numbers, b: Numbers, c: Numbers, d: Numbers, re: Numbers, im: Numbers): void;
  /** out += row, in each row. */
  addRow(row: Numbers, out: Numbers): void;
  /** out += α · column sums of x. */
  addColumnSums(alpha: number, x: Numbers, out: Numbers): void;
  /** max |x_i|; NaN where any entry is. */
  maxAbs(x: Numbers): number;
  dot(a: Numbers, b: Numbers): number;
  /** out_i += Σ_j a_ij b_ij; as many rows as `out` has numbers. */
  addRowDots(a: Numbers, b: Numbers, out: Numbers): void;
  /** y_ij += α_i x_ij; as many rows as α has numbers, those with α_i = 0 left as they are. */
  rowAxpy(alpha: Numbers, x: Numbers, y: Numbers): void;
  /** A step of Anderson's acceleration, from s, whose image is given: see mixing.ts. */
  mix(step: Mixing, s: Numbers, image: Numbers): void;
  /** Sets the force to 0 where s is at a bound and the force points outwards; gives max |force|, NaN where any is. */
  projectForce(box: Box, s: Numbers, force: Numbers): number;
  /** The same for complex states; the real parts decide. */
  projectForceComplex(box: Box, s: Numbers, force: Numbers, imaginary: Numbers): void;
  /** Clips the states to the box; the imaginary part of a clipped one becomes 0. */
  clip(box: Box, s: Numbers, imaginary: Numbers | undefined): void;
  /** out = start + α·(A x) for every example; zeros where no start is given; out itself accumulates. */
  sparseProduct(a: SparseRows, alpha: number, x: Numbers, start: Numbers | undefined, out: Numbers): void;
  /** out_ij = x_ij row_j */
  hadamardRow(x: Numbers, row: Numbers, out: Numbers): void;
  /** out_j += α Σ_i a_ij b_ij */
  addColumnDots(alpha: number, a: Numbers, b: Numbers, out: Numbers): void;
  /** f = k(1 − ℓ/r) d, springs.ts says of what; the same of complex extents; and what else it says. */
  springForce(d: Numbers, k: Numbers, l: Numbers, f: Numbers): void;
  springForceComplex(d: ComplexNumbers, k: Numbers, l: Numbers, f: ComplexNumbers): void;
  springStretch(d: Numbers, l: Numbers, out: Numbers): void;
  springTangent(d: Numbers, k: Numbers, l: Numbers, out: Numbers): void;
  symmetricPairs(tangent: Numbers, v: Numbers, out: Numbers): void;
  springAlong(d: Numbers, v: Numbers, out: Numbers): void;
  springChange(d: Numbers, delta: Numbers, out: Numbers): void;
  springChangeComplex(d: Numbers, delta: ComplexNumbers, out: ComplexNumbers): void;
  /** out = patches, a row for each position, (channel · kernel + y) · kernel + x along it. */
  patches(shape: PatchShape, image: Numbers, out: Numbers): void;
  /** image += what patches are made of: the adjoint. */
  addPatches(shape: PatchShape, patches: Numbers, image: Numbers): void;
  /**
   * out (an image) = start + the largest of each window of a map, and which that is in `routes`, or the one that `given` routes
   * say; the entry itself where windows have one and there are no routes.
   */
  pool(
    shape: WindowShape,
    map: Numbers,
    routes: Numbers | undefined,
    given: boolean,
    start: Numbers | undefined,
    out: Numbers,
  ): void;
  /** map = α v where the routes lead, 0 elsewhere. */
  unpool(shape: WindowShape, alpha: number, v: Numbers, routes: Numbers | undefined, map: Numbers): void;
  /** rho = ρ(s) */
  value(rho: ActivationName, s: Numbers, out: Numbers): void;
  /** out = ρ(s), slope = ρ'(s) */
  evaluate(rho: ActivationName, s: Numbers, out: Numbers, slope: Numbers): void;
  /** out = ρ''(s) */
  curvature(rho: ActivationName, s: Numbers, out: Numbers): void;
  /** ρ at complex s, and ρ' there if there are places for it. */
  evaluateComplex(
    rho: ActivationName,
    s: readonly [re: Numbers, im: Numbers],
    out: readonly [re: Numbers, im: Numbers],
    slope: readonly [re: Numbers, im: Numbers] | undefined,
  ): void;
  /** out = ρ(a) − s; gives max |out|, NaN where any entry is. */
  valueMinus(rho: ActivationName, a: Numbers, s: Numbers, out: Numbers): number;
  /** The same, and to = s + dt out, which is neither s nor out. */
  valueStep(rho: ActivationName, a: Numbers, s: Numbers, dt: number, out: Numbers, to: Numbers): number;
}
