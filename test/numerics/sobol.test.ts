/** Points that fill a cube evenly. */
import test from 'ava';
import { randomStream } from '../../src/numerics/random.js';
import { SOBOL_DIMENSIONS, sobol, word } from '../../src/numerics/sobol.js';

const stream = (seed: number, name: string | number) => randomStream(seed, `test/${name}`);
const two32 = 2 ** 32;

test('without a scramble they are the points of SciPy 1.17, which has the table of Joe & Kuo, too', (t) => {
  // scipy.stats.qmc.Sobol(100, scramble=False).random(1024), dimensions 1, 2, 3, 10, 50, 100 in 1024ths
  const expected: Record<number, number[]> = {
    1: [512, 512, 512, 512, 512, 512],
    2: [768, 256, 256, 768, 768, 768],
    3: [256, 768, 768, 256, 256, 256],
    7: [128, 640, 384, 896, 128, 640],
    100: [424, 264, 792, 712, 680, 904],
    1000: [225, 99, 531, 71, 491, 191],
  };
  t.is(SOBOL_DIMENSIONS, 100);
  for (const [index, cells] of Object.entries(expected))
    t.deepEqual(
      [0, 1, 2, 9, 49, 99].map((dimension) => sobol(dimension)(Number(index)) >>> 22),
      cells,
    );
});

test('of the first 2^m one lies in each interval of length 2^−m, in every dimension and under every scramble', (t) => {
  for (let dimension = 0; dimension < SOBOL_DIMENSIONS; dimension += 9) {
    for (const scramble of [undefined, stream(1, dimension), stream(2, dimension)]) {
      const at = sobol(dimension, scramble);
      for (const m of [1, 4, 7]) {
        const cells = new Set(Array.from({ length: 2 ** m }, (_, i) => at(i) >>> (32 - m)));
        t.is(cells.size, 2 ** m);
      }
    }
  }
});

test('two dimensions are a (0, m, 2)-net: one in each elementary interval, whatever its shape', (t) => {
  const [m, seed] = [6, 3];
  const [x, y] = [0, 1].map((dimension) => sobol(dimension, stream(seed, dimension)));
  for (let a = 0; a <= m; a++) {
    const cell = (i: number) => `${Math.floor(x(i) / 2 ** (32 - a))} ${Math.floor(y(i) / 2 ** (32 - (m - a)))}`;
    t.is(new Set(Array.from({ length: 2 ** m }, (_, i) => cell(i))).size, 2 ** m);
  }
});

/** Centred L2 discrepancy (Hickernell 1998). */
function discrepancy(points: readonly (readonly number[])[]): number {
  const n = points.length;
  const off = points.map((point) => point.map((x) => Math.abs(x - 0.5)));
  const product = (of: readonly number[], factor: (value: number, k: number) => number) =>
    of.reduce((sum, value, k) => sum * factor(value, k), 1);
  const one = off.reduce((sum, z) => sum + product(z, (d) => 1 + d / 2 - (d * d) / 2), 0);
  let two = 0;
  for (const [i, z] of off.entries())
    for (const [j, w] of off.entries())
      two += product(z, (d, k) => 1 + d / 2 + w[k] / 2 - Math.abs(points[i][k] - points[j][k]) / 2);
  return (13 / 12) ** points[0].length - (2 / n) * one + two / (n * n);
}

test('their discrepancy is far below that of independent points', (t) => {
  const dimensions = [0, 1, 2, 3, 4];
  const points = (at: (dimension: number) => (index: number) => number) => {
    const axes = dimensions.map(at);
    return Array.from({ length: 64 }, (_, i) => axes.map((axis) => (axis(i) + 0.5) / two32));
  };
  const even = [1, 2, 3].map((seed) => discrepancy(points((dimension) => sobol(dimension, stream(seed, dimension)))));
  const random = [1, 2, 3].map((seed) =>
    discrepancy(
      points((dimension) => {
        const own = stream(seed, dimension);
        return () => word(own);
      }),
    ),
  );
  t.true(Math.max(...even) < Math.min(...random) / 3, `${even} ${random}`);
});

test('scrambles differ by seed, and are the same for the same', (t) => {
  const first = (seed: number) => Array.from({ length: 4 }, (_, i) => sobol(2, stream(seed, 2))(i));
  t.deepEqual(first(1), first(1));
  t.notDeepEqual(first(1), first(2));
});
