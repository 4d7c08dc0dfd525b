/**
 * Sparse matrices (compressed rows: who is at the ends of an edge), and what springs in the plane do along their edges.
 * Computed in doubles, and rounded to T when stored.
 */
import { bytes, loadPair, number, put, storePair } from './lanes';
import { hadamard } from './vector';

/** out = start + α·(A x) for each of m examples; A is rows × cols, its columns ascend in a row. Start 0: from nothing. */
export function sparseProduct<T>(
  m: i32, rows: i32, cols: i32, starts: usize, columns: usize, values: usize,
  alpha: f64, x: usize, start: usize, out: usize,
): void {
  for (let b = 0; b < m; b++) {
    let at = load<i32>(starts);
    for (let i = 0; i < rows; i++, out += sizeof<T>()) {
      const end = load<i32>(starts + ((i + 1) << 2));
      let sum: f64 = 0;
      for (; at < end; at++) {
        sum += number<T>(values + bytes<T>(at)) * number<T>(x + bytes<T>(load<i32>(columns + (at << 2))));
      }
      put<T>(out, start == 0 ? alpha * sum : number<T>(start) + alpha * sum);
      if (start != 0) start += sizeof<T>();
    }
    x += bytes<T>(cols);
  }
}

/** out_ij = x_ij row_j (m rows of n numbers). */
export function hadamardRow<T>(x: usize, row: usize, out: usize, m: i32, n: i32): void {
  for (let i = 0; i < m; i++, x += bytes<T>(n), out += bytes<T>(n)) hadamard<T>(x, row, out, n);
}

/** out_j += α Σ_i a_ij b_ij, from the first of m rows to the last, of n columns; rows begin `stride` numbers apart. */
export function addColumnDots<T>(alpha: f64, a: usize, b: usize, m: i32, n: i32, stride: i32, out: usize): void {
  const next = bytes<T>(stride - n);
  for (let i = 0; i < m; i++, a += next, b += next) {
    for (let j = 0, to = out; j < n; j++, a += sizeof<T>(), b += sizeof<T>(), to += sizeof<T>()) {
      put<T>(to, number<T>(to) + alpha * (number<T>(a) * number<T>(b)));
    }
  }
}

/** f = k(1 − ℓ/r) d for the extents d = (dx, dy) of e springs, in m examples; r = ‖d‖. */
export function springForce<T>(d: usize, k: usize, l: usize, f: usize, m: i32, e: i32): void {
  for (let b = 0; b < m; b++) {
    for (let i = 0; i < e; i++, d += 2 * sizeof<T>(), f += 2 * sizeof<T>()) {
      const v = loadPair<T>(d);
      const squares = f64x2.mul(v, v);
      const r = sqrt<f64>(f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
      const pull = number<T>(k + bytes<T>(i)) * (1 - number<T>(l + bytes<T>(i)) / r);
      storePair<T>(f, f64x2.mul(f64x2.splat(pull), v));
    }
  }
}

/** Lengths less rest lengths, r − ℓ. */
export function springStretch<T>(d: usize, l: usize, out: usize, m: i32, e: i32): void {
  for (let b = 0; b < m; b++) {
    for (let i = 0; i < e; i++, d += 2 * sizeof<T>(), out += sizeof<T>()) {
      const dx = number<T>(d), dy = number<T>(d + sizeof<T>());
      put<T>(out, sqrt<f64>(dx * dx + dy * dy) - number<T>(l + bytes<T>(i)));
    }
  }
}

/** The force's derivative k[(1 − ℓ/r) 1 + (ℓ/r³) d dᵀ], three numbers a spring: xx, xy, yy. */
export function springTangent<T>(d: usize, k: usize, l: usize, out: usize, m: i32, e: i32): void {
  for (let b = 0; b < m; b++) {
    for (let i = 0; i < e; i++, d += 2 * sizeof<T>(), out += 3 * sizeof<T>()) {
      const dx = number<T>(d), dy = number<T>(d + sizeof<T>());
      const squares = dx * dx + dy * dy;
      const stiffness = number<T>(k + bytes<T>(i));
      const ratio = number<T>(l + bytes<T>(i)) / sqrt<f64>(squares);
      const along = stiffness * ratio / squares;
      const across = stiffness * (1 - ratio);
      put<T>(out, across + along * (dx * dx));
      put<T>(out + sizeof<T>(), along * (dx * dy));
      put<T>(out + 2 * sizeof<T>(), across + along * (dy * dy));
    }
  }
}

/** out = T v for n pairs v = (vx, vy) and symmetric T = (xx, xy, yy). */
export function symmetricPairs<T>(t: usize, v: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++, t += 3 * sizeof<T>(), v += 2 * sizeof<T>(), out += 2 * sizeof<T>()) {
    const x = number<T>(v), y = number<T>(v + sizeof<T>());
    const xy = number<T>(t + sizeof<T>());
    put<T>(out, number<T>(t) * x + xy * y);
    put<T>(out + sizeof<T>(), xy * x + number<T>(t + 2 * sizeof<T>()) * y);
  }
}

