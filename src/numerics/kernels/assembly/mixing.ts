/**
 * A step of Anderson's acceleration, example by example, as mixing.ts in the folder above has it: in networks of a few
 * dozen units it takes less time than the calls of the kernels that it would be made of.
 */
import { bytes, number, put, splat, vectors } from './lanes';
import { dotOf } from './vector';

/** Columns of an example's history + 1, plain steps that it has to take, what the next failure costs, successes, ‖f‖². */
const COUNTS = 5;
const MOST_PLAIN: f64 = 16;

/** What is mixed of a state: so many blocks, two integers each at `table`, where it begins and how wide its rows are. */
let table: usize, blocks: i32, rows: i32;

/** A ring of so many columns, `newest` is this step's; each is Δf and then Δg, of `half` bytes. */
let ring: usize, memory: i32, newest: i32, half: usize;

/** `work` has room for memory · (memory + 3) doubles; what else there is: see Mixing. */
export function mix<T>(
  tableAt: usize, blockCount: i32, rowCount: i32, columnCount: i32, newestColumn: i32, growth: f64,
  regularisation: f64, s: usize, image: usize, lastF: usize, lastImage: usize, ringAt: usize, gram: usize,
  counts: usize, work: usize,
): void {
  table = tableAt; blocks = blockCount; rows = rowCount;
  ring = ringAt; memory = columnCount; newest = newestColumn; half = bytes<T>(rows * units());
  const gamma = work + (<usize>(memory * (memory + 1)) << 3);
  for (let row = 0; row < rows; row++) {
    const products = gram + bytes<T>(row * memory * memory), count = counts + bytes<T>(row * COUNTS);
    const known = min<i32>(memory, <i32>number<T>(count));
    differ<T>(row, known > 0, s, image, lastF);
    const size = rowDot<T>(row, lastF, lastF);
    const accepted = lengthen<T>(count, size, growth);
    put<T>(count + bytes<T>(4), size);
    if (accepted && known > 0) remember<T>(row, known, image, lastImage, products);
    const m = number<T>(count + bytes<T>(1)) > 0 ? 0 : max<i32>(0, <i32>number<T>(count) - 1);
    if (m > 0) solve<T>(row, m, lastF, products, regularisation, work, gamma);
    const along = m > 0 ? combine<T>(row, m, gamma, lastF, s) : 0;
    arrive<T>(row, m > 0, along + size > 0, accepted, image, lastImage, s);
  }
}

// @ts-ignore: decorator
@inline
function startOf(block: i32): i32 {
  return load<i32>(table + (<usize>block << 3));
}

// @ts-ignore: decorator
@inline
function widthOf(block: i32): i32 {
  return load<i32>(table + (<usize>block << 3), 4);
}

/** Where a row of a block begins in a state. */
// @ts-ignore: decorator
@inline
function inState<T>(block: i32, row: i32): usize {
  return bytes<T>(startOf(block) + row * widthOf(block));
}

function units(): i32 {
  let sum = 0;
  for (let k = 0; k < blocks; k++) sum += widthOf(k);
  return sum;
}

/** Δf of the column that came so many steps before this one. */
// @ts-ignore: decorator
@inline
function column(age: i32): usize {
  return ring + <usize>(age > newest ? newest - age + memory : newest - age) * 2 * half;
}

/** Σ a_j b_j over the units of a row, rounded to T after each block. */
function rowDot<T>(row: i32, a: usize, b: usize): f64 {
  let sum: f64 = 0, before: usize = 0;
  for (let k = 0; k < blocks; k++) {
    const at = before + bytes<T>(row * widthOf(k));
    sum = <f64><T>(sum + dotOf<T>(a + at, b + at, widthOf(k)));
    before += bytes<T>(rows * widthOf(k));
  }
  return sum;
}

/** f = g − s in the place of the last one, and Δf where that was one. */
function differ<T>(row: i32, hadOne: bool, s: usize, image: usize, lastF: usize): void {
  const df = column(0);
  let before: usize = 0;
  for (let k = 0; k < blocks; k++) {
    const on = inState<T>(k, row), at = before + bytes<T>(row * widthOf(k));
    if (hadOne) subtractTwice<T>(image + on, s + on, lastF + at, df + at, widthOf(k));
    else subtract<T>(image + on, s + on, lastF + at, widthOf(k));
    before += bytes<T>(rows * widthOf(k));
  }
}

