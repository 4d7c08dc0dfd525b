/**
 * 12·n additions and multiplications of vectors in equal parts on registers alone: the ceiling of every kernel here.
 * `factor` and `term` come from outside, lest they be taken for constants; the result keeps the loop alive.
 */
import { splat } from './lanes';

export function peak<T>(n: i32, factor: f64, term: f64): f64 {
  const x = splat<T>(factor), y = splat<T>(term);
  // chains of their own: equal ones would be computed once
  let a0 = x, a1 = v128.add<T>(a0, y), a2 = v128.add<T>(a1, y), a3 = v128.add<T>(a2, y), a4 = v128.add<T>(a3, y);
  let a5 = v128.add<T>(a4, y), b0 = y, b1 = v128.add<T>(b0, x), b2 = v128.add<T>(b1, x), b3 = v128.add<T>(b2, x);
  let b4 = v128.add<T>(b3, x), b5 = v128.add<T>(b4, x);
  for (let i = 0; i < n; i++) {
    a0 = v128.mul<T>(a0, x); b0 = v128.add<T>(b0, y);
    a1 = v128.mul<T>(a1, x); b1 = v128.add<T>(b1, y);
    a2 = v128.mul<T>(a2, x); b2 = v128.add<T>(b2, y);
    a3 = v128.mul<T>(a3, x); b3 = v128.add<T>(b3, y);
    a4 = v128.mul<T>(a4, x); b4 = v128.add<T>(b4, y);
    a5 = v128.mul<T>(a5, x); b5 = v128.add<T>(b5, y);
  }
  const a = v128.add<T>(v128.add<T>(v128.add<T>(a0, a1), v128.add<T>(a2, a3)), v128.add<T>(a4, a5));
  const b = v128.add<T>(v128.add<T>(v128.add<T>(b0, b1), v128.add<T>(b2, b3)), v128.add<T>(b4, b5));
  const sum = v128.add<T>(a, b);
  return <f64>v128.extract_lane<T>(sum, 0) + <f64>v128.extract_lane<T>(sum, 1);
}
