/**
 * C = α·op(A)·op(B) + start, after Goto & van de Geijn (2008): panels of A and B are packed so that the micro-kernel
 * reads both in order and keeps a tile of C in registers, four rows of two vectors. Every entry of C is its starting value plus
 * (α a_ik)·b_kj in ascending k, one after the other, whatever its place: the bits are those of three plain loops.
 */
import { is } from './kinds';
import { bytes, splat } from './lanes';
import { pack } from './pack';

/** Rows of a tile of C, and bytes of each: two vectors, so that a tile is 8 registers. */
const ROWS: i32 = 4;
const TILE: i32 = 32;
/** Inner length of a packed block: a panel of A and one of B (8 kB each) stay in the first-level cache. */
const KC: i32 = 256;
/** Rows of a packed block of A (128 kB), columns of one of B (1 MB). */
const MC: i32 = 64;
const NC: i32 = 512;

/** Columns of C up to which A is read where it is. */
const FEW: i32 = 32;

/** How A lies: in panels, or as it is, its rows apart. */
class Packed {}
class AsItIs {}

/** Bytes that gemm needs beside its operands, for either precision. */
export const GEMM_WORKSPACE: usize = (MC + NC) * KC * 8 + ROWS * TILE;

/**
 * op(A) is m × k, op(B) k × n; strides in numbers, between rows as stored. `work` has GEMM_WORKSPACE bytes.
 * `start` 0: from zero.
 */
export function gemm<T>(
  transposeA: bool, transposeB: bool, m: i32, n: i32, k: i32, alpha: f64,
  a: usize, strideA: i32, b: usize, strideB: i32,
  start: usize, startStride: i32, c: usize, strideC: i32, work: usize,
): void {
  const packedA = work;
  const packedB = packedA + bytes<T>(MC * KC);
  const tile = packedB + bytes<T>(NC * KC);
  if (k == 0) {
    copyRows<T>(m, n, start, bytes<T>(startStride), c, bytes<T>(strideC));
    return;
  }
  // blocks of one size: a short last one would cost as much as any
  const blocks = (k + KC - 1) / KC;
  const depth = (k + blocks - 1) / blocks;
  // for a few columns packing A would take as long as multiplying it
  const direct = !transposeA && alpha == 1 && n <= FEW;
  for (let j0 = 0; j0 < n; j0 += NC) {
    const nc = min(NC, n - j0);
    for (let k0 = 0; k0 < k; k0 += depth) {
      const kc = min(depth, k - k0);
      const partB = b + bytes<T>(transposeB ? j0 * strideB + k0 : k0 * strideB + j0);
      pack<T>(!transposeB, partB, strideB, nc, kc, 1, packedB, columns<T>());
      // what follows the first block of k goes on from C
      const from = k0 == 0 ? start : c;
      const fromStride = k0 == 0 ? startStride : strideC;
      for (let i0 = 0; i0 < m; i0 += MC) {
        const mc = min(MC, m - i0);
        const partA = a + bytes<T>(transposeA ? k0 * strideA + i0 : i0 * strideA + k0);
        const partS = from == 0 ? <usize>0 : from + bytes<T>(i0 * fromStride + j0);
        const partC = c + bytes<T>(i0 * strideC + j0);
        const s = bytes<T>(fromStride), t = bytes<T>(strideC);
        if (direct) {
          const whole = mc & ~(ROWS - 1);
          multiplyBlocks<T, AsItIs>(whole, nc, kc, partA, bytes<T>(strideA), packedB, partS, s, partC, t, tile);
          if (whole == mc) continue;
          // fewer than four rows
          pack<T>(false, partA + bytes<T>(whole * strideA), strideA, mc - whole, kc, 1, packedA, ROWS);
          const edgeS = partS == 0 ? <usize>0 : partS + whole * s;
          multiplyBlocks<T, Packed>(mc - whole, nc, kc, packedA, 0, packedB, edgeS, s, partC + whole * t, t, tile);
        } else {
          pack<T>(transposeA, partA, strideA, mc, kc, alpha, packedA, ROWS);
          multiplyBlocks<T, Packed>(mc, nc, kc, packedA, 0, packedB, partS, s, partC, t, tile);
        }
      }
    }
  }
}

/** Columns of a tile. */
// @ts-ignore: decorator
@inline
function columns<T>(): i32 {
  return TILE / <i32>sizeof<T>();
}

