/**
 * Patches of images, and pooling. Images are channels × height × width, example after example, as states have them; maps
 * (what filters give before it is pooled) and patches have a row for each position, channels or cells of a filter last, so
 * that a convolution is one product of patches by filters. T is f64 or f32.
 */

import { is } from './kinds';

/** Which way numbers go between images and patches. */
class Gather {}
class Scatter {}

/**
 * Row by row what a filter of `kernel` × `kernel` sees at each of rows × cols positions, `stride` apart and beginning
 * `padding` outside, where there are zeros. With `pool` > 1 a position is a window of pool × pool of them: their mean.
 */
export function patches<T>(
  examples: i32, channels: i32, height: i32, width: i32, kernel: i32, stride: i32, padding: i32, pool: i32,
  rows: i32, cols: i32, image: usize, out: usize,
): void {
  walk<T, Gather>(examples, channels, height, width, kernel, stride, padding, pool, rows, cols, image, out);
}

/** The adjoint of patches: adds every cell of a patch to where it was taken from. */
export function addPatches<T>(
  examples: i32, channels: i32, height: i32, width: i32, kernel: i32, stride: i32, padding: i32, pool: i32,
  rows: i32, cols: i32, from: usize, image: usize,
): void {
  walk<T, Scatter>(examples, channels, height, width, kernel, stride, padding, pool, rows, cols, image, from);
}

/** Cell by cell of the patches, which lie one after the other from `cell` on. */
function walk<T, Way>(
  examples: i32, channels: i32, height: i32, width: i32, kernel: i32, stride: i32, padding: i32, pool: i32,
  rows: i32, cols: i32, image: usize, cell: usize,
): void {
  const size = sizeof<T>();
  const share = 1 / <f64>(pool * pool);
  const plane = <usize>(height * width) * size;
  for (let e = 0; e < examples; e++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        const left = j * pool * stride - padding;
        const inside = left >= 0 && left + kernel <= width;
        for (let c = 0, at = image; c < channels; c++, at += plane) {
          for (let ky = 0; ky < kernel; ky++) {
            const y = i * pool * stride - padding + ky;
            if (pool == 1 && inside && y >= 0 && y < height) {
              const line = at + <usize>(y * width + left) * size;
              for (let k: usize = 0, end = <usize>kernel * size; k < end; k += size, cell += size) {
                if (is<Way, Gather>()) store<T>(cell, load<T>(line + k));
                else store<T>(line + k, load<T>(line + k) + load<T>(cell));
              }
              continue;
            }
            for (let kx = 0; kx < kernel; kx++, cell += size) {
              const x = left + kx;
              if (is<Way, Gather>()) store<T>(cell, <T>(share * windowSum<T>(at, height, width, y, x, stride, pool)));
              else addToWindow<T>(at, height, width, y, x, stride, pool, <T>(share * <f64>load<T>(cell)));
            }
          }
        }
      }
    }
    image += plane * channels;
  }
}

/** Sum over a window of pool × pool entries, `stride` apart, from (y, x) on; zeros outside. */
function windowSum<T>(plane: usize, height: i32, width: i32, y: i32, x: i32, stride: i32, pool: i32): f64 {
  let sum: f64 = 0;
  for (let dy = 0; dy < pool; dy++, y += stride) {
    if (y < 0 || y >= height) continue;
    for (let dx = 0, at = x; dx < pool; dx++, at += stride) {
      if (at >= 0 && at < width) sum += <f64>load<T>(plane + <usize>(y * width + at) * sizeof<T>());
    }
  }
  return sum;
}

function addToWindow<T>(plane: usize, height: i32, width: i32, y: i32, x: i32, stride: i32, pool: i32, value: T): void {
  for (let dy = 0; dy < pool; dy++, y += stride) {
    if (y < 0 || y >= height) continue;
    for (let dx = 0, at = x; dx < pool; dx++, at += stride) {
      if (at < 0 || at >= width) continue;
      const place = plane + <usize>(y * width + at) * sizeof<T>();
      store<T>(place, load<T>(place) + value);
    }
  }
}

/**
 * out = start + the largest of each window of size × size of a map; `routes`: which one that is, row by row from 0, the first
 * of equals. NaN where any is. With `given` routes the entry that they say. Without routes (size 1): out = start + map.
 */
export function pool<T>(
  examples: i32, channels: i32, rows: i32, cols: i32, size: i32, map: usize, given: bool, routes: usize,
  start: usize, out: usize,
): void {
  const bytes = sizeof<T>();
  const step = <usize>channels * bytes;
  const line = <usize>(cols * size) * step;
  const positions = rows * cols;
  for (let e = 0; e < examples; e++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        const corner = map + <usize>(i * size) * line + <usize>(j * size) * step;
        for (let c = 0; c < channels; c++) {
          const at = <usize>((e * channels + c) * positions + i * cols + j) * bytes;
          const first = corner + <usize>c * bytes;
          let route = 0;
          if (given) route = <i32>load<T>(routes + at);
          else if (routes != 0) {
            route = largestIn<T>(first, size, step, line);
            store<T>(routes + at, <T>route);
          }
          const value = load<T>(first + <usize>(route / size) * line + <usize>(route % size) * step);
          store<T>(out + at, start == 0 ? value : load<T>(start + at) + value);
        }
      }
    }
    map += line * <usize>(rows * size);
  }
}

/** Place of the largest entry of a window, the first of equals; of the last NaN where there is one. */
// @ts-ignore: decorator
@inline
function largestIn<T>(first: usize, size: i32, step: usize, line: usize): i32 {
  let best = load<T>(first), place = 0;
  for (let dy = 0, at = 0; dy < size; dy++) {
    for (let dx = 0; dx < size; dx++, at++) {
      const value = load<T>(first + <usize>dy * line + <usize>dx * step);
      if (value > best || value != value) {
        best = value;
        place = at;
      }
    }
  }
  return place;
}

/** The adjoint of pool by given routes: a map of zeros but where the routes lead, α v there. */
export function unpool<T>(
  examples: i32, channels: i32, rows: i32, cols: i32, size: i32, alpha: f64, v: usize, routes: usize, map: usize,
): void {
  const bytes = sizeof<T>();
  const step = <usize>channels * bytes;
  const line = <usize>(cols * size) * step;
  const whole = line * <usize>(rows * size);
  const positions = rows * cols;
  if (size > 1) memory.fill(map, 0, whole * examples);
  for (let e = 0; e < examples; e++, map += whole) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        const corner = map + <usize>(i * size) * line + <usize>(j * size) * step;
        for (let c = 0; c < channels; c++) {
          const at = <usize>((e * channels + c) * positions + i * cols + j) * bytes;
          const route = routes == 0 ? 0 : <i32>load<T>(routes + at);
          const to = corner + <usize>c * bytes + <usize>(route / size) * line + <usize>(route % size) * step;
          store<T>(to, <T>alpha * load<T>(v + at));
        }
      }
    }
  }
}
