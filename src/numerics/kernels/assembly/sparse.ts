/**
 * C = α·op(A)·B + start where most of A is zero, as digits are: only what is not zero is visited. The order of summation
 * is that of gemm, so the bits are too (but for 0·Infinity and 0·NaN, which are skipped).
 */

import { bytes, splat, vectors } from './lanes';

/** Columns of C in registers at a time, six vectors of them, in bytes. */
const WIDE: i32 = 96;

/** How many of n numbers are not zero. */
export function countNonzero<T>(a: usize, n: i32): i32 {
  const zero = splat<T>(0);
  const end = a + bytes<T>(n), whole = a + vectors<T>(n);
  let lanes = zero;
  for (; a < whole; a += 16) lanes = sub<T>(lanes, v128.ne<T>(v128.load(a), zero));
  let count = <i32>(i64x2.extract_lane(lanes, 0) + i64x2.extract_lane(lanes, 1));
  if (sizeof<T>() == 4) {
    const halves = i32x4.add(lanes, v128.shuffle<i64>(lanes, lanes, 1, 0));
    count = i32x4.extract_lane(halves, 0) + i32x4.extract_lane(halves, 1);
  }
  for (; a < end; a += sizeof<T>()) count += <i32>(load<T>(a) != 0);
  return count;
}

/** Difference of integers as wide as T. */
// @ts-ignore: decorator
@inline
function sub<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? i64x2.sub(a, b) : i32x4.sub(a, b);
}

/** Bytes that gemmSparse needs for every one of k; with room for one row at least. */
export const SPARSE_WORKSPACE: usize = WIDE + 12;

/**
 * op(A) is m × k with row and column steps `rowA`, `stepA` (in numbers), B k × n. `work` has `workBytes`, at least
 * SPARSE_WORKSPACE·k + 4.
 */
export function gemmSparse<T>(
  m: i32, n: i32, k: i32, alpha: f64, a: usize, rowA: i32, stepA: i32, b: usize, strideB: i32,
  start: usize, startStride: i32, c: usize, strideC: i32, work: usize, workBytes: i32,
): void {
  const panel = work;
  const panelBytes = k * WIDE;
  const atOnce = min(m, (workBytes - panelBytes) / (12 * k + 4));
  const values = panel + panelBytes;
  const places = values + bytes<T>(atOnce * k);
  const ends = places + ((atOnce * k) << 2);
  for (let i0 = 0; i0 < m; i0 += atOnce) {
    const rows = min(atOnce, m - i0);
    gather<T>(rows, k, alpha, a + bytes<T>(i0 * rowA), rowA, stepA, values, places, ends);
    const from = start == 0 ? <usize>0 : start + bytes<T>(i0 * startStride);
    const to = c + bytes<T>(i0 * strideC);
    for (let j: usize = 0, end = bytes<T>(n); j < end; j += WIDE) {
      const width = min(<usize>WIDE, end - j);
      packColumns<T>(b + j, strideB, k, width, panel);
      const at = from == 0 ? <usize>0 : from + j;
      if (width == WIDE) multiplyWide<T>(rows, panel, at, startStride, to + j, strideC, values, places, ends);
      else multiplyNarrow<T>(rows, width, panel, at, startStride, to + j, strideC, values, places, ends);
    }
  }
}

/** Values, and places in a panel (byte offsets), of what is not zero, row after row; `ends`: where each row ends. */
function gather<T>(
  rows: i32, k: i32, alpha: f64, a: usize, rowA: i32, stepA: i32, values: usize, places: usize, ends: usize,
): void {
  const step = bytes<T>(stepA);
  let count: i32 = 0;
  for (let i = 0; i < rows; i++) {
    let at = a + bytes<T>(i * rowA);
    for (let p = 0, place = 0; p < k; p++, place += WIDE) {
      const value = load<T>(at);
      store<T>(values + bytes<T>(count), <T>alpha * value);
      store<i32>(places + (count << 2), place);
      count += <i32>(value != 0);
      at += step;
    }
    store<i32>(ends + (i << 2), count);
  }
}

/** `width` bytes of columns of B next to each other: apart by a power of two, its rows would fight for the same lines of the cache. */
function packColumns<T>(b: usize, strideB: i32, k: i32, width: usize, panel: usize): void {
  for (let p = 0; p < k; p++) {
    if (width == WIDE) {
      v128.store(panel, v128.load(b)); v128.store(panel, v128.load(b, 16), 16); v128.store(panel, v128.load(b, 32), 32);
      v128.store(panel, v128.load(b, 48), 48); v128.store(panel, v128.load(b, 64), 64); v128.store(panel, v128.load(b, 80), 80);
    } else {
      memory.copy(panel, b, width);
    }
    b += bytes<T>(strideB);
    panel += WIDE;
  }
}

function multiplyWide<T>(
  rows: i32, panel: usize, start: usize, startStride: i32, c: usize, strideC: i32,
  values: usize, places: usize, ends: usize,
): void {
  let value = values, place = places;
  for (let i = 0; i < rows; i++) {
    let c0 = splat<T>(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
    if (start != 0) {
      c0 = v128.load(start); c1 = v128.load(start, 16); c2 = v128.load(start, 32);
      c3 = v128.load(start, 48); c4 = v128.load(start, 64); c5 = v128.load(start, 80);
      start += bytes<T>(startStride);
    }
    const end = values + bytes<T>(load<i32>(ends + (i << 2)));
    for (; value < end; value += sizeof<T>(), place += 4) {
      const x = v128.load_splat<T>(value);
      const row = panel + load<i32>(place);
      c0 = v128.add<T>(c0, v128.mul<T>(x, v128.load(row)));
      c1 = v128.add<T>(c1, v128.mul<T>(x, v128.load(row, 16)));
      c2 = v128.add<T>(c2, v128.mul<T>(x, v128.load(row, 32)));
      c3 = v128.add<T>(c3, v128.mul<T>(x, v128.load(row, 48)));
      c4 = v128.add<T>(c4, v128.mul<T>(x, v128.load(row, 64)));
      c5 = v128.add<T>(c5, v128.mul<T>(x, v128.load(row, 80)));
    }
    v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32);
    v128.store(c, c3, 48); v128.store(c, c4, 64); v128.store(c, c5, 80);
    c += bytes<T>(strideC);
  }
}

/** The last columns, `width` bytes of them, one by one. */
function multiplyNarrow<T>(
  rows: i32, width: usize, panel: usize, start: usize, startStride: i32, c: usize, strideC: i32,
  values: usize, places: usize, ends: usize,
): void {
  let first = 0;
  for (let i = 0; i < rows; i++) {
    const last = load<i32>(ends + (i << 2));
    for (let j: usize = 0; j < width; j += sizeof<T>()) {
      let sum: T = start == 0 ? 0 : load<T>(start + j);
      for (let at = first; at < last; at++) {
        sum += load<T>(values + bytes<T>(at)) * load<T>(panel + load<i32>(places + (at << 2)) + j);
      }
      store<T>(c + j, sum);
    }
    first = last;
    if (start != 0) start += bytes<T>(startStride);
    c += bytes<T>(strideC);
  }
}
