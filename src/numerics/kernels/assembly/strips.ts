/** The last columns of a product (gemm.ts), fewer than a tile has; as in tiles.ts, strides are bytes and sums ascend in k. */
import { is } from './kinds';
import { bytes, splat } from './lanes';
import { AsItIs, ROWS, TILE, VECTOR } from './tiles';

/** m rows of the last columns: one vector, or `width` bytes of it. */
export function multiplyStrip<T, A>(
  m: i32, width: usize, k: i32, a: usize, rowA: usize, b: usize,
  start: usize, startStride: usize, c: usize, strideC: usize,
): void {
  const whole = m & ~(2 * ROWS - 1);
  multiplyEights<T, A>(whole, width, k, a, rowA, b, start, startStride, c, strideC);
  const panel: usize = is<A, AsItIs>() ? rowA << 2 : bytes<T>(ROWS * k);
  if (start != 0) start += whole * startStride;
  a += (whole >> 2) * panel;
  c += whole * strideC;
  for (let left = m - whole; left > 0; left -= ROWS) {
    multiplyFours<T, A>(left, width, k, a, rowA, b, start, startStride, c, strideC);
    if (start != 0) start += startStride << 2;
    a += panel;
    c += strideC << 2;
  }
}

/** The next four rows of a strip. Where there are fewer, the last one is computed again. */
function multiplyFours<T, A>(
  m: i32, width: usize, k: i32, a: usize, rowA: usize, b: usize,
  start: usize, startStride: usize, c: usize, strideC: usize,
): void {
  const as = is<A, AsItIs>();
  const step: usize = as ? sizeof<T>() : ROWS * sizeof<T>();
  const next: usize = as ? rowA : sizeof<T>();
  const to1 = min(1, m - 1), to2 = min(2, m - 1), to3 = min(3, m - 1);
  let c0 = splat<T>(0), c1 = c0, c2 = c0, c3 = c0;
  if (start != 0) {
    c0 = loadPart(start, width);
    c1 = loadPart(start + to1 * startStride, width);
    c2 = loadPart(start + to2 * startStride, width);
    c3 = loadPart(start + to3 * startStride, width);
  }
  let a0 = a, a1 = a + to1 * next, a2 = a + to2 * next, a3 = a + to3 * next;
  for (let bk = b, end = b + k * TILE; bk < end; bk += TILE) {
    const y = v128.load(bk);
    c0 = v128.add<T>(c0, v128.mul<T>(v128.load_splat<T>(a0), y));
    c1 = v128.add<T>(c1, v128.mul<T>(v128.load_splat<T>(a1), y));
    c2 = v128.add<T>(c2, v128.mul<T>(v128.load_splat<T>(a2), y));
    c3 = v128.add<T>(c3, v128.mul<T>(v128.load_splat<T>(a3), y));
    a0 += step; a1 += step; a2 += step; a3 += step;
  }
  storePart(c, c0, width);
  storePart(c + to1 * strideC, c1, width);
  storePart(c + to2 * strideC, c2, width);
  storePart(c + to3 * strideC, c3, width);
}

