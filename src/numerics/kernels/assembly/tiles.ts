/**
 * What is innermost in a product (gemm.ts): C = A·B + start for some rows of A and a packed panel of k rows of B, as wide as a
 * tile. Strides are bytes; a start of 0 is zeros. Sums ascend in k, one after the other.
 */
import { is } from './kinds';
import { bytes, splat } from './lanes';

/** Rows of a tile of C, and bytes of each: two vectors, so that a tile is 8 registers. */
export const ROWS: i32 = 4;
export const TILE: i32 = 32;
export const VECTOR: usize = 16;

/** How A lies: in panels of ROWS rows, or as it is, its rows `rowA` apart. */
export class Packed {}
export class AsItIs {}

/** A band of so many panels, m rows. */
export function multiplyTiles<T, A>(
  panels: i32, m: i32, k: i32, a: usize, rowA: usize, b: usize, start: usize, startStride: usize, c: usize, strideC: usize,
): void {
  for (; m >= ROWS; m -= ROWS, c += strideC << 2) {
    multiplyRows<T, A>(panels, k, a, rowA, b, start, startStride, c, strideC);
    a += is<A, AsItIs>() ? rowA << 2 : bytes<T>(ROWS * k);
    if (start != 0) start += startStride << 2;
  }
  if (m >= 2) {
    multiplyFew<T, A, Two>(panels, k, a, rowA, b, start, startStride, c, strideC);
    m -= 2;
    a += is<A, AsItIs>() ? rowA << 1 : 2 * sizeof<T>();
    if (start != 0) start += startStride << 1;
    c += strideC << 1;
  }
  if (m > 0) multiplyFew<T, A, One>(panels, k, a, rowA, b, start, startStride, c, strideC);
}

