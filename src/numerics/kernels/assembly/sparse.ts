/**
 * C = α·op(A)·B + start where most of A is zero, as digits are: only what is not zero is visited. The order of summation
 * is that of gemm, so the bits are too (but for 0·Infinity and 0·NaN, which are skipped).
 */

/** Columns of C in registers at a time. */
const WIDE: i32 = 12;

/** How many of n numbers are not zero. */
export function countNonzero(a: usize, n: i32): i32 {
  const zero = f64x2.splat(0);
  let count = i64x2.splat(0);
  const end = a + ((n & ~1) << 3);
  for (; a < end; a += 16) count = i64x2.sub(count, f64x2.ne(v128.load(a), zero));
  const odd = n & 1 ? <i32>(load<f64>(a) != 0) : 0;
  return <i32>(i64x2.extract_lane(count, 0) + i64x2.extract_lane(count, 1)) + odd;
}

/** Bytes that gemmSparse needs for every one of k; with room for one row at least. */
export const SPARSE_WORKSPACE: usize = WIDE * 8 + 12;

/**
 * op(A) is m × k with row and column steps `rowA`, `stepA` (in numbers), B k × n. `work` has `workBytes`, at least
 * SPARSE_WORKSPACE·k + 4.
 */
export function gemmSparse(
  m: i32, n: i32, k: i32, alpha: f64, a: usize, rowA: i32, stepA: i32, b: usize, strideB: i32,
  start: usize, startStride: i32, c: usize, strideC: i32, work: usize, workBytes: i32,
): void {
  const panel = work;
  const panelBytes = (k * WIDE) << 3;
  const atOnce = min(m, (workBytes - panelBytes) / (12 * k + 4));
  const values = panel + panelBytes;
  const places = values + ((atOnce * k) << 3);
  const ends = places + ((atOnce * k) << 2);
  for (let i0 = 0; i0 < m; i0 += atOnce) {
    const rows = min(atOnce, m - i0);
    gather(rows, k, alpha, a + ((i0 * rowA) << 3), rowA, stepA, values, places, ends);
    const from = start == 0 ? <usize>0 : start + ((i0 * startStride) << 3);
    const to = c + ((i0 * strideC) << 3);
    for (let j = 0; j < n; j += WIDE) {
      const width = min(WIDE, n - j);
      packColumns(b + (j << 3), strideB, k, width, panel);
      const at = from == 0 ? <usize>0 : from + (j << 3);
      if (width == WIDE) multiplyWide(rows, panel, at, startStride, to + (j << 3), strideC, values, places, ends);
      else multiplyNarrow(rows, width, panel, at, startStride, to + (j << 3), strideC, values, places, ends);
    }
  }
}

/** Values, and places in a panel (byte offsets), of what is not zero, row after row; `ends`: where each row ends. */
function gather(
  rows: i32, k: i32, alpha: f64, a: usize, rowA: i32, stepA: i32, values: usize, places: usize, ends: usize,
): void {
  const step = stepA << 3;
  let count: i32 = 0;
  for (let i = 0; i < rows; i++) {
    let at = a + ((i * rowA) << 3);
    for (let p = 0, place = 0; p < k; p++, place += WIDE << 3) {
      const value = load<f64>(at);
      store<f64>(values + (count << 3), alpha * value);
      store<i32>(places + (count << 2), place);
      count += <i32>(value != 0);
      at += step;
    }
    store<i32>(ends + (i << 2), count);
  }
}

/** `width` columns of B next to each other: apart by a power of two, its rows would fight for the same lines of the cache. */
function packColumns(b: usize, strideB: i32, k: i32, width: i32, panel: usize): void {
  for (let p = 0; p < k; p++) {
    if (width == WIDE) {
      v128.store(panel, v128.load(b)); v128.store(panel, v128.load(b, 16), 16); v128.store(panel, v128.load(b, 32), 32);
      v128.store(panel, v128.load(b, 48), 48); v128.store(panel, v128.load(b, 64), 64); v128.store(panel, v128.load(b, 80), 80);
    } else {
      memory.copy(panel, b, width << 3);
    }
    b += strideB << 3;
    panel += WIDE << 3;
  }
}

function multiplyWide(
  rows: i32, panel: usize, start: usize, startStride: i32, c: usize, strideC: i32,
  values: usize, places: usize, ends: usize,
): void {
  let value = values, place = places;
  for (let i = 0; i < rows; i++) {
    let c0 = f64x2.splat(0), c1 = f64x2.splat(0), c2 = f64x2.splat(0);
    let c3 = f64x2.splat(0), c4 = f64x2.splat(0), c5 = f64x2.splat(0);
    if (start != 0) {
      c0 = v128.load(start); c1 = v128.load(start, 16); c2 = v128.load(start, 32);
      c3 = v128.load(start, 48); c4 = v128.load(start, 64); c5 = v128.load(start, 80);
      start += startStride << 3;
    }
    const end = values + (load<i32>(ends + (i << 2)) << 3);
    for (; value < end; value += 8, place += 4) {
      const x = v128.load_splat<f64>(value);
      const row = panel + load<i32>(place);
      c0 = f64x2.add(c0, f64x2.mul(x, v128.load(row)));
      c1 = f64x2.add(c1, f64x2.mul(x, v128.load(row, 16)));
      c2 = f64x2.add(c2, f64x2.mul(x, v128.load(row, 32)));
      c3 = f64x2.add(c3, f64x2.mul(x, v128.load(row, 48)));
      c4 = f64x2.add(c4, f64x2.mul(x, v128.load(row, 64)));
      c5 = f64x2.add(c5, f64x2.mul(x, v128.load(row, 80)));
    }
    v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32);
    v128.store(c, c3, 48); v128.store(c, c4, 64); v128.store(c, c5, 80);
    c += strideC << 3;
  }
}

/** The last columns, fewer than WIDE, one by one. */
function multiplyNarrow(
  rows: i32, width: i32, panel: usize, start: usize, startStride: i32, c: usize, strideC: i32,
  values: usize, places: usize, ends: usize,
): void {
  let first = 0;
  for (let i = 0; i < rows; i++) {
    const last = load<i32>(ends + (i << 2));
    for (let j = 0; j < width; j++) {
      let sum: f64 = start == 0 ? 0 : load<f64>(start + (j << 3));
      for (let at = first; at < last; at++) {
        sum += load<f64>(values + (at << 3)) * load<f64>(panel + load<i32>(places + (at << 2)) + (j << 3));
      }
      store<f64>(c + (j << 3), sum);
    }
    first = last;
    if (start != 0) start += startStride << 3;
    c += strideC << 3;
  }
}
