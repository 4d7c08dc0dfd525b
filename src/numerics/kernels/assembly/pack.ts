/** Panels of an operand in the order in which the micro-kernel of gemm.ts reads them. */
import { bytes, splat } from './lanes';

/**
 * Packs `width` vectors of length k into panels of `tile`, scaled: panel p holds at tile·i + j entry i of vector
 * tile·p + j, zero beyond the last; `tile` is a multiple of four, its numbers fill vectors. `along`: the vectors of a panel are neighbours in
 * memory and their entries `stride` apart; else the reverse.
 */
export function pack<T>(
  along: bool, source: usize, stride: i32, width: i32, k: i32, scale: f64, to: usize, tile: i32,
): void {
  const row = bytes<T>(stride), pitch = bytes<T>(tile);
  const panel = k * pitch;
  const whole = width & ~(tile - 1);
  if (along) packAlong<T>(source, row, bytes<T>(whole), k, scale, to, pitch);
  else {
    for (let j = 0; j < whole; j += 4) {
      packAcross<T>(source + j * row, row, k, scale, to + (j / tile) * panel + bytes<T>(j & (tile - 1)), pitch);
    }
  }
  if (whole < width) {
    const edge = source + (along ? bytes<T>(whole) : whole * row);
    packEdge<T>(along, edge, row, width - whole, k, scale, to + (whole / tile) * panel, tile);
  }
}

/** Row by row, four at a time: rows of a large matrix lie on pages of their own. */
function packAlong<T>(source: usize, row: usize, width: usize, k: i32, scale: f64, to: usize, pitch: usize): void {
  const panel = k * pitch;
  const factor = splat<T>(scale);
  for (let i = 0; i < k; i += 4) {
    const rows = min(4, k - i);
    let out = to + i * pitch;
    for (let j: usize = 0; j < width; j += pitch) {
      let from = source + j;
      for (let at = out, end = out + rows * pitch; at < end; at += pitch) {
        v128.store(at, v128.mul<T>(v128.load(from), factor));
        for (let v: usize = 16; v < pitch; v += 16) v128.store(at + v, v128.mul<T>(v128.load(from + v), factor));
        from += row;
      }
      out += panel;
    }
    source += row << 2;
  }
}

/** Four vectors into a panel, or half of one: squares of their entries transposed. */
function packAcross<T>(source: usize, row: usize, k: i32, scale: f64, to: usize, pitch: usize): void {
  const factor = splat<T>(scale);
  const s1 = source + row, s2 = s1 + row, s3 = s2 + row;
  let i = 0, at: usize = 0;
  for (const lanes = 16 / <i32>sizeof<T>(); i + lanes <= k; i += lanes, at += 16) {
    const x0 = v128.mul<T>(v128.load(source + at), factor), x1 = v128.mul<T>(v128.load(s1 + at), factor);
    const x2 = v128.mul<T>(v128.load(s2 + at), factor), x3 = v128.mul<T>(v128.load(s3 + at), factor);
    if (sizeof<T>() == 8) {
      v128.store(to, v128.shuffle<f64>(x0, x1, 0, 2));
      v128.store(to, v128.shuffle<f64>(x2, x3, 0, 2), 16); to += pitch;
      v128.store(to, v128.shuffle<f64>(x0, x1, 1, 3));
      v128.store(to, v128.shuffle<f64>(x2, x3, 1, 3), 16); to += pitch;
    } else {
      const low0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), low1 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
      const high0 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), high1 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(low0, low1, 0, 2)); to += pitch;
      v128.store(to, v128.shuffle<f64>(low0, low1, 1, 3)); to += pitch;
      v128.store(to, v128.shuffle<f64>(high0, high1, 0, 2)); to += pitch;
      v128.store(to, v128.shuffle<f64>(high0, high1, 1, 3)); to += pitch;
    }
  }
  for (; i < k; i++, at += sizeof<T>(), to += pitch) {
    store<T>(to, load<T>(source + at) * <T>scale);
    store<T>(to, load<T>(s1 + at) * <T>scale, sizeof<T>());
    store<T>(to, load<T>(s2 + at) * <T>scale, 2 * sizeof<T>());
    store<T>(to, load<T>(s3 + at) * <T>scale, 3 * sizeof<T>());
  }
}

function packEdge<T>(
  along: bool, source: usize, row: usize, width: i32, k: i32, scale: f64, to: usize, tile: i32,
): void {
  const next = along ? sizeof<T>() : row;
  const step = along ? row : sizeof<T>();
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < tile; j++) {
      store<T>(to, j < width ? load<T>(source + j * next) * <T>scale : 0);
      to += sizeof<T>();
    }
    source += step;
  }
}
