/** Couplings whose largest singular value stays below a bound, against singular values by rotations and convolutions by loops. */
import test from 'ava';
import fc from 'fast-check';
import { dot, gemm } from '../../src/numerics/kernels.js';
import { Matrix } from '../../src/numerics/matrix.js';
import { type Random, randomStream } from '../../src/numerics/random.js';
import { largestSingularValue, type Search } from '../../src/numerics/singular-value.js';
import { dynamicsOf, everyNetwork, title } from '../_support/networks.js';
import { trained } from '../_support/train.js';

type Table = readonly (readonly number[])[];

/** One-sided Jacobi: columns are rotated until all are orthogonal; their lengths are the singular values. */
function singularValues(rows: Table): number[] {
  const columns = rows[0].map((_, j) => rows.map((row) => row[j]));
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let p = 0; p < columns.length; p++) {
      for (let q = p + 1; q < columns.length; q++) {
        const [a, b] = [columns[p], columns[q]];
        const angle = Math.atan2(2 * dot(a, b), dot(a, a) - dot(b, b)) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        columns[p] = a.map((value, i) => c * value + s * b[i]);
        columns[q] = a.map((value, i) => c * b[i] - s * value);
      }
    }
  }
  return columns.map((column) => Math.sqrt(dot(column, column))).sort((a, b) => b - a);
}

/** What filters [out][in][y][x] make of images of `side` × `side`, as a matrix. */
function convolutionMatrix(w: number[][][][], side: number, padding: number, stride: number): number[][] {
  const kernel = w[0][0].length;
  const to = Math.floor((side + 2 * padding - kernel) / stride) + 1;
  const matrix = Array.from({ length: w[0].length * side * side }, () => new Array<number>(w.length * to * to).fill(0));
  w.forEach((filter, o) => {
    filter.forEach((cells, c) => {
      for (let y = 0; y < to; y++)
        for (let x = 0; x < to; x++)
          for (let i = 0; i < kernel; i++)
            for (let j = 0; j < kernel; j++) {
              const [row, col] = [y * stride + i - padding, x * stride + j - padding];
              if (row < 0 || col < 0 || row >= side || col >= side) continue;
              matrix[(c * side + row) * side + col][(o * to + y) * to + x] += cells[i][j];
            }
    });
  });
  return matrix;
}

test('the largest singular value is that of rotations, of any matrix', (t) => {
  const sizes = fc.record({
    rows: fc.integer({ min: 1, max: 9 }),
    cols: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(999),
  });
  fc.assert(
    fc.property(sizes, ({ rows, cols, seed }) => {
      const random = randomStream(seed, 'matrix');
      const w = new Matrix(rows, cols);
      for (let i = 0; i < w.data.length; i++) w.data[i] = random.normal();
      const map = {
        apply: (u: Matrix, out: Matrix) => gemm(false, false, 1, u, w, 0, out),
        applyTranspose: (u: Matrix, out: Matrix) => gemm(false, true, 1, u, w, 0, out),
      };
      const [expected] = singularValues(w.toArray() as number[][]);
      t.true(Math.abs(largestSingularValue(map, searchFrom(random, rows, cols)) / expected - 1) < 1e-13);
    }),
    { numRuns: 60, seed: 4 },
  );
  const none = { apply: (_: Matrix, out: Matrix) => void out.data.fill(0), applyTranspose: () => {} };
  t.is(largestSingularValue(none, searchFrom(randomStream(1, 'start'), 2, 3)), 0);
});

