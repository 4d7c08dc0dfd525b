import type { Numbers, Precision } from '../numbers.js';
import type { Heap } from './heap.js';

/**
 * Addresses of arrays in the kernels' memory; those that lie elsewhere, or are of the other precision, are copied in, and
 * outputs out again by done(). What waits is carried out before either, by `flush`. Of a call that failed nothing is copied
 * out.
 */
export function staging(buffer: ArrayBuffer, heap: Heap, precision: Precision, flush: () => void) {
  const Own = precision === 'float64' ? Float64Array : Float32Array;
  let copies: { readonly copy: Numbers; readonly of: Numbers | undefined }[] = [];
  const isHere = (array: Numbers | Int32Array): boolean =>
    array.buffer === buffer && (array instanceof Own || array instanceof Int32Array);
  let failures = heap.failures;
  const forgetFailed = (): void => {
    if (heap.failures === failures) return;
    failures = heap.failures;
    for (const { copy } of copies) heap.free(copy);
    copies = [];
  };
  const stage = (array: Numbers | Int32Array, written: boolean): number => {
    forgetFailed();
    flush();
    const isList = array instanceof Int32Array;
    const copy = isList ? heap.allocate(Math.ceil(array.length / 2)) : heap.allocate(array.length, precision);
    if (isList) new Int32Array(buffer, copy.byteOffset, array.length).set(array);
    else copy.set(array);
    copies.push({ copy, of: written ? (array as Numbers) : undefined });
    return copy.byteOffset;
  };
  return {
    isHere,
    input: (array: Numbers | Int32Array): number => (isHere(array) ? array.byteOffset : stage(array, false)),
    output: (array: Numbers): number => (isHere(array) ? array.byteOffset : stage(array, true)),
    done(): void {
      if (copies.length === 0) return;
      forgetFailed();
      flush();
      for (const { copy, of } of copies) {
        of?.set(copy);
        heap.free(copy);
      }
      copies = [];
    },
  };
}
