/** The compiled kernels, as a thread has them: an instance of its own on memory that all share. */
import type { Kernel } from './command.js';

interface Constant {
  readonly value: number;
}

export interface Memory {
  /** Shared between threads where this Node has such memory; views of it are the same. */
  readonly buffer: ArrayBuffer;
}

/** What is used of it: TypeScript has its types with those of the browser only. */
declare const WebAssembly: {
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** What an instance says beside its kernels. */
export interface Constants {
  readonly GEMM_WORKSPACE: Constant;
  /** Bytes of a row of a panel (packPanels). */
  readonly PANEL: Constant;
  readonly SPARSE_WORKSPACE: Constant;
  readonly SCRATCH_BYTES: Constant;
  readonly HEAP_BASE: Constant;
  /** Where this instance may keep SCRATCH_BYTES bytes of its own: to be said before any other call. */
  useScratch(at: number): void;
}

export function instantiate<K extends Constants>(module: object, memory: object): K {
  const abort = () => {
    throw new Error('a kernel was aborted');
  };
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports as K;
}

/** In the order in which every instance has them. */
export function kernelsOf(exports: object): Kernel[] {
  return Object.values(exports).filter((one): one is Kernel => typeof one === 'function');
}
