import type { Precision } from '../../src/numerics/numbers.js';
import { chooseBackend } from '../../src/run/backend.js';

/** Whatever is allocated and computed meanwhile is of that precision. */
export function inPrecision<T>(precision: Precision, compute: () => T): T {
  chooseBackend('wasm', precision);
  try {
    return compute();
  } finally {
    chooseBackend('wasm', 'float64');
  }
}
