import test from 'ava';
import { create } from '../../src/entry.js';
import { exponential } from '../../src/numerics/exponential.js';
import { optimizers } from '../../src/optimizer/optimizers.js';
import { benchOf, drain, problemOf } from '../_support/bench.js';

const network = {
  energy: 'creased-sheet',
  vertices: [{ creases: [0, 1, 2, 3], degrees: [0, 80, 170, 250] }],
  face_stiffness: 5,
  outputs: 4,
  init: { name: 'uniform', min: 0.1, max: 0.15 },
};
const x = [
  [0.040389, 0.130952, 0.067476, 0.229],
  [-0.174125, 0.135077, 0.013692, 0.195292],
];

/** An estimate for a fold that is shown for every force. */
function estimated(y: number[][], forces = x) {
  const bench = benchOf({
    network,
    data: { name: 'inline', x: forces, y },
    free: { solver: 'newton-krylov', step: 0.02, tolerance: 1e-12, max_steps: 500 },
    protocol: 'gradient',
    engines: [{ name: 'contrast' }],
    reference: 'exact',
  });
  const problem = problemOf(bench);
  const { gradient } = drain(bench.contestants[0].engine.run(problem), () => {});
  const found = problem.free.parts[0][0];
  return {
    gradient: [...gradient.data],
    kappa: [...bench.theta.data],
    fold: forces.map((_, i) => [...found.row(i)]),
    bench,
  };
}

test('contrast is silent where the fold is right, whatever else differs', (t) => {
  const { fold } = estimated(x);
  const { gradient } = estimated(fold.map((row) => row.map((angle) => 2 * angle)));
  t.deepEqual(gradient, [0, 0, 0, 0]);
});

test('an update by contrast in log κ is κ exp(η (ρ² − ρ*²)/⟨ρ² + ρ*²⟩), of wrong folds alone', (t) => {
  const { fold } = estimated(x);
  const shown = [fold[0], [0.3, -0.2, 0.4, -0.1]];
  const alone = estimated([shown[1]], [x[1]]);
  const { kappa } = alone;
  const rate = 0.1;
  const made = create(optimizers, { name: 'sgd', rates: rate, weight_decay: 0, decay: 1, scale: 'log' });
  const theta = alone.bench.theta;
  const step = theta.like();
  step.data.set(alone.gradient);
  made.start(alone.bench.dynamics.parameters, theta).turn(step, theta, 1);
  const squares = fold[1].map((angle, i) => [angle ** 2, shown[1][i] ** 2]);
  const mean = squares.reduce((sum, [found, wanted]) => sum + found + wanted, 0) / 4;
  for (const [i, [found, wanted]] of squares.entries()) {
    const expected = kappa[i] * Math.exp((rate * (found - wanted)) / mean);
    t.true(Math.abs(kappa[i] - step.data[i] - expected) < 1e-12 * expected);
  }
  // a right one beside it halves the mean over the batch
  const both = estimated(shown);
  for (const [i, value] of both.gradient.entries()) t.true(Math.abs(2 * value - alone.gradient[i]) < 1e-9);
});

test('the exponential is that of Math.exp within a few units in the last place', (t) => {
  for (let x = -700; x < 700; x += 0.37) {
    t.true(Math.abs(exponential(x) / Math.exp(x) - 1) < 1e-14, String(x));
  }
  t.is(exponential(0), 1);
  t.deepEqual(
    [exponential(-1e4), exponential(1e4), exponential(Number.NaN)],
    [0, Number.POSITIVE_INFINITY, Number.NaN],
  );
});

test('a teacher shows the fold that the ramp leads to, of train and test forces alike', (t) => {
  const given = (ramp?: number) =>
    benchOf({
      network: { ...network, init: { name: 'constant', value: 0.1 } },
      data: {
        name: 'teacher',
        examples: 3,
        test: 2,
        inputs: { name: 'normal', std: 0.3 },
        init: { name: 'constant', value: 0.1 },
        labels: 'sign',
      },
      free: { solver: 'newton-krylov', step: 0.02, tolerance: 1e-12, max_steps: 500, ...(ramp && { ramp }) },
    });
  const bench = given(12);
  const { train, test: held } = bench.dataset;
  t.deepEqual([train.count, train.answer, held?.count, held?.answer], [3, 'sign', 2, 'sign']);
  // teacher and pupil are alike here
  const found = problemOf(bench).free.parts[0][0];
  for (const [i, angle] of bench.y.data.entries()) t.true(Math.abs(angle - found.data[i]) < 1e-9);
});