/** From here on strides are bytes; `rowA` counts where A is as it is. */
function multiplyBlocks<T, A>(
  m: i32, n: i32, k: i32, a: usize, rowA: usize, b: usize, start: usize, startStride: usize, c: usize, strideC: usize, tile: usize,
): void {
  const whole = m & ~(ROWS - 1);
  for (let j = 0; j < n; j += columns<T>(), b += k * TILE) {
    const width = bytes<T>(min(columns<T>(), n - j));
    const from = start == 0 ? <usize>0 : start + bytes<T>(j);
    const to = c + bytes<T>(j);
    if (width == TILE) {
      multiplyTiles<T, A>(whole, k, a, rowA, b, from, startStride, to, strideC);
      multiplyEdge<T, A>(whole, m, TILE, k, a, rowA, b, from, startStride, to, strideC, tile);
    } else if (width == TILE / 2) {
      multiplyHalfTiles<T, A>(whole, k, a, rowA, b, from, startStride, to, strideC);
      multiplyEdge<T, A>(whole, m, width, k, a, rowA, b, from, startStride, to, strideC, tile);
    } else {
      multiplyEdge<T, A>(0, m, width, k, a, rowA, b, from, startStride, to, strideC, tile);
    }
  }
}

/** The rows from i on of `width` bytes: tile by tile beside C. */
function multiplyEdge<T, A>(
  i: i32, m: i32, width: usize, k: i32, a: usize, rowA: usize, b: usize,
  start: usize, startStride: usize, c: usize, strideC: usize, tile: usize,
): void {
  for (; i < m; i += ROWS) {
    const rows = min(ROWS, m - i);
    const at = a + (is<A, AsItIs>() ? i * rowA : bytes<T>(i * k));
    const to = c + i * strideC;
    copyRows<T>(rows, width >> alignof<T>(), start == 0 ? 0 : start + i * startStride, startStride, tile, TILE);
    multiplyTiles<T, A>(ROWS, k, at, rowA, b, tile, TILE, tile, TILE);
    copyRows<T>(rows, width >> alignof<T>(), tile, TILE, to, strideC);
  }
}

