/** Matrix products and activations against what the machine can do. */

import { activations } from '../numerics/activation.js';
import { Blocks } from '../numerics/blocks.js';
import { backend } from '../numerics/current-backend.js';
import { kernels } from '../numerics/kernels/module.js';
import { gemm } from '../numerics/kernels.js';
import { type Matrix, math } from '../numerics/matrix.js';
import { randomStream } from '../numerics/random.js';
import { threadCount } from '../numerics/wasm.js';
import { type Benchmark, higher, lower } from './benchmark.js';
import { medianMs } from './measure.js';

/** Uniform numbers in (0, 1), of which a share is 0. */
export function uniformBlock(rows: number, cols: number, purpose: string, zeros = 0): Matrix {
  const block = Blocks.real([{ name: purpose, rows, cols }]).parts[0][0];
  const random = randomStream(1, `bench/${purpose}`);
  for (let i = 0; i < block.data.length; i++) block.data[i] = random.uniform() < zeros ? 0 : random.uniform();
  return block;
}

/**
 * Additions and multiplications a second (10⁹) on registers alone, in equal numbers, of all threads: what no kernel
 * exceeds. A BLAS has wider registers: no limit is known then.
 */
function peakRate(seconds: number): number | undefined {
  if (backend().name !== 'wasm') return undefined;
  const { peak: peak64, peak32 } = kernels().exports;
  const [peak, lanes] = backend().precision === 'float64' ? [peak64, 2] : [peak32, 4];
  const steps = 20_000;
  const ms = medianMs((repetitions) => {
    for (let i = 0; i < repetitions; i++) peak(steps, 0.999999, 1e-9);
  }, seconds);
  return (threadCount() * 12 * lanes * steps) / ms / 1e6;
}

/** What a figure in the other precision is called, lest it be compared with one of this. */
const inPrecision = (name: string) => (backend().precision === 'float64' ? name : name.replace('f64', 'f32'));

function productRate([m, k, n]: readonly [number, number, number], seconds: number): number {
  const [a, b, c] = [uniformBlock(m, k, 'a'), uniformBlock(k, n, 'b'), uniformBlock(m, n, 'c')];
  const ms = medianMs((repetitions) => {
    for (let i = 0; i < repetitions; i++) gemm(false, false, 1, a, b, 0, c);
  }, seconds);
  return (2 * m * n * k) / ms / 1e6;
}

/** mathjs's own product of plain matrices, smaller than 512 because it takes long; its rate hardly depends on the size. */
function mathjsRate(size: number): number {
  const plain = (purpose: string) => uniformBlock(size, size, purpose).clone();
  const [a, b] = [plain('a'), plain('b')];
  const started = performance.now();
  math.multiply(a as never, b as never);
  return (2 * size ** 3) / (performance.now() - started) / 1e6;
}

const gemm512: Benchmark = {
  name: 'gemm-f64-512',
  summary: '512 × 512 × 512; the limit is multiplications and additions on registers alone, in the same run',
  run(seconds) {
    // the limit in the same moments as the product: machines change speed
    const rates = Array.from(
      { length: 6 },
      () => [productRate([512, 512, 512], seconds / 12), peakRate(seconds / 12)] as const,
    );
    const limits = rates.flatMap(([, limit]) => limit ?? []);
    const product = Math.max(...rates.map(([rate]) => rate));
    return [higher(inPrecision('gemm-f64-512'), product, 'GF/s', limits.length > 0 ? Math.max(...limits) : undefined)];
  },
};

const gemm512Mathjs: Benchmark = {
  name: 'gemm-f64-512-mathjs',
  summary: "mathjs's own DenseMatrix, 256 × 256 × 256; the limit is this program's product in the same run",
  run: (seconds) => [higher('gemm-f64-512-mathjs', mathjsRate(256), 'GF/s', productRate([512, 512, 512], seconds / 2))],
};

const gemmBatch: Benchmark = {
  name: 'gemm-f64-50x512x784',
  summary: 'a batch of 50 digits times the first weights',
  run: (seconds) => [
    higher(inPrecision('gemm-f64-50x512x784'), productRate([50, 784, 512], seconds), 'GF/s', peakRate(seconds / 3)),
  ],
};

/** Numbers of a state of 50 × 522 units. */
const UNITS = 26_100;

function activationBenchmark(name: string, rho: 'sigmoid' | 'tanh'): Benchmark {
  return {
    name,
    summary: `${rho} of 26,100 numbers`,
    run(seconds) {
      const shapes = [{ name: 's', rows: 1, cols: UNITS }];
      const [s, out] = [Blocks.real(shapes), Blocks.real(shapes)];
      s.data.set(uniformBlock(1, UNITS, 's').data.map((v) => 8 * v - 4));
      const ms = medianMs((repetitions) => {
        for (let i = 0; i < repetitions; i++) activations[rho].value(s, out);
      }, seconds);
      return [lower(inPrecision(name), (1e6 * ms) / UNITS, 'ns per number')];
    },
  };
}

export const products: readonly Benchmark[] = [
  gemm512,
  gemm512Mathjs,
  gemmBatch,
  activationBenchmark('sigmoid-f64', 'sigmoid'),
  activationBenchmark('tanh-f64', 'tanh'),
];
