/** Elementwise operations and sums over n contiguous numbers; the alignment of a number will do. Outputs may be inputs. */
import { bytes, largestOf, loadPair, number, put, splat, vectors } from './lanes';

/** out = a + α b */
export function addScaled<T>(a: usize, alpha: f64, b: usize, out: usize, n: i32): void {
  const factor = splat<T>(alpha);
  const end = out + bytes<T>(n), whole = out + vectors<T>(n);
  for (; out < whole; a += 16, b += 16, out += 16) {
    v128.store(out, v128.add<T>(v128.load(a), v128.mul<T>(factor, v128.load(b))));
  }
  for (; out < end; a += sizeof<T>(), b += sizeof<T>(), out += sizeof<T>()) {
    store<T>(out, load<T>(a) + <T>alpha * load<T>(b));
  }
}

/** x *= α */
export function scale<T>(alpha: f64, x: usize, n: i32): void {
  const factor = splat<T>(alpha);
  const end = x + bytes<T>(n), whole = x + vectors<T>(n);
  for (; x < whole; x += 16) v128.store(x, v128.mul<T>(v128.load(x), factor));
  for (; x < end; x += sizeof<T>()) store<T>(x, load<T>(x) * <T>alpha);
}

/** out = a ∘ b */
export function hadamard<T>(a: usize, b: usize, out: usize, n: i32): void {
  const end = out + bytes<T>(n), whole = out + vectors<T>(n);
  for (; out < whole; a += 16, b += 16, out += 16) v128.store(out, v128.mul<T>(v128.load(a), v128.load(b)));
  for (; out < end; a += sizeof<T>(), b += sizeof<T>(), out += sizeof<T>()) store<T>(out, load<T>(a) * load<T>(b));
}

/** out = a ∘ b + c ∘ d */
export function hadamardSum<T>(a: usize, b: usize, c: usize, d: usize, out: usize, n: i32): void {
  const end = out + bytes<T>(n), whole = out + vectors<T>(n);
  for (; out < whole; a += 16, b += 16, c += 16, d += 16, out += 16) {
    v128.store(out, v128.add<T>(v128.mul<T>(v128.load(a), v128.load(b)), v128.mul<T>(v128.load(c), v128.load(d))));
  }
  for (; out < end; a += sizeof<T>(), b += sizeof<T>(), c += sizeof<T>(), d += sizeof<T>(), out += sizeof<T>()) {
    store<T>(out, load<T>(a) * load<T>(b) + load<T>(c) * load<T>(d));
  }
}

/** out = a ∘ b − c, the force of a leaky unit; gives max |out|, NaN where any is. */
export function hadamardMinus<T>(a: usize, b: usize, c: usize, out: usize, n: i32): f64 {
  let most = splat<T>(0), broken = most;
  const end = out + bytes<T>(n), whole = out + vectors<T>(n);
  for (; out < whole; a += 16, b += 16, c += 16, out += 16) {
    const force = v128.sub<T>(v128.mul<T>(v128.load(a), v128.load(b)), v128.load(c));
    v128.store(out, force);
    most = v128.pmax<T>(most, v128.abs<T>(force));
    broken = v128.or(broken, v128.ne<T>(force, force));
  }
  let largest = largestOf<T>(most, broken);
  for (; out < end; a += sizeof<T>(), b += sizeof<T>(), c += sizeof<T>(), out += sizeof<T>()) {
    const force: T = load<T>(a) * load<T>(b) - load<T>(c);
    store<T>(out, force);
    largest = max<f64>(largest, abs<f64>(<f64>force));
  }
  return largest;
}

/** (re + i im) = (a + i b)(c + i d), elementwise. */
export function hadamardComplex<T>(a: usize, b: usize, c: usize, d: usize, re: usize, im: usize, n: i32): void {
  const end = re + bytes<T>(n), whole = re + vectors<T>(n);
  for (; re < whole; a += 16, b += 16, c += 16, d += 16, re += 16, im += 16) {
    const x = v128.load(a), y = v128.load(b), u = v128.load(c), v = v128.load(d);
    v128.store(re, v128.sub<T>(v128.mul<T>(x, u), v128.mul<T>(y, v)));
    v128.store(im, v128.add<T>(v128.mul<T>(x, v), v128.mul<T>(y, u)));
  }
  for (; re < end; a += sizeof<T>(), b += sizeof<T>(), c += sizeof<T>(), d += sizeof<T>(), re += sizeof<T>(), im += sizeof<T>()) {
    const x = load<T>(a), y = load<T>(b), u = load<T>(c), v = load<T>(d);
    store<T>(re, x * u - y * v);
    store<T>(im, x * v + y * u);
  }
}

