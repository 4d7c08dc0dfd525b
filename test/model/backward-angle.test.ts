/** The angle between forward and backward weights of a vector field, and what it does to EP's rule without an energy. */
import { testProp } from '@fast-check/ava';
import test from 'ava';
import fc from 'fast-check';
import type { Matrix } from '../../src/numerics/matrix.js';
import { benchOf, runSpec } from '../_support/bench.js';

const network = (angle?: number, units = 8) => ({
  energy: 'vector-field',
  units,
  inputs: 4,
  outputs: Math.min(3, units),
  activation: 'tanh',
  ...(angle === undefined ? {} : { backward_angle: angle }),
  init: { name: 'glorot-uniform', gain: 0.5 },
});
const bench = (angle?: number, units?: number, seed = 1) =>
  benchOf({
    network: network(angle, units),
    seed,
    engines: [
      { id: 'ep', name: 'ep', nudging: 'exact', rule: 'vector-field' },
      { id: 'rbp', name: 'rbp', method: 'ode' },
    ],
  });

const cell = (w: Matrix, i: number, j: number) => w.data[i * w.cols + j];
const product = (a: Matrix, b: (i: number, j: number) => number) =>
  Array.from({ length: a.rows }, (_, i) =>
    Array.from({ length: a.cols }, (_, j) => cell(a, i, j) * b(i, j)).reduce((x, y) => x + y),
  ).reduce((x, y) => x + y);

testProp(
  'W makes the angle asked for with its transpose, and keeps its norm',
  [fc.integer({ min: 2, max: 9 }), fc.double({ min: 0, max: 180, noNaN: true }), fc.integer({ min: 0, max: 99 })],
  (t, units, angle, seed) => {
    const [drawn, turned] = [bench(undefined, units, seed), bench(angle, units, seed)].map(({ theta }) =>
      theta.get('W'),
    );
    const norm = product(turned, (i, j) => cell(turned, i, j));
    const cosine = product(turned, (i, j) => cell(turned, j, i)) / norm;
    t.true(Math.abs(cosine - Math.cos((angle * Math.PI) / 180)) < 1e-13);
    t.true(Math.abs(norm / product(drawn, (i, j) => cell(drawn, i, j)) - 1) < 1e-13);
  },
  { seed: 1808 },
);

test('0 is symmetric and 180 antisymmetric to the last bit; other tensors stay as drawn', (t) => {
  for (const [angle, sign] of [
    [0, 1],
    [180, -1],
  ]) {
    const { theta } = bench(angle);
    const w = theta.get('W');
    for (let i = 0; i < 8; i++) for (let j = 0; j < 8; j++) t.is(cell(w, i, j) - sign * cell(w, j, i), 0);
    t.deepEqual(theta.get('U').data, bench().theta.get('U').data);
  }
});

test('one unit has no antisymmetric part to turn to', (t) => {
  t.true(Number.isFinite(bench(0, 1).theta.get('W').data[0]));
});

test("EP's rule is off by an angle that grows with that of the weights, and stays where ρ' differs", (t) => {
  const angles = [0, 30, 60, 90, 120, 150, 180].map((angle) => {
    const { rows } = runSpec({
      network: network(angle),
      protocol: 'gradient',
      second: { step: 0.2, steps: 600 },
      engines: [
        { id: 'ep', name: 'ep', nudging: 'exact', rule: 'vector-field' },
        { id: 'rbp', name: 'rbp', method: 'direct' },
      ],
      reference: 'finite-difference',
    });
    const cosine = (engine: string) =>
      Number(rows['gradient'].find((row) => row['engine'] === engine && row['quantity'] === 'params')!['cosine']);
    t.true(cosine('rbp') > 1 - 1e-12, 'RBP is exact, whatever the angle');
    return (Math.acos(cosine('ep')) * 180) / Math.PI;
  });
  // −s + ρ(s)W with symmetric W is no gradient: J = Wρ' − 1 is symmetric for a linear ρ only
  t.true(angles[0] > 0.1 && angles[0] < 15, `${angles}`);
  for (let i = 1; i < angles.length; i++) t.true(angles[i] > angles[i - 1], `${angles}`);
});
