/** The default backend: SIMD kernels whose results have the same bits on every machine, and for any number of threads. */

import { type ActivationName, activationNames, formulas } from './activation-formulas.js';
import type { Backend, PatchShape } from './backend.js';
import { Heap } from './kernels/heap.js';
import { kernels, type LoadedKernels } from './kernels/module.js';
import { Pool } from './kernels/pool.js';
import { products, SPARSE_COST } from './kernels/products.js';
import { type Numbered, Sharing } from './kernels/sharing.js';
import { staging } from './kernels/staging.js';
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

/** Nanoseconds: of a row of a sparse matrix, a number of a patch, an entry of a window. */
const [ROW_COST, PATCH_COST, POOL_COST] = [1, 0.5, 0.7];
/** Arguments that say a shape do not move. */
const PLACES = new Array<number>(10).fill(0);
/** What a piecewise linear activation costs, of what others do. */
const EASY = 0.15;

const kind = (name: ActivationName) => activationNames.indexOf(name);
const effort = (name: ActivationName) => ('box' in formulas[name] ? EASY : 1);

function make(own: House, precision: Precision): Backend {
  const { heap, buffer } = own;
  const sharing = new Sharing(own.pool, own.exports, precision);
  const { bound: on } = sharing;
  const { isHere, input, output, done } = staging(buffer, heap, precision, () => sharing.together.flush());
  const [dot, mix, sparse, patches, addPatches, pool, unpool] = (
    ['dot', 'mix', 'sparseProduct', 'patches', 'addPatches', 'pool', 'unpool'] as const
  ).map((name) => sharing.alone(name));
  const { together } = sharing;
  const packPanels = sharing.numbered('packPanels');
  const multiply = products(own.exports, own.work, sharing);

  const call: Sharing['call'] = (operation, size, width, a, b, c, d, e, f, g, h) => {
    const result = sharing.call(operation, size, width, a, b, c, d, e, f, g, h);
    done();
    return result;
  };

  /** A kernel whose first argument says how many examples there are. */
  function byExamples(kernel: Numbered, args: readonly number[], moves: readonly number[], work: number): void {
    if (!sharing.isWorth(work)) kernel.kernel(...args);
    else sharing.share(kernel, args, { moves, sizeAt: 0, size: args[0], grain: 1 }, work);
    done();
  }

  return {
    name: 'wasm',
    precision,
    details: {},
    allocate: (length) => heap.allocate(length, precision),
    free(array) {
      together.flush();
      heap.free(array);
    },
    together: (effort, rows, body) => together.within(effort, rows, body),
    product(p) {
      const [A, B, C] = [input(p.a), input(p.panels ?? p.b), output(p.c)];
      multiply(p, A, B, p.start === undefined ? 0 : p.start === p.c ? C : input(p.start), C);
      done();
    },
    panels({ tb, n, k, b }, room, known) {
      const lanes = own.exports.PANEL.value / sharing.bytes;
      const to = known ?? room(k * lanes * Math.ceil(n / lanes));
      packPanels.kernel(Number(tb), n, k, input(b), tb ? k : n, to.byteOffset);
      done();
      return to;
    },
    // elsewhere a typed array's own is faster
    copy(x, out) {
      if (isHere(x) && isHere(out)) call(on.copy, out.length, 1, x.byteOffset, out.byteOffset, out.length);
      else {
        together.flush();
        out.set(x);
      }
    },
    fill(value, x) {
      if (isHere(x)) call(on.fill, x.length, 1, value, x.byteOffset, x.length);
      else x.fill(value);
    },
    addScaled: (a, alpha, b, out) =>
      call(on.addScaled, out.length, 1, input(a), alpha, input(b), output(out), out.length),
    scale: (alpha, x) => call(on.scale, x.length, 1, alpha, output(x), x.length),
    hadamard: (a, b, out) => call(on.hadamard, out.length, 1, input(a), input(b), output(out), out.length),
    hadamardSum: (a, b, c, d, out) =>
      call(on.hadamardSum, out.length, 1, input(a), input(b), input(c), input(d), output(out), out.length),
    hadamardMinus: (a, b, c, out) =>
      call(on.hadamardMinus, out.length, 1, input(a), input(b), input(c), output(out), out.length),
    hadamardComplex: (a, b, c, d, re, im) =>
      call(on.hadamardComplex, re.length, 1, input(a), input(b), input(c), input(d), output(re), output(im), re.length),
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
    maxAbs: (x) => call(on.maxAbs, x.length, 1, input(x), x.length),
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
    mix(step, s, image) {
      const { blocks, rows, memory, newest, growth, regularisation } = step;
      const [S, G, lastF, lastG] = [output(s), input(image), output(step.lastF), output(step.lastImage)];
      const [ring, gram, counts] = [output(step.ring), output(step.gram), output(step.counts)];
      const at = input(blocks);
      const [count, { work }] = [blocks.length / 2, own];
      mix.kernel(at, count, rows, memory, newest, growth, regularisation, S, G, lastF, lastG, ring, gram, counts, work);
      done();
    },
    hadamardRow(x, row, out) {
      const [m, n] = [x.length / row.length, row.length];
      call(on.hadamardRow, m, n, input(x), input(row), output(out), m, n);
    },
    projectForce: ({ lower, upper }, s, force) =>
      call(on.projectForce, s.length, 1, input(s), output(force), lower, upper, s.length),
    projectForceComplex: ({ lower, upper }, s, force, imaginary) =>
      call(on.projectForceComplex, s.length, 1, input(s), output(force), output(imaginary), lower, upper, s.length),
    clip({ lower, upper }, s, imaginary) {
      if (imaginary === undefined) call(on.clip, s.length, 1, output(s), lower, upper, s.length);
      else call(on.clipComplex, s.length, 1, output(s), output(imaginary), lower, upper, s.length);
    },
    sparseProduct(a, alpha, x, start, out) {
      const O = output(out);
      const S = start === undefined ? 0 : start === out ? O : input(start);
      const { rows, cols } = a;
      const m = out.length / rows;
      const lists = [input(a.starts), input(a.columns), input(a.values)];
      const work = m * (rows * ROW_COST + a.columns.length * SPARSE_COST);
      const moves = [0, 0, 0, 0, 0, 0, 0, cols, S && rows, rows];
      byExamples(sparse, [m, rows, cols, ...lists, alpha, input(x), S, O], moves, work);
    },
    springForce(d, stiffness, l, f) {
      const [m, n] = [d.length / 2 / l.length, l.length];
      call(on.springForce, m, n, input(d), input(stiffness), input(l), output(f), m, n);
    },
    springForceComplex([x, y], stiffness, l, [re, im]) {
      const [m, n, k] = [x.length / 2 / l.length, l.length, input(stiffness)];
      call(on.springForceComplex, m, n, input(x), input(y), k, input(l), output(re), output(im), m, n);
    },
    springStretch(d, l, out) {
      const [m, n] = [out.length / l.length, l.length];
      call(on.springStretch, m, n, input(d), input(l), output(out), m, n);
    },
    springTangent(d, stiffness, l, out) {
      const [m, n] = [d.length / 2 / l.length, l.length];
      call(on.springTangent, m, n, input(d), input(stiffness), input(l), output(out), m, n);
    },
    symmetricPairs: (tangent, v, out) =>
      call(on.symmetricPairs, v.length / 2, 1, input(tangent), input(v), output(out), v.length / 2),
    springAlong: (d, v, out) => call(on.springAlong, out.length, 1, input(d), input(v), output(out), out.length),
    springChange: (d, delta, out) =>
      call(on.springChange, out.length, 1, input(d), input(delta), output(out), out.length),
    springChangeComplex: (d, [re, im], [toRe, toIm]) =>
      call(
        on.springChangeComplex,
        toRe.length,
        1,
        input(d),
        input(re),
        input(im),
        output(toRe),
        output(toIm),
        toRe.length,
      ),
    patches(shape, image, out) {
      const moves = [...PLACES, image.length / shape.examples, out.length / shape.examples];
      byExamples(patches, [...placesOf(shape), input(image), output(out)], moves, out.length * PATCH_COST);
    },
    addPatches(shape, from, image) {
      const moves = [...PLACES, from.length / shape.examples, image.length / shape.examples];
      byExamples(addPatches, [...placesOf(shape), input(from), output(image)], moves, from.length * PATCH_COST);
    },
    pool({ examples, channels, rows, cols, size }, map, routes, given, start, out) {
      const [M, R, O] = [input(map), routes === undefined ? 0 : output(routes), output(out)];
      const S = start === undefined ? 0 : start === out ? O : input(start);
      const [all, one] = [map.length / examples, out.length / examples];
      const moves = [0, 0, 0, 0, 0, all, 0, R && routes!.length / examples, S && one, one];
      byExamples(
        pool,
        [examples, channels, rows, cols, size, M, Number(given), R, S, O],
        moves,
        map.length * POOL_COST,
      );
    },
    unpool({ examples, channels, rows, cols, size }, alpha, v, routes, map) {
      const R = routes === undefined ? 0 : input(routes);
      const [all, one] = [map.length / examples, v.length / examples];
      const moves = [0, 0, 0, 0, 0, 0, one, R && routes!.length / examples, all];
      const args = [examples, channels, rows, cols, size, alpha, input(v), R, output(map)];
      byExamples(unpool, args, moves, map.length * POOL_COST);
    },
    value: (rho, s, out) => call(on.value, s.length, effort(rho), kind(rho), input(s), output(out), s.length),
    evaluate: (rho, s, out, slope) =>
      call(on.evaluate, s.length, effort(rho), kind(rho), input(s), output(out), output(slope), s.length),
    curvature: (rho, s, out) => call(on.curvature, s.length, 1, kind(rho), input(s), output(out), s.length),
    evaluateComplex(rho, [x, y], [re, im], slope) {
      const [n, X, Y, R, I] = [x.length, input(x), input(y), output(re), output(im)];
      if (slope === undefined) call(on.valueComplex, n, 1, kind(rho), X, Y, R, I, n);
      else call(on.evaluateComplex, n, 1, kind(rho), X, Y, R, I, output(slope[0]), output(slope[1]), n);
    },
    valueMinus: (rho, a, s, out) =>
      call(on.valueMinus, s.length, effort(rho), kind(rho), input(a), input(s), output(out), s.length),
    valueStep(rho, a, s, dt, out, to) {
      const n = s.length;
      return call(on.valueStep, n, effort(rho), kind(rho), input(a), input(s), dt, output(out), output(to), n);
    },
  };
}

const placesOf = ({ examples, channels, height, width, kernel, stride, padding, pool, rows, cols }: PatchShape) =>
  [examples, channels, height, width, kernel, stride, padding, pool, rows, cols] as const;
