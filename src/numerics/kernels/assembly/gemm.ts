/**
 * C = α·op(A)·op(B) + start, after Goto & van de Geijn (2008): panels of A and B are packed so that the micro-kernel
 * reads both in order and keeps a 4 × 4 tile of C in registers. Every entry of C is its starting value plus
 * (α a_ik)·b_kj in ascending k, one after the other, whatever its place: the bits are those of three plain loops.
 */
/** Rows and columns of a tile of C in registers (8 accumulators of two lanes). */
const TILE: i32 = 4;
/** Inner length of a packed block: a panel of A and one of B (8 kB each) stay in the first-level cache. */
const KC: i32 = 256;
/** Rows of a packed block of A (128 kB), columns of one of B (1 MB). */
const MC: i32 = 64;
const NC: i32 = 512;

/** Bytes that gemm needs beside its operands. */
export const GEMM_WORKSPACE: usize = ((MC + NC) * KC + TILE * TILE) * 8;

/**
 * op(A) is m × k, op(B) k × n; strides in numbers, between rows as stored. `work` has GEMM_WORKSPACE bytes.
 * `start` 0: from zero.
 */
export function gemm(
  transposeA: bool, transposeB: bool, m: i32, n: i32, k: i32, alpha: f64,
  a: usize, strideA: i32, b: usize, strideB: i32,
  start: usize, startStride: i32, c: usize, strideC: i32, work: usize,
): void {
  const packedA = work;
  const packedB = packedA + MC * KC * 8;
  const tile = packedB + NC * KC * 8;
  if (k == 0) {
    copyRows(m, n, start, startStride, c, strideC);
    return;
  }
  // blocks of one size: a short last one would cost as much as any
  const blocks = (k + KC - 1) / KC;
  const depth = (k + blocks - 1) / blocks;
  for (let j0 = 0; j0 < n; j0 += NC) {
    const nc = min(NC, n - j0);
    for (let k0 = 0; k0 < k; k0 += depth) {
      const kc = min(depth, k - k0);
      pack(!transposeB, b + ((transposeB ? j0 * strideB + k0 : k0 * strideB + j0) << 3), strideB, nc, kc, 1, packedB);
      // what follows the first block of k goes on from C
      const from = k0 == 0 ? start : c;
      const fromStride = k0 == 0 ? startStride : strideC;
      for (let i0 = 0; i0 < m; i0 += MC) {
        const mc = min(MC, m - i0);
        pack(transposeA, a + ((transposeA ? k0 * strideA + i0 : i0 * strideA + k0) << 3), strideA, mc, kc, alpha, packedA);
        multiplyBlocks(
          mc, nc, kc, packedA, packedB,
          from == 0 ? <usize>0 : from + ((i0 * fromStride + j0) << 3), fromStride, c + ((i0 * strideC + j0) << 3), strideC, tile,
        );
      }
    }
  }
}

function multiplyBlocks(
  m: i32, n: i32, k: i32, a: usize, b: usize, start: usize, startStride: i32, c: usize, strideC: i32, tile: usize,
): void {
  const panel = (k * TILE) << 3;
  for (let j = 0; j < n; j += TILE) {
    const columns = min(TILE, n - j);
    let panelA = a;
    for (let i = 0; i < m; i += TILE) {
      const rows = min(TILE, m - i);
      const from = start == 0 ? <usize>0 : start + ((i * startStride + j) << 3);
      const to = c + ((i * strideC + j) << 3);
      if (rows == TILE && columns == TILE) {
        multiplyTile(k, panelA, b, from, startStride, to, strideC);
      } else if (rows == TILE && columns == 2) {
        multiplyHalfTile(k, panelA, b, from, startStride, to, strideC);
      } else {
        copyRows(rows, columns, from, startStride, tile, TILE);
        multiplyTile(k, panelA, b, tile, TILE, tile, TILE);
        copyRows(rows, columns, tile, TILE, to, strideC);
      }
      panelA += panel;
    }
    b += panel;
  }
}

