/**
 * A step of Anderson's acceleration, example by example, as mixing.ts in the folder above has it: in networks of a few
 * dozen units it takes less time than the calls of the kernels that it would be made of.
 */
import { bytes, number, put, splat, vectors } from './lanes';
import { dot } from './vector';

/** Columns of an example's history + 1, plain steps that it has to take, what the next failure costs, successes, ‖f‖². */
const COUNTS = 5;
const MOST_PLAIN: f64 = 16;

/** What a state is like: so many blocks one after the other, of rows as wide as integers at `widths` say. */
let widths: usize, blocks: i32, rows: i32;

/** `work` has room for memory · (memory + 3) doubles; what else there is: see Mixing. */
export function mix<T>(
  widthsAt: usize, blockCount: i32, rowCount: i32, memory: i32, filled: i32, newest: i32, growth: f64,
  regularisation: f64, f: usize, image: usize, previousF: usize, previousImage: usize, ring: usize, gram: usize,
  counts: usize, next: usize, work: usize,
): void {
  widths = widthsAt; blocks = blockCount; rows = rowCount;
  const slot = 2 * bytes<T>(rows * units());
  for (let row = 0; row < rows; row++) {
    const products = gram + bytes<T>(row * memory * memory), count = counts + bytes<T>(row * COUNTS);
    remember<T>(row, f, previousF, image, previousImage, ring, slot, memory, filled, newest, products);
    const size = rowDot<T>(row, f, f);
    const accepted = lengthen<T>(count, size, growth, memory);
    put<T>(count + bytes<T>(4), size);
    const m = number<T>(count + bytes<T>(1)) > 0 ? 0 : max<i32>(0, <i32>number<T>(count) - 1);
    const gamma = work + (<usize>(memory * (memory + 1)) << 3);
    if (m > 0) solve<T>(row, f, ring, slot, memory, newest, m, products, regularisation, work, gamma);
    combine<T>(row, ring + slot / 2, slot, filled, newest, m, gamma, next);
    const descends = rowDot<T>(row, next, f) + size > 0;
    addRow<T>(row, accepted ? image : previousImage, descends, next);
  }
}

function units(): i32 {
  let sum = 0;
  for (let b = 0; b < blocks; b++) sum += load<i32>(widths + (<usize>b << 2));
  return sum;
}

/** Σ a_j b_j over the units of a row, rounded to T after each block. */
function rowDot<T>(row: i32, a: usize, b: usize): f64 {
  let sum: f64 = 0, at: usize = 0;
  for (let k = 0; k < blocks; k++) {
    const width = load<i32>(widths + (<usize>k << 2));
    const here = at + bytes<T>(row * width);
    sum = <f64><T>(sum + dot<T>(a + here, b + here, width));
    at += bytes<T>(rows * width);
  }
  return sum;
}

/** Δf and Δg of the step that has been made, and the products of this Δf with the others. */
function remember<T>(
  row: i32, f: usize, previousF: usize, image: usize, previousImage: usize, ring: usize, slot: usize,
  memory: i32, filled: i32, newest: i32, products: usize,
): void {
  const df = ring + newest * slot;
  subtractRow<T>(row, f, previousF, df);
  subtractRow<T>(row, image, previousImage, df + slot / 2);
  for (let i = 0; i < filled; i++) {
    const product = rowDot<T>(row, df, ring + i * slot);
    put<T>(products + bytes<T>(i * memory + newest), product);
    put<T>(products + bytes<T>(newest * memory + i), product);
  }
}

/** out = a − b */
function subtractRow<T>(row: i32, a: usize, b: usize, out: usize): void {
  for (let k = 0; k < blocks; k++) {
    const width = load<i32>(widths + (<usize>k << 2));
    let at = bytes<T>(row * width);
    const end = at + bytes<T>(width), whole = at + vectors<T>(width);
    for (; at < whole; at += 16) v128.store(out + at, v128.sub<T>(v128.load(a + at), v128.load(b + at)));
    for (; at < end; at += sizeof<T>()) store<T>(out + at, load<T>(a + at) - load<T>(b + at));
    const all = bytes<T>(rows * width);
    a += all; b += all; out += all;
  }
}

/** Adds the newest column to an example's history, or drops it all where a mixed step has made the residual grow. */
function lengthen<T>(count: usize, size: f64, growth: f64, memory: i32): bool {
  const plainAt = count + bytes<T>(1), patienceAt = count + bytes<T>(2), streakAt = count + bytes<T>(3);
  const columns = number<T>(count), plain = number<T>(plainAt), patience = number<T>(patienceAt);
  const mixed = columns > 1 && plain == 0;
  if (mixed && !(size <= growth * growth * number<T>(count + bytes<T>(4)))) {
    put<T>(count, 0);
    put<T>(plainAt, patience);
    put<T>(patienceAt, min<f64>(2 * patience + 1, MOST_PLAIN));
    put<T>(streakAt, 0);
    return false;
  }
  if (mixed) {
    const streak = number<T>(streakAt) + 1;
    put<T>(streakAt, streak);
    if (streak >= memory) put<T>(patienceAt, 0);
  }
  if (plain > 0) put<T>(plainAt, plain - 1);
  put<T>(count, min<f64>(columns + 1, memory + 1));
  return true;
}

