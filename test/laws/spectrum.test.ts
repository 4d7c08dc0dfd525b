/** The spectrum of the linearised field, judged by dense eigenvalues, by a known spectrum, and by what it says of phase two. */

import test from 'ava';
import type { Problem } from '../../src/engine/engine.js';
import { ode } from '../../src/engine/rbp/ode.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { eigenpairs } from '../../src/numerics/decompositions.js';
import { Matrix, math } from '../../src/numerics/matrix.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { randomStream } from '../../src/numerics/random.js';
import { diagnose } from '../../src/protocol/diagnosis.js';
import { spectrum } from '../../src/solver/spectrum.js';
import { benchOf, problemOf, processOf, runSpec } from '../_support/bench.js';
import { dynamicsOf, everyNetwork, title } from '../_support/networks.js';

/** Eigenvalues of −J on the free units of the first example. */
function denseEigenvalues({ system, free, freeUnits }: Problem): { re: number; im: number }[] {
  const linear = system.linearise(free, freeUnits);
  const units = Array.from(free.data, (_, at) => at).filter((at) => freeUnits?.[at] !== 0);
  const [unit, image] = [free.like(), free.like()];
  const dense = units.map((column) => {
    unit.fill(0).data[column] = 1;
    linear.apply(unit, image);
    return units.map((row) => -image.data[row]);
  });
  // mathjs's, which only treat symmetric ones reliably
  if (linear.symmetric && units.length > 0) {
    const { values } = math.eigs(math.matrix(dense), { eigenvectors: false }) as unknown as {
      values: { toArray(): number[] };
    };
    return values.toArray().map((re) => ({ re, im: 0 }));
  }
  return eigenpairs(dense, false);
}

for (const network of everyNetwork) {
  test(`${title(network)}: the ends of the spectrum are those of the dense Jacobian`, (t) => {
    const problem = problemOf(benchOf({ network, data: { name: 'random', examples: 1 } }));
    const dense = denseEigenvalues(problem);
    const found = diagnose(problem);
    if (dense.length === 0) return t.is(found.products, 0);
    const re = dense.map((value) => value.re);
    const radius = Math.max(...dense.map((value) => Math.hypot(1 - value.re, value.im)));
    const close = (a: number, b: number) => t.true(Math.abs(a - b) < 1e-7, `${a} ${b}`);
    close(found.smallest, Math.min(...re));
    close(found.largest, Math.max(...re));
    if (dynamicsOf(network).time === 'discrete') {
      close(found.radius!, radius);
      return close(found.rate, -Math.log(radius));
    }
    t.is(found.radius, undefined);
    return close(found.rate, Math.min(...re));
  });
}

test('more units than products: the error that is reported bounds that of the slowest rate', (t) => {
  const n = 300;
  // A = 3 − (neighbours), eigenvalues 3 − 2 cos(kπ/(n + 1)): crowded at both ends
  const bench = benchOf({ network: { energy: 'linear', units: n, inputs: 1, outputs: 1 } });
  bench.theta.fill(0);
  const A = bench.theta.get('A').data;
  for (let i = 0; i < n; i++) {
    A[i * n + i] = 3;
    if (i > 0) A[i * n + i - 1] = A[(i - 1) * n + i] = -1;
  }
  const system = bench.dynamics.bind(bench.theta, new Matrix(2, 1));
  const s = Blocks.real(system.shapes);
  const { rate, largest, error, products, symmetric } = spectrum(
    system.linearise(s),
    s,
    undefined,
    'continuous',
    randomStream(1, 'test'),
  );
  const exact = 3 - 2 * Math.cos(Math.PI / (n + 1));
  t.true(symmetric);
  t.is(products, 60);
  t.true(rate >= exact - 1e-12 && rate - exact <= error && error < 0.1, `${rate} ${exact} ${error}`);
  t.true(largest <= 5 && largest > 4.98);
});

test('examples by the hundred thousand: more eigenvalues than a call may have arguments', (t) => {
  const bench = benchOf({ network: { energy: 'linear', units: 2, inputs: 1, outputs: 1 } });
  bench.theta.get('A').data.set([3, 1, 1, 3]);
  const system = bench.dynamics.bind(bench.theta, new Matrix(100_000, 1));
  const s = Blocks.real(system.shapes);
  const found = spectrum(system.linearise(s), s, undefined, 'continuous', randomStream(1, 'test'));
  t.true(Math.abs(found.smallest - 2) < 1e-12 && Math.abs(found.largest - 4) < 1e-12);
});

test('the slowest rate is that of the process of RBP at late times', (t) => {
  for (const network of [
    { energy: 'hopfield', layers: [3, 5, 4, 2], activation: 'tanh' },
    { energy: 'prototypical', layers: [3, 5, 4, 2], activation: 'sigmoid' },
  ]) {
    const step = network.energy === 'hopfield' ? 0.01 : 1;
    const bench = benchOf({ network, second: { step, steps: step === 1 ? 60 : 4000 } });
    const { moments } = processOf(ode(), problemOf(bench));
    const size = (state: Numbers) => Math.hypot(...state);
    const [a, b] = [moments.at(-21)!, moments.at(-1)!];
    const measured = -Math.log(size(b.state) / size(a.state)) / (b.time - a.time);
    const { rate } = diagnose(problemOf(bench));
    t.true(Math.abs(measured - rate) < 0.01 * rate, `${network.energy}: ${measured} ${rate}`);
  }
});

const gradient = {
  network: { energy: 'hopfield', layers: [3, 5, 4, 2], activation: 'tanh' },
  protocol: 'gradient',
  engines: [
    { id: 'ode', name: 'rbp', method: 'ode' },
    { id: 'cg', name: 'rbp', method: 'cg', tolerance: 0 },
    { id: 'chosen', name: 'ep', nudging: 'exact', steps: 2 },
  ],
  reference: 'exact',
};

test('a phase two that is too short for the gradient is told of, with how long would do', (t) => {
  const { outcome } = runSpec({ ...gradient, second: { step: 0.1, steps: 2 } });
  const { rate } = outcome.spectrum!;
  const enough = Math.ceil(Math.log(1000) / (rate! * 0.1));
  const [warning, ...others] = outcome.warnings;
  t.regex(
    warning,
    /^engine 'ode': second phase too short: e\^\{−λt\} = 0\.\d+ of the slowest mode is left after t = 0.2 \(λ = /,
  );
  t.true(warning.endsWith(`; raise second.steps (now 2) to ${enough}, which leave 0.001`), warning);
  t.deepEqual(others, [], 'an end point has no length, and a length of its own is a choice');
  t.deepEqual(runSpec({ ...gradient, second: { step: 0.1, steps: enough } }).outcome.warnings, []);
});

test('step by step there is nothing too short, and a spectrum in the record all the same', (t) => {
  const { outcome } = runSpec({ network: gradient.network, second: { step: 0.1, steps: 2 } });
  t.deepEqual(outcome.warnings, []);
  t.is(outcome.spectrum!.of, 'hessian');
  t.true(outcome.spectrum!.rate! > 0 && outcome.spectrum!.error! < 1e-8);
});