/** A 4 × 4 tile of C from packed panels of k rows each. */
function multiplyTile(k: i32, a: usize, b: usize, start: usize, startStride: i32, c: usize, strideC: i32): void {
  let c00 = f64x2.splat(0), c01 = f64x2.splat(0), c10 = f64x2.splat(0), c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0), c21 = f64x2.splat(0), c30 = f64x2.splat(0), c31 = f64x2.splat(0);
  if (start != 0) {
    const row = startStride << 3;
    c00 = v128.load(start); c01 = v128.load(start, 16); start += row;
    c10 = v128.load(start); c11 = v128.load(start, 16); start += row;
    c20 = v128.load(start); c21 = v128.load(start, 16); start += row;
    c30 = v128.load(start); c31 = v128.load(start, 16);
  }
  let b0: v128, b1: v128, x0: v128, x1: v128, x2: v128, x3: v128;
  // four steps an iteration, with a way out after each: without it, engines hoist the loads of all four and spill
  for (;;) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16); x0 = v128.load_splat<f64>(a, 0); x1 = v128.load_splat<f64>(a, 8); x2 = v128.load_splat<f64>(a, 16); x3 = v128.load_splat<f64>(a, 24);
    c00 = f64x2.add(c00, f64x2.mul(x0, b0)); c01 = f64x2.add(c01, f64x2.mul(x0, b1));
    c10 = f64x2.add(c10, f64x2.mul(x1, b0)); c11 = f64x2.add(c11, f64x2.mul(x1, b1));
    c20 = f64x2.add(c20, f64x2.mul(x2, b0)); c21 = f64x2.add(c21, f64x2.mul(x2, b1));
    c30 = f64x2.add(c30, f64x2.mul(x3, b0)); c31 = f64x2.add(c31, f64x2.mul(x3, b1));
    if (k == 1) break;
    b0 = v128.load(b, 32); b1 = v128.load(b, 48); x0 = v128.load_splat<f64>(a, 32); x1 = v128.load_splat<f64>(a, 40); x2 = v128.load_splat<f64>(a, 48); x3 = v128.load_splat<f64>(a, 56);
    c00 = f64x2.add(c00, f64x2.mul(x0, b0)); c01 = f64x2.add(c01, f64x2.mul(x0, b1));
    c10 = f64x2.add(c10, f64x2.mul(x1, b0)); c11 = f64x2.add(c11, f64x2.mul(x1, b1));
    c20 = f64x2.add(c20, f64x2.mul(x2, b0)); c21 = f64x2.add(c21, f64x2.mul(x2, b1));
    c30 = f64x2.add(c30, f64x2.mul(x3, b0)); c31 = f64x2.add(c31, f64x2.mul(x3, b1));
    if (k == 2) break;
    b0 = v128.load(b, 64); b1 = v128.load(b, 80); x0 = v128.load_splat<f64>(a, 64); x1 = v128.load_splat<f64>(a, 72); x2 = v128.load_splat<f64>(a, 80); x3 = v128.load_splat<f64>(a, 88);
    c00 = f64x2.add(c00, f64x2.mul(x0, b0)); c01 = f64x2.add(c01, f64x2.mul(x0, b1));
    c10 = f64x2.add(c10, f64x2.mul(x1, b0)); c11 = f64x2.add(c11, f64x2.mul(x1, b1));
    c20 = f64x2.add(c20, f64x2.mul(x2, b0)); c21 = f64x2.add(c21, f64x2.mul(x2, b1));
    c30 = f64x2.add(c30, f64x2.mul(x3, b0)); c31 = f64x2.add(c31, f64x2.mul(x3, b1));
    if (k == 3) break;
    b0 = v128.load(b, 96); b1 = v128.load(b, 112); x0 = v128.load_splat<f64>(a, 96); x1 = v128.load_splat<f64>(a, 104); x2 = v128.load_splat<f64>(a, 112); x3 = v128.load_splat<f64>(a, 120);
    c00 = f64x2.add(c00, f64x2.mul(x0, b0)); c01 = f64x2.add(c01, f64x2.mul(x0, b1));
    c10 = f64x2.add(c10, f64x2.mul(x1, b0)); c11 = f64x2.add(c11, f64x2.mul(x1, b1));
    c20 = f64x2.add(c20, f64x2.mul(x2, b0)); c21 = f64x2.add(c21, f64x2.mul(x2, b1));
    c30 = f64x2.add(c30, f64x2.mul(x3, b0)); c31 = f64x2.add(c31, f64x2.mul(x3, b1));
    k -= 4;
    if (k == 0) break;
    a += 128; b += 128;
  }
  const row = strideC << 3;
  v128.store(c, c00); v128.store(c, c01, 16); c += row;
  v128.store(c, c10); v128.store(c, c11, 16); c += row;
  v128.store(c, c20); v128.store(c, c21, 16); c += row;
  v128.store(c, c30); v128.store(c, c31, 16);
}

