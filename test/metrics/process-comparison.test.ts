import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { ProcessComparison } from '../../src/metrics/process-comparison.js';
import { runSpec } from '../_support/bench.js';

const near = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b));

testProp(
  'the measures of whole processes are their definitions',
  [
    fc.array(
      fc.tuple(
        ...[0, 0, 0].map(() => fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(-1, 0, 0.5, 2))),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  ],
  (t, moments) => {
    const process = new ProcessComparison(3);
    for (const moment of moments) {
      process.add(
        moment.map(([a]) => a),
        moment.map(([, b]) => b),
      );
    }
    const sum = (f: (a: number, b: number) => number, i: number) =>
      moments.reduce((total, moment) => total + f(...moment[i]), 0);
    const scalars = [0, 1, 2].map((i) => {
      const size = Math.max(
        sum((a) => a * a, i),
        sum((_, b) => b * b, i),
      );
      return size === 0 ? 0 : Math.sqrt(sum((a, b) => (a - b) * (a - b), i) / size);
    });
    t.true(near(process.part(0, 3).relMse, (scalars[0] + scalars[1] + scalars[2]) / 3));
    t.true(near(process.part(1, 2).relMse, scalars[1]));
    const same = moments.flat().filter(([a, b]) => Math.sign(a) === Math.sign(b)).length;
    t.true(near(process.part(0, 3).signAgreement, same / moments.length / 3));
  },
);

test('angles: opposite, orthogonal, none', (t) => {
  const angle = (a: number[], b: number[]) => {
    const process = new ProcessComparison(1);
    a.forEach((value, i) => {
      process.add([value], [b[i]]);
    });
    return process.part(0, 1).angle;
  };
  // an arc cosine near ±1 has half the digits
  t.true(Math.abs(angle([1, 2], [-1, -2]) - 180) < 1e-5);
  t.is(angle([1, 0], [0, 3]), 90);
  t.is(angle([0, 0], [1, 1]), Number.NaN);
});

test('summary.csv: cumulated and instantaneous processes of EP against RBP, the bias of β in both', (t) => {
  const summary = (beta: number) => {
    const { rows } = runSpec({
      network: { energy: 'hopfield', layers: [3, 5, 2], activation: 'tanh' },
      engines: [
        { id: 'ep', name: 'ep', nudging: 'one-sided', beta },
        { id: 'rbp', name: 'rbp', method: 'ode' },
      ],
      record: { summary: true },
    });
    return rows['summary'];
  };
  const [small, large] = [summary(1e-3), summary(1e-2)];
  t.deepEqual(
    small.map(({ quantity, kind }) => `${quantity} ${kind}`),
    [
      ...['instantaneous', 'cumulated'].flatMap((kind) => ['state', 'state.s1', 'state.s2'].map((q) => `${q} ${kind}`)),
      ...['instantaneous', 'cumulated'].flatMap((kind) =>
        ['params', 'params.W1', 'params.b1', 'params.W2', 'params.b2'].map((q) => `${q} ${kind}`),
      ),
    ],
  );
  small.forEach((row, i) => {
    t.is(row['steps'], 40);
    const ratio = Number(large[i]['rel_mse']) / Number(row['rel_mse']);
    t.true(ratio > 8 && ratio < 12, `${row['quantity']} ${row['kind']}: ${ratio}`);
    t.true(Number(row['angle']) < 1 && Number(row['sign_agreement']) > 0.9);
  });
  // instantaneous processes end in noise, and are harder to match
  const relMse = (kind: string) =>
    Number(small.find((row) => row['quantity'] === 'params' && row['kind'] === kind)!['rel_mse']);
  t.not(relMse('instantaneous'), relMse('cumulated'));
});
