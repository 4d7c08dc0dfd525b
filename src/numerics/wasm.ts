/** The default backend: SIMD kernels whose results have the same bits on every machine, and for any number of threads. */

import { type ActivationName, activationNames, formulas } from './activation-formulas.js';
import type { Backend, PatchShape, Product } from './backend.js';
import { Heap } from './kernels/heap.js';
import { kernels, type LoadedKernels } from './kernels/module.js';
import { Pool } from './kernels/pool.js';
import { type Axis, type Bound, type Numbered, Sharing } from './kernels/sharing.js';
import type { Numbers, Precision } from './numbers.js';

/** What backends of either precision share: kernels, their memory, the threads that work in it. */
interface House extends LoadedKernels {
  readonly heap: Heap;
  readonly pool: Pool;
  /** Room for panels of a product. */
  readonly work: number;
}

let built: House | undefined;
const made = new Map<Precision, Backend>();

/** @throws RunError where the package has no compiled kernels, or no memory can be had. */
export function wasm(precision: Precision = 'float64'): Backend {
  const backend = made.get(precision) ?? make(house(), precision);
  made.set(precision, backend);
  return backend;
}

/** How many threads share a large call from now on, where this Node lets them; they start when there is one. */
export function useThreads(count: number): void {
  wanted = count;
  if (built) built.pool.threads = count;
}

let wanted = 1;

/** How many do: 1 before there is a backend with kernels. */
export const threadCount = (): number => built?.pool.threads ?? 1;

/** What the kernels work in, for a backend that shares their memory and their threads. */
export function house(): House {
  built ??= build();
  return built;
}

function build(): House {
  const loaded = kernels();
  const { exports: k, buffer } = loaded;
  const fill = (array: Numbers, value: number) =>
    (array instanceof Float64Array ? k.fill : k.fill32)(value, array.byteOffset, array.length);
  const heap = new Heap(buffer, k.HEAP_BASE.value, fill);
  const work = heap.allocate(k.GEMM_WORKSPACE.value / 8).byteOffset;
  k.useScratch(heap.allocate(k.SCRATCH_BYTES.value / 8).byteOffset);
  const pool = new Pool(loaded, heap, work);
  pool.threads = wanted;
  return { ...loaded, heap, work, pool };
}

/** Below this share of entries that are not zero, visiting only those is faster. */
const SPARSE = 0.5;
/** Nanoseconds of a multiplication and an addition, about. */
const PRODUCT_COST = 0.17;
const SPARSE_COST = 0.35;
const ROW_COST = 1;
/** Rows and columns of a product begin at multiples of what its kernels have in registers. */
const [ROW_GRAIN, COLUMN_GRAIN, WIDE_BYTES] = [4, 16, 96];
/** What a piecewise linear activation costs, of what others do. */
const EASY = 0.15;

const kind = (name: ActivationName) => activationNames.indexOf(name);
const effort = (name: ActivationName) => ('box' in formulas[name] ? EASY : 1);