/** m rows of tiles of C, from A and a packed panel of k rows of B. */
function multiplyTiles<T, A>(
  m: i32, k: i32, a: usize, rowA: usize, b: usize, start: usize, startStride: usize, c: usize, strideC: usize,
): void {
  const as = is<A, AsItIs>();
  for (; m > 0; m -= ROWS, a += as ? rowA << 2 : bytes<T>(ROWS * k)) {
    let c00 = splat<T>(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
    if (start != 0) {
      c00 = v128.load(start); c01 = v128.load(start, 16); start += startStride;
      c10 = v128.load(start); c11 = v128.load(start, 16); start += startStride;
      c20 = v128.load(start); c21 = v128.load(start, 16); start += startStride;
      c30 = v128.load(start); c31 = v128.load(start, 16); start += startStride;
    }
    let b0: v128, b1: v128, x0: v128, x1: v128, x2: v128, x3: v128;
    let left = k, bk = b, a0 = a, a1 = a + rowA, a2 = a1 + rowA, a3 = a2 + rowA;
    // four steps an iteration, with a way out after each: without it, engines hoist the loads of all four and spill
    for (;;) {
      b0 = v128.load(bk, 0); b1 = v128.load(bk, 16);
      x0 = as ? v128.load_splat<T>(a0, 0 * sizeof<T>()) : v128.load_splat<T>(a0, 0 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 0 * sizeof<T>()) : v128.load_splat<T>(a0, 1 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 0 * sizeof<T>()) : v128.load_splat<T>(a0, 2 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 0 * sizeof<T>()) : v128.load_splat<T>(a0, 3 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
      c20 = v128.add<T>(c20, v128.mul<T>(x2, b0)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (left == 1) break;
      b0 = v128.load(bk, 32); b1 = v128.load(bk, 48);
      x0 = as ? v128.load_splat<T>(a0, 1 * sizeof<T>()) : v128.load_splat<T>(a0, 4 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 1 * sizeof<T>()) : v128.load_splat<T>(a0, 5 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 1 * sizeof<T>()) : v128.load_splat<T>(a0, 6 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 1 * sizeof<T>()) : v128.load_splat<T>(a0, 7 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
      c20 = v128.add<T>(c20, v128.mul<T>(x2, b0)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (left == 2) break;
      b0 = v128.load(bk, 64); b1 = v128.load(bk, 80);
      x0 = as ? v128.load_splat<T>(a0, 2 * sizeof<T>()) : v128.load_splat<T>(a0, 8 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 2 * sizeof<T>()) : v128.load_splat<T>(a0, 9 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 2 * sizeof<T>()) : v128.load_splat<T>(a0, 10 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 2 * sizeof<T>()) : v128.load_splat<T>(a0, 11 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
      c20 = v128.add<T>(c20, v128.mul<T>(x2, b0)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      if (left == 3) break;
      b0 = v128.load(bk, 96); b1 = v128.load(bk, 112);
      x0 = as ? v128.load_splat<T>(a0, 3 * sizeof<T>()) : v128.load_splat<T>(a0, 12 * sizeof<T>()); x1 = as ? v128.load_splat<T>(a1, 3 * sizeof<T>()) : v128.load_splat<T>(a0, 13 * sizeof<T>());
      x2 = as ? v128.load_splat<T>(a2, 3 * sizeof<T>()) : v128.load_splat<T>(a0, 14 * sizeof<T>()); x3 = as ? v128.load_splat<T>(a3, 3 * sizeof<T>()) : v128.load_splat<T>(a0, 15 * sizeof<T>());
      c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
      c20 = v128.add<T>(c20, v128.mul<T>(x2, b0)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
      left -= 4;
      if (left == 0) break;
      bk += 4 * TILE;
      if (as) {
        a0 += 4 * sizeof<T>(); a1 += 4 * sizeof<T>(); a2 += 4 * sizeof<T>(); a3 += 4 * sizeof<T>();
      } else a0 += 16 * sizeof<T>();
    }
    v128.store(c, c00); v128.store(c, c01, 16); c += strideC;
    v128.store(c, c10); v128.store(c, c11, 16); c += strideC;
    v128.store(c, c20); v128.store(c, c21, 16); c += strideC;
    v128.store(c, c30); v128.store(c, c31, 16); c += strideC;
  }
}

/** The left halves of such tiles: one vector wide. */
function multiplyHalfTiles<T, A>(
  m: i32, k: i32, a: usize, rowA: usize, b: usize, start: usize, startStride: usize, c: usize, strideC: usize,
): void {
  const as = is<A, AsItIs>();
  const next: usize = as ? rowA : sizeof<T>();
  const step: usize = as ? sizeof<T>() : ROWS * sizeof<T>();
  for (; m > 0; m -= ROWS, a += as ? rowA << 2 : bytes<T>(ROWS * k)) {
    let c0 = splat<T>(0), c1 = c0, c2 = c0, c3 = c0;
    if (start != 0) {
      c0 = v128.load(start); start += startStride;
      c1 = v128.load(start); start += startStride;
      c2 = v128.load(start); start += startStride;
      c3 = v128.load(start); start += startStride;
    }
    let a0 = a, a1 = a + next, a2 = a1 + next, a3 = a2 + next;
    for (let bk = b, end = b + k * TILE; bk < end; bk += TILE) {
      const y = v128.load(bk);
      c0 = v128.add<T>(c0, v128.mul<T>(v128.load_splat<T>(a0), y));
      c1 = v128.add<T>(c1, v128.mul<T>(v128.load_splat<T>(a1), y));
      c2 = v128.add<T>(c2, v128.mul<T>(v128.load_splat<T>(a2), y));
      c3 = v128.add<T>(c3, v128.mul<T>(v128.load_splat<T>(a3), y));
      a0 += step; a1 += step; a2 += step; a3 += step;
    }
    v128.store(c, c0); c += strideC;
    v128.store(c, c1); c += strideC;
    v128.store(c, c2); c += strideC;
    v128.store(c, c3); c += strideC;
  }
}

/** Copies m × n numbers; zeros where there is no source. Number by number: these are the few of a tile at an edge. */
function copyRows<T>(m: i32, n: i32, source: usize, stride: usize, to: usize, strideTo: usize): void {
  for (let i = 0; i < m; i++) {
    for (let j: usize = 0, end = bytes<T>(n); j < end; j += sizeof<T>()) {
      store<T>(to + j, source == 0 ? 0 : load<T>(source + j));
    }
    if (source != 0) source += stride;
    to += strideTo;
  }
}
