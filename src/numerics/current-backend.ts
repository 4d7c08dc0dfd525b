/** Which backend does the arithmetic of this thread. */
import type { Backend } from './backend.js';
import { wasm } from './wasm.js';

let current: Backend | undefined;

/** The backend of this thread; the reproducible kernels unless another was chosen. */
export function backend(): Backend {
  current ??= wasm();
  return current;
}

/** Chooses the backend for what is allocated and computed from now on; undefined: the kernels. */
export function useBackend(chosen: Backend | undefined): void {
  current = chosen;
}