test('singular values that lie close to each other do not keep the largest from its last digits', (t) => {
  const n = 60;
  for (const gap of [1e-2, 1e-4, 1e-6, 1e-9]) {
    // a map between axes that are turned by reflections: σ = 1, 1 − gap, 1 − 2 gap, …
    const random = randomStream(1, `gap/${gap}`);
    const axes = [0, 1].map(() => Float64Array.from({ length: n }, () => random.normal()));
    const reflect = ({ data }: Matrix, axis: Float64Array) => {
      const share = (2 * dot(data, axis)) / dot(axis, axis);
      for (let i = 0; i < n; i++) data[i] -= share * axis[i];
    };
    const through = (first: Float64Array, second: Float64Array) => (u: Matrix, out: Matrix) => {
      out.data.set(u.data);
      reflect(out, first);
      for (let i = 0; i < n; i++) out.data[i] *= 1 - i * gap;
      reflect(out, second);
    };
    const map = { apply: through(axes[0], axes[1]), applyTranspose: through(axes[1], axes[0]) };
    const error = Math.abs(largestSingularValue(map, searchFrom(random, n, n)) - 1);
    t.true(error < 1e-12, `${gap}: ${error}`);
  }
});

function searchFrom(random: Random, rows: number, cols: number): Search {
  const [start, before, next] = [0, 1, 2].map(() => new Matrix(1, rows));
  for (let i = 0; i < rows; i++) start.data[i] = random.normal();
  return { rows: [start, before, next], image: new Matrix(1, cols) };
}

const training = (network: object, constrain?: object) => ({
  network,
  protocol: {
    name: 'train',
    epochs: 1,
    batch: 10,
    optimizer: { name: 'sgd', rates: 1e-3 },
    weights: ['json'],
    ...(constrain && { constrain }),
  },
  engines: [{ id: 'rbp', name: 'rbp', method: 'direct' }],
  free: { step: 0.5, tolerance: 1e-6, max_steps: 3000 },
});

function learned(spec: object): { text: string; weights: Record<string, number[][]> } {
  const text = Buffer.from(trained(spec).files.get('rbp-last.json')!).toString();
  return { text, weights: JSON.parse(text) };
}

const coupled = everyNetwork.filter((network) => {
  const { parameters } = dynamicsOf(network);
  const plain = [undefined, 'tanh'].includes(network['activation'] as never) && network['output_slope'] !== 'dropped';
  return plain && parameters.some(({ kind, shape }) => kind === 'coupling' && shape.length === 2);
});

for (const network of coupled) {
  test(`${title(network)}: every coupling is scaled to the bound where it is above, and no other tensor is`, (t) => {
    const { inputs, parameters } = dynamicsOf(network);
    const data = inputs === 3 ? {} : { data: { name: 'random', examples: 4 } };
    const before = learned({ ...training(network), ...data });
    const after = learned({ ...training(network, { spectral_norm: 0.3 }), ...data });
    for (const { name, kind, images } of parameters) {
      if (kind !== 'coupling' || images) continue;
      const [one, other] = [before, after].map(({ weights }) => singularValues(weights[name])[0]);
      t.true(other < 0.3 * (1 + 1e-12), `${name}: ${other}`);
      if (one > 0.35) t.true(Math.abs(other / 0.3 - 1) < 1e-12, `${name}: ${other}`);
    }
    // far below a bound nothing is touched, to the last bit
    t.is(learned({ ...training(network, { spectral_norm: 1e3 }), ...data }).text, before.text);
  });
}

test('of a convolution it is the map between images, before pooling', (t) => {
  const layers = [
    [1, 8, 8],
    { channels: 2, kernel: 3, padding: 1, pool: { kind: 'average', size: 2 } },
    { channels: 3, kernel: 3, padding: 1, pool: { kind: 'average', size: 2 } },
    { channels: 2, kernel: 2, stride: 1 },
    2,
  ];
  const network = { energy: 'hopfield', layers, activation: 'tanh', init: { name: 'glorot-uniform', gain: 1 } };
  const { weights } = learned(training(network, { spectral_norm: 0.4 }));
  const filters = weights as unknown as Record<string, number[][][][]>;
  for (const [name, side, padding] of [
    ['W2', 4, 1],
    ['W3', 2, 0],
  ] as const) {
    const [sigma] = singularValues(convolutionMatrix(filters[name], side, padding, 1));
    t.true(Math.abs(sigma / 0.4 - 1) < 1e-12, `${name}: ${sigma}`);
  }
});
