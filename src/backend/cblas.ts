/** Products of a BLAS with a C interface on the kernels' memory, as every thread has them. */
import { createRequire } from 'node:module';
import type { Kernel } from '../numerics/kernels/command.js';

export interface Library {
  func(signature: string): (...args: never[]) => unknown;
}

export interface Koffi {
  load(file: string): Library;
  address(view: Uint8Array): bigint;
}

/** @throws where it is not installed. */
export const koffi = (): Koffi => createRequire(import.meta.url)('koffi');

/** Whole numbers in place of pointers: addresses in the kernels' memory are counted from its start. */
const signature = (name: string, type: string) =>
  `void ${name}(int order, int ta, int tb, int m, int n, int k, ${type} alpha, uintptr_t a, int lda, uintptr_t b, int ldb, ` +
  `${type} beta, uintptr_t c, int ldc)`;

/** What cblas calls an order of entries, and what is done to an operand. */
export const [ROW_MAJOR, AS_IS, TRANSPOSED] = [101, 111, 112];

/** Columns of a strip. */
export const STRIP = 32;
/** Multiplications up to which OpenBLAS has kernels that copy nothing first, and how deep and high calls of so many are here. */
const [SMALL, DEPTH, ROWS] = [1e6, 512, 24];

/**
 * [dgemm, sgemm, and both by strips], with the arguments of cblas and addresses of the kernels. By strips B is given in strips
 * of columns, each k × STRIP, one after the other: (m, n, k, alpha, a, lda, strips, beta, c, ldc). @param file of the library
 */
export function functions(buffer: ArrayBufferLike, file: unknown): Kernel[] {
  const { address, load } = koffi();
  const library = load(String(file));
  const base = Number(address(new Uint8Array(buffer, 0, 1)));
  const [dgemm, sgemm] = [signature('cblas_dgemm', 'double'), signature('cblas_sgemm', 'float')].map((declared) => {
    const multiply = library.func(declared) as unknown as (...args: number[]) => void;
    const gemm: Kernel = (order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
      multiply(order, ta, tb, m, n, k, alpha, base + a, lda, base + b, ldb, beta, base + c, ldc);
      return undefined;
    };
    return gemm;
  });
  return [dgemm, sgemm, byStrips(dgemm, 8), byStrips(sgemm, 4)];
}

const byStrips =
  (gemm: Kernel, bytes: number): Kernel =>
  (m, n, k, alpha, a, lda, strips, beta, c, ldc) => {
    const depth = Math.min(k, DEPTH);
    const most = Math.floor(SMALL / (STRIP * depth));
    const height = m <= most ? m : most - (most % ROWS);
    for (let p = 0; p < k; p += depth) {
      const [d, first] = [Math.min(depth, k - p), p === 0 ? beta : 1];
      for (let j = 0; j < n; j += STRIP) {
        const [b, w] = [strips + (j * k + p * STRIP) * bytes, Math.min(STRIP, n - j)];
        for (let i = 0; i < m; i += height) {
          const [from, to, h] = [a + (i * lda + p) * bytes, c + (i * ldc + j) * bytes, Math.min(height, m - i)];
          gemm(ROW_MAJOR, AS_IS, AS_IS, h, w, d, alpha, from, lda, b, STRIP, first, to, ldc);
        }
      }
    }
    return undefined;
  };
