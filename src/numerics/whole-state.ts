/** Operations on whole states, real or complex. */

import type { BlockShape, Blocks } from './blocks.js';
import type { Complex } from './complex.js';
import { backend } from './current-backend.js';
import { addRowDots, fill, hadamard, scale } from './kernels.js';
import type { Numbers } from './numbers.js';

/** out = a ∘ b, complex where they are; all three of one shape. */
export function complexHadamard(a: Blocks, b: Blocks, out: Blocks): Blocks {
  if (a.im === undefined) hadamard(a.data, b.data, out.data);
  else backend().hadamardComplex(a.re, a.im, b.re, b.im!, out.re, out.im!);
  return out;
}

/** s *= w; a real w where s is real. */
export function complexScale({ re, im }: Complex, s: Blocks): void {
  if (s.im === undefined) scale(re, s.data);
  for (let i = 0; s.im && i < s.re.length; i++) {
    const [a, b] = [s.re[i], s.im[i]];
    s.re[i] = re * a - im * b;
    s.im[i] = re * b + im * a;
  }
}

/** Every block full of its number, or of 1. */
export function fillBlocks(s: Blocks, values: readonly number[]): Blocks {
  s.parts[0].forEach(({ data }, k) => {
    fill(values[k] ?? 1, data);
  });
  return s;
}

/** Σ over the units of each example of p ∘ q (real parts): one number a row. */
export function rowDots(p: Blocks, q: Blocks): Float64Array {
  const sums = new Float64Array(p.shapes[0].rows);
  for (let k = 0; k < p.shapes.length; k++) addRowDots(p.parts[0][k], q.parts[0][k], sums);
  return sums;
}

/**
 * Buffers for the intermediate values of a field, in the arena of `home`: each made when it is first asked for, once for real
 * and once for complex states.
 */
export function scratch<K extends string>(home: Blocks, shapes: readonly BlockShape[], ...names: K[]) {
  const make = (isComplex: boolean) => {
    const made: Partial<Record<K, Blocks>> = {};
    const one = (name: K) => ({ enumerable: true, get: () => (made[name] ??= home.of(shapes, isComplex)) });
    return Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, one(name)]))) as Record<K, Blocks>;
  };
  const [real, complex] = [make(false), make(true)];
  return (s: Blocks): Readonly<Record<K, Blocks>> => (s.im === undefined ? real : complex);
}

/** Some rows of every block, in this order; real parts. Its numbers are where those of `home` are. */
export function gather(from: Blocks, rows: Uint32Array, home: Blocks = from): Blocks {
  const to = home.of(from.shapes.map((shape) => ({ ...shape, rows: rows.length })));
  for (let k = 0; k < from.shapes.length; k++) {
    const [source, target, { cols }] = [from.parts[0][k].data, to.parts[0][k].data, from.shapes[k]];
    for (let i = 0; i < rows.length; i++) copyNumbers(source, rows[i] * cols, target, i * cols, cols);
  }
  return to;
}

/** Rows from[i] of `source` in the places to[i] of `target`; real parts. */
export function copyRows(source: Blocks, from: ArrayLike<number>, target: Blocks, to: ArrayLike<number>): void {
  for (let k = 0; k < source.shapes.length; k++) {
    const [a, b, { cols }] = [source.parts[0][k].data, target.parts[0][k].data, source.shapes[k]];
    for (let i = 0; i < from.length; i++) copyNumbers(a, from[i] * cols, b, to[i] * cols, cols);
  }
}

/** A loop: views cost more than a row does. */
function copyNumbers(from: Numbers, at: number, to: Numbers, start: number, count: number): void {
  for (let j = 0; j < count; j++) to[start + j] = from[at + j];
}
