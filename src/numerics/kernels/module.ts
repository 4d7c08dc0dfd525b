/** The compiled kernels (assembly/) and the memory that they work in: one of each, made when first asked for. */
import { RunError } from '../../errors.js';
import { packageFile } from '../../package.js';
import { type Constants, instantiate, type Memory } from './instance.js';

/** What is used of it: TypeScript has its types with those of the browser only. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: boolean }) => Memory;
  Module: new (binary: Uint8Array) => object;
};

/** Compiled for memory that threads share, and for a Node that has none. */
const SHARED = 'dist/numerics/kernels.wasm';
const UNSHARED = 'dist/numerics/kernels-unshared.wasm';

/** Every kernel for doubles, and under `name32` for single precision. */
export type KernelExports = Constants & Kernels & { readonly [Name in keyof Kernels as `${Name}32`]: Kernels[Name] };

/** The shape of a convolution, and the two places between which numbers go. */
type PatchArguments = [
  ...shape: [
    examples: number,
    channels: number,
    height: number,
    width: number,
    kernel: number,
    stride: number,
    padding: number,
    pool: number,
    rows: number,
    cols: number,
  ],
  from: number,
  to: number,
];

/** op(A) is m × k, op(B) k × n; strides are those between rows as they are stored, or how A says where its numbers are. */
type ProductArguments<A extends number[]> = [
  ...shape: [m: number, n: number, k: number, alpha: number, a: number],
  ...strides: A,
  ...of: [b: number, strideB: number, start: number, startStride: number, c: number, strideC: number, work: number],
];

/** Addresses are bytes from the start of the memory; lengths are counts of numbers. See assembly/ for what each does. */
export interface Kernels {
  gemm(ta: boolean, tb: boolean, ...of: ProductArguments<[strideA: number]>): void;
  /** Of B there are panels, as many columns as `strideB` says. */
  gemmPanels(ta: boolean, skipped: number, ...of: ProductArguments<[strideA: number]>): void;
  packPanels(tb: boolean, n: number, k: number, b: number, strideB: number, to: number): void;
  packStrips(tb: boolean, n: number, k: number, b: number, strideB: number, to: number, width: number): void;
  gemmSparse(...of: [...ProductArguments<[rowA: number, stepA: number]>, workBytes: number]): void;
  countNonzero(a: number, n: number): number;
  addScaled(a: number, alpha: number, b: number, out: number, n: number): void;
  scale(alpha: number, x: number, n: number): void;
  hadamard(a: number, b: number, out: number, n: number): void;
  hadamardSum(a: number, b: number, c: number, d: number, out: number, n: number): void;
  hadamardMinus(a: number, b: number, c: number, out: number, n: number): number;
  rowAxpy(alpha: number, x: number, y: number, m: number, n: number): void;
  hadamardComplex(a: number, b: number, c: number, d: number, re: number, im: number, n: number): void;
  addRow(row: number, out: number, m: number, n: number): void;
  addColumnSums(alpha: number, x: number, m: number, n: number, stride: number, out: number): void;
  maxAbs(x: number, n: number): number;
  dot(a: number, b: number, n: number): number;
  addRowDots(a: number, b: number, m: number, n: number, out: number): void;
  mix(
    blocks: number,
    blockCount: number,
    rows: number,
    memory: number,
    newest: number,
    growth: number,
    regularisation: number,
    s: number,
    image: number,
    lastF: number,
    lastImage: number,
    ring: number,
    gram: number,
    counts: number,
    work: number,
  ): void;
  projectForce(s: number, force: number, lower: number, upper: number, n: number): number;
  projectForceComplex(s: number, re: number, im: number, lower: number, upper: number, n: number): void;
  clip(s: number, lower: number, upper: number, n: number): void;
  clipComplex(s: number, im: number, lower: number, upper: number, n: number): void;
  sparseProduct(
    m: number,
    rows: number,
    cols: number,
    starts: number,
    columns: number,
    values: number,
    alpha: number,
    x: number,
    start: number,
    out: number,
  ): void;
  hadamardRow(x: number, row: number, out: number, m: number, n: number): void;
  addColumnDots(alpha: number, a: number, b: number, m: number, n: number, stride: number, out: number): void;
  springForce(d: number, k: number, l: number, f: number, m: number, e: number): void;
  springForceComplex(
    dRe: number,
    dIm: number,
    k: number,
    l: number,
    fRe: number,
    fIm: number,
    m: number,
    e: number,
  ): void;
  springStretch(d: number, l: number, out: number, m: number, e: number): void;
  springTangent(d: number, k: number, l: number, out: number, m: number, e: number): void;
  symmetricPairs(t: number, v: number, out: number, n: number): void;
  springAlong(d: number, v: number, out: number, n: number): void;
  springChange(d: number, delta: number, out: number, n: number): void;
  springChangeComplex(d: number, deltaRe: number, deltaIm: number, outRe: number, outIm: number, n: number): void;
  patches(...of: PatchArguments): void;
  addPatches(...of: PatchArguments): void;
  pool(
    examples: number,
    channels: number,
    rows: number,
    cols: number,
    size: number,
    map: number,
    given: boolean,
    routes: number,
    start: number,
    out: number,
  ): void;
  unpool(
    examples: number,
    channels: number,
    rows: number,
    cols: number,
    size: number,
    alpha: number,
    v: number,
    routes: number,
    map: number,
  ): void;
  value(kind: number, s: number, out: number, n: number): void;
  evaluate(kind: number, s: number, rho: number, slope: number, n: number): void;
  curvature(kind: number, s: number, out: number, n: number): void;
  valueComplex(kind: number, re: number, im: number, rhoRe: number, rhoIm: number, n: number): void;
  evaluateComplex(
    kind: number,
    re: number,
    im: number,
    rhoRe: number,
    rhoIm: number,
    slopeRe: number,
    slopeIm: number,
    n: number,
  ): void;
  valueMinus(kind: number, a: number, s: number, out: number, n: number): number;
  valueStep(kind: number, a: number, s: number, dt: number, out: number, to: number, n: number): number;
  fill(value: number, x: number, n: number): void;
  copy(x: number, out: number, n: number): void;
  peak(n: number, factor: number, term: number): number;
}