function make(own: House, precision: Precision): Backend {
  const { heap, buffer } = own;
  const sharing = new Sharing(own.pool, own.exports, precision);
  const { bound: on } = sharing;
  const { isHere, input, output, done } = staging(buffer, heap, precision);
  const [dot, sparse, patches, addPatches, pool, unpool] = (
    ['dot', 'sparseProduct', 'patches', 'addPatches', 'pool', 'unpool'] as const
  ).map((name) => sharing.numbered(name));
  const multiply = products(own, sharing);

  const call = (operation: Bound, size: number, width: number, ...args: number[]): number => {
    const result = sharing.call(operation, size, width, ...args);
    done();
    return result;
  };
  /** On as many numbers as the last argument has. */
  const each = (operation: Bound, n: number, ...args: number[]): number => call(operation, n, 1, ...args, n);
  /** On rows, as the kernels of springs have them: examples, and how many springs. */
  const springs = (operation: Bound, springCount: number, numbers: number, ...args: number[]): number =>
    call(operation, numbers / springCount, springCount, ...args, numbers / springCount, springCount);

  return {
    name: 'wasm',
    precision,
    details: {},
    allocate: (length) => heap.allocate(length, precision),
    free: (array) => heap.free(array),
    product(p) {
      const [A, B, C] = [input(p.a), input(p.b), output(p.c)];
      multiply(p, A, B, p.start === undefined ? 0 : p.start === p.c ? C : input(p.start), C);
      done();
    },
    // elsewhere a typed array's own is faster
    copy(x, out) {
      if (isHere(x) && isHere(out)) each(on.copy, out.length, x.byteOffset, out.byteOffset);
      else out.set(x);
    },
    fill(value, x) {
      if (isHere(x)) each(on.fill, x.length, value, x.byteOffset);
      else x.fill(value);
    },
    addScaled: (a, alpha, b, out) => each(on.addScaled, out.length, input(a), alpha, input(b), output(out)),
    scale: (alpha, x) => each(on.scale, x.length, alpha, output(x)),
    hadamard: (a, b, out) => each(on.hadamard, out.length, input(a), input(b), output(out)),
    hadamardSum: (a, b, c, d, out) =>
      each(on.hadamardSum, out.length, input(a), input(b), input(c), input(d), output(out)),
    hadamardMinus: (a, b, c, out) => each(on.hadamardMinus, out.length, input(a), input(b), input(c), output(out)),
    hadamardComplex: (a, b, c, d, re, im) =>
      each(on.hadamardComplex, re.length, input(a), input(b), input(c), input(d), output(re), output(im)),
    addRow(row, out) {
      const [m, n] = [out.length / row.length, row.length];
      call(on.addRow, m, n, input(row), output(out), m, n);
    },
    addColumnSums(alpha, x, out) {
      const [m, n] = [x.length / out.length, out.length];
      call(on.addColumnSums, n, m, alpha, input(x), m, n, n, output(out));
    },
    addColumnDots(alpha, a, b, out) {
      const [m, n] = [a.length / out.length, out.length];
      call(on.addColumnDots, n, m, alpha, input(a), input(b), m, n, n, output(out));
    },
    maxAbs: (x) => each(on.maxAbs, x.length, input(x)),
    dot(a, b) {
      const sum = dot.kernel(input(a), input(b), a.length) as number;
      done();
      return sum;
    },
    addRowDots(a, b, out) {
      const [m, n] = [out.length, a.length / out.length];
      call(on.addRowDots, m, n, input(a), input(b), m, n, output(out));
    },
    rowAxpy(alpha, x, y) {
      const [m, n] = [alpha.length, x.length / alpha.length];
      call(on.rowAxpy, m, n, input(alpha), input(x), output(y), m, n);
    },
    hadamardRow(x, row, out) {
      const [m, n] = [x.length / row.length, row.length];
      call(on.hadamardRow, m, n, input(x), input(row), output(out), m, n);
    },
    projectForce: ({ lower, upper }, s, force) =>
      each(on.projectForce, s.length, input(s), output(force), lower, upper),
    projectForceComplex: ({ lower, upper }, s, force, imaginary) =>
      each(on.projectForceComplex, s.length, input(s), output(force), output(imaginary), lower, upper),
    clip({ lower, upper }, s, imaginary) {
      if (imaginary === undefined) each(on.clip, s.length, output(s), lower, upper);
      else each(on.clipComplex, s.length, output(s), output(imaginary), lower, upper);
    },
    sparseProduct(a, alpha, x, start, out) {
      const O = output(out);
      const S = start === undefined ? 0 : start === out ? O : input(start);
      const { rows, cols } = a;
      const m = out.length / rows;
      const lists = [input(a.starts), input(a.columns), input(a.values)];
      const args = [m, rows, cols, ...lists, alpha, input(x), S, O];
      const work = m * (rows * ROW_COST + a.columns.length * SPARSE_COST);
      const moves = [0, 0, 0, 0, 0, 0, 0, cols, S && rows, rows];
      if (!sharing.isWorth(work)) sparse.kernel(...args);
      else sharing.share(sparse, args, { moves, sizeAt: 0, size: m, grain: 1 }, work);
      done();
    },
    springForce: (d, stiffness, l, f) =>
      springs(on.springForce, l.length, d.length / 2, input(d), input(stiffness), input(l), output(f)),
    springForceComplex: ([x, y], stiffness, l, [re, im]) =>
      springs(
        on.springForceComplex,
        l.length,
        x.length / 2,
        ...[input(x), input(y), input(stiffness), input(l), output(re), output(im)],
      ),
    springStretch: (d, l, out) => springs(on.springStretch, l.length, out.length, input(d), input(l), output(out)),
    springTangent: (d, stiffness, l, out) =>
      springs(on.springTangent, l.length, d.length / 2, input(d), input(stiffness), input(l), output(out)),
    symmetricPairs: (tangent, v, out) => each(on.symmetricPairs, v.length / 2, input(tangent), input(v), output(out)),
    springAlong: (d, v, out) => each(on.springAlong, out.length, input(d), input(v), output(out)),
    springChange: (d, delta, out) => each(on.springChange, out.length, input(d), input(delta), output(out)),
    springChangeComplex: (d, [re, im], [toRe, toIm]) =>
      each(on.springChangeComplex, toRe.length, input(d), input(re), input(im), output(toRe), output(toIm)),
    patches(shape, image, out) {
      patches.kernel(...placesOf(shape), input(image), output(out));
      done();
    },
    addPatches(shape, from, image) {
      addPatches.kernel(...placesOf(shape), input(from), output(image));
      done();
    },
    pool({ examples, channels, rows, cols, size }, map, routes, given, start, out) {
      const [M, R, O] = [input(map), routes === undefined ? 0 : output(routes), output(out)];
      const S = start === undefined ? 0 : start === out ? O : input(start);
      pool.kernel(examples, channels, rows, cols, size, M, Number(given), R, S, O);
      done();
    },
    unpool({ examples, channels, rows, cols, size }, alpha, v, routes, map) {
      const R = routes === undefined ? 0 : input(routes);
      unpool.kernel(examples, channels, rows, cols, size, alpha, input(v), R, output(map));
      done();
    },
    value: (rho, s, out) => call(on.value, s.length, effort(rho), kind(rho), input(s), output(out), s.length),
    evaluate: (rho, s, out, slope) =>
      call(on.evaluate, s.length, effort(rho), kind(rho), input(s), output(out), output(slope), s.length),
    curvature: (rho, s, out) => each(on.curvature, s.length, kind(rho), input(s), output(out)),
    evaluateComplex(rho, [x, y], [re, im], slope) {
      const [n, places] = [x.length, [kind(rho), input(x), input(y), output(re), output(im)]];
      if (slope === undefined) each(on.valueComplex, n, ...places);
      else each(on.evaluateComplex, n, ...places, output(slope[0]), output(slope[1]));
    },
    valueMinus: (rho, a, s, out) =>
      call(on.valueMinus, s.length, effort(rho), kind(rho), input(a), input(s), output(out), s.length),
    valueStep(rho, a, s, dt, out, to) {
      const places = [kind(rho), input(a), input(s), dt, output(out), output(to), s.length];
      return call(on.valueStep, s.length, effort(rho), ...places);
    },
  };
}