/** out += row, in each of the m rows of n numbers. */
export function addRow<T>(row: usize, out: usize, m: i32, n: i32): void {
  for (let i = 0; i < m; i++) {
    addScaled<T>(out, 1, row, out, n);
    out += bytes<T>(n);
  }
}

/** out += α · (sum of the m rows of x, from the first to the last), of n columns; rows begin `stride` numbers apart. */
export function addColumnSums<T>(alpha: f64, x: usize, m: i32, n: i32, stride: i32, out: usize): void {
  for (let i = 0; i < m; i++) {
    addScaled<T>(out, alpha, x, out, n);
    x += bytes<T>(stride);
  }
}

/** max |x_i|; NaN where any entry is NaN. */
export function maxAbs<T>(x: usize, n: i32): f64 {
  let a = splat<T>(0), b = a, broken = a;
  const end = x + bytes<T>(n), whole = x + (bytes<T>(n) & ~31);
  for (; x < whole; x += 32) {
    const y = v128.load(x), z = v128.load(x, 16);
    a = v128.pmax<T>(a, v128.abs<T>(y));
    b = v128.pmax<T>(b, v128.abs<T>(z));
    broken = v128.or(broken, v128.or(v128.ne<T>(y, y), v128.ne<T>(z, z)));
  }
  let most = largestOf<T>(v128.pmax<T>(a, b), broken);
  for (; x < end; x += sizeof<T>()) most = max<f64>(most, abs<f64>(number<T>(x)));
  return most;
}

/**
 * Σ a_i b_i in doubles and in a fixed order: partial sum j takes the entries i ≡ j mod 8 in ascending order, the eight are
 * added in pairs ((0+2)+(4+6)) + ((1+3)+(5+7)), and the last n mod 8 entries follow one by one.
 */
export function dot<T>(a: usize, b: usize, n: i32): f64 {
  return dotOf<T>(a, b, n);
}

// @ts-ignore: decorator
@inline
export function dotOf<T>(a: usize, b: usize, n: i32): f64 {
  const pair: usize = 2 * sizeof<T>();
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const end = a + bytes<T>(n), whole = a + bytes<T>(n & ~7);
  for (; a < whole; a += 4 * pair, b += 4 * pair) {
    s0 = f64x2.add(s0, f64x2.mul(loadPair<T>(a), loadPair<T>(b)));
    s1 = f64x2.add(s1, f64x2.mul(loadPair<T>(a + pair), loadPair<T>(b + pair)));
    s2 = f64x2.add(s2, f64x2.mul(loadPair<T>(a + 2 * pair), loadPair<T>(b + 2 * pair)));
    s3 = f64x2.add(s3, f64x2.mul(loadPair<T>(a + 3 * pair), loadPair<T>(b + 3 * pair)));
  }
  const sum = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  for (; a < end; a += sizeof<T>(), b += sizeof<T>()) total += number<T>(a) * number<T>(b);
  return total;
}

/** y_ij += α_i x_ij; rows with α_i = 0 are left as they are, whatever x holds (m rows of n numbers). */
export function rowAxpy<T>(alpha: usize, x: usize, y: usize, m: i32, n: i32): void {
  for (let i = 0; i < m; i++, alpha += sizeof<T>()) {
    const factor = number<T>(alpha);
    if (factor != 0) addScaled<T>(y, factor, x, y, n);
    x += bytes<T>(n);
    y += bytes<T>(n);
  }
}

/** out_i += Σ_j a_ij b_ij, row by row (m rows of n numbers). */
export function addRowDots<T>(a: usize, b: usize, m: i32, n: i32, out: usize): void {
  for (let i = 0; i < m; i++, out += sizeof<T>()) {
    put<T>(out, number<T>(out) + dot<T>(a, b, n));
    a += bytes<T>(n);
    b += bytes<T>(n);
  }
}
