/** Sparse matrices (compressed rows: who is at the ends of an edge), and what springs in the plane do along their edges. */

/** out = start + α·(A x) for each of m examples; A is rows × cols, its columns ascend in a row. Start 0: from nothing. */
export function sparseProduct(
  m: i32, rows: i32, cols: i32, starts: usize, columns: usize, values: usize,
  alpha: f64, x: usize, start: usize, out: usize,
): void {
  for (let b = 0; b < m; b++) {
    let at = load<i32>(starts);
    for (let i = 0; i < rows; i++, out += 8) {
      const end = load<i32>(starts + ((i + 1) << 2));
      let sum: f64 = 0;
      for (; at < end; at++) {
        sum += load<f64>(values + (at << 3)) * load<f64>(x + (load<i32>(columns + (at << 2)) << 3));
      }
      store<f64>(out, start == 0 ? alpha * sum : load<f64>(start) + alpha * sum);
      if (start != 0) start += 8;
    }
    x += cols << 3;
  }
}

/** out_ij = x_ij row_j (m rows of n numbers). */
export function hadamardRow(x: usize, row: usize, out: usize, m: i32, n: i32): void {
  for (let i = 0; i < m; i++, x += n << 3, out += n << 3) {
    const pairs = n & ~1;
    for (let j = 0; j < pairs; j += 2) {
      const at = j << 3;
      v128.store(out + at, f64x2.mul(v128.load(x + at), v128.load(row + at)));
    }
    if (n & 1) store<f64>(out + (pairs << 3), load<f64>(x + (pairs << 3)) * load<f64>(row + (pairs << 3)));
  }
}

/** out_j += α Σ_i a_ij b_ij, from the first of m rows to the last. */
export function addColumnDots(alpha: f64, a: usize, b: usize, m: i32, n: i32, out: usize): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0, to = out; j < n; j++, a += 8, b += 8, to += 8) {
      store<f64>(to, load<f64>(to) + alpha * (load<f64>(a) * load<f64>(b)));
    }
  }
}

/** f = k(1 − ℓ/r) d for the extents d = (dx, dy) of e springs, in m examples; r = ‖d‖. */
export function springForce(d: usize, k: usize, l: usize, f: usize, m: i32, e: i32): void {
  const one = f64x2.splat(1);
  for (let b = 0; b < m; b++) {
    for (let i = 0; i < e; i++, d += 16, f += 16) {
      const v = v128.load(d);
      const squares = f64x2.mul(v, v);
      const r = sqrt<f64>(f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
      const pull = load<f64>(k + (i << 3)) * (1 - load<f64>(l + (i << 3)) / r);
      v128.store(f, f64x2.mul(f64x2.splat(pull), v));
    }
  }
}

/** Lengths less rest lengths, r − ℓ. */
export function springStretch(d: usize, l: usize, out: usize, m: i32, e: i32): void {
  for (let b = 0; b < m; b++) {
    for (let i = 0; i < e; i++, d += 16, out += 8) {
      const dx = load<f64>(d), dy = load<f64>(d, 8);
      store<f64>(out, sqrt<f64>(dx * dx + dy * dy) - load<f64>(l + (i << 3)));
    }
  }
}

/** The force's derivative k[(1 − ℓ/r) 1 + (ℓ/r³) d dᵀ], three numbers a spring: xx, xy, yy. */
export function springTangent(d: usize, k: usize, l: usize, out: usize, m: i32, e: i32): void {
  for (let b = 0; b < m; b++) {
    for (let i = 0; i < e; i++, d += 16, out += 24) {
      const dx = load<f64>(d), dy = load<f64>(d, 8);
      const squares = dx * dx + dy * dy;
      const stiffness = load<f64>(k + (i << 3));
      const ratio = load<f64>(l + (i << 3)) / sqrt<f64>(squares);
      const along = stiffness * ratio / squares;
      const across = stiffness * (1 - ratio);
      store<f64>(out, across + along * (dx * dx));
      store<f64>(out, along * (dx * dy), 8);
      store<f64>(out, across + along * (dy * dy), 16);
    }
  }
}

/** out = T v for n pairs v = (vx, vy) and symmetric T = (xx, xy, yy). */
export function symmetricPairs(t: usize, v: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++, t += 24, v += 16, out += 16) {
    const x = load<f64>(v), y = load<f64>(v, 8);
    const xy = load<f64>(t, 8);
    store<f64>(out, load<f64>(t) * x + xy * y);
    store<f64>(out, xy * x + load<f64>(t, 16) * y, 8);
  }
}