const placesOf = ({ examples, channels, height, width, kernel, stride, padding, pool, rows, cols }: PatchShape) =>
  [examples, channels, height, width, kernel, stride, padding, pool, rows, cols] as const;

/** C = α·op(A)·op(B) + start, at these addresses (start 0: from nothing). */
function products({ exports: k, work }: House, sharing: Sharing) {
  const [gemm, gemmSparse, countNonzero] = (['gemm', 'gemmSparse', 'countNonzero'] as const).map((name) =>
    sharing.numbered(name),
  );
  const workBytes = k.GEMM_WORKSPACE.value;
  const longest = workBytes / k.SPARSE_WORKSPACE.value - 1;

  return ({ ta, tb, m, n, k: inner, alpha, a, start, sparse }: Product, A: number, B: number, S: number, C: number) => {
    const startStride = start?.length === n && m > 1 ? 0 : n;
    const count = sparse && !tb && inner < longest ? Number(countNonzero.kernel(A, a.length)) : a.length;
    const isSparse = count < SPARSE * a.length;
    const cost = isSparse ? count * n * SPARSE_COST : m * n * inner * PRODUCT_COST;
    const [rowA, stepA, strideA, strideB] = [ta ? 1 : inner, ta ? m : 1, ta ? m : inner, tb ? inner : n];
    // a short side is packed by every piece: cut along the other
    const byRows = m > n;
    const [ofA, ofB, ofS, ofC] = byRows ? [rowA, 0, S && startStride, n] : [0, tb ? inner : 1, S && 1, 1];
    if (isSparse) {
      const args = [m, n, inner, alpha, A, rowA, stepA, B, n, S, startStride, C, n, work, workBytes];
      const moves = [0, 0, 0, 0, ofA, 0, 0, ofB, 0, ofS, 0, ofC, 0, 0, 0];
      const [sizeAt, size, grain] = byRows ? [0, m, 1] : [1, n, WIDE_BYTES / sharing.bytes];
      shared(gemmSparse, args, { moves, sizeAt, size, grain }, cost, 13);
    } else if (!sharing.isWorth(cost)) {
      // small products are many: no lists for them
      gemm.kernel(Number(ta), Number(tb), m, n, inner, alpha, A, strideA, B, strideB, S, startStride, C, n, work);
    } else {
      const moves = [0, 0, 0, 0, 0, 0, ofA, 0, ofB, 0, ofS, 0, ofC, 0, 0];
      const [sizeAt, size, grain] = byRows ? [2, m, ROW_GRAIN] : [3, n, COLUMN_GRAIN];
      const sides = [A, strideA, B, strideB, S, startStride, C, n];
      const args = [Number(ta), Number(tb), m, n, inner, alpha, ...sides, work];
      sharing.share(gemm, args, { moves, sizeAt, size, grain }, cost, 14);
    }
  };

  function shared(kernel: Numbered, args: readonly number[], axis: Axis, cost: number, workAt: number): void {
    if (!sharing.isWorth(cost)) kernel.kernel(...args);
    else sharing.share(kernel, args, axis, cost, workAt);
  }
}

