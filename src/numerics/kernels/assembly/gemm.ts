/**
 * C = α·op(A)·op(B) + start, after Goto & van de Geijn (2008): panels of A and B are packed so that the micro-kernel
 * reads both in order and keeps a tile of C in registers (tiles.ts). Every entry of C is its starting value plus
 * (α a_ik)·b_kj in ascending k, one after the other, whatever its place: the bits are those of three plain loops.
 */
import { is } from './kinds';
import { bytes } from './lanes';
import { pack } from './pack';
import { multiplyStrip } from './strips';
import { AsItIs, multiplyTiles, Packed, ROWS, TILE, VECTOR } from './tiles';

/** Inner length of a packed block: a panel of A and one of B (8 kB each) stay in the first-level cache. */
const KC: i32 = 256;
/** Rows of a packed block of A (128 kB), columns of one of B (1 MB). */
const MC: i32 = 64;
const NC: i32 = 512;

/** Bytes of panels of B that rows of A go by: six of the deepest, so that a panel of A is fetched again less often. */
const BAND: i32 = 49152;

/** Columns of C up to which A is read where it is. */
const FEW: i32 = 32;

/** Bytes that gemm needs beside its operands, for either precision. */
export const GEMM_WORKSPACE: usize = (MC + NC) * KC * 8;

/** Bytes of a row of a panel of B. */
export const PANEL: i32 = TILE;

/**
 * op(A) is m × k, op(B) k × n; strides in numbers, between rows as stored. `work` has GEMM_WORKSPACE bytes.
 * `start` 0: from zero.
 */
export function gemm<T>(
  transposeA: bool, transposeB: bool, m: i32, n: i32, k: i32, alpha: f64,
  a: usize, strideA: i32, b: usize, strideB: i32,
  start: usize, startStride: i32, c: usize, strideC: i32, work: usize,
): void {
  multiply<T, AsItIs>(transposeA, transposeB, m, n, k, alpha, a, strideA, b, strideB, 0, start, startStride, c, strideC, work);
}

/** The same with op(B) as packPanels left it, `all` columns of it: those behind the first `skipped` bytes of a row. */
export function gemmPanels<T>(
  transposeA: bool, skipped: i32, m: i32, n: i32, k: i32, alpha: f64,
  a: usize, strideA: i32, panels: usize, all: i32,
  start: usize, startStride: i32, c: usize, strideC: i32, work: usize,
): void {
  multiply<T, Packed>(
    transposeA, false, m, n, k, alpha, a, strideA, panels, all, skipped / <i32>sizeof<T>(), start, startStride, c, strideC, work,
  );
}

/** op(B), k × n, in panels that gemmPanels reads: a block of k after the other, each panel filled up with zeros. */
export function packPanels<T>(transposeB: bool, n: i32, k: i32, b: usize, strideB: i32, to: usize): void {
  const depth = depthOf(k);
  for (let k0 = 0; k0 < k; k0 += depth) {
    const kc = min(depth, k - k0);
    pack<T>(!transposeB, b + bytes<T>(transposeB ? k0 : k0 * strideB), strideB, n, kc, 1, to, columns<T>());
    to += kc * widthOf<T>(n);
  }
}

/** op(B), k × n, in strips of so many columns, a multiple of four, one after the other; the last filled up with zeros. */
export function packStrips<T>(transposeB: bool, n: i32, k: i32, b: usize, strideB: i32, to: usize, width: i32): void {
  pack<T>(!transposeB, b, strideB, n, k, 1, to, width);
}

/** Bytes that one of k takes in the panels of n columns. */
// @ts-ignore: decorator
@inline
function widthOf<T>(n: i32): usize {
  return <usize>((n + columns<T>() - 1) / columns<T>()) * TILE;
}

/** Blocks of one size: a short last one would cost as much as any. */
function depthOf(k: i32): i32 {
  const blocks = (k + KC - 1) / KC;
  return (k + blocks - 1) / blocks;
}