/** A tile of every panel. */
function multiplyRows<T, A>(
  panels: i32, k: i32, a: usize, rowA: usize, b: usize, start: usize, startStride: usize, c: usize, strideC: usize,
): void {
  const as = is<A, AsItIs>();
  const start1 = startStride, start2 = startStride << 1, start3 = start1 + start2;
  const row1 = strideC, row2 = strideC << 1, row3 = row1 + row2;
  for (; panels > 0; panels--, b += k * TILE, c += TILE) {
    let c00 = splat<T>(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
    if (start != 0) {
      c00 = v128.load(start); c01 = v128.load(start, 16);
      c10 = v128.load(start + start1); c11 = v128.load(start + start1, 16);
      c20 = v128.load(start + start2); c21 = v128.load(start + start2, 16);
      c30 = v128.load(start + start3); c31 = v128.load(start + start3, 16);
      start += TILE;
    }
    let b0: v128, b1: v128, x0: v128, x1: v128, x2: v128, x3: v128, next: v128;
    let left = k, bk = b, a0 = a, a1 = a + rowA, a2 = a1 + rowA, a3 = a2 + rowA;
    const end = a + bytes<T>(ROWS * k);
    // eight steps an iteration, with a way out after each: without it, engines hoist the loads of all of them and spill;
    // offsets of splats that differ from step to step would be an addition each. Processors that take a product and a sum
    // each time want the loads of a step before both: V8's TurboFan puts them there, of the last step too, if a product of
    // the next follows it; its Turboshaft takes loads and sums as they stand here, so that loads come early
    x0 = v128.load_splat<T>(a0); b0 = v128.load(bk); next = v128.mul<T>(x0, b0);
    for (;;) {
      b1 = v128.load(bk, 16); x1 = as ? v128.load_splat<T>(a1, 0 * sizeof<T>()) : v128.load_splat<T>(a0, 1 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 0 * sizeof<T>()) : v128.load_splat<T>(a0, 2 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 0 * sizeof<T>()) : v128.load_splat<T>(a0, 3 * sizeof<T>());
      c00 = v128.add<T>(c00, next); c20 = v128.add<T>(c20, v128.mul<T>(x2, b0));
      c11 = v128.add<T>(c11, v128.mul<T>(x1, b1)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (!as) a0 += ROWS * sizeof<T>();
      if (as ? left == 1 : a0 == end) break;
      b0 = v128.load(bk, 32); b1 = v128.load(bk, 48);
      x0 = as ? v128.load_splat<T>(a0, 1 * sizeof<T>()) : v128.load_splat<T>(a0, 0 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 1 * sizeof<T>()) : v128.load_splat<T>(a0, 1 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 1 * sizeof<T>()) : v128.load_splat<T>(a0, 2 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 1 * sizeof<T>()) : v128.load_splat<T>(a0, 3 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c20 = v128.add<T>(c20, v128.mul<T>(x2, b0));
      c11 = v128.add<T>(c11, v128.mul<T>(x1, b1)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (!as) a0 += ROWS * sizeof<T>();
      if (as ? left == 2 : a0 == end) break;
      b0 = v128.load(bk, 64); b1 = v128.load(bk, 80);
      x0 = as ? v128.load_splat<T>(a0, 2 * sizeof<T>()) : v128.load_splat<T>(a0, 0 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 2 * sizeof<T>()) : v128.load_splat<T>(a0, 1 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 2 * sizeof<T>()) : v128.load_splat<T>(a0, 2 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 2 * sizeof<T>()) : v128.load_splat<T>(a0, 3 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c20 = v128.add<T>(c20, v128.mul<T>(x2, b0));
      c11 = v128.add<T>(c11, v128.mul<T>(x1, b1)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (!as) a0 += ROWS * sizeof<T>();
      if (as ? left == 3 : a0 == end) break;
      b0 = v128.load(bk, 96); b1 = v128.load(bk, 112);
      x0 = as ? v128.load_splat<T>(a0, 3 * sizeof<T>()) : v128.load_splat<T>(a0, 0 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 3 * sizeof<T>()) : v128.load_splat<T>(a0, 1 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 3 * sizeof<T>()) : v128.load_splat<T>(a0, 2 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 3 * sizeof<T>()) : v128.load_splat<T>(a0, 3 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c20 = v128.add<T>(c20, v128.mul<T>(x2, b0));
      c11 = v128.add<T>(c11, v128.mul<T>(x1, b1)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (!as) a0 += ROWS * sizeof<T>();
      if (as ? left == 4 : a0 == end) break;
      b0 = v128.load(bk, 128); b1 = v128.load(bk, 144);
      x0 = as ? v128.load_splat<T>(a0, 4 * sizeof<T>()) : v128.load_splat<T>(a0, 0 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 4 * sizeof<T>()) : v128.load_splat<T>(a0, 1 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 4 * sizeof<T>()) : v128.load_splat<T>(a0, 2 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 4 * sizeof<T>()) : v128.load_splat<T>(a0, 3 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c20 = v128.add<T>(c20, v128.mul<T>(x2, b0));
      c11 = v128.add<T>(c11, v128.mul<T>(x1, b1)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (!as) a0 += ROWS * sizeof<T>();
      if (as ? left == 5 : a0 == end) break;
      b0 = v128.load(bk, 160); b1 = v128.load(bk, 176);
      x0 = as ? v128.load_splat<T>(a0, 5 * sizeof<T>()) : v128.load_splat<T>(a0, 0 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 5 * sizeof<T>()) : v128.load_splat<T>(a0, 1 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 5 * sizeof<T>()) : v128.load_splat<T>(a0, 2 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 5 * sizeof<T>()) : v128.load_splat<T>(a0, 3 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c20 = v128.add<T>(c20, v128.mul<T>(x2, b0));
      c11 = v128.add<T>(c11, v128.mul<T>(x1, b1)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (!as) a0 += ROWS * sizeof<T>();
      if (as ? left == 6 : a0 == end) break;
      b0 = v128.load(bk, 192); b1 = v128.load(bk, 208);
      x0 = as ? v128.load_splat<T>(a0, 6 * sizeof<T>()) : v128.load_splat<T>(a0, 0 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 6 * sizeof<T>()) : v128.load_splat<T>(a0, 1 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 6 * sizeof<T>()) : v128.load_splat<T>(a0, 2 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 6 * sizeof<T>()) : v128.load_splat<T>(a0, 3 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c20 = v128.add<T>(c20, v128.mul<T>(x2, b0));
      c11 = v128.add<T>(c11, v128.mul<T>(x1, b1)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (!as) a0 += ROWS * sizeof<T>();
      if (as ? left == 7 : a0 == end) break;
      b0 = v128.load(bk, 224); b1 = v128.load(bk, 240);
      x0 = as ? v128.load_splat<T>(a0, 7 * sizeof<T>()) : v128.load_splat<T>(a0, 0 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 7 * sizeof<T>()) : v128.load_splat<T>(a0, 1 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 7 * sizeof<T>()) : v128.load_splat<T>(a0, 2 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 7 * sizeof<T>()) : v128.load_splat<T>(a0, 3 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c20 = v128.add<T>(c20, v128.mul<T>(x2, b0));
      c11 = v128.add<T>(c11, v128.mul<T>(x1, b1)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (as) left -= 8;
      else a0 += ROWS * sizeof<T>();
      if (as ? left == 0 : a0 == end) break;
      bk += 8 * TILE;
      if (as) {
        a0 += 8 * sizeof<T>(); a1 += 8 * sizeof<T>(); a2 += 8 * sizeof<T>(); a3 += 8 * sizeof<T>();
      }
      x0 = v128.load_splat<T>(a0); b0 = v128.load(bk); next = v128.mul<T>(x0, b0);
    }
    v128.store(c, c00); v128.store(c, c01, 16);
    v128.store(c + row1, c10); v128.store(c + row1, c11, 16);
    v128.store(c + row2, c20); v128.store(c + row2, c21, 16);
    v128.store(c + row3, c30); v128.store(c + row3, c31, 16);
  }
}

/** Rows that are left over. */
class One {}
class Two {}

/** One or two of them, two panels at a time. Where there is one panel, it is computed twice. */
function multiplyFew<T, A, R>(
  panels: i32, k: i32, a: usize, rowA: usize, b: usize, start: usize, startStride: usize, c: usize, strideC: usize,
): void {
  const two = is<R, Two>();
  const step: usize = is<A, AsItIs>() ? sizeof<T>() : ROWS * sizeof<T>();
  const next: usize = is<A, AsItIs>() ? rowA : sizeof<T>();
  const panel = <usize>k * TILE;
  for (let left = panels; left > 0; left -= 2, b += 2 * panel, c += 2 * TILE) {
    const other: usize = left > 1 ? panel : 0, across: usize = left > 1 ? TILE : 0;
    let c00 = splat<T>(0), c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00;
    if (start != 0) {
      c00 = v128.load(start); c01 = v128.load(start, 16);
      c02 = v128.load(start + across); c03 = v128.load(start + across, 16);
      if (two) {
        const below = start + startStride;
        c10 = v128.load(below); c11 = v128.load(below, 16);
        c12 = v128.load(below + across); c13 = v128.load(below + across, 16);
      }
      start += 2 * TILE;
    }
    for (let at = a, bk = b, end = b + panel; bk < end; bk += TILE, at += step) {
      const b0 = v128.load(bk), b1 = v128.load(bk, 16), b2 = v128.load(bk + other), b3 = v128.load(bk + other, 16);
      const x0 = v128.load_splat<T>(at);
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c02 = v128.add<T>(c02, v128.mul<T>(x0, b2)); c03 = v128.add<T>(c03, v128.mul<T>(x0, b3));
      if (two) {
        const x1 = v128.load_splat<T>(at + next);
        c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
        c12 = v128.add<T>(c12, v128.mul<T>(x1, b2)); c13 = v128.add<T>(c13, v128.mul<T>(x1, b3));
      }
    }
    v128.store(c, c00); v128.store(c, c01, 16);
    v128.store(c + across, c02); v128.store(c + across, c03, 16);
    if (two) {
      const below = c + strideC;
      v128.store(below, c10); v128.store(below, c11, 16);
      v128.store(below + across, c12); v128.store(below + across, c13, 16);
    }
  }
}
