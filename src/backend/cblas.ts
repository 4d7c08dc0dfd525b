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

/** [dgemm, sgemm], with the arguments of cblas and addresses of the kernels. @param file of the library */
export function functions(buffer: ArrayBufferLike, file: unknown): Kernel[] {
  const { address, load } = koffi();
  const library = load(String(file));
  const base = Number(address(new Uint8Array(buffer, 0, 1)));
  return [signature('cblas_dgemm', 'double'), signature('cblas_sgemm', 'float')].map((declared) => {
    const multiply = library.func(declared) as unknown as (...args: number[]) => void;
    return (order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
      multiply(order, ta, tb, m, n, k, alpha, base + a, lda, base + b, ldb, beta, base + c, ldc);
      return undefined;
    };
  });
}