/** The left half of such a tile: 4 × 2. */
function multiplyHalfTile(k: i32, a: usize, b: usize, start: usize, startStride: i32, c: usize, strideC: i32): void {
  let c0 = f64x2.splat(0), c1 = f64x2.splat(0), c2 = f64x2.splat(0), c3 = f64x2.splat(0);
  if (start != 0) {
    const row = startStride << 3;
    c0 = v128.load(start); start += row;
    c1 = v128.load(start); start += row;
    c2 = v128.load(start); start += row;
    c3 = v128.load(start);
  }
  for (const end = b + (k << 5); b < end; a += 32, b += 32) {
    const y = v128.load(b);
    c0 = f64x2.add(c0, f64x2.mul(v128.load_splat<f64>(a), y));
    c1 = f64x2.add(c1, f64x2.mul(v128.load_splat<f64>(a, 8), y));
    c2 = f64x2.add(c2, f64x2.mul(v128.load_splat<f64>(a, 16), y));
    c3 = f64x2.add(c3, f64x2.mul(v128.load_splat<f64>(a, 24), y));
  }
  const row = strideC << 3;
  v128.store(c, c0); c += row;
  v128.store(c, c1); c += row;
  v128.store(c, c2); c += row;
  v128.store(c, c3);
}

/**
 * Packs `width` vectors of length k into panels of four, scaled: panel p holds at 4·i + j entry i of vector 4p + j, zero
 * beyond the last. `along`: the four are neighbours in memory and entries are `stride` apart; else the reverse.
 */
function pack(along: bool, source: usize, stride: i32, width: i32, k: i32, scale: f64, to: usize): void {
  const panel = (k * TILE) << 3;
  const whole = width & ~(TILE - 1);
  if (along) packAlong(source, stride, whole, k, scale, to);
  else for (let j = 0; j < whole; j += TILE) packAcross(source + ((j * stride) << 3), stride, k, scale, to + (j >> 2) * panel);
  if (whole < width) {
    const edge = source + ((along ? whole : whole * stride) << 3);
    packEdge(along, edge, stride, width - whole, k, scale, to + (whole >> 2) * panel);
  }
}

/** Row by row, four at a time: rows of a large matrix lie on pages of their own. */
function packAlong(source: usize, stride: i32, width: i32, k: i32, scale: f64, to: usize): void {
  const row = stride << 3;
  const panel = (k * TILE) << 3;
  const factor = f64x2.splat(scale);
  for (let i = 0; i < k; i += 4) {
    const rows = min(4, k - i);
    let out = to + (i << 5);
    for (let j = 0; j < width; j += TILE) {
      let from = source + (j << 3);
      for (let r = 0; r < rows; r++) {
        v128.store(out + (r << 5), f64x2.mul(v128.load(from), factor));
        v128.store(out + (r << 5), f64x2.mul(v128.load(from, 16), factor), 16);
        from += row;
      }
      out += panel;
    }
    source += row << 2;
  }
}

function packAcross(source: usize, stride: i32, k: i32, scale: f64, to: usize): void {
  const row = stride << 3;
  const factor = f64x2.splat(scale);
  const s1 = source + row, s2 = s1 + row, s3 = s2 + row;
  let i = 0, at: usize = 0;
  for (; i + 2 <= k; i += 2) {
    const x0 = f64x2.mul(v128.load(source + at), factor), x1 = f64x2.mul(v128.load(s1 + at), factor);
    const x2 = f64x2.mul(v128.load(s2 + at), factor), x3 = f64x2.mul(v128.load(s3 + at), factor);
    v128.store(to, transposePair(x0, x1, false));
    v128.store(to, transposePair(x2, x3, false), 16);
    v128.store(to, transposePair(x0, x1, true), 32);
    v128.store(to, transposePair(x2, x3, true), 48);
    at += 16;
    to += 64;
  }
  if (i < k) {
    store<f64>(to, load<f64>(source + at) * scale);
    store<f64>(to, load<f64>(s1 + at) * scale, 8);
    store<f64>(to, load<f64>(s2 + at) * scale, 16);
    store<f64>(to, load<f64>(s3 + at) * scale, 24);
  }
}

/** (a0, b0), or (a1, b1) for `high`: half of the transpose of [a; b]. */
// @ts-ignore: decorator
@inline
function transposePair(a: v128, b: v128, high: bool): v128 {
  return high ? v128.shuffle<f64>(a, b, 1, 3) : v128.shuffle<f64>(a, b, 0, 2);
}

function packEdge(along: bool, source: usize, stride: i32, columns: i32, k: i32, scale: f64, to: usize): void {
  const next = along ? 8 : stride << 3;
  const row = along ? stride << 3 : 8;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < TILE; j++) {
      store<f64>(to + (j << 3), j < columns ? load<f64>(source + j * next) * scale : 0);
    }
    source += row;
    to += 32;
  }
}

/** Copies m × n numbers; zeros where there is no source. Number by number: these are the few of a tile at an edge. */
function copyRows(m: i32, n: i32, source: usize, stride: i32, to: usize, strideTo: i32): void {
  for (let i = 0; i < m; i++) {
    for (let j: usize = 0, end = <usize>n << 3; j < end; j += 8) store<f64>(to + j, source == 0 ? 0 : load<f64>(source + j));
    if (source != 0) source += stride << 3;
    to += strideTo << 3;
  }
}
