/** Copies that a call works on where arrays lie elsewhere. */
import test from 'ava';
import { Heap } from '../../src/numerics/kernels/heap.js';
import { staging } from '../../src/numerics/kernels/staging.js';

test('a call that failed writes nothing into its outputs, whatever is called next, and gives its memory back', (t) => {
  const buffer = new ArrayBuffer(8192);
  const heap = new Heap(buffer, 0);
  const { input, output, done } = staging(buffer, heap, 'float64', () => undefined);
  const [out, other] = [new Float64Array(8), new Float64Array(8)];
  const before = heap.allocate(1).byteOffset;
  input(new Float64Array(8).fill(1));
  output(out);
  t.throws(() => input(new Float64Array(5000)), { message: /memory is full/ });
  out.fill(7);
  const at = output(other);
  new Float64Array(buffer, at, 8).fill(3);
  done();
  t.deepEqual([...out], new Array(8).fill(7));
  t.deepEqual([...other], new Array(8).fill(3));
  // all that there is but the first number
  t.notThrows(() => heap.allocate(800));
  t.true(before < at);
});
