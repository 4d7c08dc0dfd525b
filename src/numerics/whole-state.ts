/** Operations on whole states, real or complex. */
import { type BlockShape, Blocks } from './blocks.js';
import { hadamard } from './kernels.js';
import { touch } from './matrix.js';

/** out = a ∘ b, complex where they are; all three of one shape. */
export function complexHadamard(a: Blocks, b: Blocks, out: Blocks): void {
  if (a.im === undefined) {
    hadamard(a.data, b.data, out.data);
    return;
  }
  touch();
  const [ar, ai, br, bi, n] = [a.re, a.im, b.re, b.im!, a.re.length];
  for (let i = 0; i < n; i++) {
    const re = ar[i] * br[i] - ai[i] * bi[i];
    out.im![i] = ar[i] * bi[i] + ai[i] * br[i];
    out.re[i] = re;
  }
}

/** Σ over the units of each example of p ∘ q (real parts): one number a row. */
export function rowDots(p: Blocks, q: Blocks): Float64Array {
  const sums = new Float64Array(p.shapes[0].rows);
  for (let k = 0; k < p.shapes.length; k++) {
    const [a, b] = [p.parts[0][k], q.parts[0][k]];
    for (let i = 0, at = 0; i < a.rows; i++) for (let j = 0; j < a.cols; j++, at++) sums[i] += a.data[at] * b.data[at];
  }
  return sums;
}

/** Buffers for the intermediate values of a field, made once for real and once for complex states. */
export function scratch<K extends string>(shapes: readonly BlockShape[], ...names: K[]) {
  type Buffers = Record<K, Blocks>;
  const make = (blocks: () => Blocks) => Object.fromEntries(names.map((name) => [name, blocks()])) as Buffers;
  let real: Buffers | undefined;
  let complex: Buffers | undefined;
  return (s: Blocks): Buffers => {
    if (s.im === undefined) {
      real ??= make(() => Blocks.real(shapes));
      return real;
    }
    complex ??= make(() => Blocks.complex(shapes));
    return complex;
  };
}
