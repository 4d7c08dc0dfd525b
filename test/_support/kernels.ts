/** An instance of the compiled kernels of its own, to call them by address. */
import { readFileSync } from 'node:fs';
import { packageRoot } from '../../src/package.js';

type Kernel = (...args: number[]) => number;

/** What this file needs of it; the types of Node 20 lack it. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => { readonly buffer: ArrayBuffer };
  instantiate(
    bytes: Uint8Array,
    imports: { env: { memory: object } },
  ): Promise<{ instance: { exports: Record<string, Kernel> } }>;
};

/** Where arrays may lie: behind the module's own, and what is told to it here. */
export const BASE = 65536;

/** Kernels by name, and a memory of so many pages of 64 kB. */
export async function instantiate(
  pages: number,
): Promise<{ kernels: (name: string) => Kernel; memory: { readonly buffer: ArrayBuffer } }> {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const { instance } = await WebAssembly.instantiate(readFileSync(new URL('dist/numerics/kernels.wasm', packageRoot)), {
    env: { memory },
  });
  const kernels = (name: string) => instance.exports[name];
  kernels('useScratch')(BASE / 2);
  return { kernels, memory };
}