/** (d·v)/r for n pairs: how fast the lengths change along v. */
export function springAlong<T>(d: usize, v: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++, d += 2 * sizeof<T>(), v += 2 * sizeof<T>(), out += sizeof<T>()) {
    const dx = number<T>(d), dy = number<T>(d + sizeof<T>());
    put<T>(out, (dx * number<T>(v) + dy * number<T>(v + sizeof<T>())) / sqrt<f64>(dx * dx + dy * dy));
  }
}

/** ‖d + δ‖ − ‖d‖ = (2d + δ)·δ / (‖d + δ‖ + ‖d‖): no digits are lost where δ is small. */
export function springChange<T>(d: usize, delta: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++, d += 2 * sizeof<T>(), delta += 2 * sizeof<T>(), out += sizeof<T>()) {
    const dx = number<T>(d), dy = number<T>(d + sizeof<T>());
    const ux = number<T>(delta), uy = number<T>(delta + sizeof<T>());
    const x = dx + ux, y = dy + uy;
    const change = (dx + x) * ux + (dy + y) * uy;
    put<T>(out, change / (sqrt<f64>(x * x + y * y) + sqrt<f64>(dx * dx + dy * dy)));
  }
}

/** √(re + i im), the root with a positive real part; what the two functions below need of complex numbers. */
let rootRe: f64 = 0;
let rootIm: f64 = 0;

// @ts-ignore: decorator
@inline
function root(re: f64, im: f64): void {
  const size = sqrt<f64>(re * re + im * im);
  if (re >= 0) {
    rootRe = sqrt<f64>(0.5 * (size + re));
    rootIm = 0.5 * im / rootRe;
  } else {
    const other = sqrt<f64>(0.5 * (size - re));
    rootRe = 0.5 * abs<f64>(im) / other;
    rootIm = copysign<f64>(other, im);
  }
}

/** springForce for complex extents: r² = dx² + dy², r its root. */
export function springForceComplex<T>(
  dRe: usize, dIm: usize, k: usize, l: usize, fRe: usize, fIm: usize, m: i32, e: i32,
): void {
  for (let b = 0; b < m; b++) {
    for (let i = 0; i < e; i++, dRe += 2 * sizeof<T>(), dIm += 2 * sizeof<T>(), fRe += 2 * sizeof<T>(), fIm += 2 * sizeof<T>()) {
      const x = number<T>(dRe), u = number<T>(dIm), y = number<T>(dRe + sizeof<T>()), v = number<T>(dIm + sizeof<T>());
      root(x * x - u * u + (y * y - v * v), 2 * (x * u) + 2 * (y * v));
      const stiffness = number<T>(k + bytes<T>(i));
      const scale = number<T>(l + bytes<T>(i)) / (rootRe * rootRe + rootIm * rootIm);
      const a = stiffness * (1 - scale * rootRe);
      const c = stiffness * (scale * rootIm);
      put<T>(fRe, a * x - c * u); put<T>(fIm, a * u + c * x);
      put<T>(fRe + sizeof<T>(), a * y - c * v); put<T>(fIm + sizeof<T>(), a * v + c * y);
    }
  }
}

/** springChange for real d and complex δ. */
export function springChangeComplex<T>(
  d: usize, deltaRe: usize, deltaIm: usize, outRe: usize, outIm: usize, n: i32,
): void {
  for (let i = 0; i < n; i++, d += 2 * sizeof<T>(), deltaRe += 2 * sizeof<T>(), deltaIm += 2 * sizeof<T>(), outRe += sizeof<T>(), outIm += sizeof<T>()) {
    const dx = number<T>(d), dy = number<T>(d + sizeof<T>());
    const ux = number<T>(deltaRe), uy = number<T>(deltaRe + sizeof<T>()), wx = number<T>(deltaIm), wy = number<T>(deltaIm + sizeof<T>());
    const x = dx + ux, y = dy + uy;
    // (2d + δ)·δ
    const re = (dx + x) * ux - wx * wx + ((dy + y) * uy - wy * wy);
    const im = (dx + x) * wx + wx * ux + ((dy + y) * wy + wy * uy);
    root(x * x - wx * wx + (y * y - wy * wy), 2 * (x * wx) + 2 * (y * wy));
    const a = rootRe + sqrt<f64>(dx * dx + dy * dy), c = rootIm;
    const size = a * a + c * c;
    put<T>(outRe, (re * a + im * c) / size);
    put<T>(outIm, (im * a - re * c) / size);
  }
}
