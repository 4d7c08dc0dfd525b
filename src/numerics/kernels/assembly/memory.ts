/** Numbers set and moved. In memory that threads share, typed arrays do so word by word. */
import { bytes, splat, vectors } from './lanes';

/** x_i = value */
export function fill<T>(value: f64, x: usize, n: i32): void {
  const all = splat<T>(value);
  const end = x + bytes<T>(n), whole = x + vectors<T>(n);
  for (; x < whole; x += 16) v128.store(x, all);
  for (; x < end; x += sizeof<T>()) store<T>(x, <T>value);
}

/** out = x */
export function copy<T>(x: usize, out: usize, n: i32): void {
  memory.copy(out, x, bytes<T>(n));
}
