/** Anderson's acceleration: what kernels do is what the reference says, number by number. */
import test from 'ava';
import { mathjs } from '../../src/numerics/mathjs.js';
import { COUNTS, type Mixing } from '../../src/numerics/mixing.js';
import type { Numbers, Precision } from '../../src/numerics/numbers.js';
import { randomStream } from '../../src/numerics/random.js';
import { wasm } from '../../src/numerics/wasm.js';
import { distance } from '../_support/numbers.js';

/** Two blocks are mixed, and one between them stays as it is. */
const [rows, memory, widths] = [3, 4, [3, 1, 2]];
const length = rows * widths.reduce((sum, width) => sum + width, 0);
const [still, after] = [rows * widths[0], rows * (widths[0] + widths[1])];
const blocks = Int32Array.of(0, widths[0], after, widths[2]);
const packed = rows * (widths[0] + widths[2]);

/** Steps of maps of which one runs away: what is taken back, and plain steps, are among them. */
function path(on: ReturnType<typeof wasm>, precision: Precision): number[] {
  const unwritten = (count: number): Numbers =>
    (precision === 'float64' ? new Float64Array(count) : new Float32Array(count)).fill(Number.NaN);
  const random = randomStream(3, 'mixing');
  const slopes = Array.from({ length }, (_, i) => (i % 2 === 0 ? 0.9 : -1.2) * random.uniform());
  // what has not been written is not read
  const made = (count: number): Numbers => unwritten(count).fill(0);
  const [ring, gram, counts] = [unwritten(2 * memory * packed), unwritten(rows * memory * memory), made(rows * COUNTS)];
  const [lastF, lastImage, s, image] = [unwritten(packed), unwritten(packed), made(length), made(length)];
  for (let i = 0; i < length; i++) s[i] = random.normal();
  const seen: number[] = [];
  for (let k = 0; k < 14; k++) {
    s.forEach((at, i) => {
      image[i] = slopes[i] * at + (3 * at) / (1 + at * at) + 1 / (2 + i);
    });
    const [newest, given] = [k % memory, { growth: 1.1, regularisation: 1e-9 }];
    const step: Mixing = { blocks, rows, memory, newest, ...given, lastF, lastImage, ring, gram, counts };
    on.mix(step, s, image);
    seen.push(...s, ...counts);
  }
  return seen;
}

test('a step of mixing is the same by kernels and by the reference', (t) => {
  const found = (['float64', 'float32'] as const).map((precision) => {
    const [kernels, reference] = [wasm(precision), mathjs(precision)].map((on) => path(on, precision));
    return [precision, distance(kernels, reference), reference] as const;
  });
  for (const [precision, apart, reference] of found) {
    t.true(apart < (precision === 'float64' ? 1e-9 : 1e-3), `${precision}: ${apart}`);
    // no step moves what is not mixed
    const first = reference.slice(still, after);
    for (let k = 0; k < reference.length; k += length + rows * COUNTS)
      t.deepEqual(reference.slice(k + still, k + after), first);
    // a history was dropped, and plain steps were taken
    t.true(reference.some((_, i) => i % (length + rows * COUNTS) === length + 2 && reference[i] > 0));
  }
});
