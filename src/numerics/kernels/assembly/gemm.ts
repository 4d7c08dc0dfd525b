/**
 * C = α·op(A)·op(B) + start, after Goto & van de Geijn (2008): panels of A and B are packed so that the micro-kernel
 * reads both in order and keeps a tile of C in registers, four rows of two vectors. Every entry of C is its starting value plus
 * (α a_ik)·b_kj in ascending k, one after the other, whatever its place: the bits are those of three plain loops.
 */
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
        pack<T>(transposeA, partA, strideA, mc, kc, alpha, packedA, ROWS);
        multiplyBlocks<T>(
          mc, nc, kc, packedA, packedB,
          from == 0 ? <usize>0 : from + bytes<T>(i0 * fromStride + j0), bytes<T>(fromStride),
          c + bytes<T>(i0 * strideC + j0), bytes<T>(strideC), tile,
        );
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

/** From here on strides are bytes. */
function multiplyBlocks<T>(
  m: i32, n: i32, k: i32, a: usize, b: usize, start: usize, startStride: usize, c: usize, strideC: usize, tile: usize,
): void {
  const panelA = bytes<T>(k * ROWS), panelB: usize = k * TILE;
  for (let j = 0; j < n; j += columns<T>()) {
    const width = bytes<T>(min(columns<T>(), n - j));
    let at = a;
    for (let i = 0; i < m; i += ROWS) {
      const rows = min(ROWS, m - i);
      const from = start == 0 ? <usize>0 : start + i * startStride + bytes<T>(j);
      const to = c + i * strideC + bytes<T>(j);
      if (rows == ROWS && width == TILE) {
        multiplyTile<T>(k, at, b, from, startStride, to, strideC);
      } else if (rows == ROWS && width == TILE / 2) {
        multiplyHalfTile<T>(k, at, b, from, startStride, to, strideC);
      } else {
        copyRows<T>(rows, width >> alignof<T>(), from, startStride, tile, TILE);
        multiplyTile<T>(k, at, b, tile, TILE, tile, TILE);
        copyRows<T>(rows, width >> alignof<T>(), tile, TILE, to, strideC);
      }
      at += panelA;
    }
    b += panelB;
  }
}

/** A tile of C from packed panels of k rows each. */
function multiplyTile<T>(k: i32, a: usize, b: usize, start: usize, startStride: usize, c: usize, strideC: usize): void {
  let c00 = splat<T>(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  if (start != 0) {
    c00 = v128.load(start); c01 = v128.load(start, 16); start += startStride;
    c10 = v128.load(start); c11 = v128.load(start, 16); start += startStride;
    c20 = v128.load(start); c21 = v128.load(start, 16); start += startStride;
    c30 = v128.load(start); c31 = v128.load(start, 16);
  }
  let b0: v128, b1: v128, x0: v128, x1: v128, x2: v128, x3: v128;
  // four steps an iteration, with a way out after each: without it, engines hoist the loads of all four and spill
  for (;;) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16); x0 = v128.load_splat<T>(a, 0 * sizeof<T>()); x1 = v128.load_splat<T>(a, 1 * sizeof<T>()); x2 = v128.load_splat<T>(a, 2 * sizeof<T>()); x3 = v128.load_splat<T>(a, 3 * sizeof<T>());
    c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
    c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
    c20 = v128.add<T>(c20, v128.mul<T>(x2, b0)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
    c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
    if (k == 1) break;
    b0 = v128.load(b, 32); b1 = v128.load(b, 48); x0 = v128.load_splat<T>(a, 4 * sizeof<T>()); x1 = v128.load_splat<T>(a, 5 * sizeof<T>()); x2 = v128.load_splat<T>(a, 6 * sizeof<T>()); x3 = v128.load_splat<T>(a, 7 * sizeof<T>());
    c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
    c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
    c20 = v128.add<T>(c20, v128.mul<T>(x2, b0)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
    c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
    if (k == 2) break;
    b0 = v128.load(b, 64); b1 = v128.load(b, 80); x0 = v128.load_splat<T>(a, 8 * sizeof<T>()); x1 = v128.load_splat<T>(a, 9 * sizeof<T>()); x2 = v128.load_splat<T>(a, 10 * sizeof<T>()); x3 = v128.load_splat<T>(a, 11 * sizeof<T>());
    c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
    c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
    c20 = v128.add<T>(c20, v128.mul<T>(x2, b0)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
    c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
    if (k == 3) break;
    b0 = v128.load(b, 96); b1 = v128.load(b, 112); x0 = v128.load_splat<T>(a, 12 * sizeof<T>()); x1 = v128.load_splat<T>(a, 13 * sizeof<T>()); x2 = v128.load_splat<T>(a, 14 * sizeof<T>()); x3 = v128.load_splat<T>(a, 15 * sizeof<T>());
    c00 = v128.add<T>(c00, v128.mul<T>(x0, b0)); c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
    c10 = v128.add<T>(c10, v128.mul<T>(x1, b0)); c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
    c20 = v128.add<T>(c20, v128.mul<T>(x2, b0)); c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
    c30 = v128.add<T>(c30, v128.mul<T>(x3, b0)); c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
    k -= 4;
    if (k == 0) break;
    a += 16 * sizeof<T>(); b += 4 * TILE;
  }
  v128.store(c, c00); v128.store(c, c01, 16); c += strideC;
  v128.store(c, c10); v128.store(c, c11, 16); c += strideC;
  v128.store(c, c20); v128.store(c, c21, 16); c += strideC;
  v128.store(c, c30); v128.store(c, c31, 16);
}

/** The left half of such a tile: one vector wide. */
function multiplyHalfTile<T>(
  k: i32, a: usize, b: usize, start: usize, startStride: usize, c: usize, strideC: usize,
): void {
  let c0 = splat<T>(0), c1 = c0, c2 = c0, c3 = c0;
  if (start != 0) {
    c0 = v128.load(start); start += startStride;
    c1 = v128.load(start); start += startStride;
    c2 = v128.load(start); start += startStride;
    c3 = v128.load(start);
  }
  for (const end = b + k * TILE; b < end; a += bytes<T>(ROWS), b += TILE) {
    const y = v128.load(b);
    c0 = v128.add<T>(c0, v128.mul<T>(v128.load_splat<T>(a), y));
    c1 = v128.add<T>(c1, v128.mul<T>(v128.load_splat<T>(a, sizeof<T>()), y));
    c2 = v128.add<T>(c2, v128.mul<T>(v128.load_splat<T>(a, 2 * sizeof<T>()), y));
    c3 = v128.add<T>(c3, v128.mul<T>(v128.load_splat<T>(a, 3 * sizeof<T>()), y));
  }
  v128.store(c, c0); c += strideC;
  v128.store(c, c1); c += strideC;
  v128.store(c, c2); c += strideC;
  v128.store(c, c3);
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