/** Δg of the step that has been made, and the products of its Δf with itself and those before it, `known` in all. */
function remember<T>(row: i32, known: i32, image: usize, lastImage: usize, products: usize): void {
  const dg = column(0) + half;
  let before: usize = 0;
  for (let k = 0; k < blocks; k++) {
    const at = before + bytes<T>(row * widthOf(k));
    subtract<T>(image + inState<T>(k, row), lastImage + at, dg + at, widthOf(k));
    before += bytes<T>(rows * widthOf(k));
  }
  for (let age = 0, i = newest; age < known; age++, i = i == 0 ? memory - 1 : i - 1) {
    const product = rowDot<T>(row, column(0), column(age));
    put<T>(products + bytes<T>(i * memory + newest), product);
    put<T>(products + bytes<T>(newest * memory + i), product);
  }
}

/** out = a − b */
function subtract<T>(a: usize, b: usize, out: usize, n: i32): void {
  const end = out + bytes<T>(n), whole = out + vectors<T>(n);
  for (; out < whole; a += 16, b += 16, out += 16) v128.store(out, v128.sub<T>(v128.load(a), v128.load(b)));
  for (; out < end; a += sizeof<T>(), b += sizeof<T>(), out += sizeof<T>()) store<T>(out, load<T>(a) - load<T>(b));
}

/** change = (a − b) − last, last = a − b */
function subtractTwice<T>(a: usize, b: usize, last: usize, change: usize, n: i32): void {
  const end = last + bytes<T>(n), whole = last + vectors<T>(n);
  for (; last < whole; a += 16, b += 16, last += 16, change += 16) {
    const f = v128.sub<T>(v128.load(a), v128.load(b));
    v128.store(change, v128.sub<T>(f, v128.load(last)));
    v128.store(last, f);
  }
  for (; last < end; a += sizeof<T>(), b += sizeof<T>(), last += sizeof<T>(), change += sizeof<T>()) {
    const f: T = load<T>(a) - load<T>(b);
    store<T>(change, f - load<T>(last));
    store<T>(last, f);
  }
}

/** Adds the newest column to an example's history, or drops it all where a mixed step has made the residual grow. */
function lengthen<T>(count: usize, size: f64, growth: f64): bool {
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
  row: i32, m: i32, f: usize, products: usize, regularisation: f64, L: usize, gamma: usize,
): void {
  const right = gamma + (<usize>memory << 3);
  for (let i = 0, at = newest; i < m; i++, at = at == 0 ? memory - 1 : at - 1) {
    set(right, i, rowDot<T>(row, column(i), f));
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

/** s = −Σ γ_j Δg_j, in the order of the ring; gives its product with f. */
function combine<T>(row: i32, m: i32, gamma: usize, f: usize, s: usize): f64 {
  let sum: f64 = 0, before: usize = 0;
  for (let k = 0; k < blocks; k++) {
    const width = widthOf(k), to = s + inState<T>(k, row), at = before + bytes<T>(row * width);
    zero<T>(to, width);
    // the oldest of those from the start of the ring on, the newest, the oldest of all, the last of the ring
    for (let age = min<i32>(newest, m - 1); age >= 0; age--) addColumn<T>(gamma, age, at, to, width);
    for (let age = m - 1; age > newest; age--) addColumn<T>(gamma, age, at, to, width);
    sum = <f64><T>(sum + dotOf<T>(to, f + at, width));
    before += bytes<T>(rows * width);
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function addColumn<T>(gamma: usize, age: i32, at: usize, to: usize, n: i32): void {
  const factor = <T>-get(gamma, age);
  if (factor != 0) axpy<T>(factor, column(age) + half + at, to, n);
}

/** s += g, or the last one where this step is taken back; from 0 where nothing is mixed, alone where that would not descend. */
function arrive<T>(
  row: i32, mixes: bool, descends: bool, accepted: bool, image: usize, lastImage: usize, s: usize,
): void {
  let before: usize = 0;
  for (let k = 0; k < blocks; k++) {
    const width = widthOf(k), on = inState<T>(k, row), at = before + bytes<T>(row * width);
    const base = accepted ? image + on : lastImage + at;
    if (descends) {
      if (!mixes) zero<T>(s + on, width);
      axpy<T>(<T>1, base, s + on, width);
    } else copy<T>(base, s + on, width);
    copy<T>(image + on, lastImage + at, width);
    before += bytes<T>(rows * width);
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