/** (d·v)/r for n pairs: how fast the lengths change along v. */
export function springAlong(d: usize, v: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++, d += 16, v += 16, out += 8) {
    const dx = load<f64>(d), dy = load<f64>(d, 8);
    store<f64>(out, (dx * load<f64>(v) + dy * load<f64>(v, 8)) / sqrt<f64>(dx * dx + dy * dy));
  }
}

/** ‖d + δ‖ − ‖d‖ = (2d + δ)·δ / (‖d + δ‖ + ‖d‖): no digits are lost where δ is small. */
export function springChange(d: usize, delta: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++, d += 16, delta += 16, out += 8) {
    const dx = load<f64>(d), dy = load<f64>(d, 8);
    const ux = load<f64>(delta), uy = load<f64>(delta, 8);
    const x = dx + ux, y = dy + uy;
    const change = (dx + x) * ux + (dy + y) * uy;
    store<f64>(out, change / (sqrt<f64>(x * x + y * y) + sqrt<f64>(dx * dx + dy * dy)));
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
export function springForceComplex(
  dRe: usize, dIm: usize, k: usize, l: usize, fRe: usize, fIm: usize, m: i32, e: i32,
): void {
  for (let b = 0; b < m; b++) {
    for (let i = 0; i < e; i++, dRe += 16, dIm += 16, fRe += 16, fIm += 16) {
      const x = load<f64>(dRe), u = load<f64>(dIm), y = load<f64>(dRe, 8), v = load<f64>(dIm, 8);
      root(x * x - u * u + (y * y - v * v), 2 * (x * u) + 2 * (y * v));
      const stiffness = load<f64>(k + (i << 3));
      const scale = load<f64>(l + (i << 3)) / (rootRe * rootRe + rootIm * rootIm);
      const a = stiffness * (1 - scale * rootRe);
      const c = stiffness * (scale * rootIm);
      store<f64>(fRe, a * x - c * u); store<f64>(fIm, a * u + c * x);
      store<f64>(fRe, a * y - c * v, 8); store<f64>(fIm, a * v + c * y, 8);
    }
  }
}

/** springChange for real d and complex δ. */
export function springChangeComplex(
  d: usize, deltaRe: usize, deltaIm: usize, outRe: usize, outIm: usize, n: i32,
): void {
  for (let i = 0; i < n; i++, d += 16, deltaRe += 16, deltaIm += 16, outRe += 8, outIm += 8) {
    const dx = load<f64>(d), dy = load<f64>(d, 8);
    const ux = load<f64>(deltaRe), uy = load<f64>(deltaRe, 8), wx = load<f64>(deltaIm), wy = load<f64>(deltaIm, 8);
    const x = dx + ux, y = dy + uy;
    // (2d + δ)·δ
    const re = (dx + x) * ux - wx * wx + ((dy + y) * uy - wy * wy);
    const im = (dx + x) * wx + wx * ux + ((dy + y) * wy + wy * uy);
    root(x * x - wx * wx + (y * y - wy * wy), 2 * (x * wx) + 2 * (y * wy));
    const a = rootRe + sqrt<f64>(dx * dx + dy * dy), c = rootIm;
    const size = a * a + c * c;
    store<f64>(outRe, (re * a + im * c) / size);
    store<f64>(outIm, (im * a - re * c) / size);
  }
}