/** B: as it is, `strideB` between rows; or packed, that many columns, of which the first `first` are skipped. */
function multiply<T, B>(
  transposeA: bool, transposeB: bool, m: i32, n: i32, k: i32, alpha: f64,
  a: usize, strideA: i32, b: usize, strideB: i32, first: i32,
  start: usize, startStride: i32, c: usize, strideC: i32, work: usize,
): void {
  if (k == 0) {
    copyRows<T>(m, n, start, bytes<T>(startStride), c, bytes<T>(strideC));
    return;
  }
  const packedA = work;
  const depth = depthOf(k);
  // for a few columns packing A would take as long as multiplying it
  const direct = !transposeA && alpha == 1 && n <= FEW;
  for (let j0 = 0; j0 < n; j0 += NC) {
    const nc = min(NC, n - j0);
    for (let k0 = 0; k0 < k; k0 += depth) {
      const kc = min(depth, k - k0);
      let packedB = packedA + bytes<T>(MC * KC);
      if (is<B, Packed>()) packedB = b + k0 * widthOf<T>(strideB) + kc * widthOf<T>(first + j0);
      else {
        const partB = b + bytes<T>(transposeB ? j0 * strideB + k0 : k0 * strideB + j0);
        pack<T>(!transposeB, partB, strideB, nc, kc, 1, packedB, columns<T>());
      }
      // what follows the first block of k goes on from C
      const from = k0 == 0 ? start : c;
      const fromStride = k0 == 0 ? startStride : strideC;
      for (let i0 = 0; i0 < m; i0 += MC) {
        const mc = min(MC, m - i0);
        const partA = a + bytes<T>(transposeA ? k0 * strideA + i0 : i0 * strideA + k0);
        const partS = from == 0 ? <usize>0 : from + bytes<T>(i0 * fromStride + j0);
        const partC = c + bytes<T>(i0 * strideC + j0);
        const s = bytes<T>(fromStride), t = bytes<T>(strideC);
        if (direct) multiplyBlocks<T, AsItIs>(mc, nc, kc, partA, bytes<T>(strideA), packedB, partS, s, partC, t);
        else {
          pack<T>(transposeA, partA, strideA, mc, kc, alpha, packedA, ROWS);
          multiplyBlocks<T, Packed>(mc, nc, kc, packedA, 0, packedB, partS, s, partC, t);
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

/**
 * From here on strides are bytes; `rowA` counts where A is as it is. A band of panels of B stays in the cache while rows of A
 * go by, and rows of C are walked along: a line of theirs is taken once.
 */
function multiplyBlocks<T, A>(
  m: i32, n: i32, k: i32, a: usize, rowA: usize, b: usize, start: usize, startStride: usize, c: usize, strideC: usize,
): void {
  const panels = n / columns<T>();
  const panel = <usize>k * TILE;
  const band = BAND / <i32>panel;
  for (let done = 0; done < panels; done += band) {
    const at = <usize>done * TILE;
    const from = start == 0 ? <usize>0 : start + at;
    multiplyTiles<T, A>(min(band, panels - done), m, k, a, rowA, b + done * panel, from, startStride, c + at, strideC);
  }
  b += panels * panel;
  for (let at = <usize>panels * TILE, end = bytes<T>(n); at < end; at += VECTOR, b += VECTOR) {
    const part = min(VECTOR, end - at);
    multiplyStrip<T, A>(m, part, k, a, rowA, b, start == 0 ? 0 : start + at, startStride, c + at, strideC);
  }
}

/** Copies m × n numbers; zeros where there is no source. */
function copyRows<T>(m: i32, n: i32, source: usize, stride: usize, to: usize, strideTo: usize): void {
  for (let i = 0; i < m; i++) {
    if (source == 0) memory.fill(to, 0, bytes<T>(n));
    else memory.copy(to, source, bytes<T>(n));
    if (source != 0) source += stride;
    to += strideTo;
  }
}
