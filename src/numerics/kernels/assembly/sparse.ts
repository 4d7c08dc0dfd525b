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

/**
 * op(A) is m × k with row and column steps `rowA`, `stepA` (in numbers), B k × n. `work` has `workBytes`, room for at
 * least one row's k entries of 12 bytes each and 4 more.
 */
export function gemmSparse(
  m: i32, n: i32, k: i32, alpha: f64, a: usize, rowA: i32, stepA: i32, b: usize, strideB: i32,
  start: usize, startStride: i32, c: usize, strideC: i32, work: usize, workBytes: i32,
): void {
  const atOnce = min(m, workBytes / (12 * k + 4));
  const values = work;
  const places = values + ((atOnce * k) << 3);
  const ends = places + ((atOnce * k) << 2);
  for (let i0 = 0; i0 < m; i0 += atOnce) {
    const rows = min(atOnce, m - i0);
    gather(rows, k, alpha, a + ((i0 * rowA) << 3), rowA, stepA, strideB, values, places, ends);
    let j = 0;
    for (; j + WIDE <= n; j += WIDE) {
      columns(rows, j, b, start, startStride, c, strideC, i0, values, places, ends);
    }
    for (; j < n; j++) column(rows, j, b, start, startStride, c, strideC, i0, values, places, ends);
  }
}

/** Values and places (byte offsets of rows of B) of what is not zero, row after row; `ends`: where each row ends. */
function gather(
  rows: i32, k: i32, alpha: f64, a: usize, rowA: i32, stepA: i32, strideB: i32,
  values: usize, places: usize, ends: usize,
): void {
  let count: i32 = 0;
  for (let i = 0; i < rows; i++) {
    let at = a + ((i * rowA) << 3);
    for (let p = 0; p < k; p++) {
      const value = load<f64>(at);
      store<f64>(values + (count << 3), alpha * value);
      store<i32>(places + (count << 2), (p * strideB) << 3);
      count += <i32>(value != 0);
      at += stepA << 3;
    }
    store<i32>(ends + (i << 2), count);
  }
}

function columns(
  rows: i32, j: i32, b: usize, start: usize, startStride: i32, c: usize, strideC: i32, i0: i32,
  values: usize, places: usize, ends: usize,
): void {
  const block = b + (j << 3);
  let value = values, place = places;
  for (let i = 0; i < rows; i++) {
    let c0 = f64x2.splat(0), c1 = f64x2.splat(0), c2 = f64x2.splat(0);
    let c3 = f64x2.splat(0), c4 = f64x2.splat(0), c5 = f64x2.splat(0);
    if (start != 0) {
      const from = start + (((i0 + i) * startStride + j) << 3);
      c0 = v128.load(from); c1 = v128.load(from, 16); c2 = v128.load(from, 32);
      c3 = v128.load(from, 48); c4 = v128.load(from, 64); c5 = v128.load(from, 80);
    }
    const end = values + (load<i32>(ends + (i << 2)) << 3);
    for (; value < end; value += 8, place += 4) {
      const x = v128.load_splat<f64>(value);
      const row = block + load<i32>(place);
      c0 = f64x2.add(c0, f64x2.mul(x, v128.load(row)));
      c1 = f64x2.add(c1, f64x2.mul(x, v128.load(row, 16)));
      c2 = f64x2.add(c2, f64x2.mul(x, v128.load(row, 32)));
      c3 = f64x2.add(c3, f64x2.mul(x, v128.load(row, 48)));
      c4 = f64x2.add(c4, f64x2.mul(x, v128.load(row, 64)));
      c5 = f64x2.add(c5, f64x2.mul(x, v128.load(row, 80)));
    }
    const to = c + (((i0 + i) * strideC + j) << 3);
    v128.store(to, c0); v128.store(to, c1, 16); v128.store(to, c2, 32);
    v128.store(to, c3, 48); v128.store(to, c4, 64); v128.store(to, c5, 80);
  }
}

function column(
  rows: i32, j: i32, b: usize, start: usize, startStride: i32, c: usize, strideC: i32, i0: i32,
  values: usize, places: usize, ends: usize,
): void {
  const block = b + (j << 3);
  let value = values, place = places;
  for (let i = 0; i < rows; i++) {
    let sum: f64 = start == 0 ? 0 : load<f64>(start + (((i0 + i) * startStride + j) << 3));
    const end = values + (load<i32>(ends + (i << 2)) << 3);
    for (; value < end; value += 8, place += 4) sum += load<f64>(value) * load<f64>(block + load<i32>(place));
    store<f64>(c + (((i0 + i) * strideC + j) << 3), sum);
  }
}