/** γ of the m newest columns, newest first, with the smallest ‖f − Σ γ_j Δf_j‖. */
function solve<T>(
  row: i32, f: usize, ring: usize, slot: usize, memory: i32, newest: i32, m: i32, products: usize,
  regularisation: f64, L: usize, gamma: usize,
): void {
  const right = gamma + (<usize>memory << 3);
  for (let i = 0, at = newest; i < m; i++, at = at == 0 ? memory - 1 : at - 1) {
    set(right, i, rowDot<T>(row, ring + at * slot, f));
    // symmetric: one half will do
    for (let j = 0, other = newest; j <= i; j++, other = other == 0 ? memory - 1 : other - 1) {
      set(L, i * m + j, number<T>(products + bytes<T>(at * memory + other)));
    }
  }
  leastSquares(L, right, m, regularisation, sizeof<T>() == 8 ? 1e-12 : 1e-5, gamma);
}

// @ts-ignore: decorator
@inline
function get(x: usize, i: i32): f64 {
  return load<f64>(x + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
function set(x: usize, i: i32, value: f64): void {
  store<f64>(x + (<usize>i << 3), value);
}

/** The same as in least-squares.ts, step by step. */
function leastSquares(L: usize, right: usize, m: i32, regularisation: f64, dependent: f64, gamma: usize): void {
  for (let j = 0; j < m; j++) {
    set(gamma, j, 0);
    const size = get(L, j * m + j);
    let pivot = size * (1 + regularisation);
    for (let k = 0; k < j; k++) {
      if (get(L, k * m + k) == 0) {
        set(L, j * m + k, 0);
        continue;
      }
      let sum = get(L, j * m + k);
      for (let i = 0; i < k; i++) sum -= get(L, j * m + i) * get(L, k * m + i);
      const entry = sum / get(L, k * m + k);
      set(L, j * m + k, entry);
      pivot -= entry * entry;
    }
    set(L, j * m + j, pivot > dependent * size ? Math.sqrt(pivot) : 0);
  }
  for (let j = 0; j < m; j++) {
    if (get(L, j * m + j) == 0) continue;
    let sum = get(right, j);
    for (let i = 0; i < j; i++) sum -= get(L, j * m + i) * get(gamma, i);
    set(gamma, j, sum / get(L, j * m + j));
  }
  for (let j = m - 1; j >= 0; j--) {
    if (get(L, j * m + j) == 0) continue;
    let sum = get(gamma, j);
    for (let i = j + 1; i < m; i++) sum -= get(L, i * m + j) * get(gamma, i);
    set(gamma, j, sum / get(L, j * m + j));
  }
}

/** out = −Σ γ_j Δg_j, in the order of the ring. */
function combine<T>(
  row: i32, dg: usize, slot: usize, filled: i32, newest: i32, m: i32, gamma: usize, out: usize,
): void {
  for (let k = 0; k < blocks; k++) {
    const width = load<i32>(widths + (<usize>k << 2));
    const at = bytes<T>(row * width);
    zero<T>(out + at, width);
    for (let i = 0; i < filled; i++) {
      const age = newest - i + (i > newest ? filled : 0);
      const factor = age < m ? <T>-get(gamma, age) : 0;
      if (factor != 0) axpy<T>(factor, dg + i * slot + at, out + at, width);
    }
    dg += bytes<T>(rows * width); out += bytes<T>(rows * width);
  }
}

// Loops: for a few numbers memory.fill and memory.copy, which engines call a function for, take longer.
function zero<T>(y: usize, n: i32): void {
  const end = y + bytes<T>(n), whole = y + vectors<T>(n);
  for (; y < whole; y += 16) v128.store(y, splat<T>(0));
  for (; y < end; y += sizeof<T>()) store<T>(y, 0);
}

function copy<T>(x: usize, y: usize, n: i32): void {
  const end = y + bytes<T>(n), whole = y + vectors<T>(n);
  for (; y < whole; x += 16, y += 16) v128.store(y, v128.load(x));
  for (; y < end; x += sizeof<T>(), y += sizeof<T>()) store<T>(y, load<T>(x));
}

function axpy<T>(factor: T, x: usize, y: usize, n: i32): void {
  const factors = splat<T>(<f64>factor);
  const end = y + bytes<T>(n), whole = y + vectors<T>(n);
  for (; y < whole; x += 16, y += 16) v128.store(y, v128.add<T>(v128.load(y), v128.mul<T>(factors, v128.load(x))));
  for (; y < end; x += sizeof<T>(), y += sizeof<T>()) store<T>(y, load<T>(y) + factor * load<T>(x));
}

/** y += x, or y = x. */
function addRow<T>(row: i32, x: usize, adds: bool, y: usize): void {
  for (let k = 0; k < blocks; k++) {
    const width = load<i32>(widths + (<usize>k << 2));
    const at = bytes<T>(row * width);
    if (adds) axpy<T>(<T>1, x + at, y + at, width);
    else copy<T>(x + at, y + at, width);
    x += bytes<T>(rows * width); y += bytes<T>(rows * width);
  }
}