/** Addresses of arrays in the kernels' memory; those that lie elsewhere, or are of the other precision, are copied in, and outputs out again by done(). */
function staging(buffer: ArrayBuffer, heap: Heap, precision: Precision) {
  const Own = precision === 'float64' ? Float64Array : Float32Array;
  let copies: { readonly copy: Numbers; readonly of: Numbers | undefined }[] = [];
  const isHere = (array: Numbers | Int32Array): boolean =>
    array.buffer === buffer && (array instanceof Own || array instanceof Int32Array);
  const stage = (array: Numbers | Int32Array, written: boolean): number => {
    const isList = array instanceof Int32Array;
    const copy = isList ? heap.allocate(Math.ceil(array.length / 2)) : heap.allocate(array.length, precision);
    if (isList) new Int32Array(buffer, copy.byteOffset, array.length).set(array);
    else copy.set(array);
    copies.push({ copy, of: written ? (array as Numbers) : undefined });
    return copy.byteOffset;
  };
  return {
    isHere,
    input: (array: Numbers | Int32Array): number => (isHere(array) ? array.byteOffset : stage(array, false)),
    output: (array: Numbers): number => (isHere(array) ? array.byteOffset : stage(array, true)),
    done(): void {
      if (copies.length === 0) return;
      for (const { copy, of } of copies) {
        of?.set(copy);
        heap.free(copy);
      }
      copies = [];
    },
  };
}
