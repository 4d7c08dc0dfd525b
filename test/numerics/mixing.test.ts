/** Anderson's acceleration: what kernels do is what the reference says, number by number. */
import test from 'ava';
import { mathjs } from '../../src/numerics/mathjs.js';
import { COUNTS, type Mixing } from '../../src/numerics/mixing.js';
import type { Numbers, Precision } from '../../src/numerics/numbers.js';
import { randomStream } from '../../src/numerics/random.js';
import { wasm } from '../../src/numerics/wasm.js';
import { distance } from '../_support/numbers.js';

const [rows, memory, widths] = [3, 4, Int32Array.of(3, 2)];
const length = rows * (widths[0] + widths[1]);

/** Steps of maps of which one runs away: what is taken back, and plain steps, are among them. */
function path(on: ReturnType<typeof wasm>, precision: Precision): number[] {
  const made = (count: number): Numbers =>
    precision === 'float64' ? new Float64Array(count) : new Float32Array(count);
  const random = randomStream(3, 'mixing');
  const slopes = Array.from({ length }, (_, i) => (i % 2 === 0 ? 0.9 : -1.2) * random.uniform());
  const [ring, gram, counts] = [made(2 * memory * length), made(rows * memory * memory), made(rows * COUNTS)];
  let [previousF, previousImage] = [made(length), made(length)];
  const s = made(length).map(() => random.normal()) as Numbers;
  const seen: number[] = [];
  for (let k = 0; k < 14; k++) {
    const [f, image, next] = [made(length), made(length), made(length)];
    s.forEach((at, i) => {
      image[i] = slopes[i] * at + (3 * at) / (1 + at * at) + 1 / (2 + i);
      f[i] = image[i] - at;
    });
    const [newest, filled] = [k % memory, Math.min(k + 1, memory)];
    const step: Mixing = {
      ...{ widths, rows, memory, filled, newest, growth: 1.1, regularisation: 1e-9, f, image },
      ...{ previousF, previousImage, ring, gram, counts },
    };
    on.mix(step, next);
    s.set(next);
    [previousF, previousImage] = [f, image];
    seen.push(...next, ...counts);
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
    // a history was dropped, and plain steps were taken
    t.true(reference.some((_, i) => i % (length + rows * COUNTS) === length + 2 && reference[i] > 0));
  }
});