/** Rows of a strip, eight at a time: as many sums as a processor has under way. */
function multiplyEights<T, A>(
  m: i32, width: usize, k: i32, a: usize, rowA: usize, b: usize,
  start: usize, startStride: usize, c: usize, strideC: usize,
): void {
  const as = is<A, AsItIs>();
  const skip: usize = as ? sizeof<T>() : ROWS * sizeof<T>();
  const next: usize = as ? rowA : sizeof<T>();
  const panel: usize = as ? rowA << 2 : bytes<T>(ROWS * k);
  for (; m > 0; m -= 2 * ROWS, a += 2 * panel) {
    let c0 = splat<T>(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
    if (start != 0) {
      c0 = loadPart(start, width); start += startStride;
      c1 = loadPart(start, width); start += startStride;
      c2 = loadPart(start, width); start += startStride;
      c3 = loadPart(start, width); start += startStride;
      c4 = loadPart(start, width); start += startStride;
      c5 = loadPart(start, width); start += startStride;
      c6 = loadPart(start, width); start += startStride;
      c7 = loadPart(start, width); start += startStride;
    }
    let y: v128, left = k, bk = b, a0 = a, a1 = a0 + next, a2 = a1 + next, a3 = a2 + next;
    let a4 = a + panel, a5 = a4 + next, a6 = a5 + next, a7 = a6 + next;
    for (;;) {
      y = v128.load(bk, 0);
      c0 = v128.add<T>(c0, v128.mul<T>(v128.load_splat<T>(a0, 0 * skip), y));
      c1 = v128.add<T>(c1, v128.mul<T>(v128.load_splat<T>(a1, 0 * skip), y));
      c2 = v128.add<T>(c2, v128.mul<T>(v128.load_splat<T>(a2, 0 * skip), y));
      c3 = v128.add<T>(c3, v128.mul<T>(v128.load_splat<T>(a3, 0 * skip), y));
      c4 = v128.add<T>(c4, v128.mul<T>(v128.load_splat<T>(a4, 0 * skip), y));
      c5 = v128.add<T>(c5, v128.mul<T>(v128.load_splat<T>(a5, 0 * skip), y));
      c6 = v128.add<T>(c6, v128.mul<T>(v128.load_splat<T>(a6, 0 * skip), y));
      c7 = v128.add<T>(c7, v128.mul<T>(v128.load_splat<T>(a7, 0 * skip), y));
      if (left == 1) break;
      y = v128.load(bk, 32);
      c0 = v128.add<T>(c0, v128.mul<T>(v128.load_splat<T>(a0, 1 * skip), y));
      c1 = v128.add<T>(c1, v128.mul<T>(v128.load_splat<T>(a1, 1 * skip), y));
      c2 = v128.add<T>(c2, v128.mul<T>(v128.load_splat<T>(a2, 1 * skip), y));
      c3 = v128.add<T>(c3, v128.mul<T>(v128.load_splat<T>(a3, 1 * skip), y));
      c4 = v128.add<T>(c4, v128.mul<T>(v128.load_splat<T>(a4, 1 * skip), y));
      c5 = v128.add<T>(c5, v128.mul<T>(v128.load_splat<T>(a5, 1 * skip), y));
      c6 = v128.add<T>(c6, v128.mul<T>(v128.load_splat<T>(a6, 1 * skip), y));
      c7 = v128.add<T>(c7, v128.mul<T>(v128.load_splat<T>(a7, 1 * skip), y));
      left -= 2;
      if (left == 0) break;
      bk += 2 * TILE;
      a0 += 2 * skip; a1 += 2 * skip; a2 += 2 * skip; a3 += 2 * skip;
      a4 += 2 * skip; a5 += 2 * skip; a6 += 2 * skip; a7 += 2 * skip;
    }
    storePart(c, c0, width); c += strideC;
    storePart(c, c1, width); c += strideC;
    storePart(c, c2, width); c += strideC;
    storePart(c, c3, width); c += strideC;
    storePart(c, c4, width); c += strideC;
    storePart(c, c5, width); c += strideC;
    storePart(c, c6, width); c += strideC;
    storePart(c, c7, width); c += strideC;
  }
}

/** The first `width` bytes of a vector, zeros behind. */
function loadPart(at: usize, width: usize): v128 {
  if (width == VECTOR) return v128.load(at);
  if (width == 4) return v128.load32_zero(at);
  const two = v128.load64_zero(at);
  return width == 8 ? two : v128.load32_lane(at + 8, two, 2);
}

function storePart(at: usize, x: v128, width: usize): void {
  if (width == VECTOR) v128.store(at, x);
  else if (width == 4) v128.store32_lane(at, x, 0);
  else {
    v128.store64_lane(at, x, 0);
    if (width == 12) v128.store32_lane(at + 8, x, 2);
  }
}