export interface LoadedKernels {
  readonly exports: KernelExports;
  /** Never grows, so views of it stay valid. Pages cost memory when they are first written. */
  readonly buffer: ArrayBuffer;
  /** What threads make an instance of their own from. */
  readonly module: object;
  readonly memory: Memory;
  /** Whether threads can. */
  readonly isShared: boolean;
}

let loaded: LoadedKernels | undefined;

/** @throws RunError where the package has no compiled kernels, or no memory can be had. */
export function kernels(): LoadedKernels {
  loaded ??= load();
  return loaded;
}

/** Whether this Node has memory that threads share. */
export const hasSharedMemory = (): boolean => typeof SharedArrayBuffer === 'function';

function load(): LoadedKernels {
  const isShared = hasSharedMemory();
  const file = isShared ? SHARED : UNSHARED;
  const binary = packageFile(file);
  if (binary === undefined) {
    throw new RunError(`${file} is missing: build it with 'npm run build', or use --backend mathjs`);
  }
  const memory = reserve(isShared);
  const module = new WebAssembly.Module(binary);
  return { exports: instantiate(module, memory), buffer: memory.buffer, module, memory, isShared };
}

/** 64 kB each; all that 32-bit addresses reach. */
const MOST_PAGES = 65536;
const FEWEST_PAGES = 1024;

/** As much address space as the system gives. */
function reserve(shared: boolean): Memory {
  for (let pages = MOST_PAGES; ; pages /= 2) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    } catch (error) {
      if (pages > FEWEST_PAGES) continue;
      const reason = (error as Error).message;
      throw new RunError(
        `no memory for the kernels (${reason}): lift the limit on address space (ulimit -v), or use --backend mathjs`,
      );
    }
  }
}
