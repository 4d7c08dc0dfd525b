/** Layers with weights of their own each way: tied ones where they are transposes, and blocks of a matrix otherwise. */
import test from 'ava';
import { Blocks } from '../../src/numerics/blocks.js';
import { maxAbs } from '../../src/numerics/kernels.js';
import { randomStream } from '../../src/numerics/random.js';
import { benchOf, runSpec } from '../_support/bench.js';
import { distance } from '../_support/numbers.js';

const LAYERS = [3, 5, 4, 2];
const [FIRST, SECOND] = [5, 9];

type Table = number[][];
type Tensors = Record<string, Table | number[]>;

const transposed = (a: Table): Table => a[0].map((_, j) => a.map((row) => row[j]));

/** W, B and b of layers, drawn. */
function drawn(): Tensors {
  const random = randomStream(5, 'directed');
  const matrix = (rows: number, cols: number) =>
    Array.from({ length: rows }, () => Array.from({ length: cols }, () => 0.4 * random.normal()));
  const layers = LAYERS.slice(1).map((size, k) => [size, k + 1] as const);
  return Object.fromEntries([
    ...layers.flatMap(([size, l]) => [
      [`W${l}`, matrix(LAYERS[l - 1], size)],
      [`b${l}`, matrix(1, size)[0]],
    ]),
    ...layers.slice(1).map(([size, l]) => [`B${l}`, matrix(size, LAYERS[l - 1])]),
  ]) as Tensors;
}

/** The same as one block of units: U, W and b, zero where no layers are connected. */
function asBlock(theta: Tensors): Tensors {
  const U = Array.from({ length: 3 }, () => new Array<number>(11).fill(0));
  const W = Array.from({ length: 11 }, () => new Array<number>(11).fill(0));
  const put = (into: Table, part: Table, row: number, col: number) =>
    part.forEach((values, i) => {
      values.forEach((value, j) => {
        into[row + i][col + j] = value;
      });
    });
  const of = (name: string) => theta[name] as Table;
  put(U, of('W1'), 0, 0);
  put(W, of('W2'), 0, FIRST);
  put(W, of('B2'), FIRST, 0);
  put(W, of('W3'), FIRST, SECOND);
  put(W, of('B3'), SECOND, FIRST);
  return { U, W, b: ['b1', 'b2', 'b3'].flatMap((name) => theta[name] as number[]) };
}

/** s⁰ and dJ/dθ by a direct solve, by tensor. */
function solved(network: object): Record<string, number[]> {
  const engines = [{ name: 'rbp', method: 'direct' }];
  const spec = { protocol: 'gradient', engines, reference: 'exact', seed: 3, data: { name: 'random', examples: 4 } };
  const record = { gradients: true, free_state: true };
  const free = { step: 1, tolerance: 1e-14, max_steps: 5000 };
  const { rows } = runSpec({ ...spec, network, record, free });
  const found: Record<string, number[]> = { s: [] };
  for (const { tensor, value } of rows['gradients'].filter(({ engine }) => engine === 'rbp')) {
    found[tensor as string] = [...(found[tensor as string] ?? []), Number(value)];
  }
  for (const { tensor, value } of rows['free_state']) if (/^s/.test(String(tensor))) found['s'].push(Number(value));
  found['s'].sort();
  return found;
}

test('B = Wᵀ is the tied network: same rest, and dJ/dW in two parts', (t) => {
  const { B2: _, B3: __, ...theta } = drawn();
  const own = { ...theta, B2: transposed(theta['W2'] as Table), B3: transposed(theta['W3'] as Table) };
  const options = { energy: 'prototypical', layers: LAYERS, activation: 'tanh' };
  const tied = solved({ ...options, parameters: theta });
  const two = solved({ ...options, backward: 'separate', parameters: own });
  t.true(distance(two['s'], tied['s']) < 1e-13);
  for (const name of ['W1', 'b1', 'b2', 'b3']) t.true(distance(two[name], tied[name]) < 1e-12, name);
  for (const l of [2, 3]) {
    const cols = LAYERS[l];
    const sum = two[`W${l}`].map((value, at) => {
      const [i, j] = [Math.floor(at / cols), at % cols];
      return value + two[`B${l}`][j * LAYERS[l - 1] + i];
    });
    t.true(distance(sum, tied[`W${l}`]) < 1e-12, `W${l}`);
  }
});

test('layers of a vector field are blocks of its W', (t) => {
  const theta = drawn();
  const options = { energy: 'vector-field', activation: 'tanh' };
  const layered = solved({ ...options, layers: LAYERS, parameters: theta });
  const block = solved({ ...options, units: 11, inputs: 3, outputs: 2, parameters: asBlock(theta) });
  t.true(distance(layered['s'], block['s']) < 1e-13);
  const cells = (name: string, from: number, row: number, col: number, rows: number, cols: number) =>
    Array.from({ length: rows * cols }, (_, at) => {
      const [i, j] = [Math.floor(at / cols), at % cols];
      return block[name][(row + i) * from + col + j];
    });
  t.true(distance(layered['W2'], cells('W', 11, 0, FIRST, 5, 4)) < 1e-13);
  t.true(distance(layered['B2'], cells('W', 11, FIRST, 0, 4, 5)) < 1e-13);
  t.true(distance(layered['B3'], cells('W', 11, SECOND, FIRST, 2, 4)) < 1e-13);
  t.true(distance(layered['W1'], cells('U', 11, 0, 0, 3, 5)) < 1e-13);
});

test('sweeps of separate layers come to the rest of all at once', (t) => {
  const options = { energy: 'prototypical', layers: LAYERS, activation: 'tanh', backward: 'separate' };
  const bench = benchOf({ network: { ...options, init: { name: 'glorot-uniform', gain: 0.5 } } });
  const system = bench.dynamics.bind(bench.theta, bench.x);
  const { groups, move } = system.response!;
  t.is(groups.length, 2);
  const [s, F] = [Blocks.real(system.shapes), Blocks.real(system.shapes)];
  for (let sweep = 0; sweep < 400; sweep++) for (let k = 0; k < groups.length; k++) move(s, k, s);
  system.force(s, F);
  const residual = maxAbs(F.data);
  t.true(residual < 1e-15, `${residual}`);
});
