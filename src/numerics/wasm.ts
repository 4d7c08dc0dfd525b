/** The default backend: SIMD kernels whose results have the same bits on every machine. */

import { RunError } from '../errors.js';
import { type ActivationName, activationNames } from './activation-formulas.js';
import type { Backend } from './backend.js';
import { Heap } from './kernels/heap.js';
import { kernels } from './kernels/module.js';
import type { Numbers, Precision } from './numbers.js';

let made: Backend | undefined;

/** @throws RunError where the package has no compiled kernels, or no memory can be had. */
export function wasm(precision: Precision = 'float64'): Backend {
  if (precision !== 'float64') throw new RunError(`the kernels do not compute in ${precision}: use --backend mathjs`);
  made ??= make();
  return made;
}

/** Below this share of entries that are not zero, visiting only those is faster. */
const SPARSE = 0.5;

function make(): Backend {
  const { exports: k, buffer } = kernels();
  const heap = new Heap(buffer, k.HEAP_BASE.value);
  const { input, output, done } = staging(buffer, heap);
  const workBytes: number = k.GEMM_WORKSPACE.value;
  const longest = workBytes / k.SPARSE_WORKSPACE.value - 1;
  const work = heap.allocate(workBytes / 8).byteOffset;
  k.useScratch(heap.allocate(k.SCRATCH_BYTES.value / 8).byteOffset);
  const kind = (name: ActivationName) => activationNames.indexOf(name);

  return {
    name: 'wasm',
    precision: 'float64',
    details: {},
    allocate: (length) => heap.allocate(length),
    free: (array) => heap.free(array as Float64Array),
    product({ ta, tb, m, n, k: inner, alpha, a, b, c, start, sparse }) {
      const [A, B, C] = [input(a), input(b), output(c)];
      const S = start === undefined ? 0 : start === c ? C : input(start);
      const startStride = start?.length === n && m > 1 ? 0 : n;
      const strideA = ta ? m : inner;
      if (sparse && !tb && inner < longest && k.countNonzero(A, a.length) < SPARSE * a.length) {
        const [rowA, stepA] = ta ? [1, m] : [inner, 1];
        k.gemmSparse(m, n, inner, alpha, A, rowA, stepA, B, n, S, startStride, C, n, work, workBytes);
      } else {
        k.gemm(ta, tb, m, n, inner, alpha, A, strideA, B, tb ? inner : n, S, startStride, C, n, work);
      }
      done();
    },
    addScaled(a, alpha, b, out) {
      k.addScaled(input(a), alpha, input(b), output(out), out.length);
      done();
    },
    scale(alpha, x) {
      k.scale(alpha, output(x), x.length);
      done();
    },
    hadamard(a, b, out) {
      k.hadamard(input(a), input(b), output(out), out.length);
      done();
    },
    hadamardSum(a, b, c, d, out) {
      k.hadamardSum(input(a), input(b), input(c), input(d), output(out), out.length);
      done();
    },
    hadamardMinus(a, b, c, out) {
      const most = k.hadamardMinus(input(a), input(b), input(c), output(out), out.length);
      done();
      return most;
    },
    hadamardComplex(a, b, c, d, re, im) {
      k.hadamardComplex(input(a), input(b), input(c), input(d), output(re), output(im), re.length);
      done();
    },
    addRow(row, out) {
      k.addRow(input(row), output(out), out.length / row.length, row.length);
      done();
    },
    addColumnSums(alpha, x, out) {
      k.addColumnSums(alpha, input(x), x.length / out.length, out.length, output(out));
      done();
    },
    maxAbs(x) {
      const most = k.maxAbs(input(x), x.length);
      done();
      return most;
    },
    dot(a, b) {
      const sum = k.dot(input(a), input(b), a.length);
      done();
      return sum;
    },
    addRowDots(a, b, out) {
      k.addRowDots(input(a), input(b), out.length, a.length / out.length, output(out));
      done();
    },
    rowAxpy(alpha, x, y) {
      k.rowAxpy(input(alpha), input(x), output(y), alpha.length, x.length / alpha.length);
      done();
    },
    projectForce({ lower, upper }, s, force) {
      const most = k.projectForce(input(s), output(force), lower, upper, s.length);
      done();
      return most;
    },
    projectForceComplex({ lower, upper }, s, force, imaginary) {
      k.projectForceComplex(input(s), output(force), output(imaginary), lower, upper, s.length);
      done();
    },
    clip({ lower, upper }, s, imaginary) {
      if (imaginary === undefined) k.clip(output(s), lower, upper, s.length);
      else k.clipComplex(output(s), output(imaginary), lower, upper, s.length);
      done();
    },
    sparseProduct({ rows, cols, starts, columns, values }, alpha, x, start, out) {
      const O = output(out);
      const S = start === undefined ? 0 : start === out ? O : input(start);
      const m = out.length / rows;
      k.sparseProduct(m, rows, cols, input(starts), input(columns), input(values), alpha, input(x), S, O);
      done();
    },
    hadamardRow(x, row, out) {
      k.hadamardRow(input(x), input(row), output(out), x.length / row.length, row.length);
      done();
    },
    addColumnDots(alpha, a, b, out) {
      k.addColumnDots(alpha, input(a), input(b), a.length / out.length, out.length, output(out));
      done();
    },
    springForce(d, stiffness, l, f) {
      const e = l.length;
      k.springForce(input(d), input(stiffness), input(l), output(f), d.length / (2 * e), e);
      done();
    },
    springForceComplex([x, y], stiffness, l, [re, im]) {
      const e = l.length;
      const m = x.length / (2 * e);
      k.springForceComplex(input(x), input(y), input(stiffness), input(l), output(re), output(im), m, e);
      done();
    },
    springStretch(d, l, out) {
      k.springStretch(input(d), input(l), output(out), out.length / l.length, l.length);
      done();
    },
    springTangent(d, stiffness, l, out) {
      const e = l.length;
      k.springTangent(input(d), input(stiffness), input(l), output(out), d.length / (2 * e), e);
      done();
    },
    symmetricPairs(tangent, v, out) {
      k.symmetricPairs(input(tangent), input(v), output(out), v.length / 2);
      done();
    },
    springAlong(d, v, out) {
      k.springAlong(input(d), input(v), output(out), out.length);
      done();
    },
    springChange(d, delta, out) {
      k.springChange(input(d), input(delta), output(out), out.length);
      done();
    },
    springChangeComplex(d, [re, im], [toRe, toIm]) {
      k.springChangeComplex(input(d), input(re), input(im), output(toRe), output(toIm), toRe.length);
      done();
    },
    value(rho, s, out) {
      k.value(kind(rho), input(s), output(out), s.length);
      done();
    },
    evaluate(rho, s, out, slope) {
      k.evaluate(kind(rho), input(s), output(out), output(slope), s.length);
      done();
    },
    curvature(rho, s, out) {
      k.curvature(kind(rho), input(s), output(out), s.length);
      done();
    },
    evaluateComplex(rho, [x, y], [re, im], slope) {
      const [X, Y, R, I] = [input(x), input(y), output(re), output(im)];
      if (slope === undefined) k.valueComplex(kind(rho), X, Y, R, I, x.length);
      else k.evaluateComplex(kind(rho), X, Y, R, I, output(slope[0]), output(slope[1]), x.length);
      done();
    },
    valueMinus(rho, a, s, out) {
      const most = k.valueMinus(kind(rho), input(a), input(s), output(out), s.length);
      done();
      return most;
    },
  };
}

/** Addresses of arrays in the kernels' memory; those that lie elsewhere are copied in, and outputs out again by done(). */
function staging(buffer: ArrayBuffer, heap: Heap) {
  let copies: { readonly copy: Float64Array; readonly of: Numbers | undefined }[] = [];
  const stage = (array: Numbers | Int32Array, written: boolean): number => {
    const copy = heap.allocate(Math.ceil(array.byteLength / 8));
    if (array instanceof Int32Array) new Int32Array(buffer, copy.byteOffset, array.length).set(array);
    else copy.set(array);
    copies.push({ copy, of: written ? (array as Numbers) : undefined });
    return copy.byteOffset;
  };
  return {
    input: (array: Numbers | Int32Array): number => (array.buffer === buffer ? array.byteOffset : stage(array, false)),
    output: (array: Numbers): number => (array.buffer === buffer ? array.byteOffset : stage(array, true)),
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
