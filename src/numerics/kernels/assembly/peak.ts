/**
 * 24·n additions and multiplications in equal parts on registers alone: the ceiling of every kernel here. `factor` and
 * `term` come from outside, lest they be taken for constants; the result keeps the loop alive.
 */
export function peak(n: i32, factor: f64, term: f64): f64 {
  const x = f64x2.splat(factor), y = f64x2.splat(term);
  // chains of their own: equal ones would be computed once
  let a0 = x, a1 = f64x2.add(a0, y), a2 = f64x2.add(a1, y), a3 = f64x2.add(a2, y), a4 = f64x2.add(a3, y);
  let a5 = f64x2.add(a4, y), b0 = y, b1 = f64x2.add(b0, x), b2 = f64x2.add(b1, x), b3 = f64x2.add(b2, x);
  let b4 = f64x2.add(b3, x), b5 = f64x2.add(b4, x);
  for (let i = 0; i < n; i++) {
    a0 = f64x2.mul(a0, x); b0 = f64x2.add(b0, y);
    a1 = f64x2.mul(a1, x); b1 = f64x2.add(b1, y);
    a2 = f64x2.mul(a2, x); b2 = f64x2.add(b2, y);
    a3 = f64x2.mul(a3, x); b3 = f64x2.add(b3, y);
    a4 = f64x2.mul(a4, x); b4 = f64x2.add(b4, y);
    a5 = f64x2.mul(a5, x); b5 = f64x2.add(b5, y);
  }
  const a = f64x2.add(f64x2.add(f64x2.add(a0, a1), f64x2.add(a2, a3)), f64x2.add(a4, a5));
  const b = f64x2.add(f64x2.add(f64x2.add(b0, b1), f64x2.add(b2, b3)), f64x2.add(b4, b5));
  const sum = f64x2.add(a, b);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
