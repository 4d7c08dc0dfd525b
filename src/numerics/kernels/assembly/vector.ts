/** Elementwise operations and sums over n contiguous numbers; 8-byte alignment will do. Outputs may be inputs. */

/** out = a + α b */
export function addScaled(a: usize, alpha: f64, b: usize, out: usize, n: i32): void {
  const factor = f64x2.splat(alpha);
  const end = out + ((n & ~1) << 3);
  for (; out < end; a += 16, b += 16, out += 16) {
    v128.store(out, f64x2.add(v128.load(a), f64x2.mul(factor, v128.load(b))));
  }
  if (n & 1) store<f64>(out, load<f64>(a) + alpha * load<f64>(b));
}

/** x *= α */
export function scale(alpha: f64, x: usize, n: i32): void {
  const factor = f64x2.splat(alpha);
  const end = x + ((n & ~1) << 3);
  for (; x < end; x += 16) v128.store(x, f64x2.mul(v128.load(x), factor));
  if (n & 1) store<f64>(x, load<f64>(x) * alpha);
}

/** out = a ∘ b */
export function hadamard(a: usize, b: usize, out: usize, n: i32): void {
  const end = out + ((n & ~1) << 3);
  for (; out < end; a += 16, b += 16, out += 16) v128.store(out, f64x2.mul(v128.load(a), v128.load(b)));
  if (n & 1) store<f64>(out, load<f64>(a) * load<f64>(b));
}

/** out = a ∘ b + c ∘ d */
export function hadamardSum(a: usize, b: usize, c: usize, d: usize, out: usize, n: i32): void {
  const end = out + ((n & ~1) << 3);
  for (; out < end; a += 16, b += 16, c += 16, d += 16, out += 16) {
    v128.store(out, f64x2.add(f64x2.mul(v128.load(a), v128.load(b)), f64x2.mul(v128.load(c), v128.load(d))));
  }
  if (n & 1) store<f64>(out, load<f64>(a) * load<f64>(b) + load<f64>(c) * load<f64>(d));
}

/** out = a ∘ b − c, the force of a leaky unit; gives max |out|, NaN where any is. */
export function hadamardMinus(a: usize, b: usize, c: usize, out: usize, n: i32): f64 {
  let most = f64x2.splat(0);
  const end = out + ((n & ~1) << 3);
  for (; out < end; a += 16, b += 16, c += 16, out += 16) {
    const force = f64x2.sub(f64x2.mul(v128.load(a), v128.load(b)), v128.load(c));
    v128.store(out, force);
    most = f64x2.max(most, f64x2.abs(force));
  }
  let largest = max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
  if (n & 1) {
    const force = load<f64>(a) * load<f64>(b) - load<f64>(c);
    store<f64>(out, force);
    largest = max<f64>(largest, abs<f64>(force));
  }
  return largest;
}

/** (re + i im) = (a + i b)(c + i d), elementwise. */
export function hadamardComplex(a: usize, b: usize, c: usize, d: usize, re: usize, im: usize, n: i32): void {
  const end = re + ((n & ~1) << 3);
  for (; re < end; a += 16, b += 16, c += 16, d += 16, re += 16, im += 16) {
    const x = v128.load(a), y = v128.load(b), u = v128.load(c), v = v128.load(d);
    v128.store(re, f64x2.sub(f64x2.mul(x, u), f64x2.mul(y, v)));
    v128.store(im, f64x2.add(f64x2.mul(x, v), f64x2.mul(y, u)));
  }
  if (n & 1) {
    const x = load<f64>(a), y = load<f64>(b), u = load<f64>(c), v = load<f64>(d);
    store<f64>(re, x * u - y * v);
    store<f64>(im, x * v + y * u);
  }
}

/** out += row, in each of the m rows of n numbers. */
export function addRow(row: usize, out: usize, m: i32, n: i32): void {
  for (let i = 0; i < m; i++) {
    addScaled(out, 1, row, out, n);
    out += n << 3;
  }
}

/** out += α · (sum of the m rows of x, from the first to the last). */
export function addColumnSums(alpha: f64, x: usize, m: i32, n: i32, out: usize): void {
  for (let i = 0; i < m; i++) {
    addScaled(out, alpha, x, out, n);
    x += n << 3;
  }
}

/** max |x_i|; NaN where any entry is NaN. */
export function maxAbs(x: usize, n: i32): f64 {
  let a = f64x2.splat(0), b = f64x2.splat(0), c = f64x2.splat(0), d = f64x2.splat(0);
  const end = x + ((n & ~7) << 3);
  for (; x < end; x += 64) {
    // f64x2.max gives NaN where either is NaN
    a = f64x2.max(a, f64x2.abs(v128.load(x)));
    b = f64x2.max(b, f64x2.abs(v128.load(x, 16)));
    c = f64x2.max(c, f64x2.abs(v128.load(x, 32)));
    d = f64x2.max(d, f64x2.abs(v128.load(x, 48)));
  }
  a = f64x2.max(f64x2.max(a, b), f64x2.max(c, d));
  let most = max<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(a, 1));
  for (let i = n & ~7; i < n; i++, x += 8) most = max<f64>(most, abs<f64>(load<f64>(x)));
  return most;
}

/**
 * Σ a_i b_i in a fixed order: partial sum j takes the entries i ≡ j mod 8 in ascending order, the eight are added in
 * pairs ((0+2)+(4+6)) + ((1+3)+(5+7)), and the last n mod 8 entries follow one by one.
 */
export function dot(a: usize, b: usize, n: i32): f64 {
  let s0 = f64x2.splat(0), s1 = f64x2.splat(0), s2 = f64x2.splat(0), s3 = f64x2.splat(0);
  const end = a + ((n & ~7) << 3);
  for (; a < end; a += 64, b += 64) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a), v128.load(b)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(a, 32), v128.load(b, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(a, 48), v128.load(b, 48)));
  }
  const sum = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  for (let i = n & ~7; i < n; i++, a += 8, b += 8) total += load<f64>(a) * load<f64>(b);
  return total;
}

/** y_ij += α_i x_ij; rows with α_i = 0 are left as they are, whatever x holds (m rows of n numbers). */
export function rowAxpy(alpha: usize, x: usize, y: usize, m: i32, n: i32): void {
  for (let i = 0; i < m; i++, alpha += 8) {
    const factor = load<f64>(alpha);
    if (factor != 0) addScaled(y, factor, x, y, n);
    x += n << 3;
    y += n << 3;
  }
}

/** out_i += Σ_j a_ij b_ij, row by row (m rows of n numbers). */
export function addRowDots(a: usize, b: usize, m: i32, n: i32, out: usize): void {
  for (let i = 0; i < m; i++, out += 8) {
    store<f64>(out, load<f64>(out) + dot(a, b, n));
    a += n << 3;
    b += n << 3;
  }
}
