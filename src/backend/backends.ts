import { type Entry, entry } from '../entry.js';
import type { Backend } from '../numerics/backend.js';
import { mathjs } from '../numerics/mathjs.js';
import type { Precision } from '../numerics/numbers.js';
import { wasm } from '../numerics/wasm.js';
import { blas } from './blas.js';

/** @throws UserError where this machine does not have it. */
export type MakeBackend = (precision: Precision) => Backend;

/** What can do the arithmetic: `--backend`. */
export const backends: Readonly<Record<string, Entry<MakeBackend>>> = {
  wasm: entry({
    name: 'wasm',
    summary: 'SIMD kernels of this package: the default; the same bits on every machine',
    options: {},
    create: () => wasm,
  }),
  blas: entry({
    name: 'blas',
    summary: "matrix products by the system's BLAS (OpenBLAS, MKL, Accelerate): fast; bits depend on the machine",
    options: {},
    create: () => blas,
  }),
  mathjs: entry({
    name: 'mathjs',
    summary: 'plain mathjs expressions of the formulas: the readable reference, slow on purpose',
    options: {},
    create: () => mathjs,
  }),
};
